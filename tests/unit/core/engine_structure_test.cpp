// What is no packet, what is a strange one, and what of a strange one does not matter. RFC 2865 s3 and s5.
#include "tests/unit/core/methods_fixture.hpp"

using namespace tests;

namespace {

constexpr std::uint8_t accept = access_accept, reject = access_reject;

Bytes with_length(Bytes packet, std::size_t length)
{
    set_length(packet, length);
    return packet;
}

/// The request with unsigned Reply-Messages up to that many octets.
Bytes filled(Bytes request, std::size_t octets)
{
    while (request.size() < octets) {
        const auto left = octets - request.size();
        const auto size = left > 255 ? std::min<std::size_t>(255, left - 2) : left;
        request = request + attribute(attr::reply_message, Bytes(size - 2, 'x'));
    }
    return with_length(request, octets);
}

}  // namespace

TEST_CASE_FIXTURE(EngineFixture, "P-01 P-02 P-03 P-05 P-07 P-08 P-09 P-10 what is no packet is discarded and counted")
{
    const auto good = pap(joao, joao_password);
    const auto whole = good.size();
    const auto with = [&](const Bytes& more) { return with_length(good + more, whole + more.size()); };
    Bytes many;
    for (int i = 0; i < 199; ++i) many = many + attribute(attr::reply_message, {'x'});
    struct Row {
        const char* name;
        Bytes datagram;
        std::string_view detail;
    };
    const Row rows[] = {
        {"P-01 no octet", {}, "too_short"},
        {"P-01 19 octets", Bytes(good.begin(), good.begin() + 19), "too_short"},
        {"P-02 a Length of 19", with_length(good, 19), "too_short"},
        {"P-02 a Length of 0", with_length(good, 0), "too_short"},
        {"P-03 a Length beyond the datagram", with_length(good, whole + 1), "truncated"},
        {"P-05 a Length of 4097", with_length(good + Bytes(4200), 4097), "too_long"},
        {"P-05 a Length of 65535", with_length(good, 65535), "too_long"},
        {"P-07 an attribute of length 0", with({attr::reply_message, 0}), "bad_attribute"},
        {"P-07 an attribute of length 1", with({attr::reply_message, 1}), "bad_attribute"},
        {"P-08 an attribute past the end", with({attr::reply_message, 4, 'x'}), "bad_attribute"},
        {"P-08 one stray octet", with({attr::reply_message}), "bad_attribute"},
        {"P-09 an attribute of type 0", with({0, 3, 'x'}), "bad_attribute"},
        {"P-10 201 attributes", with(many), "too_many_attributes"},
    };
    std::uint64_t discarded = 0;
    for (const auto& row : rows)
        for (const auto service : {core::Service::auth, core::Service::acct}) {
            CAPTURE(row.name);
            const auto outcome = ask(row.datagram, service);
            CHECK(outcome.reply.empty());
            CHECK(outcome.event.kind == core::Event::Kind::malformed);
            CHECK(outcome.event.detail == row.detail);
            discarded += service == core::Service::auth;
            CHECK(count(Counter::auth_malformed) == discarded);
        }
    CHECK(count(Counter::acct_malformed) == discarded);
    CHECK(count(Counter::auth_requests) == 0);
    CHECK(count(Counter::radius_digests) == 0);
}

TEST_CASE_FIXTURE(EngineFixture, "P-04 octets beyond Length are padding: signed and answered without them")
{
    for (const std::size_t padding : {1U, 300U}) {
        CHECK(code_of(ask(with_signature(pap(joao, joao_password)) + Bytes(padding, 0xff))) == accept);
        CHECK(ask(accounting_of(1) + Bytes(padding, 0xff), core::Service::acct).usage != nullptr);
    }
}

TEST_CASE_FIXTURE(EngineFixture, "P-05 P-06 4096 octets are a packet, more than the receive buffer holds is none")
{
    const auto longest = filled(pap(joao, joao_password), 4096);
    CHECK(code_of(ask(longest)) == accept);
    auto cut = datagram(longest);
    cut.truncated = true;
    CHECK(engine.on_datagram(cut, now).reply.empty());
    CHECK(count(Counter::auth_malformed) == 1);
}

TEST_CASE_FIXTURE(EngineFixture, "P-20 a code that is not this socket's is discarded and counted")
{
    const auto code = [](std::uint8_t value) {
        auto made = packet(radius::Code::access_request, {});
        made[0] = value;
        return made;
    };
    std::uint64_t auth = 0, acct = 0;
    for (const int value : {0, 2, 3, 4, 5, 11, 13, 40, 41, 42, 43, 44, 45, 52, 255}) {
        CAPTURE(value);
        CHECK(ask(code(static_cast<std::uint8_t>(value))).reply.empty());
        CHECK(count(Counter::auth_unknown_type) == ++auth);
    }
    for (const int value : {0, 1, 2, 3, 5, 11, 13, 40, 43, 52, 255}) {
        CAPTURE(value);
        CHECK(ask(code(static_cast<std::uint8_t>(value)), core::Service::acct).reply.empty());
        CHECK(count(Counter::acct_unknown_type) == ++acct);
    }
}

TEST_CASE_FIXTURE(EngineFixture,
                  "P-11 P-12 P-14 P-15 P-17 P-19 an attribute that is invalid is ignored, the packet is not")
{
    struct Row {
        const char* name;
        Bytes more;
    };
    Bytes filters;
    for (int i = 0; i < 14; ++i) filters = filters + attribute(attr::nas_filter_rule, Bytes(253));
    const Row rows[] = {
        {"P-11 a Chargeable-User-Identity without octets", attribute(attr::chargeable_user_identity, {})},
        {"P-11 a NAS-Port-Id without octets", attribute(attr::nas_port_id, {})},
        {"P-12 a NAS-IP-Address of five", attribute(attr::nas_ip_address, Bytes(5))},
        {"P-12 a NAS-Port of three", attribute(attr::nas_port, Bytes(3))},
        {"P-12 a Service-Type of none", attribute(attr::service_type, {})},
        {"P-12 a NAS-IPv6-Address of fifteen", attribute(attr::nas_ipv6_address, Bytes(15))},
        {"P-12 a Framed-Interface-Id of seven", attribute(attr::framed_interface_id, Bytes(7))},
        {"P-12 a prefix of 129 bits", attribute(attr::framed_ipv6_prefix, Bytes{0, 129} + Bytes(16))},
        {"P-12 a prefix of 19 octets", attribute(attr::delegated_ipv6_prefix, Bytes(19))},
        {"P-14 a Vendor-Specific of three", attribute(attr::vendor_specific, Bytes(3))},
        {"P-14 a sub-attribute of length 0", attribute(attr::vendor_specific, {0, 0, 1, 55, 1, 0})},
        {"P-14 a sub-attribute of length 1", attribute(attr::vendor_specific, {0, 0, 1, 55, 25, 1})},
        {"P-14 a sub-attribute past its end", attribute(attr::vendor_specific, {0, 0, 1, 55, 25, 52, 0})},
        {"P-14 a vendor with types of four octets", attribute(attr::vendor_specific, {0, 0, 1, 0xad, 0, 0, 0})},
        {"P-15 a vendor that nobody knows", attribute(attr::vendor_specific, {9, 9, 9, 9, 1, 3, 'x'})},
        {"P-17 an extended attribute without its type", attribute(241, {})},
        {"P-17 a long one that is never continued", attribute(245, {1, 0x80, 'x'})},
        {"P-17 an extended Vendor-Specific that is cut", attribute(246, {26, 0, 0, 0})},
        {"P-19 filter rules of NULs", filters},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(code_of(ask(pap(joao, joao_password, row.more))) == accept);
    }
}

TEST_CASE_FIXTURE(MethodsFixture, "P-13 P-11 credentials of a wrong length, or no name, are answered with a reject")
{
    const auto name = attribute(attr::user_name, octets(joao));
    const Bytes rows[] = {
        access_request(name + attribute(attr::user_password, {})),
        access_request(name + attribute(attr::user_password, Bytes(17))),
        access_request(name + attribute(attr::chap_password, {})),
        access_request(name + attribute(attr::chap_password, Bytes(18))),
        access_request(name + vendor(311, 11, Bytes(8)) + vendor(311, 1, Bytes(49))),
        access_request(name + vendor(311, 11, Bytes(16)) + vendor(311, 25, Bytes(51))),
        pap("", joao_password),
    };
    for (const auto& request : rows) CHECK(code_of(ask(request)) == reject);
    CHECK(ask(pap(joao, joao_password, attribute(attr::message_authenticator, {}))).reply.empty());
    CHECK(ask(pap(joao, joao_password, attribute(attr::message_authenticator, Bytes(17)))).reply.empty());
}

TEST_CASE_FIXTURE(MethodsFixture, "P-16 several sub-attributes in one Vendor-Specific are all seen")
{
    const auto apart = peer.ms_chap_v2(joao, joao_password);
    const auto sub = [](std::uint8_t type, const Bytes& value) {
        return Bytes{type, static_cast<std::uint8_t>(value.size() + 2)} + value;
    };
    const auto together = attribute(attr::vendor_specific, Bytes{0, 0, 1, 55} + sub(11, *microsoft(apart, 11)) +
                                                               sub(10, octets("ISP")) + sub(25, *microsoft(apart, 25)));
    CHECK(code_of(ask(access_request(attribute(attr::user_name, octets(joao)) + together))) == accept);
}
