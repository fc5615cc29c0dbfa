// tests/unit/store/find_test.cpp - one search for all that a person may have at hand; and subscriber add.
#include "usage_records.hpp"

#include "provisioning/store/actions.hpp"
#include "provisioning/store/journal.hpp"

using namespace store_tests;

namespace {

std::string found(Store& store, const std::string& text)
{
    std::string lines;
    for (const auto& row : find(store.session, text, 20)) {
        std::string client, login, match;
        for (const auto& [name, value] : row) {
            if (name == "client_id") client = value.value_or("-");
            if (name == "login") login = value.value_or("-");
            if (name == "match") match = value.value_or("-");
        }
        lines += client + '/' + login + ' ' + match + ';';
    }
    return lines;
}

}  // namespace

TEST_CASE("a client is found by name, document, e-mail, phone, login, MAC and address")
{
    Store store;
    store.sample();
    store.add(client_type, {{"name", {"Conceição Araújo ME"}},
                            {"person", {"legal"}},
                            {"document", {"12.ABC.345/01DE-35"}},
                            {"trade_name", {"Padaria São José"}}});
    store.add(contract_type, {{"client", {"2"}}, {"plan", {"Fibra 300"}}, {"due_day", {"1"}}});
    set(store.session, store.sealer, login_type, "joao@isp",
        {{"ip", {"100.64.0.7"}}, {"mac", {"001122334455", "00:11:22:33:44:56"}}}, store.actor);
    Usage online;
    online.session_key = "k";
    online.login_id = 1;
    online.login = "joao@isp";
    online.nas_id = 1;
    online.framed_ip = "100.64.9.9";
    online.mac = "AA:BB:CC:DD:EE:FF";
    store_usage(store.session, std::span{&online, 1});
    struct Row {
        std::string text, found;
    };
    const Row rows[] = {
        {"joao silva", "1/joao@isp client;"},
        {"JOÃO DA", "1/joao@isp client;"},
        {"conceicao", "2/- client;"},
        {"araujo me", "2/- client;"},
        {"padaria sao", "2/- client;"},
        {"529.982.247-25", "1/joao@isp document;"},
        {"5299822", "1/joao@isp document;"},
        {"12abc345", "2/- document;"},
        {"(11) 91234-5678", "1/joao@isp phone;"},
        {"912345678", "1/joao@isp phone;"},
        {"+55 11 91234-5678", "1/joao@isp phone;"},
        {"joao@example.com", "1/joao@isp client;"},
        {"Joao@Exam", "1/joao@isp client;"},
        {"joao@isp", "1/joao@isp login;"},
        {"JOAO@", "1/joao@isp login;"},
        {"100.64.0.7", "1/joao@isp ip;"},
        {"100.64.9.9", "1/joao@isp ip;"},
        {"aabb.ccdd.eeff", "1/joao@isp mac;"},
        {"00-11-22-33-44-55", "1/joao@isp mac;"},  // bound to it, never seen
        {"0011.2233.4456", "1/joao@isp mac;"},
        {"00:11:22:33:44:57", ""},
        {"2", "2/- contract;"},
        {"nobody", ""},
        {"%", ""},
        {"' or 1=1 --", ""},
        {"a'b\\c@x:*|!", ""},
        {"joao:*", "1/joao@isp client;"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(found(store, row.text) == row.found);
    }
    CHECK(refusal([&] { find(store.session, "  ", 1); }).starts_with("invalid text:"));
    std::string line;
    const auto rows_found = find(store.session, "joao@isp", 1);
    for (const auto& [name, value] : rows_found.at(0)) line += name + '=' + value.value_or("-") + ' ';
    CHECK(line ==
          "client_id=1 client=João da Silva document=52998224725 mobile=+5511912345678 contract_id=1"
          " contract_status=active login=joao@isp plan=Fibra 300 online=yes ip=100.64.9.9 mac=AA:BB:CC:DD:EE:FF nas=-"
          " match=login ");
}

TEST_CASE("a subscriber is added whole or not at all, and a client can be taken again")
{
    Store store;
    store.sample();
    const auto client =
        checked_for_add(client_type, {{"name", {"Ana"}}, {"person", {"natural"}}, {"document", {"11144477735"}}});
    auto contract = checked_for_add(contract_type, {{"client", {"0"}}, {"plan", {"Fibra 300"}}, {"due_day", {"5"}}});
    contract.erase("client");
    const auto add = [&](const std::string& name, ClientReuse reuse) {
        auto login = checked_for_add(login_type, {{"login", {name}}, {"contract", {"0"}}, {"password", {"x"}}});
        login.erase("contract");
        return subscriber_add(store.session, store.sealer, client, contract, login, store.actor, reuse);
    };
    CHECK(refusal([&] { add("joao@isp", ClientReuse::never); }).starts_with("conflict login:"));
    CHECK(list(store.session, client_type, {{}, 0, 0, "", Rows::live}).size() == 1);
    const auto ana = add("ana@isp", ClientReuse::never);
    CHECK(one(ana.contract, "client") == one(ana.client, "id"));
    CHECK(one(ana.login, "plan") == "Fibra 300");
    CHECK(one(add("ana2@isp", ClientReuse::by_document).client, "id") == one(ana.client, "id"));
    CHECK(one(add("ana3@isp", ClientReuse::never).client, "id") != one(ana.client, "id"));
    CHECK(
        refusal([&] { add("ana4@isp", ClientReuse::by_document); }).starts_with("conflict document: several clients"));
}
