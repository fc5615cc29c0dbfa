// tests/unit/core/reconciler_fixture.hpp - a reconciler, concentrators that do as they are told, or not, and a clock
// that stands still until somebody moves it.
#pragma once

#include "daemon/core/reconcile/reconciler.hpp"
#include "daemon/core/terms.hpp"
#include "radius/attributes.hpp"
#include "tests/unit/radius/packets.hpp"

#include <map>
#include <set>

namespace tests {

namespace attr = radius::attribute;
using core::Counter;
using core::Following;
using core::Reconciler;
using provisioning::EnforcementOrder;
using provisioning::EnforcementResult;
using State = core::Following::State;
using namespace std::chrono_literals;

enum class Mode : std::uint8_t {
    obeys,
    without_effect,
    nak_503,
    nak_404,
    nak_506,
    loses_half,
    slow,
    wrong_secret,
    dead
};

struct Reply {
    std::chrono::steady_clock::time_point at;
    core::Path path;
    Bytes octets;
};

/// One concentrator; it counts what it is told about each session.
struct FakeNas {
    Mode mode = Mode::obeys;
    Bytes key = secret;
    std::size_t received = 0, most_outstanding = 0;
    std::map<std::string, std::set<Bytes>> requests; ///< by Acct-Session-Id: different ones
    std::map<std::string, std::size_t> packets;
    std::set<std::string> disconnected; ///< since the test looked last
    Bytes last;
    std::uint32_t toss = 1;

    bool lost()
    {
        toss = toss * 1'664'525 + 1'013'904'223;
        return mode == Mode::loses_half && (toss >> 16) % 2 == 0;
    }
    /// Its answer; nothing: none leaves it, or arrives.
    std::optional<Bytes> answer(radius::Octets request)
    {
        ++received;
        if (lost()) return std::nullopt;
        last = copy(request);
        const auto asked = view(last);
        const auto id = asked.find(attr::acct_session_id).value_or(radius::Octets{});
        const std::string session(id.begin(), id.end());
        requests[session].insert(last);
        ++packets[session];
        if (mode == Mode::dead) return std::nullopt;
        const bool coa = asked.code() == static_cast<std::uint8_t>(radius::Code::coa_request);
        std::uint32_t cause = mode == Mode::nak_503   ? 503
                              : mode == Mode::nak_404 ? 404
                              : mode == Mode::nak_506 ? 506
                                                      : 0;
        if (!coa && cause == 0 && mode != Mode::without_effect && mode != Mode::wrong_secret)
            disconnected.insert(session);
        const auto code = coa ? (cause ? radius::Code::coa_nak : radius::Code::coa_ack)
                              : (cause ? radius::Code::disconnect_nak : radius::Code::disconnect_ack);
        Bytes buffer(radius::max_packet_octets);
        radius::ReplyBuilder reply(buffer, code, asked, radius::PacketWriter::Sign::authenticator_only);
        if (cause) reply.add_integer(attr::error_cause, cause);
        radius::Digester digester;
        const auto octets = reply.finish(digester, mode == Mode::wrong_secret ? tests::octets("other") : key);
        if (lost()) return std::nullopt;
        return copy(*octets);
    }
};

struct ReconcilerFixture {
    ReconcilerFixture()
    {
        plan.id = 1;
        plan.name = "Fibra 300";
        plan.download_bps = 300'000'000;
        plan.upload_bps = 150'000'000;
        put(plan);
        put(provisioning::ClientEntry{.id = 1, .name = "Joao", .active = true});
        serve();
    }

    void serve()
    {
        reconciler.serve(&directory, {.decide =
                                          [this](const Reconciler::Online& online, core::Now at) {
                                              return provisioning::authorize({.login = online.user_name,
                                                                              .proof = provisioning::Proof::proved,
                                                                              .now = at.system,
                                                                              .nas = directory.find_nas(online.nas_id)},
                                                                             directory);
                                          },
                                      .unknown = [this](const core::Sessions::Key& key) { unknown.insert(key); },
                                      .secret_of = [](const provisioning::NasEntry& nas,
                                                      core::Now) { return nas.secret.octets(); }});
    }

    template <class Entry>
    void put(Entry entry)
    {
        directory.apply(provisioning::Change{std::move(entry)});
    }
    void put_nas(std::int64_t id, Mode mode = Mode::obeys)
    {
        provisioning::NasEntry nas;
        nas.id = id;
        nas.name = "bras" + std::to_string(id);
        nas.address = *provisioning::parse_prefix(address_of(id));
        nas.secret = provisioning::Secret{secret};
        nas.vendor = provisioning::Vendor::mikrotik;
        put(nas);
        nas_of(id).mode = mode;
    }
    static std::string address_of(std::int64_t nas) { return "10.0." + std::to_string(nas) + ".1"; }
    FakeNas& nas_of(std::int64_t id) { return concentrators[*provisioning::parse_address(address_of(id))]; }

    provisioning::ContractEntry contract(std::int64_t id)
    {
        provisioning::ContractEntry entry;
        entry.id = id;
        entry.client_id = 1;
        return entry;
    }
    void suspend(std::int64_t id)
    {
        auto entry = contract(id);
        entry.status = provisioning::ContractStatus::suspended;
        entry.suspension_kind = "fraud";
        put(entry);
        reconciler.changed(provisioning::EntryKind::contract, id);
    }
    void release(std::int64_t id)
    {
        put(contract(id));
        reconciler.changed(provisioning::EntryKind::contract, id);
    }
    void set_plan_rate(std::uint64_t download)
    {
        plan.download_bps = download;
        put(plan);
        reconciler.changed(provisioning::EntryKind::plan, 1);
    }

    static core::Sessions::Key key_of(std::int64_t session)
    {
        core::Sessions::Key key{};
        for (int i = 0; i < 8; ++i) key[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(session >> (8 * i));
        return key;
    }
    static std::string name_of(std::int64_t session) { return "s" + std::to_string(session); }
    /// The session, login and contract of that number, at a NAS.
    void dial(std::int64_t session, std::int64_t nas)
    {
        put(contract(session));
        provisioning::LoginEntry login;
        login.id = session;
        login.name = "login" + std::to_string(session);
        login.contract_id = session;
        login.plan_id = 1;
        put(login);
        at_nas[session] = nas;
        hear(session);
    }
    Reconciler::Online online(std::int64_t session)
    {
        Reconciler::Online made;
        made.key = key_of(session);
        made.session_key = "s:" + name_of(session);
        made.login_id = session;
        made.nas_id = at_nas[session];
        made.user_name = "login" + std::to_string(session);
        made.acct_session_id = name_of(session);
        made.nas_ip = address_of(at_nas[session]);
        made.framed_ip = "100.64.0.9";
        made.from.remote = *provisioning::parse_address(address_of(at_nas[session]));
        made.at = now.steady;
        return made;
    }
    void hear(std::int64_t session, std::uint64_t download = 0)
    {
        auto record = online(session);
        record.download = download;
        reconciler.online(std::move(record), now);
    }

    void send(const Reconciler::Packet& packet)
    {
        const auto found = concentrators.find(packet.path.remote);
        REQUIRE(found != concentrators.end());
        auto& nas = found->second;
        const auto reply = nas.answer(packet.octets);
        if (!reply) return;
        const auto delay = nas.mode == Mode::slow ? 5000ms : 2ms;
        replies.emplace(now.steady + delay, Reply{now.steady + delay, packet.path, *reply});
    }
    void deliver()
    {
        while (!replies.empty() && replies.begin()->first <= now.steady) {
            const auto reply = std::move(replies.begin()->second);
            replies.erase(replies.begin());
            reconciler.on_reply(reply.path, reply.octets, now);
            auto& nas = concentrators[reply.path.remote];
            for (const auto& session : std::exchange(nas.disconnected, {})) {
                ++ended;
                reconciler.ended(key_of(std::stoll(session.substr(1))), now);
            }
        }
    }
    void run(std::chrono::milliseconds time)
    {
        const auto end = now.steady + time;
        while (true) {
            auto next = reconciler.work(now, [this](const Reconciler::Packet& packet) { send(packet); });
            ++works;
            for (auto& attempt : reconciler.take_attempts()) attempts.push_back(std::move(attempt));
            if (next && *next <= now.steady) continue;
            auto to = std::min(end, next.value_or(end));
            if (!replies.empty()) to = std::min(to, std::max(now.steady, replies.begin()->first));
            if (to >= end && (replies.empty() || replies.begin()->first > end)) break;
            pass(std::chrono::ceil<std::chrono::milliseconds>(to - now.steady));
            deliver();
        }
        pass(std::chrono::duration_cast<std::chrono::milliseconds>(end - now.steady));
    }
    void pass(std::chrono::milliseconds time)
    {
        now.steady += time;
        now.system += time;
    }
    std::vector<EnforcementResult> results() const
    {
        std::vector<EnforcementResult> all;
        for (const auto& attempt : attempts) all.push_back(attempt.result);
        return all;
    }
    std::optional<Following> following(std::int64_t session) { return reconciler.following(key_of(session), now); }
    /// A session follows, is being told, or has failed; nothing: it is over.
    std::optional<State> state(std::int64_t session)
    {
        const auto one = following(session);
        return one ? std::optional{one->state} : std::nullopt;
    }

    provisioning::Directory directory;
    provisioning::PlanEntry plan;
    core::Counters counters;
    radius::Digester digester;
    std::uint32_t drawn = 7;
    Reconciler reconciler{[this](std::span<std::uint8_t> out) {
                              for (auto& octet : out) {
                                  drawn = drawn * 1'664'525 + 1'013'904'223;
                                  octet = static_cast<std::uint8_t>(drawn >> 24);
                              }
                          },
                          counters, digester};
    core::Now now{std::chrono::steady_clock::time_point{1000s}, std::chrono::system_clock::time_point{1'800'000'000s}};
    std::map<provisioning::Address, FakeNas> concentrators;
    std::multimap<std::chrono::steady_clock::time_point, Reply> replies;
    std::map<std::int64_t, std::int64_t> at_nas;
    std::set<core::Sessions::Key> unknown;
    std::vector<provisioning::EnforcementAttempt> attempts;
    std::size_t ended = 0, works = 0;
};

} // namespace tests
