// tests/unit/store/secrets_test.cpp - X-03, X-04: what lies in the database, and whom it opens for.
#include "database.hpp"

#include <cstdio>

using namespace store_tests;

namespace {

std::string dumped(const std::string& connection)
{
    const auto command =
        "/usr/lib/postgresql/15/bin/pg_dump -d '" + connection + "' 2>&1 || pg_dump -d '" + connection + "'";
    std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
    std::string text;
    std::array<char, 4096> buffer;
    while (const auto n = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) text.append(buffer.data(), n);
    return text;
}

std::vector<std::uint8_t> sealed(Store& store, const std::string& query)
{
    pqxx::work work(store.owner.connection());
    const pqxx::binarystring octets(work.exec1(query)[0]);
    return {octets.begin(), octets.end()};
}

std::string hexadecimal(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        out += digits;
    }
    return out;
}

}  // namespace

TEST_CASE("X-03: a dump of the database holds ciphertext only")
{
    Store store;
    store.sample();
    store.add(nas_type, {{"name", {"core"}}, {"address", {"10.0.0.1"}}, {"secret", {"canary-secret"}}});
    set(store.session, store.sealer, login_type, "joao@isp", {{"password", {"canary-second"}}}, store.actor);
    const auto dump = dumped(store.database.connection());
    CHECK(dump.find("joao@isp") != std::string::npos);  // it is a dump
    for (const std::string canary : {"canary-password", "canary-secret", "canary-second", "canary"}) {
        CAPTURE(canary);
        CHECK(dump.find(canary) == std::string::npos);
        CHECK(dump.find(hexadecimal(canary)) == std::string::npos);
    }
}

TEST_CASE("X-04: a sealed value opens in its own row only")
{
    Store store;
    store.sample();
    store.add(login_type, {{"login", {"other"}}, {"contract", {"1"}}, {"password", {"other-password"}}});
    const auto opened = [&](std::int64_t id) {
        const auto secret = store.sealer.open(
            sealed(store, "select password from login where id = " + std::to_string(id)), {"login", "password", id});
        return std::string{secret.octets().begin(), secret.octets().end()};
    };
    CHECK(opened(1) == "canary-password");
    CHECK(opened(2) == "other-password");
    store.sql("update login l set password = o.password from login o where o.id <> l.id");
    CHECK(opened(1) == "");
    CHECK(opened(2) == "");
}

TEST_CASE("X-03: no way of changing a secret leaves it in the history")
{
    Store store;
    store.sample();
    store.add(nas_type, {{"name", {"core"}}, {"address", {"10.0.0.1"}}, {"secret", {"canary-secret"}}});
    set(store.session, store.sealer, nas_type, "core", {{"secret", {"canary-other"}}}, store.actor);
    store.sql("update nas set secret = '\\x01' || convert_to(repeat('canary', 10), 'UTF8')");
    store.sql("delete from nas");
    CHECK(store.value("select count(*) from history h where h::text like '%canary%' or h::text like '%63616e617279%'"
                      " or h::text like '%\\\\x%'") == "0");
    CHECK(store.value("select count(*) from history where field = 'secret' and old = 'set' and new = 'set'") == "2");
    CHECK(
        store.value(
            "select count(*) from history where record = 'nas' and coalesce(old, new) like '%\"secret\": \"set\"%'") ==
        "2");
}
