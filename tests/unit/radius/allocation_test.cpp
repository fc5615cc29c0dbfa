// tests/unit/radius/allocation_test.cpp - the packet path allocates nothing (protocol: no allocation before
// authentication).
#include "packets.hpp"

#include "radius/attributes.hpp"
#include "radius/authenticator.hpp"
#include "radius/chap.hpp"
#include "radius/dialect/dialect.hpp"
#include "radius/password.hpp"
#include "radius/request.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> allocations{0};

void* counted(std::size_t size)
{
    ++allocations;
    if (void* block = std::malloc(size == 0 ? 1 : size)) return block;
    throw std::bad_alloc{};
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t) noexcept { std::free(block); }

namespace tests {
/// For the other files of this program; there is one operator new.
std::size_t allocated() noexcept { return allocations.load(); }
}  // namespace tests

using namespace tests;

TEST_CASE("H-05 parse, verify, PAP, CHAP and build allocate nothing")
{
    const auto pap = octets_of("radclient_access_request"), chap = octets_of("radclient_chap_request");
    const auto accounting = octets_of("radclient_accounting_request");
    const auto password = octets("arctangent"), reply_attributes = hex("12 04 4869");
    const std::string routes[] = {"198.51.100.0/24 0.0.0.0 1", "203.0.113.8/29"};
    constexpr radius::Dialect dialects[] = {radius::Dialect::generic, radius::Dialect::mikrotik,
                                            radius::Dialect::cisco,   radius::Dialect::juniper,
                                            radius::Dialect::huawei,  radius::Dialect::accel_ppp};
    std::array<std::uint8_t, radius::max_packet_octets> buffer;
    std::array<std::uint8_t, radius::max_password_octets> clear;
    radius::Digester digester;
    const Bytes probe(1);  // the counter counts
    REQUIRE(allocations.load() > 0);

    const auto before = allocations.load();
    bool good = true;
    const auto request = radius::parse_packet(pap);
    good = good &&
           radius::check_message_authenticator(digester, *request, secret) == radius::MessageAuthenticator::verified;
    const auto value = *request->find(radius::attribute::user_password);
    good = good && radius::decrypt_user_password(digester, value, secret, request->authenticator(), clear).has_value();
    for (const auto attribute : *request) {
        radius::VendorWalk walk{attribute.value};
        while (walk.next()) {
        }
    }
    const auto other = radius::parse_packet(chap);
    good = good && radius::chap_verifies(digester, *other->find(radius::attribute::chap_password),
                                         *other->find(radius::attribute::chap_challenge), password);
    const auto usage = radius::parse_packet(accounting);
    good = good && radius::request_authenticator_verifies(digester, *usage, secret);
    for (const auto dialect : dialects) {
        radius::ReplyBuilder reply{buffer, radius::Code::access_accept, *request,
                                   radius::ReplyBuilder::Sign::message_authenticator};
        radius::render(dialect,
                       {.download_bps = 300'000'000,
                        .upload_bps = 150'000'000,
                        .burst_download_bps = 600'000'000,
                        .burst_upload_bps = 300'000'000,
                        .burst_time_s = 8,
                        .framed_pool = "clients",
                        .framed_ipv6_prefix = radius::Ipv6Prefix{64, {0x20, 0x01}},
                        .delegated_ipv6_pool = "pd56",
                        .routes = routes,
                        .filter = "gold",
                        .address_list = "paid",
                        .session_timeout_s = 3600,
                        .idle_timeout_s = 600,
                        .interim_s = 300,
                        .class_ = value,
                        .reply_attributes = reply_attributes,
                        .login_reply_attributes = reply_attributes},
                       reply);
        reply.echo_proxy_state(*request);
        const auto built = reply.finish(digester, secret);
        good = good && built &&
               radius::response_authenticator_verifies(digester, *radius::parse_packet(*built),
                                                       request->authenticator(), secret);
    }
    const auto after = allocations.load();
    CHECK(good);
    CHECK(after - before == 0);
}

TEST_CASE("H-05 asking a NAS and checking its reply allocate nothing")
{
    const auto coa = octets_of("radclient_coa_request_signed_first"), nak = octets_of("coa_nak_503");
    std::array<std::uint8_t, radius::max_packet_octets> buffer;
    radius::Digester digester;

    const auto before = allocations.load();
    radius::RequestBuilder request{buffer, radius::Code::coa_request, 7,
                                   radius::PacketWriter::Sign::message_authenticator};
    request.add_text(radius::attribute::user_name, "nemo");
    const bool built = request.finish(digester, secret).has_value();
    const auto reply = radius::check_dynamic_reply(digester, nak, coa, secret, 0);
    const auto after = allocations.load();
    CHECK(built);
    CHECK(reply.answer == radius::DynamicAnswer::refused);
    CHECK(after - before == 0);
}
