// tests/unit/store/billing_runs_test.cpp - what keeps a run from doing harm: notices, the guard, undoing; and trust.
#include "database.hpp"

#include "provisioning/store/actions.hpp"
#include "provisioning/store/billing.hpp"
#include "provisioning/store/settings.hpp"

using namespace store_tests;

namespace {

constexpr provisioning::BillingDefaults defaults{5, 15};

struct Provider : Store {
    explicit Provider(int contracts = 1)
    {
        sample();
        cut_without_notice();
        sql("insert into contract (client_id, due_day) select 1, 10 from generate_series(2, " +
            std::to_string(contracts) +
            ");"
            "insert into contract_plan select k.id, 1 from contract k where not exists (select from contract_plan p"
            " where p.contract_id = k.id);"
            "insert into charge (client_id, contract_id, due, amount) select 1, id, '2026-03-10', 99.90 from contract");
    }
    std::string run(const std::string& today, std::optional<std::int64_t> confirmed = std::nullopt)
    {
        std::string done;
        const auto refused = refusal([&] {
            const auto result = billing_run(session, {.today = today, .confirmed_cuts = confirmed}, defaults, actor);
            last_run = result.run_id;
            for (const auto& step : result.steps) done += step.action + ' ' + std::to_string(step.contract_id) + ' ';
        });
        return refused == "done" ? done : refused;
    }
    std::string change(const std::string& name, const std::string& value, bool risk = false)
    {
        return refusal([&] { setting_set(session, name, value, risk, defaults, actor); });
    }
    std::string trust(const TrustWish& wish, const std::string& today, const std::string& what = "1")
    {
        return refusal([&] { contract_trust(session, what, wish, today, defaults, actor); });
    }
    std::string contract(const std::string& field, const std::string& id = "1")
    {
        return one(show(session, contract_type, id), field);
    }
    std::int64_t cut_count() { return std::stoll(value("select count(*) from contract where status = 'suspended'")); }
    std::int64_t last_run = 0;
};

}  // namespace

TEST_CASE("where a notice is required, only an old enough one of this debt lets a cut happen")
{
    struct Row {
        std::string name, notice, on_the_25th, on_the_26th;
    };
    const Row rows[] = {
        {"none", "", "", "held 1 "},
        {"of the contract",
         "insert into notice (client_id, contract_id, \"on\", channel) values (1, 1, '2026-03-11', 'letter')", "",
         "suspend 1 "},
        {"of the client", "insert into notice (client_id, \"on\", channel) values (1, '2026-03-10', 'email')", "",
         "suspend 1 "},
        {"before the due date", "insert into notice (client_id, \"on\", channel) values (1, '2026-03-09', 'email')", "",
         "held 1 "},
        {"a day too young", "insert into notice (client_id, \"on\", channel) values (1, '2026-03-12', 'email')", "",
         ""},
        {"of another kind",
         "insert into notice (client_id, \"on\", channel, kind) values (1, '2026-03-11', 'email', 'due_soon')", "",
         "held 1 "},
        {"removed",
         "insert into notice (client_id, \"on\", channel, removed_at) values (1, '2026-03-11', 'email', now())", "",
         "held 1 "},
        {"that names the charge, before it was due",
         "insert into notice (client_id, \"on\", channel) values (1, '2026-03-01', 'email');"
         "insert into notice_charge values (1, 1)",
         "", "suspend 1 "},
        {"that names another charge",
         "insert into charge (client_id, contract_id, due, amount) values (1, 1, '2027-01-01', 1);"
         "insert into notice (client_id, \"on\", channel) values (1, '2026-03-11', 'email');"
         "insert into notice_charge values (1, 2)",
         "", "held 1 "},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Provider provider;
        CHECK(provider.change("ladder.require_notice", "yes") == "done");
        if (!row.notice.empty()) provider.sql(row.notice);
        CHECK(provider.run("2026-03-25") == row.on_the_25th);
        CHECK(provider.run("2026-03-26") == row.on_the_26th);
    }
}

TEST_CASE("by hand, too, nobody is cut for debt without an old enough notice")
{
    Provider provider;
    provider.change("ladder.require_notice", "yes");
    const auto suspend = [&](const std::string& kind, const std::string& today) {
        return refusal([&] { contract_suspend(provider.session, "1", "why", kind, today, defaults, provider.actor); });
    };
    CHECK(suspend("debt", "2026-03-30").starts_with("conflict kind: debt: no notice of it is recorded. Record"));
    CHECK(suspend("debt", "2026-03-09").starts_with("conflict kind: debt: the contract has no charge that is due."));
    provider.sql("insert into notice (client_id, \"on\", channel) values (1, '2026-03-20', 'letter')");
    CHECK(suspend("debt", "2026-04-03")
              .starts_with("conflict kind: debt: the notice of 2026-03-20 is not 15 days old, it may be cut from "
                           "2026-04-04 on."));
    CHECK(suspend("debt", "2026-04-04") == "done");
    contract_release(provider.session, "1", "", provider.actor);
    CHECK(suspend("fraud", "2026-03-01") == "done");
}

TEST_CASE("the guard stops a run that cuts far beyond the usual, and does nothing of it")
{
    Provider provider(60);
    provider.change("guard.number", "50");
    provider.sql("update charge set due = '2026-06-10' where contract_id > 3");
    CHECK(provider.run("2026-03-26") == "suspend 1 suspend 2 suspend 3 ");  // the usual
    const auto stopped = provider.run("2026-07-01");
    CHECK(stopped == "guard it would cut 57 of 57 open contracts, the usual most is 3 (limits beyond it: 50 contracts, "
                     "0 %); nobody was cut. Look at them with --dry-run; if they are right, give --confirm-cuts 57");
    CHECK(provider.cut_count() == 3);
    CHECK(provider.value("select state || ' ' || planned from billing_run order by id desc limit 1") == "stopped 57");
    CHECK(provider.run("2026-07-01", 56).starts_with("guard it would cut 57 of 57"));
    CHECK(provider.cut_count() == 3);
    provider.run("2026-07-01", 57);
    CHECK(provider.cut_count() == 60);
    CHECK(provider.run("2026-07-01") == "");
}

TEST_CASE("the guard knows a share as well, but not of a handful")
{
    struct Row {
        int contracts, cut;
        bool stops;
    };
    for (const auto& [contracts, cut, stops] :
         {Row{12, 10, false}, Row{12, 11, true}, Row{250, 12, false}, Row{250, 13, true}}) {
        CAPTURE(contracts);
        CAPTURE(cut);
        Provider provider(contracts);
        provider.change("guard.percent", "5");
        provider.sql("update charge set due = '2026-06-10' where contract_id > " + std::to_string(cut));
        CHECK(provider.run("2026-03-26").starts_with("guard") == stops);
        CHECK(provider.cut_count() == (stops ? 0 : cut));
    }
}

TEST_CASE("a run is undone where nothing was changed since, and those are not cut again that day")
{
    Provider provider(3);
    CHECK(provider.run("2026-03-26") == "suspend 1 suspend 2 suspend 3 ");
    const auto run = provider.last_run;
    charge_pay(provider.session, "2", {}, "2026-03-26", defaults, provider.actor);
    const auto undone = [&] {
        std::string done;
        for (const auto& step : billing_undo(provider.session, run, "wrong file", provider.actor).steps)
            done += step.action + ' ' + std::to_string(step.contract_id) + ' ';
        return done;
    };
    CHECK(undone() == "restore 1 skip 2 restore 3 ");
    CHECK(provider.contract("status") == "active");
    CHECK(provider.contract("suspension_kind") == "");
    CHECK(provider.run("2026-03-26") == "");
    CHECK(undone() == "skip 2 ");
    CHECK(provider.run("2026-03-27") == "suspend 1 suspend 3 ");
    CHECK(refusal([&] { billing_undo(provider.session, 99, "x", provider.actor); }).starts_with("not_found run:"));
    const auto list = billing_list(provider.session, 10, 0);
    REQUIRE(list.size() == 2);
    CHECK(billing_show(provider.session, run).size() == 3);
}

TEST_CASE("rgc2014 reduces first; the release ends either")
{
    Provider provider;
    provider.change("ladder.profile", "rgc2014");
    CHECK(provider.run("2026-03-26") == "reduce 1 ");
    CHECK(provider.contract("status") == "active");
    CHECK(provider.contract("reduced_reason").starts_with("charge 1 of 99.90"));
    CHECK(provider.run("2026-04-24") == "");
    CHECK(provider.run("2026-04-25") == "suspend 1 ");
    CHECK(provider.contract("reduced_at") == "");
    CHECK(provider.run("2026-05-25") == "termination_due 1 ");
    CHECK(provider.contract("termination_due") == "2026-05-25");
    CHECK(charge_pay(provider.session, "1", {}, "2026-05-26", defaults, provider.actor).released.size() == 1);
    CHECK(provider.contract("termination_due") == "");
    CHECK(provider.value("select since::date || ' ' || (until is not null) from suspension") == "2026-04-25 true");
}

TEST_CASE("the forecast is what the runs then do")
{
    Provider provider(2);
    provider.sql("update charge set due = '2026-03-12' where contract_id = 2");
    std::string ahead;
    for (const auto& step : billing_forecast(provider.session, "2026-03-20", 7, defaults))
        ahead += step.day + ' ' + step.action + ' ' + std::to_string(step.contract_id) + ", ";
    CHECK(ahead == "2026-03-26 suspend 1, ");
    ahead.clear();
    for (const auto& step : billing_forecast(provider.session, "2026-03-20", 100, defaults))
        ahead += step.day + ' ' + step.action + ' ' + std::to_string(step.contract_id) + ", ";
    CHECK(ahead == "2026-03-26 suspend 1, 2026-03-28 suspend 2, 2026-05-25 termination_due 1, 2026-05-27 "
                   "termination_due 2, ");
}

TEST_CASE("trust gives access for some days, within its limits")
{
    Provider provider;
    CHECK(provider.trust({.days = 3}, "2026-03-10").starts_with("conflict contract: contract 1 has nothing overdue"));
    CHECK(provider.run("2026-03-26") == "suspend 1 ");
    CHECK(provider.trust({}, "2026-03-26") == "usage days: give --days or --until, one of them");
    CHECK(provider.trust({.days = 6}, "2026-03-26")
              .starts_with("invalid days: ends on 2026-04-01, the longest is 5 days"));
    CHECK(provider.trust({.until = "2026-03-25"}, "2026-03-26").starts_with("invalid until: 2026-03-25 is past"));
    CHECK(provider.trust({.days = 3, .reason = "paid by slip"}, "2026-03-26") == "done");
    CHECK(provider.contract("status") == "suspended");
    CHECK(provider.contract("trust_until").starts_with("2026-03-30T00:00:00"));
    CHECK(provider.trust({.days = 1}, "2026-03-27") ==
          "conflict contract: contract 1 is trusted already, until the end of 2026-03-29");
    CHECK(provider.run("2026-03-30") == "");
    CHECK(provider.trust({.days = 1}, "2026-03-31")
              .starts_with("conflict contract: contract 1 had its trust bonus for charge 1"));
    provider.sql("insert into charge (client_id, contract_id, due, amount) values (1, 1, '2026-02-10', 5)");
    CHECK(provider.trust({.days = 1}, "2026-03-31").starts_with("conflict contract: contract 1 had a trust bonus on"));
    CHECK(provider.value("select reason from history where field = 'trust_until'") == "paid by slip");
}

TEST_CASE("trust before the cut puts it off; a payment ends it")
{
    Provider provider(2);
    CHECK(provider.trust({.until = "2026-03-28"}, "2026-03-24") == "done");
    CHECK(provider.run("2026-03-26") == "suspend 2 ");
    CHECK(provider.run("2026-03-28") == "");
    charge_pay(provider.session, "1", {.amount = "10"}, "2026-03-28", defaults, provider.actor);
    CHECK(provider.contract("trust_until") != "");
    charge_pay(provider.session, "1", {}, "2026-03-28", defaults, provider.actor);
    CHECK(provider.contract("trust_until") == "");
    CHECK(client_trust(provider.session, "1", {.days = 2}, "2026-03-28", defaults, provider.actor).size() == 1);
    CHECK(refusal([&] {
              client_trust(provider.session, "1", {.days = 2}, "2026-03-01", defaults, provider.actor);
          }).starts_with("conflict client:"));
}

TEST_CASE("a debt that is settled by plain SQL releases at the next look")
{
    Provider provider(3);
    CHECK(provider.run("2026-03-26") == "suspend 1 suspend 2 suspend 3 ");
    CHECK(settle(provider.session, "2026-03-27", defaults, 100, provider.actor).released.empty());
    provider.sql("update charge set paid = amount where contract_id = 1;"
                 "update charge set due = '2026-03-20' where contract_id = 2;"
                 "update charge set paid = 10 where contract_id = 3");
    CHECK(provider.value("select count(*) from settlement") == "3");
    CHECK(settle(provider.session, "2026-03-27", defaults, 100, provider.actor).released ==
          std::vector<std::int64_t>{1, 2});
    CHECK(provider.value("select count(*) from settlement") == "0");
    CHECK(provider.cut_count() == 1);
    provider.sql("update charge set paid = amount where contract_id = 1");
    CHECK(provider.value("select count(*) from settlement") == "0");
}

TEST_CASE("settings have defaults, checks, and a floor by law")
{
    Provider provider;
    CHECK(provider.change("ladder.profil", "custom") ==
          "not_found name: there is no setting ladder.profil, did you mean ladder.profile?");
    CHECK(provider.change("ladder.profile", "rgc").starts_with("invalid ladder.profile:"));
    CHECK(provider.change("ladder.notice_days", "10")
              .starts_with("invalid ladder.notice_days: 10 is not what the law allows"));
    CHECK(provider.change("ladder.notice_days", "10", true) == "done");
    CHECK(provider.change("ladder.notice_days", "20") == "done");
    CHECK(provider.value(
              "select string_agg(coalesce(old, '-') || '>' || new || ':' || coalesce(reason, ''), ' ' order by id)"
              " from history where record = 'setting' and field = 'ladder.notice_days'") ==
          "->10:legal risk accepted 10>20:");
    provider.sql("delete from setting");
    for (const auto& row : setting_list(provider.session, "", defaults)) {
        const auto value = [&](std::string_view name) {
            for (const auto& [column, text] : row)
                if (column == name) return text.value_or("");
            return std::string{};
        };
        CHECK(value("set") == "no");
        CHECK(value("value") == value("default"));
        const bool of_the_provider = value("name").starts_with("provider.");  // nothing stands for these
        CHECK(value("value").empty() == of_the_provider);
    }
}

TEST_CASE("a charge without a contract counts against none, or all if the provider says so")
{
    Provider provider(2);
    provider.sql("update charge set contract_id = null, paid = case id when 2 then amount else 0 end");
    CHECK(provider.run("2026-03-26") == "");
    provider.change("charge.without_contract", "all");
    CHECK(provider.run("2026-03-26") == "suspend 1 suspend 2 ");
    CHECK(charge_pay(provider.session, "1", {}, "2026-03-27", defaults, provider.actor).released ==
          std::vector<std::int64_t>{1, 2});
}

TEST_CASE("who is exempt: the contract's word goes before the client's, that before the setting")
{
    struct Row {
        std::string contract, client, setting, done;
    };
    for (const auto& [contract, client, setting, done] :
         {Row{"default", "default", "yes", "suspend 1 "}, Row{"default", "default", "no", ""},
          Row{"default", "no", "yes", ""}, Row{"default", "yes", "no", "suspend 1 "},
          Row{"yes", "no", "no", "suspend 1 "}, Row{"no", "yes", "yes", ""}}) {
        Provider provider;
        provider.change("ladder.auto_suspend", setting);
        provider.sql("update client set auto_suspend = '" + client + "'; update contract set auto_suspend = '" +
                     contract + "'");
        CHECK(provider.run("2026-03-26") == done);
    }
}
