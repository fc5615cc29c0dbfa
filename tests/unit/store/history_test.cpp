// tests/unit/store/history_test.cpp - who changed what, whichever way it was changed.
#include "database.hpp"

#include "provisioning/store/actions.hpp"
#include "provisioning/store/journal.hpp"

using namespace store_tests;

namespace {

std::string cell(const Row& row, std::string_view name)
{
    for (const auto& [column, value] : row)
        if (column == name) return value.value_or("-");
    return "(absent)";
}

/// "actor@address record/id action field: old -> new" of each row, oldest first.
std::vector<std::string> told(Store& store, HistoryQuery query = {})
{
    std::vector<std::string> lines;
    for (const auto& row : list_history(store.session, query, "America/Sao_Paulo")) {
        lines.insert(lines.begin(), cell(row, "actor") + '@' + cell(row, "address") + ' ' + cell(row, "record") + '/' +
                                        cell(row, "record_id") + ' ' + cell(row, "action") + ' ' + cell(row, "field") +
                                        ": " + cell(row, "old") + " -> " + cell(row, "new"));
    }
    return lines;
}

}  // namespace

TEST_CASE("a command leaves one row for each field, with the actor and the address")
{
    Store store;
    store.sample();
    set(store.session, store.sealer, login_type, "joao@isp", {{"ip", {"100.64.0.7"}}, {"note", {"n"}}},
        {"bia", "", ""});
    login_set_enabled(store.session, "joao@isp", false, {"caio", "op", "198.51.100.1"});
    remove(store.session, login_type, "joao@isp", store.actor);
    const std::vector<std::string> wanted = {
        "ana@192.0.2.7 login/1 add -: - -> {\"kind\": \"pppoe\", \"plan\": \"Fibra 300\", \"login\": \"joao@isp\","
        " \"enabled\": \"yes\", \"storage\": \"encrypted\", \"contract\": \"1\", \"password\": \"set\","
        " \"learn_mac\": \"default\", \"legal_hold\": \"no\", \"realm_rule\": \"none\"}",
        "bia@- login/1 set ip: - -> 100.64.0.7",
        "bia@- login/1 set note: - -> n",
        "caio@198.51.100.1 login/1 set enabled: yes -> no",
        "ana@192.0.2.7 login/1 remove -: - -> -",
    };
    CHECK(told(store, {.client = "", .login = "joao@isp", .actor = "", .since = ""}) == wanted);
    const auto rows = list_history(store.session, {.client = "", .login = "", .actor = "caio", .since = ""}, "UTC");
    REQUIRE(rows.size() == 1);
    CHECK(cell(rows[0], "operator") == "op");
    CHECK(cell(rows[0], "at").ends_with("+00:00"));
}

TEST_CASE("the reason of a release stands in the history, and in that of nothing else")
{
    Store store;
    store.sample();
    store.cut_without_notice();
    contract_suspend(store.session, "1", "boleto 118", "debt", "2026-11-20", {}, store.actor);
    contract_release(store.session, "1", " paid at the counter ", store.actor);
    set(store.session, store.sealer, contract_type, "1", {{"note", {"n"}}}, store.actor);
    std::string reasons;
    for (const auto& row : list_history(store.session, {}, "")) {
        if (cell(row, "field") == "status" || cell(row, "field") == "note")
            reasons += cell(row, "new") + ": " + cell(row, "reason") + "; ";
    }
    CHECK(reasons == "n: -; active: paid at the counter; suspended: -; ");
}

TEST_CASE("a client's history is that of all that hangs on it, and setting nothing tells nothing")
{
    Store store;
    store.sample();
    store.add(charge_type, {{"client", {"1"}}, {"contract", {"1"}}, {"due", {"2026-01-01"}}, {"amount", {"1"}}});
    set(store.session, store.sealer, login_type, "joao@isp", {{"plan", {"Fibra 300"}}}, store.actor);
    store.sql("update login set enabled = true");
    std::string kinds;
    for (const auto& row :
         list_history(store.session, {.client = "João da Silva", .login = "", .actor = "", .since = ""}, "UTC"))
        kinds += cell(row, "record") + '/' + cell(row, "action") + ' ';
    CHECK(kinds == "charge/add login/add contract/set contract/add client/add ");
    CHECK(list_history(store.session, {.client = "", .login = "", .actor = "", .since = "2999-01-01"}, "UTC").empty());
    CHECK(refusal([&] {
              list_history(store.session, {.client = "", .login = "", .actor = "", .since = "yesterday"}, "UTC");
          }).starts_with("invalid since:"));
}

TEST_CASE("plain SQL is told as the role that wrote it, unless it names an actor")
{
    Store store;
    store.sample();
    store.sql("update contract set due_day = 15");
    store.sql("set local porteiro.actor = 'erp'; set local porteiro.operator = 'maria'; update plan set upload = 1");
    store.sql("delete from login");
    store.sql("with gone as (delete from contract_plan returning contract_id) delete from contract where id = (select"
              " contract_id from gone) and false; insert into contract_plan values (1, 1)");
    const auto lines = told(store);
    const auto role = store.value("select session_user");
    const auto from = lines.end() - 5;
    CHECK(from[0] == role + "@- contract/1 set due_day: 10 -> 15");
    CHECK(from[1] == "erp@- plan/1 set upload: 150000000 -> 1");
    CHECK(from[2] ==
          role + "@- login/1 remove -: {\"kind\": \"pppoe\", \"plan\": \"Fibra 300\", \"login\": \"joao@isp\","
                 " \"enabled\": \"yes\", \"storage\": \"encrypted\", \"contract\": \"1\", \"password\":"
                 " \"set\", \"learn_mac\": \"default\", \"legal_hold\": \"no\", \"realm_rule\": \"none\"} -> -");
    CHECK(from[3] == role + "@- contract/1 set plan: Fibra 300 -> -");
    CHECK(from[4] == role + "@- contract/1 set plan: - -> Fibra 300");
}
