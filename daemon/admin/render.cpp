#include "daemon/admin/render.hpp"

#include "daemon/admin/warnings.hpp"
#include "daemon/core/terms.hpp"
#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"
#include "radius/describe.hpp"

#include <algorithm>
#include <set>

namespace admin {
namespace {

namespace json = boost::json;
using provisioning::ErrorCode;
using provisioning::PlanEntry;
using provisioning::Record;
using provisioning::Refusal;

/// A reply needs a request: its header alone.
std::array<std::uint8_t, radius::header_octets> nobody_asked() noexcept
{
    std::array<std::uint8_t, radius::header_octets> packet{};
    packet[0] = static_cast<std::uint8_t>(radius::Code::access_request);
    packet[3] = radius::header_octets;
    return packet;
}

template <class Number>
Number number_in(const Record& record, std::string_view name)
{
    const auto text = text_in(record, name);
    return text.empty() ? Number{0} : static_cast<Number>(std::stoull(text));
}

PlanEntry plan_of(const Record& record)
{
    PlanEntry plan;
    plan.name = text_in(record, "name");
    plan.download_bps = number_in<std::uint64_t>(record, "download");
    plan.upload_bps = number_in<std::uint64_t>(record, "upload");
    plan.burst_download_bps = number_in<std::uint64_t>(record, "burst_download");
    plan.burst_upload_bps = number_in<std::uint64_t>(record, "burst_upload");
    plan.burst_time_s = number_in<std::uint32_t>(record, "burst_time");
    plan.framed_pool = text_in(record, "framed_pool");
    plan.session_timeout_s = number_in<std::uint32_t>(record, "session_timeout");
    plan.idle_timeout_s = number_in<std::uint32_t>(record, "idle_timeout");
    plan.interim_s = number_in<std::uint32_t>(record, "interim");
    plan.filter = text_in(record, "filter");
    plan.address_list = text_in(record, "address_list");
    plan.ipv6_pool = text_in(record, "ipv6_pool");
    plan.delegated_ipv6_pool = text_in(record, "delegated_ipv6_pool");
    return plan;
}

struct Concentrator {
    std::string name;
    provisioning::Vendor vendor;
};

/// One of each vendor that is there; `only`: that one alone.
std::vector<Concentrator> one_of_each_vendor(Call& call, const std::string& only = {})
{
    auto& context = call.context;
    return io::on_loop(context.loop, [&context, only] {
        std::vector<Concentrator> found;
        const auto* directory = context.engine.directory();
        if (directory == nullptr) return found;
        directory->each_nas([&](const provisioning::NasEntry& nas) {
            if (!only.empty() && nas.name != only) return;
            if (std::ranges::find(found, nas.vendor, &Concentrator::vendor) == found.end())
                found.push_back({nas.name, nas.vendor});
        });
        return found;
    });
}

std::vector<radius::Misfit> misfits(provisioning::Vendor vendor, const PlanEntry& plan)
{
    const auto decision = provisioning::terms_of_plan(plan);
    return radius::misfits(core::dialect_of(vendor), core::terms_of(decision, {}));
}

std::vector<radius::Misfit> unsaid(provisioning::Vendor vendor, const PlanEntry& plan)
{
    const auto decision = provisioning::terms_of_plan(plan);
    return radius::unsaid(core::dialect_of(vendor), core::terms_of(decision, {}));
}

}  // namespace

json::array rendered(const radius::Dictionary& dictionary, const provisioning::NasEntry& nas,
                     const provisioning::Decision& decision)
{
    const auto request = nobody_asked();
    std::array<std::uint8_t, radius::max_packet_octets> buffer;
    radius::ReplyBuilder reply(buffer, radius::Code::access_accept, *radius::parse_packet(request),
                               radius::ReplyBuilder::Sign::authenticator_only);
    radius::render(core::dialect_of(nas.vendor), core::terms_of(decision, {}), reply);
    radius::Digester digester;
    const auto packet = reply.finish(digester, nas.secret.octets());
    if (!packet)
        throw Refusal(ErrorCode::invalid, "reply",
                      "the attributes do not fit into one packet of 4096 octets, give fewer");
    json::array lines;
    for (const auto& [name, value] : radius::describe(dictionary, packet->subspan(radius::header_octets)))
        lines.emplace_back(name + " = " + value);
    return lines;
}

void check_plan_fits(Call& call, const Record& record)
{
    const auto plan = plan_of(record);
    for (const auto& nas : one_of_each_vendor(call)) {
        const auto wrong = misfits(nas.vendor, plan);
        if (wrong.empty()) continue;
        throw Refusal(ErrorCode::invalid, std::string{wrong.front().field},
                      "nas " + nas.name + " cannot be told: " + wrong.front().message);
    }
}

void warn_of_unsaid(Call& call, const Record& record, json::object& result)
{
    const auto plan = plan_of(record);
    const auto bound = text_in(record, "nas");
    for (const auto& nas : one_of_each_vendor(call, bound))
        for (const auto& [field, message] : unsaid(nas.vendor, plan))
            add_warning(result, std::string{field} + ": nas " + nas.name + ": " + message);
}

void warn_of_plans(Call& call, const Record& record, json::object& result)
{
    const auto vendor = provisioning::vendor_of(text_in(record, "vendor"));
    if (!vendor) return;
    auto& context = call.context;
    const auto wrong = io::on_loop(context.loop, [&context, vendor] {
        std::vector<std::string> lines;
        const auto* directory = context.engine.directory();
        if (directory == nullptr) return lines;
        directory->each_plan([&](const PlanEntry& plan) {
            for (const auto& wrong : {misfits(*vendor, plan), unsaid(*vendor, plan)})
                for (const auto& [field, message] : wrong)
                    lines.push_back("plan " + plan.name + ": " + std::string{field} + ": " + message);
        });
        return lines;
    });
    constexpr std::size_t enough = 5;
    for (std::size_t i = 0; i < std::min(wrong.size(), enough); ++i) add_warning(result, wrong[i]);
    if (wrong.size() > enough)
        add_warning(result, "and " + std::to_string(wrong.size() - enough) + " more that do not fit this vendor");
}

json::value plan_render(Call& call)
{
    const auto& context = call.context;
    const auto wanted = call.arguments.text("name");
    const auto wanted_nas = call.arguments.text("nas");
    const auto* directory = context.engine.directory();
    if (directory == nullptr)
        throw Refusal(ErrorCode::unavailable, "", "the records have not been read yet, try again");
    const auto* nas = directory->find_nas(wanted_nas);
    if (nas == nullptr)
        throw Refusal(ErrorCode::not_found, "nas",
                      "there is no nas " + provisioning::shown(wanted_nas) + ", see `porteiro nas list`");
    const PlanEntry* plan = nullptr;
    directory->each_plan([&](const PlanEntry& one) {
        if (provisioning::same_word(one.name, wanted) || std::to_string(one.id) == wanted) plan = &one;
    });
    if (plan == nullptr)
        throw Refusal(ErrorCode::not_found, "name",
                      "there is no plan " + provisioning::shown(wanted) + ", see `porteiro plan list`");
    json::object result{{"plan", plan->name},
                        {"nas", nas->name},
                        {"vendor", provisioning::name(nas->vendor)},
                        {"attributes", rendered(context.dictionary, *nas, provisioning::terms_of_plan(*plan))}};
    for (const auto& wrong : {misfits(nas->vendor, *plan), unsaid(nas->vendor, *plan)})
        for (const auto& [field, message] : wrong) add_warning(result, std::string{field} + ": " + message);
    return result;
}

}  // namespace admin
