// tests/unit/store/records_test.cpp - add, show, list, set, remove: every record type there and back.
#include "database.hpp"

using namespace store_tests;

namespace {

struct Trip {
    const RecordType* type;
    Record typed;
    Record shown;    ///< a part of what comes back
    Record changes;  ///< typed to `set`
    Record after;
    std::string what;  ///< how a person names it afterwards
};

void check_shown(const Record& record, const Record& part)
{
    for (const auto& [name, values] : part) {
        CAPTURE(name);
        CHECK(record.at(name) == values);
    }
}

const Trip trips[] = {
    {&nas_type,
     {{"name", {"core 1"}}, {"address", {"10.0.0.1"}}, {"secret", {"canary"}}, {"vendor", {"mikrotik"}}},
     {{"id", {"1"}},
      {"name", {"core 1"}},
      {"address", {"10.0.0.1/32"}},
      {"secret", {"set"}},
      {"vendor", {"mikrotik"}},
      {"message_authenticator", {"auto"}},
      {"limit_proxy_state", {"true"}},
      {"note", {}}},
     {{"address", {"2001:db8::/48"}}, {"limit_proxy_state", {"no"}}, {"note", {"rack 2; \"a\\b\", {x}"}}},
     {{"address", {"2001:db8::/48"}}, {"limit_proxy_state", {"false"}}, {"note", {"rack 2; \"a\\b\", {x}"}}},
     "CORE 1"},
    {&plan_type,
     {{"name", {"Fibra 600"}},
      {"download", {"600M"}},
      {"upload", {"300M"}},
      {"price", {"129,90"}},
      {"reply", {"Class=x", "Filter-Id=\"a, b\" \\ {c}"}}},
     {{"download", {"600000000"}},
      {"price", {"129.90"}},
      {"interim", {"300"}},
      {"session_timeout", {}},
      {"reply", {"Class=x", "Filter-Id=\"a, b\" \\ {c}"}}},
     {{"reply", {}}, {"price", {}}, {"session_timeout", {"86400"}}},
     {{"reply", {}}, {"price", {}}, {"session_timeout", {"86400"}}},
     "fibra 600"},
    {&client_type,
     {{"name", {"Ana & Cia. \"Ltda\""}},
      {"person", {"legal"}},
      {"document", {"12.ABC.345/01DE-35"}},
      {"trade_name", {"Ana"}},
      {"email", {"a@x.example;b@x.example"}},
      {"mobile", {"(11) 91234-5678"}}},
     {{"document", {"12ABC34501DE35"}}, {"kind", {"client"}}, {"active", {"true"}}, {"mobile", {"+5511912345678"}}},
     {{"trade_name", {}}, {"kind", {"supplier"}}},
     {{"trade_name", {}}, {"kind", {"supplier"}}},
     "12.abc.345/01de-35"},
    {&contract_type,
     {{"client", {"52998224725"}}, {"plan", {"Fibra 300", "FIBRA 300+"}}, {"due_day", {"5"}}, {"block_days", {"20"}}},
     {{"client", {"1"}},
      {"plan", {"Fibra 300", "Fibra 300+"}},
      {"status", {"active"}},
      {"auto_suspend", {"default"}},
      {"suspension_kind", {}},
      {"suspended_at", {}}},
     {{"plan", {"Fibra 300+"}}, {"auto_suspend", {"no"}}, {"block_days", {}}},
     {{"plan", {"Fibra 300+"}}, {"auto_suspend", {"no"}}, {"block_days", {}}},
     "2"},
    {&login_type,
     {{"login", {"Maria@isp"}},
      {"contract", {"joao@isp"}},
      {"password", {"canary"}},
      {"ip", {"100.64.0.9"}},
      {"reply", {"Class=y"}}},
     {{"contract", {"1"}},
      {"plan", {"Fibra 300"}},
      {"kind", {"pppoe"}},
      {"enabled", {"true"}},
      {"password", {"set"}},
      {"ip", {"100.64.0.9"}}},
     {{"ip", {}}, {"framed_pool", {"pool-a"}}, {"password", {"other"}}},
     {{"ip", {}}, {"framed_pool", {"pool-a"}}, {"password", {"set"}}},
     "Maria@isp"},
    {&charge_type,
     {{"client", {"João da Silva"}}, {"contract", {"1"}}, {"due", {"10/12/2026"}}, {"amount", {"99,9"}}},
     {{"client", {"1"}}, {"contract", {"1"}}, {"due", {"2026-12-10"}}, {"amount", {"99.90"}}, {"paid", {"0.00"}}},
     {{"amount", {"1.234,56"}}, {"contract", {}}, {"due", {"1999-01-01"}}},
     {{"amount", {"1234.56"}}, {"contract", {}}, {"due", {"1999-01-01"}}, {"status", {"overdue"}}},
     "1"},
};

}  // namespace

TEST_CASE("X-08: every record type comes back as it was added and set, whatever marks its texts hold")
{
    Store store;
    store.sample();
    store.add(plan_type, {{"name", {"Fibra 300+"}}, {"download", {"1G"}}, {"upload", {"1G"}}});
    for (const auto& trip : trips) {
        CAPTURE(trip.type->name);
        const auto added = store.add(*trip.type, trip.typed);
        check_shown(added, trip.shown);
        CHECK(show(store.session, *trip.type, one(added, "id")) == added);
        const auto after = set(store.session, store.sealer, *trip.type, one(added, "id"), trip.changes, store.actor);
        check_shown(after, trip.after);
        CHECK(show(store.session, *trip.type, trip.what) == after);
        CHECK(list(store.session, *trip.type, {.filters = {{"id", {one(added, "id")}}}, .sort = ""}) ==
              std::vector{after});

        const auto removed = remove(store.session, *trip.type, trip.what, store.actor);
        CHECK(one(removed, "removed_by") == "ana");
        const auto gone = refusal([&] { show(store.session, *trip.type, one(added, "id")); });
        CHECK(gone.starts_with("not_found "));
        CHECK(list(store.session, *trip.type, {.filters = {{"id", {one(added, "id")}}}, .sort = ""}).empty());
        CHECK(show(store.session, *trip.type, one(added, "id"), Rows::removed_too) == removed);
        if (!trip.type->key.empty()) check_shown(store.add(*trip.type, trip.typed), {});  // the name is free again
    }
}

TEST_CASE("lists are filtered, sorted and cut")
{
    Store store;
    store.sample();
    for (const auto* name : {"b", "a", "C"})
        store.add(
            plan_type,
            {{"name", {name}}, {"download", {std::string{"1"} + (*name == 'b' ? "G" : "M")}}, {"upload", {"1M"}}});
    const auto names = [&](const RecordType& type, ListQuery query, std::string_view field) {
        std::string joined;
        for (const auto& record : list(store.session, type, query)) joined += one(record, field) + ' ';
        return joined;
    };
    CHECK(names(plan_type, {{}, 0, 0, "-download", Rows::live}, "name") == "b Fibra 300 C a ");
    CHECK(names(plan_type, {{}, 2, 1, "", Rows::live}, "name") == "b a ");
    CHECK(names(plan_type, {{{"name", {"FIBRA 300", "c"}}}, 0, 0, "", Rows::live}, "name") == "Fibra 300 C ");
    CHECK(names(plan_type, {{{"download", {"1M"}}, {"price", {}}}, 0, 0, "", Rows::live}, "name") == "a C ");
    CHECK(names(login_type, {{{"plan", {"fibra 300"}}, {"enabled", {"yes"}}}, 0, 0, "plan", Rows::live}, "login") ==
          "joao@isp ");
    CHECK(names(contract_type, {{{"plan", {"Fibra 300"}}, {"client", {"529.982.247-25"}}}, 0, 0, "", Rows::live},
                "id") == "1 ");
    CHECK(names(contract_type, {{{"plan", {"a"}}}, 0, 0, "", Rows::live}, "id") == "");
    CHECK(names(client_type, {{{"document", {"529.982.247-25"}}}, 0, 0, "", Rows::live}, "id") == "1 ");
    const auto refused = [&](Record filters, std::string sort) {
        return refusal(
            [&] { list(store.session, login_type, {std::move(filters), 0, 0, std::move(sort), Rows::live}); });
    };
    CHECK(
        refused({{"lgin", {"x"}}}, "").starts_with("invalid lgin: cannot filter a list of login, did you mean login?"));
    CHECK(refused({{"password", {"x"}}}, "").starts_with("invalid password:"));
    CHECK(refused({{"id; drop table login", {"x"}}}, "").starts_with("invalid id; drop"));
    CHECK(refused({}, "password").starts_with("invalid password: cannot sort"));
    CHECK(refused({}, "login; select").starts_with("invalid login; select"));
    CHECK(refused({{"contract", {"77"}}}, "") == "not_found contract: there is no contract \"77\"");
    CHECK(refused({{"ip", {"x"}}}, "").starts_with("invalid ip:"));
}

TEST_CASE("a charge's status follows from its dates")
{
    Store store;
    store.sample();
    struct Row {
        std::string due, paid_on, status;
    };
    const Row rows[] = {{"current_date + 1", "null", "not_due"},
                        {"current_date", "null", "due_today"},
                        {"current_date - 1", "null", "overdue"},
                        {"current_date - 1", "current_date - 1", "paid"},
                        {"current_date - 1", "current_date", "paid_late"}};
    for (const auto& row : rows) {
        store.sql("insert into charge (client_id, due, amount, paid, paid_on) values (1, " + row.due + ", 10, " +
                  (row.paid_on == "null" ? "0" : "10") + ", " + row.paid_on + ")");
        const auto found = list(store.session, charge_type, {{{"status", {row.status}}}, 0, 0, "-status", Rows::live});
        REQUIRE(found.size() == 1);
        CHECK(one(found[0], "status") == row.status);
    }
}

TEST_CASE("set --where changes all that fit or, dry, none")
{
    Store store;
    store.sample();
    store.add(login_type, {{"login", {"b"}}, {"contract", {"1"}}, {"password", {"x"}}, {"framed_pool", {"new"}}});
    const Record where{{"contract", {"1"}}};
    const auto dry =
        set_where(store.session, store.sealer, login_type, where, {{"framed_pool", {"new"}}}, true, store.actor);
    REQUIRE(dry.size() == 1);  // the other has it already
    CHECK(one(dry[0], "framed_pool") == "new");
    CHECK(one(show(store.session, login_type, "joao@isp"), "framed_pool") == "");
    CHECK(set_where(store.session, store.sealer, login_type, where, {{"framed_pool", {"new"}}}, false, store.actor)
              .size() == 1);
    CHECK(one(show(store.session, login_type, "joao@isp"), "framed_pool") == "new");
    const auto refused = refusal([&] {
        set_where(store.session, store.sealer, login_type, where, {{"note", {"n"}}, {"plan", {"nope"}}}, false,
                  store.actor);
    });
    CHECK(refused.starts_with("not_found plan:"));
    CHECK(one(show(store.session, login_type, "b"), "note") == "");
}
