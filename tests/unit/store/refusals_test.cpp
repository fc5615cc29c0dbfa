// tests/unit/store/refusals_test.cpp - what is refused, by which code and field, in which words.
#include "database.hpp"

using namespace store_tests;

TEST_CASE("names and addresses that are taken are conflicts of their field")
{
    Store store;
    store.sample();
    store.add(nas_type, {{"name", {"core"}}, {"address", {"10.0.0.0/24"}}, {"secret", {"s"}}});
    const auto add = [&](const RecordType& type, Record typed) { return refusal([&] { store.add(type, typed); }); };
    CHECK(add(nas_type, {{"name", {"CORE"}}, {"address", {"10.0.1.0/24"}}, {"secret", {"s"}}}) ==
          "conflict name: another nas has it already, give another one");
    CHECK(add(nas_type, {{"name", {"other"}}, {"address", {"10.0.0.0/24"}}, {"secret", {"s"}}}) ==
          "conflict address: another nas has it already, give another one");
    CHECK(add(nas_type, {{"name", {"inner"}}, {"address", {"10.0.0.1"}}, {"secret", {"s"}}}) == "done");
    CHECK(add(plan_type, {{"name", {"fibra 300"}}, {"download", {"1"}}, {"upload", {"1"}}})
              .starts_with("conflict name:"));
    CHECK(add(login_type, {{"login", {"joao@isp"}}, {"contract", {"1"}}, {"password", {"x"}}})
              .starts_with("conflict login:"));
    CHECK(add(login_type, {{"login", {"JOAO@isp"}}, {"contract", {"1"}}, {"password", {"x"}}}) == "done");
}

TEST_CASE("a reference to nothing is not found, with what comes nearest")
{
    Store store;
    store.sample();
    const auto set_login = [&](Record typed) {
        return refusal([&] { set(store.session, store.sealer, login_type, "joao@isp", typed, store.actor); });
    };
    CHECK(set_login({{"plan", {"Fibra 30"}}}) ==
          "not_found plan: there is no plan \"Fibra 30\"; nearest: \"Fibra 300\"");
    CHECK(set_login({{"plan", {"zzz"}}}) == "not_found plan: there is no plan \"zzz\"");
    CHECK(set_login({{"contract", {"99999999999999999999"}}}).starts_with("not_found contract:"));
    CHECK(refusal([&] { show(store.session, login_type, "jaoo@isp"); }) ==
          "not_found login: there is no login \"jaoo@isp\"; nearest: \"joao@isp\"");
    CHECK(refusal([&] { show(store.session, client_type, "x' or '1'='1"); }).starts_with("not_found client:"));
}

TEST_CASE("a login's plan is one of its contract's")
{
    Store store;
    store.sample();
    for (const auto* name : {"B", "C"})
        store.add(plan_type, {{"name", {name}}, {"download", {"1"}}, {"upload", {"1"}}});
    store.add(contract_type, {{"client", {"1"}}, {"plan", {"B", "C"}}, {"due_day", {"1"}}});
    const auto add = [&](Record typed) { return refusal([&] { store.add(login_type, typed); }); };
    CHECK(
        add({{"login", {"x"}}, {"contract", {"1"}}, {"plan", {"B"}}, {"password", {"x"}}}) ==
        "invalid plan: B is not a plan of the contract, give one of: \"Fibra 300\" (or add it: porteiro contract set 1"
        " --plan \"Fibra 300\" --plan \"B\")");
    CHECK(add({{"login", {"x"}}, {"contract", {"2"}}, {"password", {"x"}}})
              .starts_with("invalid plan: the contract has several plans, give one of: \"B\", \"C\""));
    CHECK(add({{"login", {"x"}}, {"contract", {"2"}}, {"plan", {"C"}}, {"password", {"x"}}}) == "done");
    const auto set_one = [&](const RecordType& type, std::string what, Record typed) {
        return refusal([&] { set(store.session, store.sealer, type, what, typed, store.actor); });
    };
    CHECK(set_one(login_type, "x", {{"contract", {"1"}}}).starts_with("invalid plan: C is not a plan of the contract"));
    CHECK(set_one(login_type, "x", {{"contract", {"1"}}, {"plan", {"Fibra 300"}}}) == "done");
    CHECK(
        set_one(contract_type, "1", {{"plan", {"B"}}}) ==
        "conflict plan: login joao@isp has \"Fibra 300\", keep that plan until the login has another: porteiro contract"
        " set 1 --plan \"Fibra 300\" --plan \"B\", then porteiro login set joao@isp --plan \"B\"");
    CHECK(set_one(contract_type, "1", {{"plan", {"Fibra 300", "B"}}}) == "done");  // as it was told
    CHECK(set_one(login_type, "joao@isp", {{"plan", {"B"}}}) == "done");
    CHECK(set_one(login_type, "joao@isp", {{"plan", {"Fibra 300"}}}) == "done");
    CHECK(set_one(contract_type, "2", {{"plan", {"Fibra 300"}}}) == "done");
    remove(store.session, login_type, "x", store.actor);
    remove(store.session, login_type, "joao@isp", store.actor);
    CHECK(set_one(contract_type, "1", {{"plan", {"B"}}}) == "done");  // only removed logins had it
}

TEST_CASE("a charge's contract belongs to its client")
{
    Store store;
    store.sample();
    store.add(client_type, {{"name", {"Other"}}, {"person", {"foreign"}}});
    CHECK(refusal([&] {
              store.add(charge_type,
                        {{"client", {"2"}}, {"contract", {"1"}}, {"due", {"2026-01-01"}}, {"amount", {"1"}}});
          }) == "invalid contract: contract 1 is of client 1, not of client 2");
    store.add(charge_type, {{"client", {"1"}}, {"contract", {"1"}}, {"due", {"2026-01-01"}}, {"amount", {"1"}}});
    CHECK(refusal([&] {
              set(store.session, store.sealer, contract_type, "1", {{"client", {"2"}}}, store.actor);
          }).starts_with("conflict contract: does not fit"));
}

TEST_CASE("what others live on is not removed")
{
    Store store;
    store.sample();
    store.add(charge_type, {{"client", {"1"}}, {"contract", {"1"}}, {"due", {"2026-01-01"}}, {"amount", {"1"}}});
    const auto removed = [&](const RecordType& type, std::string what) {
        return refusal([&] { remove(store.session, type, what, store.actor); });
    };
    CHECK(removed(client_type, "1") ==
          "conflict client: still in use by contract 1 (João da Silva, active), charge 1; first:"
          " porteiro contract remove 1");
    CHECK(removed(plan_type, "Fibra 300") ==
          "conflict plan: still in use by contract 1 (João da Silva, active), login joao@isp;"
          " first: porteiro contract remove 1");
    CHECK(removed(contract_type, "1") ==
          "conflict contract: still in use by login joao@isp, charge 1; first: porteiro login remove joao@isp");
    CHECK(removed(login_type, "joao@isp") == "done");
    CHECK(removed(contract_type, "1") == "conflict contract: still in use by charge 1; first: porteiro charge pay 1");
    store.sql("update charge set paid = 1, paid_on = '2026-01-02'");
    CHECK(removed(contract_type, "1") == "done");
    CHECK(removed(client_type, "1") == "done");
    CHECK(removed(client_type, "1").starts_with("not_found client:"));
    CHECK(removed(plan_type, "Fibra 300") == "done");
}

TEST_CASE("a record is found by what a person has at hand, and several are told apart")
{
    Store store;
    store.sample();
    store.add(client_type, {{"name", {"Joana"}}, {"person", {"natural"}}, {"document", {"52998224725"}}});
    store.add(client_type, {{"name", {"joana"}}, {"person", {"foreign"}}, {"document", {"X-77"}}});
    const auto found = [&](const RecordType& type, std::string what) {
        try {
            return one(show(store.session, type, what), "id");
        } catch (const Refusal& refused) {
            return std::string{refused.what()};
        }
    };
    CHECK(found(client_type, " joão da silva ") == "1");
    CHECK(found(client_type, "X-77") == "3");
    CHECK(found(client_type, "JOANA") == "client: JOANA may be client 2 (Joana), client 3 (joana); give the id");
    CHECK(found(client_type, "529.982.247-25") ==
          "client: 529.982.247-25 may be client 1 (João da Silva), client 2 (Joana); give the id");
    CHECK(found(client_type, "52998224725").starts_with("client: 52998224725 may be client 1"));  // no such id
    CHECK(found(contract_type, "joao@isp") == "1");
    CHECK(found(contract_type, "529.982.247-25") == "1");
    store.add(contract_type, {{"client", {"1"}}, {"plan", {"Fibra 300"}}, {"due_day", {"1"}}});
    CHECK(found(contract_type, "52998224725") ==
          "contract: 52998224725 may be contract 1 (João da Silva, active), contract 2"
          " (João da Silva, active); give the id");
    CHECK(found(plan_type, "1") == "1");
    store.add(plan_type, {{"name", {"1"}}, {"download", {"1"}}, {"upload", {"1"}}});
    CHECK(found(plan_type, "1") == "2");  // a name goes before an id
}
