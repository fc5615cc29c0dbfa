// daemon/admin/allowance.cpp
#include "daemon/admin/allowance.hpp"
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/today.hpp"

#include "provisioning/policy.hpp"
#include "provisioning/rules/text.hpp"

#include <boost/json.hpp>

#include <charconv>

namespace admin {
namespace {

namespace json = boost::json;
using provisioning::ErrorCode;
using provisioning::Refusal;

/// Of 100; a share of numbers that may be near the end of their range.
std::uint64_t percent_of(std::uint64_t used, std::uint64_t whole) noexcept
{
    return static_cast<std::uint64_t>(static_cast<long double>(used) * 100 / static_cast<long double>(whole));
}

std::string_view state_of(std::uint64_t used, const provisioning::Allowance& allowance) noexcept
{
    if (used >= allowance.octets) return "used_up";
    const bool warns =
        allowance.warning_percent != 0 && percent_of(used, allowance.octets) >= allowance.warning_percent;
    return warns ? "warning" : "ok";
}

json::object without_allowance(json::object result)
{
    result["state"] = "none";
    for (const auto* name : {"used_octets", "allowance_octets", "percent", "warning_percent", "period_from",
                             "period_until", "then", "then_download", "then_upload"})
        result[name] = nullptr;
    return result;
}

} // namespace

const provisioning::LoginEntry* find_login(const provisioning::Directory& directory, const std::string& what)
{
    if (const auto* entry = provisioning::find_login_as_dialled(directory, what)) return entry;
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(what.data(), what.data() + what.size(), id);
    return error == std::errc{} && end == what.data() + what.size() ? directory.find_login(id) : nullptr;
}

boost::json::object allowance_json(const Context& context, const provisioning::LoginEntry& login, core::Now now)
{
    const auto* directory = context.engine.directory();
    const auto* plan = directory == nullptr ? nullptr : directory->plan(login);
    json::object result{{"login", login.name}, {"plan", nullptr}};
    if (plan != nullptr) result["plan"] = plan->name;
    if (plan == nullptr || plan->allowance.octets == 0) return without_allowance(std::move(result));
    const auto& allowance = plan->allowance;
    const auto used = context.engine.used(login.id, now).value_or(0);
    const auto offset = context.engine.standing(login, nullptr, {}, {}, now).utc_offset;
    const auto period = provisioning::period_of(allowance, now.system, offset);
    const auto timezone = context.config.get().timezone;
    result["state"] = state_of(used, allowance);
    result["used_octets"] = used;
    result["allowance_octets"] = allowance.octets;
    result["percent"] = percent_of(used, allowance.octets);
    result["warning_percent"] = allowance.warning_percent;
    result["period_from"] = instant_in(timezone, period.from);
    result["period_until"] = instant_in(timezone, period.until);
    result["then"] = allowance.garden ? "garden" : "reduce";
    result["then_download"] = allowance.download_bps == 0 ? plan->download_bps : allowance.download_bps;
    result["then_upload"] = allowance.upload_bps == 0 ? plan->upload_bps : allowance.upload_bps;
    return result;
}

boost::json::value login_allowance(Call& call)
{
    const auto& context = call.context;
    const auto* directory = context.engine.directory();
    if (directory == nullptr)
        throw Refusal(ErrorCode::unavailable, "", "the records have not been read yet, try again");
    const auto wanted = call.arguments.text("login");
    const auto* login = find_login(*directory, wanted);
    if (login == nullptr)
        throw Refusal(ErrorCode::not_found, "login", "there is no login " + provisioning::shown(wanted));
    return allowance_json(context, *login, {std::chrono::steady_clock::now(), std::chrono::system_clock::now()});
}

} // namespace admin
