// tests/unit/store/imports_test.cpp - files from another system: what is known, what is added, all or nothing.
#include "database.hpp"

#include "provisioning/store/imports.hpp"

using namespace store_tests;

namespace {

const ProviderDay day{"2026-05-20", {5, 15}};

struct Office : Store {
    Office()
    {
        sample();
        cut_without_notice();
    }

    static Import rows(const std::vector<Record>& all, bool skip_bad = false)
    {
        return {.rows = all, .dry_run = false, .skip_bad = skip_bad};
    }
    std::string clients(const Import& import) { return told(import_clients(session, import, actor)); }
    std::string logins(const Import& import) { return told(import_logins(session, sealer, import, actor)); }
    std::string charges(const Import& import) { return told(import_charges(session, import, day, actor)); }
    std::string payments(const Import& import) { return told(import_payments(session, import, day, actor)); }

    /// "added NAME WHY|..."
    static std::string told(const std::vector<Imported>& done)
    {
        std::string text;
        for (const auto& row : done) {
            text += (text.empty() ? "" : "|") + row.result;
            for (const auto& word : {row.name, row.why})
                if (!word.empty()) text += ' ' + word;
        }
        return text;
    }
    std::string count(const std::string& table) { return value("select count(*)::text from " + table); }
};

Record login_row(const std::string& login, Record more = {})
{
    more["login"] = {login};
    more.try_emplace("password", std::vector<std::string>{"segredo"});
    more.try_emplace("plan", std::vector<std::string>{"Fibra 300"});
    more.try_emplace("due_day", std::vector<std::string>{"10"});
    return more;
}

}  // namespace

TEST_CASE_FIXTURE(Office, "clients are known by their document, else by name, mobile and e-mail")
{
    const auto file = rows({{{"name", {"Ana"}}, {"document", {"111.444.777-35"}}, {"email", {"ana@isp.example"}}},
                            {{"name", {"Bia"}}, {"mobile", {"11 91234-5678"}}},
                            {{"name", {"Loja"}}, {"document", {"11.222.333/0001-81"}}}});
    CHECK(clients(file) == "added Ana|added Bia|added Loja");
    CHECK(clients(file) ==
          "unchanged Ana is there already|unchanged Bia is there already|unchanged Loja is there already");
    CHECK(count("client") == "4");
    CHECK(value("select person from client where name = 'Loja'") == "legal");
    CHECK(value("select string_agg(distinct actor, ' ') from history where record = 'client' and action = 'add'"
                " and record_id > 1") == "ana");
}

TEST_CASE_FIXTURE(Office, "one bad row holds all of a file back, unless it may be left out")
{
    const std::vector<Record> all{{{"name", {"Ana"}}}, {{"name", {"Bia"}}, {"document", {"111.444.777-36"}}}};
    CHECK(clients(rows(all)).starts_with("held Ana|bad document: is neither a valid CPF"));
    CHECK(count("client") == "1");
    CHECK(clients(rows(all, true)).starts_with("added Ana|bad document:"));
    CHECK(count("client") == "2");
    CHECK(clients({.rows = {{{"name", {"Caio"}}}}, .dry_run = true}) == "added Caio");
    CHECK(count("client") == "2");
}

TEST_CASE_FIXTURE(Office, "logins bring the client and the contract that are not there yet")
{
    const auto file = rows({login_row("a", {{"name", {"Ana"}}, {"document", {"11144477735"}}}),
                            login_row("b", {{"name", {"Ana"}}, {"document", {"111.444.777-35"}}}),
                            login_row("c", {{"document", {"11144477735"}}, {"due_day", {"20"}}}),
                            login_row("d", {{"contract", {"1"}}, {"enabled", {"no"}}}), login_row("e")});
    const std::string first = logins(file);
    CHECK(first.starts_with(
        "added a new client, new contract|added b client 2, contract 2|added c client 2, new contract|"
        "added d contract 1, disabled|added e new client, new contract"));
    CHECK(logins(file).starts_with("unchanged a is there already, contract 2|unchanged b "));
    CHECK(value("select string_agg(name, ',' order by id) from client where id > 1") == "Ana,e");
    CHECK(value("select string_agg(due_day::text, ',' order by id) from contract where id > 1") == "10,20,10");
    CHECK(value("select enabled::text from login where login = 'd'") == "false");
    CHECK(value("select plan_id::text from login where login = 'a'") == "1");
}

TEST_CASE_FIXTURE(Office, "a login's bad row says which field is wrong")
{
    struct Row {
        Record row;
        std::string why;
    };
    const Row bad[] = {
        {login_row("x", {{"plan", {"Fibra 3000"}}}), "plan: there is no plan \"Fibra 3000\"; nearest: \"Fibra 300\""},
        {login_row("x", {{"password", {""}}}), "password"},
        {login_row("x", {{"due_day", {"32"}}}), "due_day"},
        {login_row("x", {{"ip", {"10.0.0"}}}), "ip"},
        {login_row("x y"), "login"},
        {login_row("x", {{"kind", {"l2tp"}}}), "kind"},
        {login_row("x", {{"contract", {"99"}}}), "contract: there is no contract \"99\""},
        {{{"login", {"x"}}, {"password", {"y"}}}, "plan: missing"},
    };
    for (const auto& [row, why] : bad) {
        CAPTURE(why);
        CHECK(logins(rows({row})).starts_with("bad " + why));
    }
    CHECK(count("client") == "1");
}

TEST_CASE_FIXTURE(Office, "charges are known by their numbers, else by all that they say")
{
    const Record numbered{
        {"document", {"529.982.247-25"}}, {"due", {"10/05/2026"}}, {"amount", {"99,90"}}, {"external_id", {"E1"}}};
    const Record plain{{"login", {"joao@isp"}}, {"due", {"2026-05-10"}}, {"amount", {"50"}}};
    const Record paid{{"client", {"1"}},
                      {"due", {"2026-04-10"}},
                      {"amount", {"10"}},
                      {"bank_number", {"N1"}},
                      {"paid_on", {"2026-04-09"}}};
    const auto file = rows({numbered, plain, paid});
    CHECK(charges(file) == "added João da Silva|added João da Silva|added João da Silva");
    CHECK(charges(file).starts_with("unchanged João da Silva is there already: 99.90 due 2026-05-10|unchanged "));
    CHECK(count("charge") == "3");
    CHECK(value("select contract_id::text || ' ' || amount from charge where id = 2") == "1 50.00");
    CHECK(value("select paid::text || ' ' || paid_on from charge where id = 3") == "10.00 2026-04-09");
    sql("update charge set due = '2026-06-01' where id = 2");
    CHECK(charges(rows({plain})).starts_with("unchanged"));
    auto twice = plain;
    twice["due"] = {"2026-07-10"};
    CHECK(charges(rows({twice, twice})).starts_with("held João da Silva|bad external_id: another row of the file"));
    auto other = numbered;
    other["document"] = {"00000000000"};
    CHECK(charges(rows({other})).starts_with("bad client: there is no client"));
}

TEST_CASE_FIXTURE(Office, "payments find their charge, are taken once and open access")
{
    for (const auto* due : {"2026-03-10", "2026-04-10", "2026-05-10"})
        add(charge_type, {{"client", {"1"}},
                          {"contract", {"1"}},
                          {"due", {due}},
                          {"amount", {due == std::string{"2026-04-10"} ? "80.00" : "99.90"}},
                          {"bank_number", {due}}});
    sql("update contract set status = 'suspended', suspension_kind = 'debt', suspension_reason = 'x', suspended_at = "
        "'2026-04-01', suspension_origin = 'billing'");
    const auto file =
        rows({{{"document", {"52998224725"}}, {"on", {"2026-05-19"}}, {"amount", {"80,00"}}, {"form", {"pix"}}},
              {{"bank_number", {"2026-03-10"}}, {"on", {"2026-05-19"}}, {"payment_id", {"P1"}}}});
    CHECK(payments(file) == "added João da Silva charge 2|added João da Silva charge 1, opens contract 1");
    CHECK(value("select status from contract where id = 1") == "active");
    CHECK(payments(file) == "unchanged João da Silva was recorded before|unchanged João da Silva was recorded before");
    CHECK(value("select string_agg(paid::text, ',' order by id) from charge") == "99.90,80.00,0.00");
    CHECK(value("select form from payment where id = 1") == "pix");

    struct Row {
        Record row;
        std::string why;
    };
    const Row bad[] = {
        {{{"charge", {"3"}}, {"amount", {"5"}}}, "on: missing"},
        {{{"on", {"2026-05-19"}}, {"amount", {"5"}}}, "charge: missing"},
        {{{"charge", {"9"}}, {"on", {"2026-05-19"}}}, "charge: there is no charge"},
        {{{"bank_number", {"9"}}, {"on", {"2026-05-19"}}}, "bank_number: there is no charge"},
        {{{"charge", {"3"}}, {"on", {"2026-05-19"}}, {"amount", {"100"}}}, "amount: 100.00 is more than what is owed"},
        {{{"charge", {"3"}}, {"on", {"2026-05-21"}}}, "on: 2026-05-21 is in the future"},
        {{{"charge", {"3"}}, {"on", {"2026-05-19"}}, {"form", {"gold"}}}, "form: "},
        {{{"charge", {"3"}}, {"on", {"2026-05-19"}}, {"payment_id", {"P1"}}},
         "external_id: P1 is a payment of charge 1"},
        {{{"charge", {"1"}}, {"on", {"2026-05-18"}}}, "charge: charge 1 is paid already"},
    };
    for (const auto& [row, why] : bad) {
        CAPTURE(why);
        CHECK(payments(rows({row})).starts_with("bad " + why));
    }
    const Record part{{"client", {"1"}}, {"on", {"2026-05-20"}}, {"amount", {"40"}}};
    CHECK(payments(rows({part, part}))
              .starts_with("held João da Silva charge 3|bad payment_id: another row of the file"));
}
