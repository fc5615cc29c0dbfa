// tests/unit/core/engine_fixture.hpp - an engine with one subscriber and one NAS, and packets for it.
#pragma once

#include "daemon/core/engine.hpp"
#include "daemon/core/prover.hpp"
#include "provisioning/password_form.hpp"
#include "radius/attributes.hpp"
#include "radius/authenticator.hpp"
#include "radius/password.hpp"
#include "tests/unit/radius/packets.hpp"

#include <algorithm>

namespace tests {

namespace attr = radius::attribute;
using core::Counter;
using provisioning::Reason;

inline constexpr std::string_view joao = "joao@isp.example", joao_password = "segredo";

/// An attribute of type integer.
inline Bytes number(std::uint8_t type, std::uint32_t value)
{
    return attribute(type, {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
                            static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)});
}

struct EngineFixture {
    EngineFixture()
    {
        auto directory = std::make_unique<provisioning::Directory>();
        directory->apply(nas());
        provisioning::PlanEntry plan;
        plan.id = 1;
        plan.name = "Fibra 300";
        plan.download_bps = 300'000'000;
        plan.upload_bps = 150'000'000;
        plan.framed_pool = "pool-1";
        plan.interim_s = 300;
        directory->apply(provisioning::Change{plan});
        directory->apply(provisioning::ClientEntry{.id = 1, .name = "Joao", .active = true});
        provisioning::ContractEntry contract;
        contract.id = 1;
        contract.client_id = 1;
        directory->apply(provisioning::Change{contract});
        directory->apply(login());
        engine.take(std::move(directory));
    }

    static provisioning::NasEntry nas()
    {
        provisioning::NasEntry entry;
        entry.id = 1;
        entry.name = "bras1";
        entry.address = *provisioning::parse_prefix("10.0.0.0/24");
        entry.secret = provisioning::Secret{secret};
        entry.vendor = provisioning::Vendor::mikrotik;
        return entry;
    }

    provisioning::LoginEntry login()
    {
        provisioning::LoginEntry entry;
        entry.id = 7;
        entry.name = joao;
        entry.contract_id = 1;
        entry.plan_id = 1;
        entry.sealed_password = sealer.seal(octets(joao_password), core::login_password_context(7));
        return entry;
    }

    core::Outcome send(const Bytes& packet, core::Service service = core::Service::auth, std::uint16_t port = 40'000)
    {
        return engine.on_datagram(datagram(packet, service, port), now);
    }

    static core::Datagram datagram(const Bytes& packet, core::Service service = core::Service::auth,
                                   std::uint16_t port = 40'000)
    {
        core::Datagram made;
        made.service = service;
        made.path.remote = *provisioning::parse_address("10.0.0.5");
        made.path.remote_port = port;
        made.octets = packet;
        return made;
    }

    /// The same from a port of its own, so that it is no duplicate; where a hash is to be checked, it is.
    core::Outcome ask(const Bytes& packet, core::Service service = core::Service::auth)
    {
        auto outcome = send(packet, service, ++last_port);
        if (!outcome.hash) return outcome;
        const bool right = provisioning::crypt_matches(outcome.hash->stored.octets(), outcome.hash->typed.octets());
        auto late = engine.hash_checked(outcome.ticket, right, now);
        REQUIRE(late);
        return std::move(late->outcome);
    }

    void apply(provisioning::Change change)
    {
        std::vector<provisioning::Change> changes;
        changes.push_back(std::move(change));
        engine.apply(std::move(changes));
    }

    void pass(std::chrono::milliseconds time)
    {
        now.steady += time;
        now.system += time;
    }

    static Bytes from(std::string_view mac) { return attribute(attr::calling_station_id, octets(mac)); }

    Bytes pap(std::string_view login, std::string_view password, const Bytes& more = {}, const Bytes& key = secret)
    {
        std::array<std::uint8_t, radius::max_password_octets> out;
        const auto header = access_request({});
        const auto sealed =
            copy(radius::encrypt_user_password(digester, octets(password), key, view(header).authenticator(), out));
        return access_request(attribute(attr::user_name, octets(login)) + attribute(attr::user_password, sealed) +
                              more);
    }

    /// The request with a Message-Authenticator at its end.
    Bytes with_signature(Bytes request, const Bytes& key = secret)
    {
        request = request + attribute(attr::message_authenticator, Bytes(16));
        set_length(request, request.size());
        Bytes covered = request;
        if (request[0] == static_cast<std::uint8_t>(radius::Code::accounting_request))
            std::fill_n(covered.begin() + 4, 16, std::uint8_t{0});
        const auto mac = digester.hmac_md5(key, {covered});
        std::copy(mac.begin(), mac.end(), request.end() - 16);
        return request;
    }

    Bytes accounting(const Bytes& attributes, std::uint8_t identifier = 7)
    {
        auto request = packet(radius::Code::accounting_request, attributes);
        request[1] = identifier;
        std::fill_n(request.begin() + 4, 16, std::uint8_t{0});
        const auto sum = digester.md5({request, secret});
        std::copy(sum.begin(), sum.end(), request.begin() + 4);
        return request;
    }

    /// Its NAS names itself: the fixture's could be several (protocol N-03).
    inline static const Bytes of_bras = attribute(attr::nas_identifier, octets("bras1"));

    /// An Accounting-Request of that status for Joao.
    Bytes accounting_of(std::uint8_t status, const Bytes& more = {}, std::uint8_t identifier = 7)
    {
        return accounting(attribute(attr::acct_status_type, {0, 0, 0, status}) +
                              attribute(attr::acct_session_id, octets("81a0")) +
                              attribute(attr::user_name, octets(joao)) + of_bras + more,
                          identifier);
    }

    std::uint64_t count(Counter counter) { return engine.counters().get(counter); }

    provisioning::Sealer sealer{std::array<std::uint8_t, 32>{1, 2, 3}};
    std::uint32_t next_random = 0;
    std::uint16_t last_port = 0;
    core::Engine engine{sealer, [this](std::span<std::uint8_t> out) {
                            for (auto& octet : out) {
                                octet = static_cast<std::uint8_t>(next_random ^ next_random >> 8); // repeats late
                                ++next_random;
                            }
                        }};
    radius::Digester digester;
    core::Now now{std::chrono::steady_clock::time_point{std::chrono::seconds{1000}},
                  std::chrono::system_clock::time_point{std::chrono::seconds{1'800'000'000}}};
};

inline std::uint8_t code_of(const core::Outcome& outcome) { return outcome.reply.empty() ? 0 : outcome.reply[0]; }

}  // namespace tests
