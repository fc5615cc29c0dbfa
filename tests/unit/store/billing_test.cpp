// tests/unit/store/billing_test.cpp - who is cut off for debt on which day, and what opens the door again.
#include "database.hpp"

#include "provisioning/store/actions.hpp"
#include "provisioning/store/billing.hpp"

using namespace store_tests;

namespace {

constexpr provisioning::BillingDefaults defaults{5, 15};

struct Books : Store {
    Books()
    {
        sample();
        cut_without_notice();
        add(charge_type, {{"client", {"1"}}, {"contract", {"1"}}, {"due", {"2026-03-10"}}, {"amount", {"99.90"}}});
    }
    std::string run(const std::string& today, bool dry_run = false)
    {
        std::string done;
        for (const auto& step : steps(today, dry_run))
            done += step.action + ' ' + std::to_string(step.contract_id) + ' ';
        return done;
    }
    std::vector<BillingStep> steps(const std::string& today, bool dry_run = false)
    {
        return billing_run(session, {.today = today, .dry_run = dry_run}, defaults, actor).steps;
    }
    std::string suspend(const std::string& what, const std::string& reason, const std::string& kind)
    {
        return refusal([&] { contract_suspend(session, what, reason, kind, "2026-05-01", defaults, actor); });
    }
    std::string status()
    {
        const auto contract = show(session, contract_type, "1");
        return one(contract, "status") +
               (one(contract, "suspension_kind").empty() ? "" : " " + one(contract, "suspension_kind"));
    }
    std::string pay(const std::string& amount, const std::string& on, const std::string& today,
                    const std::string& charge = "1")
    {
        std::string released;
        const auto refused = refusal([&] {
            for (const auto id :
                 charge_pay(session, charge, {.amount = amount, .on = on}, today, defaults, actor).released)
                released += " released " + std::to_string(id);
        });
        return refused + released;
    }
    void change(const Record& typed) { set(session, sealer, contract_type, "1", typed, actor); }
};

}  // namespace

TEST_CASE("a contract is suspended when today is after the due date and the block days")
{
    struct Row {
        std::string name;
        Record contract;
        std::string today, done;
    };
    const Row rows[] = {
        {"on the due date", {}, "2026-03-10", ""},
        {"on the last day", {}, "2026-03-25", ""},
        {"the day after", {}, "2026-03-26", "suspend 1 "},
        {"much later", {}, "2027-01-01", "suspend 1 "},
        {"exempt", {{"auto_suspend", {"no"}}}, "2027-01-01", ""},
        {"explicitly not exempt", {{"auto_suspend", {"yes"}}}, "2026-03-26", "suspend 1 "},
        {"with days of its own, last day", {{"block_days", {"30"}}}, "2026-04-09", ""},
        {"with days of its own, the day after", {{"block_days", {"30"}}}, "2026-04-10", "suspend 1 "},
        {"with no days at all, on the due date", {{"block_days", {"0"}}}, "2026-03-10", ""},
        {"with no days at all, the day after", {{"block_days", {"0"}}}, "2026-03-11", "suspend 1 "},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Books books;
        if (!row.contract.empty()) books.change(row.contract);
        CHECK(books.run(row.today, true) == row.done);
        CHECK(books.status() == "active");
        CHECK(books.run(row.today) == row.done);
        CHECK(books.status() == (row.done.empty() ? "active" : "suspended debt"));
        CHECK(books.run(row.today) == "");  // idempotent
    }
}

TEST_CASE("a step of billing explains itself")
{
    Books books;
    books.pay("50", "", "2026-03-12");
    const auto steps = books.steps("26/03/2026", true);
    REQUIRE(steps.size() == 1);
    CHECK(steps[0].client == "João da Silva");
    CHECK(steps[0].logins == std::vector<std::string>{"joao@isp"});
    CHECK(steps[0].charge_id == 1);
    CHECK(steps[0].due == "2026-03-10");
    CHECK(steps[0].amount == "49.90");
    CHECK(steps[0].overdue_days == 16);
    CHECK(steps[0].why == "charge 1 of 49.90, due 2026-03-10, is 16 days overdue (limit 15)");
}

TEST_CASE("what is paid, removed, of no contract or of a contract not active does not suspend")
{
    const std::string statements[] = {
        "update charge set paid = amount, paid_on = due",
        "update charge set removed_at = now()",
        "update charge set contract_id = null",
        "update contract set status = 'pre-activation'",
        "update contract set status = 'cancelled', cancelled_at = now(), cancel_reason = 'x'",
        "update login set removed_at = now(); update contract set removed_at = now()",
    };
    for (const auto& statement : statements) {
        CAPTURE(statement);
        Books books;
        books.sql(statement);
        CHECK(books.run("2027-01-01") == "");
    }
}

TEST_CASE("a payment releases in the same transaction, once nothing is overdue beyond the block days")
{
    Books books;
    books.add(charge_type, {{"client", {"1"}}, {"contract", {"1"}}, {"due", {"2026-04-10"}}, {"amount", {"99.90"}}});
    CHECK(books.run("2026-05-01") == "suspend 1 ");
    CHECK(books.pay("", "", "2026-05-02") == "done");  // April is still due beyond its days
    CHECK(books.status() == "suspended debt");
    CHECK(books.pay("99,80", "", "2026-05-02", "2") == "done");
    CHECK(books.pay("", "", "2026-05-02", "2") == "done released 1");
    CHECK(books.status() == "active");
    CHECK(one(show(books.session, charge_type, "2"), "status") == "paid_late");
    CHECK(books.run("2026-05-02") == "");
}

TEST_CASE("a charge that is overdue, but within its block days, keeps nobody out whom billing suspended")
{
    Books books;
    CHECK(books.run("2026-04-01") == "suspend 1 ");
    books.add(charge_type, {{"client", {"1"}}, {"contract", {"1"}}, {"due", {"2026-04-10"}}, {"amount", {"1"}}});
    CHECK(books.pay("", "", "2026-04-12") == "done released 1");
}

TEST_CASE("a suspension by hand for debt needs every overdue charge paid, and no run lifts it")
{
    Books books;
    books.add(charge_type, {{"client", {"1"}}, {"contract", {"1"}}, {"due", {"2026-04-10"}}, {"amount", {"1"}}});
    CHECK(books.suspend("1", "promised and did not pay", "debt") == "done");
    CHECK(books.pay("", "", "2026-04-12") == "done");  // the other is overdue by two days
    CHECK(books.run("2026-04-12") == "");
    CHECK(books.status() == "suspended debt");
    CHECK(books.pay("", "", "2026-04-12", "2") == "done released 1");
}

TEST_CASE("billing and payments never release a suspension for another cause")
{
    for (const std::string kind : {"fraud", "court", "request"}) {
        CAPTURE(kind);
        Books books;
        CHECK(books.run("2026-05-01") == "suspend 1 ");
        CHECK(books.suspend("joao@isp", "resold", kind) == "done");  // takes the place of the debt
        CHECK(books.pay("", "", "2026-05-01") == "done");
        CHECK(books.run("2026-05-01") == "");
        CHECK(books.status() == "suspended " + kind);
        CHECK(books.suspend("1", "x", "debt") ==
              "conflict contract: contract 1 is suspended already (" + kind + "), release it first");
        contract_release(books.session, "1", "", books.actor);
        CHECK(books.status() == "active");
    }
}

TEST_CASE("a run releases what it suspended when the debt went away by itself")
{
    Books books;
    CHECK(books.run("2026-05-01") == "suspend 1 ");
    books.sql("update charge set due = '2026-04-30'");
    CHECK(books.run("2026-05-01", true) == "release 1 ");
    CHECK(books.status() == "suspended debt");
    CHECK(books.run("2026-05-01") == "release 1 ");
    CHECK(books.status() == "active");
}

TEST_CASE("payments that cannot be are refused")
{
    Books books;
    CHECK(books.pay("99.91", "", "2026-03-01") == "invalid amount: 99.91 is more than what is owed: owed is 99.90");
    CHECK(books.pay("0", "", "2026-03-01").starts_with("invalid amount:"));
    CHECK(books.pay("x", "", "2026-03-01").starts_with("invalid amount:"));
    CHECK(books.pay("1", "02/03/2026", "2026-03-01") ==
          "invalid on: 2026-03-02 is in the future, give a day until 2026-03-01");
    CHECK(books.pay("", "2026-02-28", "2026-03-01") == "done");
    CHECK(one(show(books.session, charge_type, "1"), "paid_on") == "2026-02-28");
    CHECK(one(show(books.session, charge_type, "1"), "status") == "paid");
    CHECK(books.pay("", "", "2026-03-01") == "conflict charge: charge 1 is paid already, on 2026-02-28");
}

TEST_CASE("a contract that cannot be done is skipped and stops no other")
{
    Books books;
    for (const auto* contract : {"2", "3"}) {
        books.add(contract_type, {{"client", {"1"}}, {"plan", {"Fibra 300"}}, {"due_day", {"1"}}});
        books.add(charge_type,
                  {{"client", {"1"}}, {"contract", {contract}}, {"due", {"2026-03-10"}}, {"amount", {"9"}}});
    }
    SUBCASE("another transaction holds it")
    {
        pqxx::connection other(books.database.connection());
        pqxx::work work(other);
        work.exec("select from porteiro.contract where id = 2 for update");
        const auto steps = books.steps("2026-05-01");
        REQUIRE(steps.size() == 3);
        CHECK(steps[0].action == "suspend");
        CHECK(steps[1].action == "skip");
        CHECK(steps[1].contract_id == 2);
        CHECK(steps[1].why == "another transaction holds the record; nothing was changed, try again");
        CHECK(steps[2].action == "suspend");
        work.abort();
        CHECK(books.run("2026-05-01") == "suspend 2 ");
    }
    SUBCASE("the database goes away: what was done before is told")
    {
        books.sql(
            "create function die() returns trigger language plpgsql security definer as"
            " $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;"
            " create trigger die before update on contract for each row when (new.id = 2) execute function die()");
        const auto steps = books.steps("2026-05-01");
        REQUIRE(steps.size() == 3);
        CHECK(steps[0].action == "suspend");
        CHECK(steps[1].action == "skip");
        CHECK(steps[1].why.starts_with("the database is away:"));
        CHECK(steps[2].action == "skip");
        CHECK(steps[2].why == "the database went away");
        CHECK(books.session.broken());
        CHECK(books.value("select string_agg(status::text, ' ' order by id) from contract") ==
              "suspended active active");
    }
}

TEST_CASE("two runs at once are refused, and the next is not")
{
    Books books;
    {
        pqxx::connection other(books.database.connection());
        pqxx::work work(other);
        work.exec("select pg_advisory_lock(1886351988, 2)");
        CHECK(refusal([&] { books.run("2026-05-01"); }).starts_with("conflict another billing run"));
        work.exec("select pg_advisory_unlock_all()");  // a backend ends some time after its connection
    }
    CHECK(books.run("2026-05-01") == "suspend 1 ");
    Session second(books.database.connection(), Role::application, watch());
    CHECK(billing_run(second, {.today = "2026-05-01"}, defaults, books.actor)
              .steps.empty());  // the first let go of its lock
}

TEST_CASE("contracts, clients and logins are closed and opened by their commands")
{
    Books books;
    auto& s = books.session;
    CHECK(refusal([&] { contract_release(s, "1", "", books.actor); }) ==
          "conflict contract: contract 1 is not suspended, it is active");
    CHECK(books.suspend("1", " ", "debt").starts_with("invalid reason:"));
    CHECK(books.suspend("1", "x", "frod").starts_with("invalid kind:"));
    const auto cancelled = contract_cancel(s, "joao@isp", "moved", books.actor);
    CHECK(one(cancelled, "status") == "cancelled");
    CHECK(one(cancelled, "cancel_reason") == "moved");
    CHECK(one(cancelled, "cancelled_at").ends_with("-03:00"));
    CHECK(refusal([&] { contract_cancel(s, "1", "x", books.actor); }).starts_with("conflict contract:"));
    CHECK(books.suspend("1", "x", "debt").starts_with("conflict contract:"));
    const auto disabled = client_disable(s, "52998224725", "moved", books.actor);
    CHECK(one(disabled, "active") == "false");
    CHECK(one(disabled, "inactive_reason") == "moved");
    CHECK(one(client_enable(s, "1", books.actor), "inactive_reason") == "");
    CHECK(one(login_set_enabled(s, "joao@isp", false, books.actor), "enabled") == "false");
    CHECK(one(login_set_enabled(s, "joao@isp", true, books.actor), "enabled") == "true");
}
