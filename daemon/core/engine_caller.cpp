// Whom a request comes from: what its failures are counted by, the sessions that are its own, the time where it is.
#include "daemon/core/engine_inside.hpp"
#include "daemon/core/text.hpp"
#include "provisioning/rules/binding.hpp"
#include "provisioning/rules/values.hpp"

#include <boost/container_hash/hash.hpp>

namespace core {

using provisioning::LoginEntry;
using provisioning::NasEntry;
using provisioning::Reason;

namespace {

Octets octets_of(std::string_view text) noexcept
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::array<std::uint8_t, 8> network_order(std::uint64_t value) noexcept
{
    std::array<std::uint8_t, 8> octets;
    for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
    return octets;
}

}  // namespace

std::uint64_t port_key(std::string_view recorded) noexcept { return boost::hash<std::string_view>{}(recorded) | 1U; }

Sessions::Caller place_of(std::int64_t nas_id, std::string_view mac, std::string_view nas_port_id,
                          std::optional<std::uint32_t> nas_port) noexcept
{
    Sessions::Caller place;
    place.nas_id = nas_id;
    if (const auto form = provisioning::mac_of_station(mac)) place.mac = *form;
    if (!nas_port_id.empty())
        place.port = port_key(nas_port_id);
    else
        place.port = nas_port ? (std::uint64_t{*nas_port} << 1) | 1U : no_port;
    return place;
}

/// Never 0, and not to be foreseen by whoever chooses the pieces.
std::uint64_t Engine::Inside::keyed(std::initializer_list<Octets> pieces) noexcept
{
    const auto digest = digester.hmac_md5(print_key, pieces);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value = value << 8 | digest[i];
    return value | 1U;
}

/// Failures count by NAS, name *and* caller: by the name alone a stranger could lock out whom it belongs to (protocol
/// L-04). A caller that shows neither MAC nor port is nobody in particular, and is not throttled. The stored password
/// is part of the key, so that a new one starts afresh.
Engine::Inside::Caller Engine::Inside::caller_of(const NasEntry& nas, const LoginEntry* login,
                                                 std::string_view login_name, std::string_view mac,
                                                 std::string_view nas_port,
                                                 std::optional<std::uint32_t> nas_port_number) noexcept
{
    Caller caller;
    const bool as_recorded = nas_port.find('\\') == nas_port.npos && provisioning::clean_text(nas_port);
    caller.place = as_recorded ? place_of(nas.id, mac, nas_port, nas_port_number)
                               : place_of(nas.id, mac, clean(nas_port), nas_port_number);

    const auto nas_id = network_order(static_cast<std::uint64_t>(nas.id));
    const std::string_view who = mac.empty() ? nas_port : mac;
    if (who.empty()) return caller;
    const auto name_length = network_order(login_name.size());
    const Octets password = login == nullptr ? Octets{} : Octets{login->sealed_password};
    caller.login_key = keyed({nas_id, name_length, octets_of(login_name), octets_of(who), password});
    if (!mac.empty()) caller.mac_key = keyed({nas_id, octets_of(mac)});
    return caller;
}

bool Engine::Inside::throttled(const Caller& caller, Now now) const noexcept
{
    return (caller.login_key != 0 && login_failures.blocked(caller.login_key, now.steady)) ||
           (caller.mac_key != 0 && mac_failures.blocked(caller.mac_key, now.steady));
}

/// Only what a guesser would see is a failure: whoever knows the password and is refused for another reason is not one.
void Engine::Inside::count_failure(const Caller& caller, Reason reason, Now now) noexcept
{
    if (reason == Reason::throttled) return counters.add(Counter::auth_throttled);
    const bool failed = reason == Reason::unknown_login || reason == Reason::bad_password;
    if (caller.login_key != 0) {
        if (failed)
            login_failures.failed(caller.login_key, now.steady);
        else if (reason == Reason::none)
            login_failures.succeeded(caller.login_key);
    }
    if (caller.mac_key != 0 && failed) mac_failures.failed(caller.mac_key, now.steady);
    if (caller.mac_key != 0 && reason == Reason::none) mac_failures.succeeded(caller.mac_key);
}

std::chrono::seconds Engine::Inside::utc_offset(Now now)
{
    if (!zone) return std::chrono::seconds{0};
    if (!zone_offset.holds(now.system)) zone_offset = zone(now.system);
    return zone_offset.offset;
}

/// The session that this Accept will become has its slot from now on, so that a second request a moment later counts it
/// (protocol A-15). Where the login is at its limit, the policy let it in because some sessions are this caller's own:
/// ghosts of before its power cut, which it takes over (protocol A-16).
void Engine::Inside::take_slot(const provisioning::Decision& decision, const Caller& caller,
                               const Sessions::Key& session, Now now)
{
    const auto login_id = decision.login->id;
    const auto live = sessions.standing(login_id, caller.place, now.steady).live;
    if (decision.simultaneous != 0 && live >= decision.simultaneous)
        sessions.take_over(login_id, caller.place, live - decision.simultaneous + 1, session, now.steady);
    sessions.reserve(session, login_id, caller.place, decision.interim_s, now.steady);
}

Engine::Standing Engine::standing(const LoginEntry& login, const NasEntry* nas, std::string_view mac,
                                  std::string_view nas_port, Now now) const
{
    auto& in = *inside_;
    Standing standing;
    standing.utc_offset = in.utc_offset(now);
    if (nas == nullptr) {
        standing.sessions = in.sessions.standing(login.id, {}, now.steady).live;
        return standing;
    }
    const auto caller = in.caller_of(*nas, &login, login.name, mac, nas_port, std::nullopt);
    const auto counted = in.sessions.standing(login.id, caller.place, now.steady);
    standing.sessions = counted.live - counted.own;
    standing.throttled = in.throttled(caller, now);
    return standing;
}

/// In force with the next packet; the records follow, and the feed brings the same again. Once in a login's life.
LearnedMac Engine::Inside::learn(const provisioning::LoginEntry& login, const provisioning::MacText& mac)
{
    const LearnedMac learned{login.id, mac};
    auto entry = login;
    auto terms = std::make_shared<provisioning::LoginTerms>();
    if (login.terms) *terms = *login.terms;
    terms->bindings.macs = {mac};
    entry.terms = std::move(terms);
    directory->apply(std::move(entry));
    return learned;
}

} // namespace core
