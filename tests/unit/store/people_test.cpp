// tests/unit/store/people_test.cpp - contacts, what a client is found by, and the client's sheet.
#include "database.hpp"

#include "provisioning/store/client_sheet.hpp"

using namespace store_tests;

namespace {

const ProviderDay day{"2026-05-20", {5, 15}};

std::string told(const std::vector<Row>& rows, std::initializer_list<std::string_view> columns)
{
    std::string text;
    for (const auto& row : rows) {
        text += text.empty() ? "" : "|";
        std::string_view blank;
        for (const auto wanted : columns)
            for (const auto& [column, value] : row)
                if (column == wanted) text += std::string{std::exchange(blank, " ")} + value.value_or("-");
    }
    return text;
}

}  // namespace

TEST_CASE_FIXTURE(Store, "a contact is checked against itself and its client")
{
    sample();
    const auto refused = [&](Record typed) {
        typed["client"] = {"1"};
        typed.try_emplace("name", std::vector<std::string>{"Maria"});
        return refusal([&] { add(contact_type, checked_for_add(contact_type, typed)); });
    };
    CHECK(refused({{"sms", {"yes"}}}) == "invalid sms: needs a mobile that the messages can go to");
    CHECK(refused({{"notices", {"yes"}}}).starts_with("invalid notices: needs an e-mail or a mobile"));
    CHECK(refused({{"job_title", {"CFO"}}}).starts_with("invalid job_title: is for contacts of a legal person"));
    CHECK(refused({{"sms", {"yes"}}, {"mobile", {"11 91234-5678"}}, {"relation", {"mãe"}}}) == "done");
    CHECK(value("select actor || ' ' || action || ' ' || client_id from history where record = 'contact'") ==
          "ana add 1");
}

TEST_CASE_FIXTURE(Store, "a client is found by any of its phones and e-mails, and by its contacts")
{
    sample();
    sql("update client set home_phone = '+551133334444', alternative_email = 'outro@isp.example' where id = 1");
    sql("insert into contact (client_id, name, mobile, email) values (1, 'Zélia Ramos', '+5521987654321', "
        "'z@casa.example')");
    struct Row {
        std::string typed, match;
    };
    const Row rows[] = {{"3333-4444", "phone"},    {"11 3333-4444", "phone"}, {"outro@isp.example", "client"},
                        {"zelia", "contact"},      {"98765-4321", "contact"}, {"z@casa.example", "contact"},
                        {"maria do carmo", "none"}};
    for (const auto& row : rows) {
        CAPTURE(row.typed);
        const auto found = find(session, row.typed, 10);
        CHECK((found.empty() ? "none" : told(found, {"match"})) == row.match);
    }
}

TEST_CASE_FIXTURE(Store,
                  "the sheet of a client has its contracts with their stage, logins, open charges and last events")
{
    sample();
    cut_without_notice();
    add(charge_type, {{"client", {"1"}}, {"contract", {"1"}}, {"due", {"2026-05-10"}}, {"amount", {"99.90"}}});
    add(charge_type, {{"client", {"1"}}, {"contract", {"1"}}, {"due", {"2026-06-10"}}, {"amount", {"99.90"}}});
    sql("insert into auth_decision (at, nas_id, nas, login, method, result, reason, times) values"
        " (now() - interval '1 hour', 1, 'bras', 'joao@isp', 'pap', 'reject', 'bad_password', 1)");
    auto sheet = client_sheet(session, 1, day);
    CHECK(told(sheet.contracts, {"contract", "stage", "plan", "owed", "next_on", "next"}) ==
          "1 pending Fibra 300 199.80 2026-05-26 suspend");
    CHECK(told(sheet.logins, {"login", "online", "enabled", "refused"}) == "joao@isp no true bad_password");
    CHECK(told(sheet.charges, {"charge", "due", "balance"}) == "1 2026-05-10 99.90|2 2026-06-10 99.90");
    CHECK(told(sheet.events, {"actor", "record"}).starts_with("ana charge|"));
    sql("update charge set paid = amount");
    sql("insert into auth_decision (at, nas_id, nas, login, method, result, times) values"
        " (now(), 1, 'bras', 'joao@isp', 'pap', 'accept', 1)");
    sheet = client_sheet(session, 1, day);
    CHECK(told(sheet.contracts, {"stage", "owed", "next"}) == "open - -");
    CHECK(told(sheet.logins, {"refused"}) == "-");
    CHECK(sheet.charges.empty());
}
