// tests/unit/store/feed_test.cpp - the directory follows what is committed, in whatever order.
#include "database.hpp"

#include "provisioning/store/actions.hpp"
#include "provisioning/store/feed.hpp"

#include <algorithm>
#include <sys/socket.h>

using namespace store_tests;

namespace {

/// Hooks that encode a list as its length, and open a NAS secret as "opened".
EntryHooks hooks()
{
    return {
        [](const std::vector<std::string>& reply, std::string_view) { return std::vector<std::uint8_t>(reply.size()); },
        [](std::int64_t, std::span<const std::uint8_t> sealed) {
            return sealed.empty() ? Secret{} : Secret{std::string_view{"opened"}};
        }};
}

/// "login 1=joao@isp", "login 1 removed" ..., in order.
std::vector<std::string> told(const std::vector<Change>& changes)
{
    struct Name {
        std::string operator()(const NasEntry& e) const { return "nas " + std::to_string(e.id) + '=' + e.name; }
        std::string operator()(const PlanEntry& e) const { return "plan " + std::to_string(e.id) + '=' + e.name; }
        std::string operator()(const ClientEntry& e) const { return "client " + std::to_string(e.id) + '=' + e.name; }
        std::string operator()(const ContractEntry& e) const
        {
            return "contract " + std::to_string(e.id) + '=' + std::string{name(e.status)} + e.suspension_kind;
        }
        std::string operator()(const LoginEntry& e) const { return "login " + std::to_string(e.id) + '=' + e.name; }
        std::string operator()(const GardenEntry& e) const
        {
            return "garden " + e.name + '=' + std::string{name(e.reason)} + '@' + std::to_string(e.nas_id);
        }
        std::string operator()(const Removed& gone) const
        {
            static constexpr const char* kinds[] = {"nas ", "plan ", "client ", "contract ", "login ", "garden "};
            return kinds[static_cast<std::size_t>(gone.kind)] + std::to_string(gone.id) + " removed";
        }
    };
    std::vector<std::string> names;
    for (const auto& change : changes) names.push_back(std::visit(Name{}, change));
    std::ranges::sort(names);
    return names;
}

struct Reader {
    Session& session;
    FeedPosition position{};
    std::unique_ptr<Directory> directory = load(session, hooks(), position);
    std::vector<std::string> read()
    {
        auto changes = changes_since(session, hooks(), position);
        if (!changes) return {"load again"};
        auto names = told(*changes);
        for (auto& change : *changes) directory->apply(std::move(change));
        return names;
    }
};
using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("everything is loaded, field by field")
{
    Store store;
    store.sample();
    store.cut_without_notice();
    store.add(nas_type, {{"name", {"core"}},
                         {"address", {"10.0.0.0/24"}},
                         {"secret", {"s"}},
                         {"vendor", {"accel-ppp"}},
                         {"message_authenticator", {"ignore"}},
                         {"limit_proxy_state", {"no"}}});
    set(store.session, store.sealer, plan_type, "Fibra 300",
        {{"framed_pool", {"p"}}, {"session_timeout", {"4294967295"}}, {"reply", {"Class=a", "Class=b"}}}, store.actor);
    set(store.session, store.sealer, login_type, "joao@isp", {{"ip", {"100.64.0.7"}}, {"reply", {"Class=c"}}},
        store.actor);
    contract_suspend(store.session, "1", "late", "debt", "2026-11-20", {}, store.actor);
    client_disable(store.session, "1", "moved", store.actor);
    Reader reader{store.session};
    const auto& d = *reader.directory;

    const auto* nas = d.find_nas(*parse_address("10.0.0.9"));
    REQUIRE(nas != nullptr);
    CHECK(nas->vendor == Vendor::accel_ppp);
    CHECK(nas->message_authenticator == MessageAuthenticatorMode::ignore);
    CHECK(!nas->limit_proxy_state);
    CHECK(nas->secret.octets().size() == 6);
    const auto* login = d.find_login("joao@isp");
    REQUIRE(login != nullptr);
    CHECK(login->ip == std::array<std::uint8_t, 4>{100, 64, 0, 7});
    CHECK(login->reply_octets.size() == 1);
    const auto password = store.sealer.open(login->sealed_password, {"login", "password", login->id});
    CHECK(std::string{password.octets().begin(), password.octets().end()} == "canary-password");
    const auto* plan = d.plan(*login);
    REQUIRE(plan != nullptr);
    CHECK(plan->download_bps == 300'000'000);
    CHECK(plan->session_timeout_s == 4294967295U);
    CHECK(plan->interim_s == 300);
    CHECK(plan->reply_octets.size() == 2);
    const auto* contract = d.contract(*login);
    REQUIRE(contract != nullptr);
    CHECK(contract->status == ContractStatus::suspended);
    CHECK(contract->suspension_kind == "debt");
    CHECK(contract->suspension_reason == "late");
    CHECK(!d.client(*contract)->active);
    CHECK(reader.read() == Lines{});
}

TEST_CASE("a change is read once, whoever wrote it, and a removal is one")
{
    Store store;
    store.sample();
    Reader reader{store.session};
    login_set_enabled(store.session, "joao@isp", false, store.actor);
    CHECK(reader.read() == Lines{"login 1=joao@isp"});
    CHECK(!reader.directory->find_login("joao@isp")->enabled);
    CHECK(reader.read() == Lines{});
    store.sql(
        "update plan set upload = 1; update client set name = 'J'; insert into charge (client_id, due, amount) values"
        " (1, '2026-01-01', 1)");
    CHECK(reader.read() == Lines{"client 1=J", "plan 1=Fibra 300"});
    remove(store.session, login_type, "joao@isp", store.actor);
    CHECK(reader.read() == Lines{"login 1 removed"});
    store.sql("delete from login");
    CHECK(reader.read() == Lines{"login 1 removed"});
    CHECK(reader.directory->sizes().logins == 0);
}

TEST_CASE("commits out of order lose nothing, and what is rolled back never shows")
{
    Store store;
    store.sample();
    Reader reader{store.session};
    pqxx::connection one(store.database.connection()), two(store.database.connection());
    {
        pqxx::work first(one);
        first.exec("update porteiro.plan set upload = 2");  // writes first, commits last
        {
            pqxx::work second(two);
            second.exec("update porteiro.login set enabled = false");
            second.commit();
        }
        CHECK(reader.read() == Lines{"login 1=joao@isp"});
        CHECK(reader.read() == Lines{});
        first.commit();
    }
    CHECK(reader.read() == Lines{"plan 1=Fibra 300"});
    {
        pqxx::work lost(one);
        lost.exec("update porteiro.client set name = 'never'");
        CHECK(reader.read() == Lines{});
    }
    CHECK(reader.read() == Lines{});
}

TEST_CASE("a position that was pruned, or of another cluster or later time, means a full load")
{
    Store store;
    store.sample();
    Reader reader{store.session};
    const auto read_from = [&](FeedPosition position) {
        return changes_since(store.session, hooks(), position).has_value();
    };
    const auto old = reader.position;
    store.sql("update plan set upload = 2");
    prune_feed(store.session);  // nothing is an hour old
    CHECK(read_from(old));
    store.sql("update change_feed set at = at - interval '2 hours'");
    prune_feed(store.session);
    CHECK(store.value("select count(*) from change_feed") == "0");
    CHECK(!read_from(old));
    Reader again{store.session};
    CHECK(read_from(again.position));

    auto other = again.position;
    other.cluster = "1" + other.cluster;
    CHECK(!read_from(other));
    other = again.position;
    other.snapshot = "9000000000:9000000000:";  // this cluster is a copy from before that
    CHECK(!read_from(other));
    CHECK(!read_from({}));
    // a dump of another cluster brought a horizon from beyond now: it does not count
    store.sql("update feed_state set pruned_xid = '9000000000'");
    CHECK(read_from(again.position));
}

TEST_CASE("what a transaction still running wrote is not pruned")
{
    Store store;
    store.sample();
    pqxx::connection link(store.database.connection());
    pqxx::work running(link);
    running.exec("update porteiro.plan set upload = 2");
    store.sql("update client set name = 'J'");
    store.sql("update change_feed set at = at - interval '2 hours'");
    prune_feed(store.session);
    CHECK(store.value("select string_agg(distinct kind, ' ') from change_feed where xid >= (select pg_snapshot_xmin("
                      "pg_current_snapshot()))") == "client");
    running.abort();
}

TEST_CASE("tens of thousands of rows in one statement reach the reader")
{
    Store store;
    store.sample();
    store.sql("insert into login (login, contract_id, plan_id, password) select 'user' || i, 1, 1, '\\x01' ||"
              " convert_to(repeat('x', 40), 'UTF8') from generate_series(1, 20000) i");
    Reader reader{store.session};
    CHECK(reader.directory->sizes().logins == 20001);
    store.sql("update login set enabled = false");
    CHECK(reader.read().size() == 20001);
    CHECK(!reader.directory->find_login("user20000")->enabled);
}

TEST_CASE("a change wakes the listener once it is committed, and a dead link is told")
{
    Store store;
    store.sample();
    Session listener(store.database.connection(), Role::application, watch());
    listen(listener);
    CHECK(!wait_for_change(listener, 20ms));
    store.sql("update plan set upload = 2; update client set name = 'J'");
    CHECK(wait_for_change(listener, 5s));
    {
        pqxx::work lost(store.owner.connection());
        lost.exec("update plan set upload = 3");
    }
    store.sql("update plan set upload = upload where false");
    CHECK(!wait_for_change(listener, 100ms));
    store.sql("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
              " and datname = current_database() and query ilike 'listen%' or pid = " +
              std::to_string(listener.connection().backendpid()));
    CHECK(refusal([&] { wait_for_change(listener, 5s); }).starts_with("unavailable "));
    CHECK(listener.broken());
}

TEST_CASE("a link that dies as late as in the commit of a reading loses no change")
{
    Store store;
    store.sample();
    Session first{store.database.connection(), Role::application, watch(), "America/Sao_Paulo"};
    FeedPosition position;
    load(first, hooks(), position);
    set(store.session, store.sealer, login_type, "joao@isp", {{"reply", {"Class=c"}}}, store.actor);
    auto cutting = hooks();  // logins are read last: what follows is the commit
    cutting.encode_reply = [&](const std::vector<std::string>&, std::string_view) {
        ::shutdown(first.connection().sock(), SHUT_RDWR);
        return std::vector<std::uint8_t>{};
    };
    CHECK_THROWS_AS(changes_since(first, cutting, position), Unavailable);
    Session second{store.database.connection(), Role::application, watch(), "America/Sao_Paulo"};
    const auto changes = changes_since(second, hooks(), position);
    REQUIRE(changes);
    CHECK(told(*changes) == Lines{"login 1=joao@isp"});
}
