// What an Accounting-Request says, as a record. RFC 2866 s5.
#include "daemon/core/engine_inside.hpp"
#include "daemon/core/text.hpp"
#include "provisioning/rules/values.hpp"
#include "radius/attributes.hpp"
#include "radius/notation.hpp"

#include <algorithm>

namespace core {

namespace attribute = radius::attribute;
using provisioning::Usage;
using provisioning::UsageKind;

std::string_view view_of(Octets value) noexcept { return {reinterpret_cast<const char*>(value.data()), value.size()}; }

namespace {

constexpr std::size_t most_nat_blocks = 64;

/// Integers of an Accounting-Request; the first valid one of each type counts.
class Integers {
public:
    explicit Integers(const radius::PacketView& packet) noexcept : packet_(packet) {}
    std::optional<std::uint32_t> get(std::uint8_t type) const noexcept
    {
        for (const auto& one : packet_)
            if (one.type == type)
                if (const auto value = radius::as_integer(one.value)) return value;
        return std::nullopt;
    }
    /// RFC 2869 s5.1, s5.2: gigawords count how often the 32 bits have wrapped.
    OctetsReported octets(std::uint8_t octets, std::uint8_t gigawords) const noexcept
    {
        OctetsReported reported{get(octets), 0};
        if (const auto wraps = get(gigawords)) {
            reported.gigawords = *wraps;
            reported.octets = reported.octets.value_or(0);
        }
        return reported;
    }

private:
    const radius::PacketView& packet_;
};

std::string cleaned(const radius::PacketView& packet, std::uint8_t type)
{
    const auto value = packet.find(type);
    return value ? clean(view_of(*value)) : std::string{};
}

/// A Microsoft VSA with anything in it that proves or carries a password or a key (RFC 2548), or that cannot be read.
bool is_microsoft_credential(Octets value) noexcept
{
    radius::VendorWalk walk{value};
    if (walk.vendor() != radius::vendor::microsoft) return false;
    if (!walk.valid()) return true;
    constexpr std::uint32_t harmless[] = {radius::microsoft::mppe_encryption_policy,
                                          radius::microsoft::mppe_encryption_types, radius::microsoft::mschap_domain};
    while (const auto one = walk.next())
        if (std::ranges::find(harmless, one->type) == std::ranges::end(harmless)) return true;
    return false;
}

bool is_credential(const radius::Attribute& one) noexcept
{
    switch (one.type) {
    case attribute::user_password:
    case attribute::chap_password:
    case attribute::tunnel_password:
    case attribute::arap_password:
    case attribute::eap_message:
        return true;
    case attribute::vendor_specific:
        return is_microsoft_credential(one.value);
    default:
        return false;
    }
}

/// The packet's attributes but for credentials, which accounting never keeps (protocol N-17).
std::vector<std::uint8_t> kept_attributes(const radius::PacketView& packet)
{
    std::vector<std::uint8_t> kept;
    kept.reserve(packet.octets().size());
    for (const auto& one : packet) {
        if (is_credential(one)) continue;
        kept.push_back(one.type);
        kept.push_back(static_cast<std::uint8_t>(one.value.size() + 2));
        kept.insert(kept.end(), one.value.begin(), one.value.end());
    }
    return kept;
}

std::optional<std::string> prefix_text(const radius::PacketView& packet, std::uint8_t type)
{
    const auto value = packet.find(type);
    const auto prefix = value ? radius::as_ipv6_prefix(*value) : std::nullopt;
    if (!prefix) return std::nullopt;
    return radius::notation::text_of(prefix->octets) + '/' + std::to_string(prefix->length);
}

void take_addresses(Usage& usage, const radius::PacketView& packet)
{
    if (const auto value = packet.find(attribute::framed_ip_address))
        if (const auto ip = radius::as_ipv4(*value)) usage.framed_ip = radius::notation::text_of(*ip);
    if (const auto value = packet.find(attribute::framed_ipv6_address))
        if (const auto ip = radius::as_ipv6(*value)) usage.ipv6_address = radius::notation::text_of(*ip);
    usage.ipv6_prefix = prefix_text(packet, attribute::framed_ipv6_prefix);
    usage.delegated_ipv6_prefix = prefix_text(packet, attribute::delegated_ipv6_prefix);
    if (const auto value = packet.find(attribute::calling_station_id); value && !value->empty())
        usage.mac = provisioning::mac(view_of(*value)).value_or(clean(view_of(*value)));
}

/// Port blocks, each an address and the ports that follow it. One that is not whole is none.
std::vector<provisioning::NatBlock> nat_blocks(const radius::PacketView& packet)
{
    std::vector<provisioning::NatBlock> blocks;
    std::optional<std::array<std::uint8_t, 4>> address;
    std::optional<std::uint32_t> first, last;
    for (const auto& one : packet) {
        if (one.type != attribute::vendor_specific) continue;
        radius::VendorWalk walk{one.value};
        if (walk.vendor() != radius::vendor::huawei) continue;
        while (const auto part = walk.next()) {
            if (part->type == radius::huawei::nat_public_address) {
                address = radius::as_ipv4(part->value);
                first = last = std::nullopt;
            } else if (part->type == radius::huawei::nat_start_port) {
                first = radius::as_integer(part->value);
            } else if (part->type == radius::huawei::nat_end_port) {
                last = radius::as_integer(part->value);
            }
            if (!address || !first || !last) continue;
            if (*first <= *last && *last <= UINT16_MAX && blocks.size() < most_nat_blocks)
                blocks.push_back({radius::notation::text_of(*address), static_cast<std::uint16_t>(*first),
                                  static_cast<std::uint16_t>(*last)});
            address.reset();
        }
    }
    return blocks;
}

UsageKind kind_of(std::uint32_t status) noexcept
{
    switch (status) { // RFC 2866 s5.1
    case 1:
        return UsageKind::start;
    case 2:
        return UsageKind::stop;
    case 3:
        return UsageKind::interim;
    case 7:
        return UsageKind::nas_on;
    case 8:
        return UsageKind::nas_off;
    default:
        return UsageKind::other;
    }
}

void name_nas(Usage& usage, const radius::PacketView& packet)
{
    if (const auto value = packet.find(attribute::nas_ip_address))
        if (const auto ip = radius::as_ipv4(*value)) usage.nas_ip = radius::notation::text_of(*ip);
    if (const auto value = packet.find(attribute::nas_ipv6_address); value && !usage.nas_ip)
        if (const auto ip = radius::as_ipv6(*value)) usage.nas_ip = radius::notation::text_of(*ip);
    usage.nas_identifier = cleaned(packet, attribute::nas_identifier);
}

bool names_its_nas(const radius::PacketView& packet) noexcept
{
    for (const auto type : {attribute::nas_ip_address, attribute::nas_identifier, attribute::nas_ipv6_address})
        if (const auto value = packet.find(type); value && !value->empty()) return true;
    return false;
}

bool is_of_a_session(UsageKind kind) noexcept
{
    return kind == UsageKind::start || kind == UsageKind::interim || kind == UsageKind::stop;
}

/// Protocol N-03. Empty: nothing is wrong.
std::string complaint_of(const Usage& usage, std::optional<std::uint32_t> status, const radius::PacketView& packet,
                         const provisioning::NasEntry& nas)
{
    constexpr std::uint8_t one_host = 128; // bits of a prefix
    if (!status) return "no Acct-Status-Type";
    if (is_of_a_session(usage.kind) && usage.acct_session_id.empty()) return "no Acct-Session-Id";
    if (nas.address.length < one_host && !names_its_nas(packet))
        return "neither NAS-IP-Address nor NAS-Identifier, from one of several NAS";
    return {};
}

} // namespace

Engine::Inside::Reported Engine::Inside::reported_by(const Request& request)
{
    const auto& packet = request.packet;
    const Integers integers{packet};
    Reported made;
    auto& usage = made.usage;
    auto delay = std::chrono::seconds{integers.get(attribute::acct_delay_time).value_or(0)};
    made.delay_ignored = delay.count() > longest_delay_s;
    if (made.delay_ignored) delay = {};
    made.at = request.now.steady - delay;
    usage.arrived = std::chrono::time_point_cast<std::chrono::milliseconds>(request.now.system);
    usage.arrived_steady = request.now.steady.time_since_epoch();
    usage.at = usage.arrived - delay;
    if (const auto stamp = integers.get(attribute::event_timestamp))
        usage.nas_at = provisioning::Instant{std::chrono::seconds{*stamp}};
    usage.nas_id = request.nas.id;
    usage.login = cleaned(packet, attribute::user_name);
    usage.acct_session_id = cleaned(packet, attribute::acct_session_id);
    usage.nas_port_id = cleaned(packet, attribute::nas_port_id);
    usage.nas_port = integers.get(attribute::nas_port);
    take_addresses(usage, packet);
    name_nas(usage, packet);
    usage.session_time_s = integers.get(attribute::acct_session_time);
    usage.terminate_cause = integers.get(attribute::acct_terminate_cause);
    usage.upload_packets = integers.get(attribute::acct_input_packets).value_or(0);
    usage.download_packets = integers.get(attribute::acct_output_packets).value_or(0);
    made.upload = integers.octets(attribute::acct_input_octets, attribute::acct_input_gigawords);
    made.download = integers.octets(attribute::acct_output_octets, attribute::acct_output_gigawords);
    if (request.nas.swap_octets) {
        std::swap(usage.upload_packets, usage.download_packets);
        std::swap(made.upload, made.download);
    }
    usage.nat = nat_blocks(packet);
    usage.attributes = kept_attributes(packet);

    const auto status = integers.get(attribute::acct_status_type);
    usage.kind = status ? kind_of(*status) : UsageKind::malformed;
    usage.complaint = complaint_of(usage, status, packet, request.nas);
    if (!usage.complaint.empty()) usage.kind = UsageKind::malformed;
    if (is_of_a_session(usage.kind)) name_session(request, usage);
    return made;
}

/// By our Class, else by what the NAS itself tells sessions apart with: pppd gives three users who dial in one second
/// the same id, so the name and the caller count too.
void Engine::Inside::name_session(const Request& request, Usage& usage) noexcept
{
    for (const auto& one : request.packet) {
        if (one.type != attribute::class_) continue;
        const auto token = open_class(digester, class_key, one.value);
        if (!token) continue;
        usage.session_key = class_session_key(token->session, token->version);
        usage.began = began_of_key(usage.session_key);
        if (token->login_id != 0) usage.login_id = token->login_id;
        if (token->fingerprint) usage.fingerprint = token->fingerprint->groups;
        return;
    }
    usage.session_key = "n:" + std::to_string(usage.nas_id) + '|' + usage.acct_session_id + '|' + usage.login + '|' +
                        (usage.mac        ? *usage.mac
                         : usage.nas_port ? std::to_string(*usage.nas_port)
                                          : std::string{});
    const auto name = request.packet.find(attribute::user_name).value_or(Octets{});
    if (const auto* login = provisioning::find_login_as_dialled(*directory, view_of(name))) usage.login_id = login->id;
}

} // namespace core
