// daemon/ctl/allowance.cpp - what a login has used of its plan's allowance, in one line.
#include "daemon/ctl/values.hpp"
#include "daemon/ctl/views.hpp"

#include "provisioning/rules/values.hpp"

#include <fmt/format.h>

namespace ctl {
namespace {

namespace json = boost::json;

std::uint64_t number_in(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    if (value == nullptr) return 0;
    if (value->is_uint64()) return value->get_uint64();
    return value->is_int64() && value->get_int64() > 0 ? static_cast<std::uint64_t>(value->get_int64()) : 0;
}

/// In decimal multiples, as allowances are given and sold.
std::string decimal(std::uint64_t octets)
{
    constexpr double kilo = 1000;
    auto scaled = static_cast<double>(octets);
    std::string_view unit;
    for (const std::string_view next : {"k", "M", "G", "T"}) {
        if (scaled < kilo) break;
        scaled /= kilo;
        unit = next;
    }
    return unit.empty() ? fmt::format("{}", octets) : fmt::format("{:.1f}{}", scaled, unit);
}

/// The day of an instant; a period begins and ends at midnight where the provider is.
std::string day_in(const json::object& allowance, std::string_view name)
{
    constexpr std::size_t date_letters = 10;
    return text_of(allowance, name).substr(0, date_letters);
}

std::string afterwards(const json::object& allowance)
{
    const auto rates = provisioning::rate_text(number_in(allowance, "then_download")) + '/' +
                       provisioning::rate_text(number_in(allowance, "then_upload"));
    return text_of(allowance, "then") == "garden" ? "the garden for quota, else " + rates : rates;
}

}  // namespace

std::string allowance_line(const json::object& allowance)
{
    const auto state = text_of(allowance, "state");
    if (allowance.empty() || state == "none") return {};
    const auto used = fmt::format("{} of {}", decimal(number_in(allowance, "used_octets")),
                                  provisioning::octets_text(number_in(allowance, "allowance_octets")));
    const auto from = day_in(allowance, "period_from"), until = day_in(allowance, "period_until");
    if (state == "used_up")
        return fmt::format("allowance used up: {} since {}, {} until {}\n", used, from, afterwards(allowance), until);
    return fmt::format("allowance: {} used since {} ({}%{}), then {}; anew on {}\n", used, from,
                       text_of(allowance, "percent"), state == "warning" ? ", nearly used up" : "",
                       afterwards(allowance), until);
}

}  // namespace ctl
