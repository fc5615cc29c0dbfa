// tests/unit/store/access_test.cpp - what authentication needs of a NAS, a plan and a login reaches the directory,
// field by field, whoever wrote it.
#include "database.hpp"

#include "provisioning/rules/values.hpp"
#include "provisioning/store/feed.hpp"

using namespace store_tests;

namespace {

/// Hooks that show what they were given: a NAS secret is its sealed octets.
EntryHooks hooks()
{
    return {
        [](const std::vector<std::string>& reply, std::string_view) { return std::vector<std::uint8_t>(reply.size()); },
        [](std::int64_t, std::span<const std::uint8_t> sealed) { return Secret{sealed}; }};
}

struct Reader {
    Session& session;
    FeedPosition position{};
    std::unique_ptr<Directory> directory = load(session, hooks(), position);

    void follow()
    {
        auto changes = changes_since(session, hooks(), position);
        REQUIRE(changes);
        for (auto& change : *changes) directory->apply(std::move(change));
    }
    const NasEntry& nas() const { return *directory->find_nas(*parse_address("10.0.0.1")); }
    const LoginEntry& login() const { return *directory->find_login("joao@isp"); }
    const PlanEntry& plan() const { return *directory->plan(login()); }
};

MethodSet methods(std::initializer_list<Method> given)
{
    MethodSet set;
    for (const auto one : given) set.add(one);
    return set;
}

std::int64_t seconds(const std::optional<std::chrono::sys_seconds>& at)
{
    return at ? at->time_since_epoch().count() : -1;
}

const Record core = {{"name", {"core"}}, {"address", {"10.0.0.1"}}, {"secret", {"s"}}};

const std::pair<const char*, Record> shown_plan = {"plan",
                                                   {{"burst_download", {"400000000"}},
                                                    {"burst_upload", {"200000000"}},
                                                    {"burst_time", {"8"}},
                                                    {"simultaneous", {"3"}},
                                                    {"idle_timeout", {"900"}},
                                                    {"filter", {"f-plan"}},
                                                    {"address_list", {"l-plan"}},
                                                    {"ipv6_pool", {"p6"}},
                                                    {"delegated_ipv6_pool", {"pd6"}},
                                                    {"method", {"chap", "mschapv2"}},
                                                    {"learn_mac", {"true"}},
                                                    {"realm", {"isp.example"}},
                                                    {"realm_rule", {"require"}},
                                                    {"schedule", {"mon-fri 08:00-18:00"}}}};
const std::pair<const char*, Record> shown_login = {"login",
                                                    {{"mac", {"AA:BB:CC:DD:EE:FF", "00:11:22:33:44:55"}},
                                                     {"learn_mac", {"no"}},
                                                     {"nas", {"core"}},
                                                     {"nas_port", {"*:100"}},
                                                     {"circuit_id", {"olt1/*"}},
                                                     {"remote_id", {"onu7"}},
                                                     {"realm", {"casa.example"}},
                                                     {"realm_rule", {"strip"}},
                                                     {"schedule", {"sat 08:00-12:00"}},
                                                     {"simultaneous", {"0"}},
                                                     {"ipv6_prefix", {"2001:db8:1::/64"}},
                                                     {"delegated_ipv6_prefix", {"2001:db8:100::/56"}},
                                                     {"route", {"203.0.113.0/29 0.0.0.0 1", "2001:db8:2::/48"}},
                                                     {"filter", {"f-login"}},
                                                     {"address_list", {"l-login"}}}};
const std::pair<const char*, Record> shown_nas = {
    "nas",
    {{"secret_grace", {"3600"}}, {"method", {"pap", "eap-md5"}}, {"mppe", {"require"}}, {"reject_delay", {"250"}}}};

}  // namespace

TEST_CASE("the fields of access come back as they were given, and go back to their defaults when cleared")
{
    Store store;
    store.sample();
    store.add(nas_type, core);
    for (const auto& [name, values] : {shown_plan, shown_nas, shown_login}) {
        const auto& type = *find_record_type(name);
        const auto before = show(store.session, type, "1");
        const auto after = set(store.session, store.sealer, type, "1", values, store.actor);
        Record cleared;
        for (const auto& [field, given] : values) {
            CAPTURE(std::string{name} + '.' + field);
            CHECK(after.at(field) == given);
            cleared[field] = {};
        }
        const auto back = set(store.session, store.sealer, type, "1", cleared, store.actor);
        for (const auto& [field, given] : values) {
            CAPTURE(std::string{name} + '.' + field);
            CHECK(one(back, field) == one(before, field));
        }
    }
}

TEST_CASE("what access needs of a NAS reaches the directory")
{
    Store store;
    store.add(nas_type, core);
    Reader reader{store.session};
    CHECK(reader.nas().methods == MethodSet::all());
    CHECK(reader.nas().mppe == Mppe::allow);
    CHECK(reader.nas().reject_delay == 0ms);
    CHECK(!reader.nas().message_authenticator_learned);
    CHECK(reader.nas().previous_secret.empty());
    set(store.session, store.sealer, nas_type, "core", shown_nas.second, store.actor);
    reader.follow();
    CHECK(reader.nas().methods == methods({Method::pap, Method::eap_md5}));
    CHECK(reader.nas().mppe == Mppe::require);
    CHECK(reader.nas().reject_delay == 250ms);
    store.sql("update nas set method = null, mppe = 'none', reject_delay = 1, message_authenticator_learned = now()");
    reader.follow();
    CHECK(reader.nas().methods == MethodSet::all());
    CHECK(reader.nas().mppe == Mppe::none);
    CHECK(reader.nas().reject_delay == 1ms);
    CHECK(reader.nas().message_authenticator_learned);
}

TEST_CASE("what access needs of a plan reaches the directory")
{
    Store store;
    store.sample();
    Reader reader{store.session};
    CHECK(reader.plan().burst_download_bps == 0);
    CHECK(reader.plan().simultaneous == 1);
    CHECK(reader.plan().methods == MethodSet::all());
    CHECK(reader.plan().bindings.schedule.windows.empty());
    set(store.session, store.sealer, plan_type, "1", shown_plan.second, store.actor);
    reader.follow();
    const auto* plan = &reader.plan();
    CHECK(plan->burst_download_bps == 400'000'000);
    CHECK(plan->burst_upload_bps == 200'000'000);
    CHECK(plan->burst_time_s == 8);
    CHECK(plan->simultaneous == 3);
    CHECK(plan->idle_timeout_s == 900);
    CHECK(plan->filter == "f-plan");
    CHECK(plan->address_list == "l-plan");
    CHECK(plan->ipv6_pool == "p6");
    CHECK(plan->delegated_ipv6_pool == "pd6");
    CHECK(plan->methods == methods({Method::chap, Method::mschapv2}));
    CHECK(plan->learn_mac);
    CHECK(plan->bindings.realm == "isp.example");
    CHECK(plan->bindings.realm_rule == RealmRule::require);
    CHECK(schedule_text(plan->bindings.schedule) == "mon-fri 08:00-18:00");
    store.sql("update plan set simultaneous = 0, learn_mac = false, realm_rule = 'strip', method = '{}', schedule ="
              " 'daily 08:00-12:00', burst_time = null, burst_download = null, burst_upload = null");
    reader.follow();
    plan = &reader.plan();
    CHECK(plan->simultaneous == 0);
    CHECK(!plan->learn_mac);
    CHECK(plan->bindings.realm_rule == RealmRule::strip);
    CHECK(plan->methods == MethodSet::all());
    CHECK(schedule_text(plan->bindings.schedule) == "mon-sun 08:00-12:00");
    CHECK(plan->burst_download_bps + plan->burst_upload_bps + plan->burst_time_s == 0);
}

TEST_CASE("what access needs of a login reaches the directory")
{
    Store store;
    store.sample();
    store.add(nas_type, core);
    Reader reader{store.session};
    CHECK(reader.login().storage == Storage::encrypted);
    CHECK(!reader.login().simultaneous);
    CHECK(!reader.login().learn_mac);
    CHECK(reader.login().terms == nullptr);
    set(store.session, store.sealer, login_type, "joao@isp", shown_login.second, store.actor);
    reader.follow();
    CHECK(reader.login().simultaneous == 0U);
    CHECK(reader.login().learn_mac == false);
    REQUIRE(reader.login().terms);
    const auto& terms = *reader.login().terms;
    CHECK(terms.bindings.macs == std::vector{*mac_form("AA:BB:CC:DD:EE:FF"), *mac_form("00:11:22:33:44:55")});
    CHECK(terms.bindings.nas_id == 1);
    CHECK(terms.bindings.nas_port == "*:100");
    CHECK(terms.bindings.circuit_id == "olt1/*");
    CHECK(terms.bindings.remote_id == "onu7");
    CHECK(terms.bindings.realm == "casa.example");
    CHECK(terms.bindings.realm_rule == RealmRule::strip);
    CHECK(schedule_text(terms.bindings.schedule) == "sat 08:00-12:00");
    CHECK(terms.ipv6_prefix == parse_prefix("2001:db8:1::/64"));
    CHECK(terms.delegated_ipv6_prefix == parse_prefix("2001:db8:100::/56"));
    CHECK(terms.routes == std::vector<std::string>{"203.0.113.0/29 0.0.0.0 1", "2001:db8:2::/48"});
    CHECK(terms.filter == "f-login");
    CHECK(terms.address_list == "l-login");
}

TEST_CASE("each binding of a login counts by itself, set by plain SQL, and its clearing frees it")
{
    Store store;
    store.sample();
    store.add(nas_type, core);
    Reader reader{store.session};
    const std::pair<std::string, std::string> columns[] = {{"mac", "'{AA:BB:CC:DD:EE:FF}'"},
                                                           {"nas_id", "1"},
                                                           {"nas_port", "'none'"},
                                                           {"circuit_id", "'none'"},
                                                           {"remote_id", "'x'"},
                                                           {"realm", "'none'"},
                                                           {"schedule", "'mon 08:00-09:00'"},
                                                           {"valid_from", "'2026-01-01'"},
                                                           {"valid_until", "'2026-01-01'"},
                                                           {"ipv6_prefix", "'2001:db8::/64'"},
                                                           {"delegated_ipv6_prefix", "'2001:db8::/56'"},
                                                           {"route", "'{203.0.113.0/29}'"},
                                                           {"filter", "'none'"},
                                                           {"address_list", "'none'"}};
    for (const auto& [column, value] : columns) {
        CAPTURE(column);
        store.sql("update login set " + column + " = " + value);
        reader.follow();
        CHECK(reader.login().terms != nullptr);
        store.sql("update login set " + column + " = null");
        reader.follow();
        CHECK(reader.login().terms == nullptr);
    }
    store.sql("update login set realm_rule = 'require'");
    reader.follow();
    REQUIRE(reader.login().terms);
    CHECK(reader.login().terms->bindings.realm_rule == RealmRule::require);
}

TEST_CASE("a validity is kept as instants; a day begins and the last day ends in the provider's zone")
{
    Store store;
    store.sample();
    Reader reader{store.session};
    const auto valid = [&](Record typed) {
        set(store.session, store.sealer, login_type, "joao@isp", typed, store.actor);
        reader.follow();
        const auto& bindings = reader.login().terms->bindings;
        return std::to_string(seconds(bindings.valid_from)) + ' ' + std::to_string(seconds(bindings.valid_until));
    };
    // 2026-12-01 00:00 and 2027-01-01 00:00 in Sao Paulo, three hours behind UTC
    CHECK(valid({{"valid_from", {"2026-12-01"}}, {"valid_until", {"31/12/2026"}}}) == "1796094000 1798772400");
    CHECK(valid({{"valid_from", {"2026-11-20T21:14:05-03:00"}}, {"valid_until", {}}}) == "1795220045 -1");
    CHECK(refusal([&] { valid({{"valid_until", {"2026-11-19"}}}); }).starts_with("invalid valid_until:"));
}

TEST_CASE("a schedule that plain SQL garbled shuts the door")
{
    Store store;
    store.sample();
    store.sql("update login set schedule = 'whenever'");
    Reader reader{store.session};
    REQUIRE(reader.login().terms);
    for (int hour = 0; hour < 7 * 24; ++hour)
        CHECK(!open_for(reader.login().terms->bindings.schedule,
                        std::chrono::sys_days{std::chrono::days{20000}} + std::chrono::hours{hour}, 0s));
}

TEST_CASE("plain SQL cannot store what the policy could not read")
{
    Store store;
    store.sample();
    store.add(nas_type, core);
    const std::string statements[] = {"update login set mac = '{aa:bb:cc:dd:ee:ff}'",
                                      "update login set mac = array['AA:BB:CC:DD:EE:FF,AA:BB:CC:DD:EE:00']",
                                      "update login set mac = array['AA:BB:CC:DD:EE:FF', null]",
                                      "update login set storage = 'plain'",
                                      "update login set learn_mac = 'maybe'",
                                      "update login set realm = 'ISP.example'",
                                      "update login set realm = '@isp'",
                                      "update login set realm_rule = 'x'",
                                      "update login set simultaneous = -1",
                                      "update login set ipv6_prefix = '10.0.0.0/8'",
                                      "update login set delegated_ipv6_prefix = '10.0.0.0/8'",
                                      "update login set valid_from = '2026-01-02', valid_until = '2026-01-02'",
                                      "update login set valid_from = '-infinity'",
                                      "update login set valid_until = 'infinity'",
                                      "update login set route = array[null::clean_text]",
                                      "update login set nas_id = 99",
                                      "delete from nas where id in (select nas_id from login)",
                                      "update plan set burst_download = 400000000",
                                      "update plan set burst_download = 1, burst_upload = 400000000",
                                      "update plan set burst_time = 8",
                                      "update plan set method = '{pap,kerberos}'",
                                      "update plan set realm = 'a b'",
                                      "update plan set realm_rule = 'require'",
                                      "update plan set simultaneous = 1001",
                                      "update nas set method = array['pap', null]",
                                      "update nas set mppe = 'perhaps'",
                                      "update nas set reject_delay = 5001",
                                      "update nas set secret_grace = 2592001",
                                      "update nas set previous_secret_until = now()",
                                      "update nas set previous_secret = 'secret', previous_secret_until = now()"};
    store.sql("update login set nas_id = 1");
    for (const auto& statement : statements) {
        CAPTURE(statement);
        CHECK_THROWS_AS(store.sql(statement), pqxx::sql_error);
    }
}

TEST_CASE("a change of a binding is told in the history by the name of the NAS, and so is its clearing")
{
    Store store;
    store.sample();
    store.add(nas_type, core);
    const auto told = [&] {
        return store.value("select coalesce(old, '-') || ' -> ' || coalesce(new, '-') from history where record ="
                           " 'login' and action = 'set' and field = 'nas' order by id desc limit 1");
    };
    set(store.session, store.sealer, login_type, "joao@isp", {{"nas", {"core"}}, {"circuit_id", {"x"}}}, store.actor);
    CHECK(told() == "- -> core");
    CHECK(store.value("select new from history where field = 'circuit_id'") == "x");
    set(store.session, store.sealer, login_type, "joao@isp", {{"nas", {}}}, store.actor);
    CHECK(told() == "core -> -");
    CHECK(one(show(store.session, login_type, "joao@isp"), "nas") == "");
    set(store.session, store.sealer, login_type, "joao@isp", {{"nas", {"1"}}}, store.actor);
    CHECK(refusal([&] { remove(store.session, nas_type, "core", store.actor); }).starts_with("conflict"));
}
