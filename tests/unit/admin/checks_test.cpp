#include "daemon/admin/password.hpp"
#include "daemon/admin/reply_check.hpp"
#include "daemon/admin/today.hpp"
#include "daemon/admin/warnings.hpp"
#include "tests/unit/admin/refused.hpp"

#include <doctest/doctest.h>

#include <set>

using tests::contains;
using tests::refused;

namespace {

std::string said_of(std::vector<std::string> replies, const provisioning::RecordType& type = provisioning::plan_type)
{
    radius::Dictionary dictionary;
    REQUIRE_FALSE(dictionary.load(radius::standard_dictionary));
    const provisioning::Record typed{{"reply", std::move(replies)}};
    return refused([&] { admin::check_replies(dictionary, type, typed); });
}

}  // namespace

TEST_CASE("reply attributes that can be sent are let through")
{
    CHECK(said_of({"Idle-Timeout=600", "Filter-Id=x", "Mikrotik-Address-List=slow"}) == "");
    CHECK(said_of({}) == "");
}

TEST_CASE("reply attributes that Porteiro writes, that have a field, or that no Accept has are refused")
{
    for (const char* name :
         {"Class=0x01", "Message-Authenticator=0x00", "State=0x01", "Proxy-State=0x01", "session-timeout=5",
          "Framed-Pool=x", "Framed-IP-Address=10.0.0.1", "Acct-Interim-Interval=60", "Acct-Session-Id=x",
          "CHAP-Password=0x01", "NAS-Identifier=x", "MS-CHAP-Error=x", "MS-MPPE-Encryption-Policy=1"}) {
        CAPTURE(name);
        CHECK(said_of({name}).starts_with("invalid reply: "));
    }
    CHECK(contains(said_of({"Session-Timeout=5"}), "session_timeout"));
    CHECK(said_of({"User-Password=x"}) != "");
    CHECK(said_of({"No-Such-Attribute=x"}).starts_with("invalid reply: "));
    CHECK(said_of({"Idle-Timeout=soon"}).starts_with("invalid reply: "));
}

TEST_CASE("reply attributes must fit into a packet together")
{
    const std::vector<std::string> many(13, "Filter-Id=" + std::string(250, 'x'));
    CHECK(contains(said_of(many), "give at most 3000"));
    CHECK(contains(said_of({many.begin(), many.begin() + 3}, provisioning::login_type), "give at most 600"));
}

TEST_CASE("generated passwords are 12 clear characters, and differ")
{
    std::set<std::string> all;
    for (int i = 0; i < 200; ++i) {
        const auto password = admin::generate_password();
        CHECK(password.size() == 12);
        CHECK(password.find_first_of("0O1lIi ") == std::string::npos);
        all.insert(password);
    }
    CHECK(all.size() == 200);
}

TEST_CASE("today is the day where the provider is")
{
    using namespace std::chrono;
    const sys_seconds two_in_the_morning{seconds{1796868000}};  // 2026-12-10T02:00:00Z
    CHECK(admin::day_in("UTC", two_in_the_morning) == "2026-12-10");
    CHECK(admin::day_in("America/Sao_Paulo", two_in_the_morning) == "2026-12-09");
    CHECK(admin::instant_in("America/Sao_Paulo", two_in_the_morning) == "2026-12-09T23:00:00-03:00");
}

TEST_CASE("a short NAS secret and a client who cannot be reached are warned of")
{
    const auto warned = [](const provisioning::RecordType& type, const provisioning::Record& record) {
        boost::json::object result;
        admin::add_warnings(type, record, record, "add", result);
        return result.if_contains("warnings") != nullptr;
    };
    CHECK(warned(provisioning::nas_type, {{"secret", {"12345678901"}}}));
    CHECK_FALSE(warned(provisioning::nas_type, {{"secret", {"123456789012"}}}));
    CHECK(warned(provisioning::client_type, {{"name", {"x"}}}));
    CHECK_FALSE(warned(provisioning::client_type, {{"mobile", {"+5511912345678"}}}));
}

TEST_CASE("a garden for unknown logins warns of MS-CHAP, which proves a password that nobody has (RFC 2759 s8.7)")
{
    const auto warned = [](const char* reason) {
        boost::json::object result;
        const provisioning::Record record{{"reason", {reason}}, {"framed_pool", {"wall"}}};
        admin::add_warnings(provisioning::garden_type, record, record, "add", result);
        return result.if_contains("warnings") != nullptr;
    };
    CHECK(warned("unknown"));
    CHECK_FALSE(warned("debt"));
}

TEST_CASE("a garden's reply attributes are checked as a plan's")
{
    CHECK(said_of({"Filter-Id=wall"}, provisioning::garden_type) == "");
    CHECK(said_of({"Framed-Pool=wall"}, provisioning::garden_type).starts_with("invalid reply: "));
    CHECK(said_of({"No-Such-Attribute=1"}, provisioning::garden_type).starts_with("invalid reply: "));
}
