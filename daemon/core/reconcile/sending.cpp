// Whose turn it is, and what is said to their NAS.
#include "daemon/core/reconcile/reconciler_inside.hpp"
#include "daemon/core/terms.hpp"
#include "daemon/core/text.hpp"
#include "radius/attributes.hpp"

namespace core {

namespace attribute = radius::attribute;
using provisioning::EnforcementOrder;
using provisioning::EnforcementResult;

namespace {

constexpr int sent_at_once = 96; ///< about a millisecond: each is judged anew and signed
constexpr std::chrono::seconds probe_patience{10};

std::uint32_t unix_seconds(Now now) noexcept
{
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(now.system.time_since_epoch()).count());
}

void add_address(radius::PacketWriter& request, std::uint8_t ipv4, std::uint8_t ipv6, std::string_view text)
{
    const auto address = provisioning::parse_address(text);
    if (!address) return;
    const Octets octets{address->octets};
    if (address->is_ipv4())
        request.add(ipv4, octets.last(4));
    else if (ipv6 != 0)
        request.add(ipv6, octets);
}

/// Exactly as the NAS reported it: RouterOS refuses what does not match. Protocol O-01; RFC 5176 s3.
void identify(radius::PacketWriter& request, const Reconciler::Online& online)
{
    request.add_text(attribute::user_name, online.user_name);
    if (online.nas_ip.empty())
        request.add_text(attribute::nas_identifier, online.nas_identifier);
    else
        add_address(request, attribute::nas_ip_address, attribute::nas_ipv6_address, online.nas_ip);
    request.add_text(attribute::acct_session_id, online.acct_session_id);
    add_address(request, attribute::framed_ip_address, 0, online.framed_ip);
}

radius::PacketWriter::Sign sign_for(const provisioning::NasEntry& nas) noexcept
{
    return nas.coa_message_authenticator ? radius::PacketWriter::Sign::message_authenticator
                                         : radius::PacketWriter::Sign::authenticator_only;
}

} // namespace

double Reconciler::Inside::jitter()
{
    std::array<std::uint8_t, 2> drawn{};
    random(drawn);
    return (drawn[0] * 256 + drawn[1]) / 32767.5 - 1;
}

Line& Reconciler::Inside::line_to(std::int64_t nas_id, const Path& path)
{
    const LineKey key{path.remote, path.remote_port, nas_id};
    return lines.try_emplace(key, [this] { return jitter(); }).first->second;
}

/// Where its accounting comes from; of one not heard since the start, its NAS's address where the records have one.
Reconciler::Inside::Way Reconciler::Inside::way_to(const Online& online, const provisioning::NasEntry* nas) const
{
    constexpr std::uint8_t one_host = 128;
    if (nas == nullptr) return {{}, "its NAS is not in the records"};
    if (!nas->coa) return {{}, "coa is off for this NAS"};
    if (nas->secret.empty()) return {{}, "its NAS has no secret"};
    Way way{online.from, {}};
    way.path.socket = 0;
    way.path.remote_port = nas->coa_port;
    if (nas->address.contains(way.path.remote)) return way;
    way.path = Path{};
    way.path.remote_port = nas->coa_port;
    way.path.remote = nas->address.network;
    if (nas->address.length == one_host) return way;
    const auto reported = provisioning::parse_address(online.nas_ip);
    if (!reported || !nas->address.contains(*reported)) return {{}, "its NAS's address is not known until it is heard"};
    way.path.remote = *reported;
    return way;
}

void Reconciler::Inside::enqueue(Slot slot, Line& line)
{
    Member& member = roster.at(slot);
    member.task->phase = Phase::queued;
    member.task->line = &line;
    member.task->place = line.enqueue(slot, member.hand ? Line::Urgency::by_hand : Line::Urgency::usual);
}

void Reconciler::Inside::set_timer(Slot slot, Time when)
{
    Member& member = roster.at(slot);
    member.task->timer = ++last_timer;
    timers.emplace(when, last_timer, slot, member.generation);
}

void Reconciler::Inside::pause(Slot slot, std::chrono::milliseconds time, Now now)
{
    Task& task = *roster.at(slot).task;
    task.phase = Phase::pausing;
    task.next = now.steady + time;
    set_timer(slot, task.next);
}

void Reconciler::Inside::ring(Now now)
{
    while (!timers.empty() && std::get<0>(timers.top()) <= now.steady) {
        const auto [when, timer, slot, generation] = timers.top();
        timers.pop();
        Member* member = roster.at(slot, generation);
        if (member == nullptr || !member->task || member->task->timer != timer) continue;
        if (member->task->phase == Phase::pausing) {
            member->task->phase = Phase::no_way;
            want_look(slot);
        } else if (member->hand) { // its Stop has not come in time
            told.emplace_back(std::move(member->hand->done), member->hand->outcome);
            member->hand.reset();
        }
    }
}

/// False: there is more that could be sent at once. Each line gets its turn, whatever the others wait for (F-23).
bool Reconciler::Inside::run_lines(Now now, const Send& send)
{
    int left = sent_at_once;
    auto at = lines.upper_bound(last_line);
    for (std::size_t i = 0; i < lines.size() && left > 0; ++i, ++at) {
        if (at == lines.end()) at = lines.begin();
        Line& line = at->second;
        last_line = at->first;
        auto silent = line.run(now.steady, [&](const Line::Flight& flight) {
            counters.add(Counter::coa_repeats);
            send({flight.path, flight.octets});
            --left;
        });
        for (auto& flight : silent) finish(line, std::move(flight), {}, now);
        for (; left > 0; --left) {
            const auto slot = line.next(now.steady);
            if (!slot) break;
            send_next(line, *slot, now, send);
        }
    }
    return left > 0;
}

/// As things are now: what it waited for may be no more.
void Reconciler::Inside::send_next(Line& line, Slot slot, Now now, const Send& send)
{
    Member& member = roster.at(slot);
    Task& task = *member.task;
    task.phase = Phase::no_way;
    auto judged = judge(member, now);
    note_validity(slot, judged.decision);
    if (follows(member.had(), judged.wanted)) return settle(slot, judged);
    if (!task.wanted.same_as(judged.wanted)) return pursue(slot, std::move(judged), now);
    const auto way = way_to(member.online, judged.nas);
    if (!way.problem.empty() || &line_to(member.online.nas_id, way.path) != &line)
        return pursue(slot, std::move(judged), now);
    launch(line, slot, judged, way.path, now, send);
}

std::optional<Octets> Reconciler::Inside::written(const Member& member, const Judged& judged, std::uint8_t identifier,
                                                  Octets secret, Now now)
{
    const bool coa = member.task->order == EnforcementOrder::coa;
    radius::RequestBuilder request(out, coa ? radius::Code::coa_request : radius::Code::disconnect_request, identifier,
                                   sign_for(*judged.nas));
    identify(request, member.online);
    request.add_integer(attribute::event_timestamp, unix_seconds(now));
    if (coa) {
        const auto& wanted = judged.wanted.fingerprint;
        radius::render_change(dialect_of(judged.nas->vendor), radius::differing(worst_of(member.had(), wanted), wanted),
                              terms_of(judged.decision, {}), judged.nas->open_list, request);
    }
    return request.finish(digester, secret);
}

void Reconciler::Inside::launch(Line& line, Slot slot, const Judged& judged, const Path& path, Now now,
                                const Send& send)
{
    Member& member = roster.at(slot);
    Task& task = *member.task;
    const auto& wanted = judged.wanted;
    const bool can = !wanted.offline && !task.escalated &&
                     radius::can_change(dialect_of(judged.nas->vendor), worst_of(member.had(), wanted.fingerprint),
                                        wanted.fingerprint, judged.nas->open_list);
    if (member.hand && !member.hand->disconnect && !can)
        return finish_hand(slot, {.problem = std::string{no_words_for_rates}});
    task.order = can ? EnforcementOrder::coa : EnforcementOrder::disconnect;
    task.wanted = wanted;
    Ordered order{.slot = slot, .generation = member.generation, .wanted = wanted, .by_hand = member.hand != nullptr};
    auto& attempt = order.attempt;
    attempt.at = std::chrono::time_point_cast<std::chrono::milliseconds>(now.system);
    attempt.session_key = member.online.session_key;
    attempt.began = member.online.began;
    if (member.online.login_id > 0) attempt.login_id = member.online.login_id;
    attempt.login = clean(member.online.user_name);
    attempt.nas_id = member.online.nas_id;
    attempt.order = task.order;
    attempt.why = wanted.why;
    attempt.wanted = wanted.words;
    attempt.fingerprint = wanted.fingerprint.groups;
    if (member.hand) attempt.actor = member.hand->actor;
    const auto secret = records.secret_of(*judged.nas, now);
    const auto identifier = line.free_identifier(now.steady);
    const auto octets = written(member, judged, *identifier, secret, now);
    if (!octets) {
        attempt.sent = 0;
        return came(slot, std::move(order), {.result = EnforcementResult::not_sent}, now);
    }
    task.phase = Phase::in_flight;
    task.line = &line;
    task.order_number = ++last_order;
    orders.emplace(last_order, std::move(order));
    counters.add(Counter::coa_requests);
    const auto& flight = line.start({.owner = last_order,
                                     .identifier = *identifier,
                                     .octets = {octets->begin(), octets->end()},
                                     .secret = provisioning::Secret{secret},
                                     .path = path},
                                    now.steady);
    send({path, flight.octets});
}

/// An identification that no session has: a NAS that knows the secret says so (RFC 5176 s3.5: 503).
void Reconciler::Inside::launch(NewProbe&& asked, Now now, const Send& send)
{
    static constexpr std::string_view nobody = "porteiro-probe";
    if (asked.to.remote_port == 0) asked.to.remote_port = asked.nas.coa_port;
    Line& line = line_to(asked.nas.id, asked.to);
    const auto identifier = line.free_identifier(now.steady);
    const auto secret = records.secret_of ? records.secret_of(asked.nas, now) : asked.nas.secret.octets();
    if (!identifier) return static_cast<void>(probed.emplace_back(std::move(asked.done), Probed{}));
    radius::RequestBuilder request(out, radius::Code::disconnect_request, *identifier, sign_for(asked.nas));
    request.add_text(attribute::user_name, nobody);
    add_address(request, attribute::nas_ip_address, attribute::nas_ipv6_address,
                provisioning::to_text(asked.to.remote));
    request.add_text(attribute::acct_session_id, nobody);
    request.add_integer(attribute::event_timestamp, unix_seconds(now));
    const auto octets = request.finish(digester, secret);
    if (!octets) return static_cast<void>(probed.emplace_back(std::move(asked.done), Probed{}));
    probes.emplace(++last_order, Probe{std::move(asked.done), false});
    counters.add(Counter::coa_requests);
    const auto& flight = line.start({.owner = last_order,
                                     .identifier = *identifier,
                                     .octets = {octets->begin(), octets->end()},
                                     .secret = provisioning::Secret{secret},
                                     .path = asked.to,
                                     .over = true},
                                    now.steady, probe_patience);
    send({asked.to, flight.octets});
}

} // namespace core
