// Accounting-Request: authentic? then its usage, and an answer that waits until the record is safe. RFC 2866.
#include "daemon/core/engine_inside.hpp"
#include "daemon/core/text.hpp"
#include "provisioning/rules/values.hpp"
#include "radius/attributes.hpp"

#include <algorithm>

namespace core {

namespace attribute = radius::attribute;
using provisioning::Usage;
using provisioning::UsageKind;
using Kind = Event::Kind;

namespace {

constexpr std::uint32_t status_start = 1, status_stop = 2, status_interim = 3;  // RFC 2866 s5.1
constexpr std::uint32_t longest_delay_s = 7 * 86'400;                           // protocol N-16

std::string_view view_of(Octets value) noexcept { return {reinterpret_cast<const char*>(value.data()), value.size()}; }

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
    std::uint64_t joined(std::uint8_t octets, std::uint8_t gigawords) const noexcept
    {
        return std::uint64_t{get(gigawords).value_or(0)} << 32 | get(octets).value_or(0);
    }

private:
    const radius::PacketView& packet_;
};

std::string cleaned(const radius::PacketView& packet, std::uint8_t type)
{
    const auto value = packet.find(type);
    return value ? clean(view_of(*value)) : std::string{};
}

/// The packet's attributes but for credentials, which accounting never keeps (protocol N-17).
std::vector<std::uint8_t> kept_attributes(const radius::PacketView& packet)
{
    std::vector<std::uint8_t> kept;
    kept.reserve(packet.octets().size());
    for (const auto& [type, value] : packet) {
        if (type == attribute::user_password || type == attribute::chap_password) continue;
        kept.push_back(type);
        kept.push_back(static_cast<std::uint8_t>(value.size() + 2));
        kept.insert(kept.end(), value.begin(), value.end());
    }
    return kept;
}

void take_addresses(Usage& usage, const radius::PacketView& packet)
{
    if (const auto value = packet.find(attribute::framed_ip_address))
        if (const auto ip = radius::as_ipv4(*value)) usage.framed_ip = to_text(provisioning::ipv4_address(*ip));
    if (const auto value = packet.find(attribute::calling_station_id); value && !value->empty())
        usage.mac = provisioning::mac(view_of(*value)).value_or(clean(view_of(*value)));
}

void take_counters(Usage& usage, const Integers& integers)
{
    usage.session_time_s = integers.get(attribute::acct_session_time).value_or(0);
    usage.upload_octets = integers.joined(attribute::acct_input_octets, attribute::acct_input_gigawords);
    usage.download_octets = integers.joined(attribute::acct_output_octets, attribute::acct_output_gigawords);
    usage.upload_packets = integers.get(attribute::acct_input_packets).value_or(0);
    usage.download_packets = integers.get(attribute::acct_output_packets).value_or(0);
    usage.terminate_cause = integers.get(attribute::acct_terminate_cause);
}

}  // namespace

Outcome Engine::Inside::on_acct(const Request& received)
{
    Request request = received;
    const auto& packet = request.packet;
    const auto& nas = request.nas;
    if (packet.code() == static_cast<std::uint8_t>(radius::Code::status_server))
        return status_server(request, radius::Code::accounting_response, radius::ReplyBuilder::Sign::authenticator_only,
                             Counter::acct_status_server);
    if (packet.code() != static_cast<std::uint8_t>(radius::Code::accounting_request))
        return refuse(Counter::acct_unknown_type, {.kind = Kind::unknown_type, .nas = &nas});
    counters.add(Counter::acct_requests);
    ++request.state.counters.accounting;

    if (!authenticated(request)) {
        note_bad(request);
        return refuse(Counter::acct_bad_authenticator,
                      {.kind = Kind::bad_authenticator, .detail = "Request Authenticator", .nas = &nas});
    }
    const auto signature = radius::check_message_authenticator(digester, packet, request.secret);
    if (signature == radius::MessageAuthenticator::wrong || signature == radius::MessageAuthenticator::malformed)
        return unverified(request, Counter::acct_bad_authenticator, "Message-Authenticator");
    verified(request);

    const auto key = key_of(request.datagram, packet);
    const auto print = print_of(packet);
    if (const auto found = duplicates.find(key, print, request.now.steady)) return repeated(request, *found);
    const char* wrong = nullptr;
    std::optional<ClassToken> token;
    auto decoded = usage_of(request, token, wrong);
    if (wrong) return refuse(Counter::acct_malformed, {.kind = Kind::acct_malformed, .detail = wrong, .nas = &nas});

    // An Accounting-Response is never longer than the request: a header and its Proxy-State.
    const auto ticket = pending.size() < max_pending_accounting
                            ? duplicates.begin(key, print, packet.octets().size(), request.now.steady)
                            : 0;
    if (ticket == 0) {
        ++request.state.counters.dropped;
        return refuse(Counter::acct_dropped, {.kind = Kind::no_room, .nas = &nas});
    }
    radius::ReplyBuilder builder(out, radius::Code::accounting_response, packet,
                                 radius::ReplyBuilder::Sign::authenticator_only);
    builder.echo_proxy_state(packet);
    const auto reply = builder.finish(digester, request.secret);
    Outcome outcome;
    if (!reply) return outcome;
    if (!decoded) {  // nothing to keep of it: known to be genuine, acknowledged at once
        counters.add(Counter::acct_responses);
        duplicates.answer(key, ticket, *reply, request.now.steady);
        outcome.reply = *reply;
        return outcome;
    }
    usage = std::move(*decoded);
    hear(usage, request, token);
    pending.emplace(ticket, Pending{request.datagram.path, key, nas.id, {reply->begin(), reply->end()}});
    outcome.usage = &usage;
    outcome.lost = lost;
    outcome.ticket = ticket;
    return outcome;
}

/// Nothing, and no word of wrong: a status that concerns no session (Accounting-On, Off, unknown ones).
std::optional<Usage> Engine::Inside::usage_of(const Request& request, std::optional<ClassToken>& token,
                                              const char*& wrong)
{
    const auto& packet = request.packet;
    const Integers integers{packet};
    const auto status = integers.get(attribute::acct_status_type);
    if (!status) {
        wrong = "no Acct-Status-Type";
        return std::nullopt;
    }
    if (*status != status_start && *status != status_stop && *status != status_interim) return std::nullopt;

    Usage made;
    made.kind = *status == status_start  ? UsageKind::start
                : *status == status_stop ? UsageKind::stop
                                         : UsageKind::interim;
    made.acct_session_id = cleaned(packet, attribute::acct_session_id);
    if (made.acct_session_id.empty()) {
        wrong = "no Acct-Session-Id";
        return std::nullopt;
    }
    auto delay = std::chrono::seconds{integers.get(attribute::acct_delay_time).value_or(0)};
    if (delay.count() > longest_delay_s) delay = {};
    made.at = std::chrono::time_point_cast<std::chrono::milliseconds>(request.now.system) - delay;
    made.nas_id = request.nas.id;
    const auto name_octets = packet.find(attribute::user_name).value_or(Octets{});
    made.login = clean(view_of(name_octets));
    made.nas_port_id = cleaned(packet, attribute::nas_port_id);
    take_addresses(made, packet);
    take_counters(made, integers);
    made.attributes = kept_attributes(packet);

    for (const auto& one : packet) {
        if (one.type != attribute::class_) continue;
        token = open_class(digester, class_key, one.value);
        if (!token) continue;
        made.session_key = class_session_key(token->session);
        made.login_id = token->login_id;
        return made;
    }
    // Without our Class: pppd gives three users who dial in one second the same id, so the name and the caller count
    // too.
    const auto port = integers.get(attribute::nas_port);
    made.session_key = "n:" + std::to_string(made.nas_id) + '|' + made.acct_session_id + '|' + made.login + '|' +
                       (made.mac ? *made.mac
                        : port   ? std::to_string(*port)
                                 : std::string{});
    if (const auto* login = provisioning::find_login_as_dialled(*directory, view_of(name_octets)))
        made.login_id = login->id;
    return made;
}

std::optional<LateReply> Engine::stored(Ticket ticket, Now now)
{
    auto& in = *inside_;
    const auto at = in.pending.find(ticket);
    if (at == in.pending.end()) return std::nullopt;
    in.finished = std::move(at->second);
    in.pending.erase(at);
    if (!in.duplicates.answer(in.finished.key, ticket, in.finished.reply, now.steady)) return std::nullopt;
    in.counters.add(Counter::acct_responses);
    return LateReply{in.finished.path, in.finished.reply};
}

void Engine::not_stored(Ticket ticket)
{
    auto& in = *inside_;
    const auto at = in.pending.find(ticket);
    if (at == in.pending.end()) return;
    in.counters.add(Counter::acct_dropped);
    in.duplicates.forget(at->second.key, ticket);
    in.pending.erase(at);
}

} // namespace core
