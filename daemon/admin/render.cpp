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
using provisioning::Decision;
using provisioning::ErrorCode;
using provisioning::GardenEntry;
using provisioning::PlanEntry;
using provisioning::Record;
using provisioning::RecordType;
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

GardenEntry garden_of(const Record& record)
{
    GardenEntry garden;
    garden.name = text_in(record, "name");
    garden.framed_pool = text_in(record, "framed_pool");
    garden.address_list = text_in(record, "address_list");
    garden.filter = text_in(record, "filter");
    garden.redirect = text_in(record, "redirect");
    garden.download_bps = number_in<std::uint64_t>(record, "download");
    garden.upload_bps = number_in<std::uint64_t>(record, "upload");
    garden.interim_s = number_in<std::uint32_t>(record, "interim");
    garden.session_timeout_s = number_in<std::uint32_t>(record, "session_timeout");
    return garden;
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

std::vector<radius::Misfit> misfits(provisioning::Vendor vendor, const Decision& decision)
{
    return radius::misfits(core::dialect_of(vendor), core::terms_of(decision, {}));
}

std::vector<radius::Misfit> unsaid(provisioning::Vendor vendor, const Decision& decision)
{
    return radius::unsaid(core::dialect_of(vendor), core::terms_of(decision, {}));
}

/// Misfits of what the record gives, at each concentrator's vendor that it is for.
template <class Visit>
void each_wrong(Call& call, const RecordType& type, const Record& record,
                std::vector<radius::Misfit> (*find)(provisioning::Vendor, const Decision&), Visit visit)
{
    const bool is_garden = &type == &provisioning::garden_type;
    const auto plan = is_garden ? PlanEntry{} : plan_of(record);
    const auto garden = is_garden ? garden_of(record) : GardenEntry{};
    const auto decision = is_garden ? provisioning::terms_of_garden(garden) : provisioning::terms_of_plan(plan);
    for (const auto& nas : one_of_each_vendor(call, text_in(record, "nas")))
        for (const auto& [field, message] : find(nas.vendor, decision)) visit(nas.name, std::string{field}, message);
}

void add_lines(std::vector<std::string>& lines, const std::string& whose, provisioning::Vendor vendor,
               const Decision& decision)
{
    for (const auto& wrong : {misfits(vendor, decision), unsaid(vendor, decision)})
        for (const auto& [field, message] : wrong) lines.push_back(whose + ": " + std::string{field} + ": " + message);
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

void check_fits(Call& call, const RecordType& type, const Record& record)
{
    each_wrong(call, type, record, misfits, [](const auto& nas, const auto& field, const auto& message) {
        throw Refusal(ErrorCode::invalid, field, "nas " + nas + " cannot be told: " + message);
    });
}

void warn_of_unsaid(Call& call, const RecordType& type, const Record& record, json::object& result)
{
    each_wrong(call, type, record, unsaid, [&](const auto& nas, const auto& field, const auto& message) {
        add_warning(result, field + ": nas " + nas + ": " + message);
    });
}

void warn_of_no_garden(Call& call, const Record& record, json::object& result)
{
    if (text_in(record, "allowance").empty() || text_in(record, "allowance_then") != "garden") return;
    auto& context = call.context;
    const auto without = io::on_loop(context.loop, [&context] {
        std::string name;
        const auto* directory = context.engine.directory();
        if (directory == nullptr) return name;
        directory->each_nas([&](const provisioning::NasEntry& nas) {
            const auto* garden = directory->garden(provisioning::GardenReason::quota, nas);
            if (name.empty() && garden == nullptr) name = nas.name;
        });
        return name;
    });
    if (without.empty()) return;
    const bool has_rates =
        !text_in(record, "allowance_download").empty() || !text_in(record, "allowance_upload").empty();
    add_warning(result, "allowance_then: nas " + without + " has no garden for quota, so there a used-up allowance " +
                            (has_rates ? "brings only the allowance rates" : "changes nothing") +
                            "; see `porteiro help garden`");
}

void warn_of_terms_at(Call& call, const Record& record, json::object& result)
{
    const auto vendor = provisioning::vendor_of(text_in(record, "vendor"));
    if (!vendor) return;
    auto& context = call.context;
    const auto nas_id = number_in<std::int64_t>(record, "id");
    const auto wrong = io::on_loop(context.loop, [&context, vendor, nas_id] {
        std::vector<std::string> lines;
        const auto* directory = context.engine.directory();
        if (directory == nullptr) return lines;
        directory->each_plan([&](const PlanEntry& plan) {
            add_lines(lines, "plan " + plan.name, *vendor, provisioning::terms_of_plan(plan));
        });
        directory->each_garden([&](const GardenEntry& garden) {
            if (garden.nas_id == 0 || garden.nas_id == nas_id)
                add_lines(lines, "garden " + garden.name, *vendor, provisioning::terms_of_garden(garden));
        });
        return lines;
    });
    constexpr std::size_t enough = 5;
    for (std::size_t i = 0; i < std::min(wrong.size(), enough); ++i) add_warning(result, wrong[i]);
    if (wrong.size() > enough)
        add_warning(result, "and " + std::to_string(wrong.size() - enough) + " more that do not fit this vendor");
}

namespace {

const provisioning::Directory& directory_of(const Call& call)
{
    if (const auto* directory = call.context.engine.directory()) return *directory;
    throw Refusal(ErrorCode::unavailable, "", "the records have not been read yet, try again");
}

/// The one entry of `visit_each` that is called so or has that id.
template <class Entry, class VisitEach>
const Entry& entry_of(const Call& call, VisitEach visit_each)
{
    const auto wanted = call.arguments.text("name");
    const Entry* found = nullptr;
    visit_each([&](const Entry& one) {
        if (provisioning::same_word(one.name, wanted) || std::to_string(one.id) == wanted) found = &one;
    });
    if (found != nullptr) return *found;
    throw Refusal(ErrorCode::not_found, "name",
                  "there is no " + call.command.noun + ' ' + provisioning::shown(wanted) + ", see `porteiro " +
                      call.command.noun + " list`");
}

json::value render(const Call& call, const provisioning::Directory& directory, const std::string& name,
                   const Decision& decision)
{
    const auto wanted = call.arguments.text("nas");
    const auto* nas = directory.find_nas(wanted);
    if (nas == nullptr)
        throw Refusal(ErrorCode::not_found, "nas",
                      "there is no nas " + provisioning::shown(wanted) + ", see `porteiro nas list`");
    json::object result{{call.command.noun, name},
                        {"nas", nas->name},
                        {"vendor", provisioning::name(nas->vendor)},
                        {"attributes", rendered(call.context.dictionary, *nas, decision)}};
    for (const auto& wrong : {misfits(nas->vendor, decision), unsaid(nas->vendor, decision)})
        for (const auto& [field, message] : wrong) add_warning(result, std::string{field} + ": " + message);
    return result;
}

} // namespace

json::value plan_render(Call& call)
{
    const auto& directory = directory_of(call);
    const auto& plan = entry_of<PlanEntry>(call, [&](auto visit) { directory.each_plan(visit); });
    return render(call, directory, plan.name, provisioning::terms_of_plan(plan));
}

json::value garden_render(Call& call)
{
    const auto& directory = directory_of(call);
    const auto& garden = entry_of<GardenEntry>(call, [&](auto visit) { directory.each_garden(visit); });
    return render(call, directory, garden.name, provisioning::terms_of_garden(garden));
}

}  // namespace admin
