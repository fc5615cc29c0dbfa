// tests/unit/store/charges_test.cpp - payments and what else becomes of charges; recurring ones, statements, debts.
#include "database.hpp"

#include "provisioning/store/actions.hpp"
#include "provisioning/store/billing.hpp"
#include "provisioning/store/charges.hpp"

using namespace store_tests;

namespace {

constexpr provisioning::BillingDefaults defaults{5, 15};

std::string cell(const Row& row, std::string_view name)
{
    for (const auto& [column, text] : row)
        if (column == name) return text.value_or("-");
    return "?";
}

std::string table(const std::vector<Row>& rows, const std::vector<std::string>& columns)
{
    std::string text;
    for (const auto& row : rows) {
        for (const auto& column : columns) text += (column == columns.front() ? "" : " ") + cell(row, column);
        text += '\n';
    }
    return text;
}

struct Books : Store {
    Books()
    {
        sample();
        cut_without_notice();
    }
    std::string charge(const std::string& due, const std::string& amount = "99.90")
    {
        return one(add(charge_type, {{"client", {"1"}}, {"contract", {"1"}}, {"due", {due}}, {"amount", {amount}}}),
                   "id");
    }
    std::string field(const std::string& id, const std::string& name)
    {
        return one(show(session, charge_type, id), name);
    }
    std::string pay(const std::string& id, const PaymentWish& wish)
    {
        return refusal([&] { charge_pay(session, id, wish, "2026-05-20", defaults, actor); });
    }
    std::string suspended() { return one(show(session, contract_type, "1"), "status"); }
    void cut() { billing_run(session, {.today = "2026-05-01"}, defaults, actor); }
};

}  // namespace

TEST_CASE("what a charge is called and its colour follow from what happened to it")
{
    struct Row {
        std::string change, status, colour, balance;
    };
    const Row rows[] = {
        {"", "overdue", "red", "99.90"},
        {"due = current_date", "due_today", "orange", "99.90"},
        {"due = current_date + 1", "not_due", "blue", "99.90"},
        {"paid = 9.90", "overdue", "red", "90.00"},
        {"paid = amount, paid_on = due", "paid", "light_green", "0.00"},
        {"paid = amount, paid_on = due + 1", "paid_late", "dark_green", "0.00"},
        {"closed = 'renegotiated'", "renegotiated", "grey", "0.00"},
        {"closed = 'cancelled'", "cancelled", "grey", "0.00"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.status);
        Books books;
        books.charge("2026-03-10");
        if (!row.change.empty()) books.sql("update charge set " + row.change);
        CHECK(books.field("1", "status") == row.status);
        CHECK(books.field("1", "colour") == row.colour);
        CHECK(books.field("1", "balance") == row.balance);
        const auto listed = list(books.session, charge_type, {.filters = {{"status", {row.status}}}, .sort = {}});
        CHECK(listed.size() == 1);
    }
}

TEST_CASE("a charge in installments is due a month apart, and its cents come with the first")
{
    Books books;
    const auto checked = provisioning::checked_for_add(
        charge_type,
        {{"client", {"1"}}, {"due", {"2026-01-31"}}, {"amount", {"100"}}, {"description", {"installation"}}});
    std::string parts;
    for (const auto& part : charge_add(books.session, checked, 3, books.actor))
        parts += one(part, "due") + ' ' + one(part, "amount") + ' ' + one(part, "description") + ", ";
    CHECK(parts == "2026-01-31 33.34 installation (1/3), 2026-02-28 33.33 installation (2/3), 2026-03-31 33.33 "
                   "installation (3/3), ");
    CHECK(charge_add(books.session, checked, 1, books.actor).size() == 1);
}

TEST_CASE("payments are kept one by one; a reversal takes one back")
{
    Books books;
    books.charge("2026-04-10");
    CHECK(books.pay("1", {.amount = "50", .on = "2026-04-09", .form = "pix"}) == "done");
    CHECK(books.pay("1", {.amount = "49.91"}) == "invalid amount: 49.91 is more than what is owed: owed is 49.90");
    CHECK(books.pay("1", {.on = "2026-04-12", .form = "cash", .external_id = "A1"}) == "done");
    CHECK(books.field("1", "status") == "paid_late");
    CHECK(books.field("1", "settled_at") != "");
    CHECK(books.pay("1", {.external_id = "A1"}) == "done");  // told before: nothing happens
    CHECK(books.value("select count(*) from payment") == "2");
    CHECK(books.pay("1", {}) == "conflict charge: charge 1 is paid already, on 2026-04-12");

    const auto reverse = [&](std::int64_t payment) {
        return refusal([&] { charge_reverse(books.session, "1", payment, "wrong client", books.actor); });
    };
    CHECK(reverse(7).starts_with("conflict payment: charge 1 has no payment 7 that can be taken back"));
    CHECK(reverse(2) == "done");
    CHECK(books.field("1", "paid") == "50.00");
    CHECK(books.field("1", "paid_on") == "2026-04-09");
    CHECK(books.field("1", "settled_at") == "");
    CHECK(reverse(2).starts_with("conflict payment:"));
    CHECK(reverse(0) == "done");
    CHECK(books.field("1", "paid_on") == "");
    CHECK(reverse(0).starts_with("conflict charge: charge 1 has no payment that can be taken back"));
    CHECK(books.pay("1", {.external_id = "A1"}) == "done");
    books.charge("2026-05-10");
    CHECK(books.pay("2", {.external_id = "A1"}) == "conflict external_id: A1 is a payment of charge 1 already");
}

TEST_CASE("a script's payment counts as one by command does")
{
    Books books;
    books.charge("2026-04-10");
    books.sql("insert into payment (charge_id, amount, \"on\") values (1, 99.90, '2026-04-10')");
    CHECK(books.field("1", "status") == "paid");
    CHECK(books.value("select client_id from payment") == "1");
    CHECK_THROWS(books.sql("insert into payment (charge_id, amount) values (1, 0.01)"));
    CHECK_THROWS(books.sql("delete from payment"));
}

TEST_CASE("a debt that is put off, cancelled or renegotiated opens what only it had closed")
{
    SUBCASE("put off")
    {
        Books books;
        books.charge("2026-04-10");
        books.cut();
        const auto postpone = [&](const std::string& due) {
            return refusal([&] {
                charge_postpone(books.session, "1", due, "asked by phone", "2026-05-02", defaults, books.actor);
            });
        };
        CHECK(postpone("2026-04-10") ==
              "invalid due: 2026-04-10 is not after its due date, 2026-04-10, give a later one");
        CHECK(books.suspended() == "suspended");
        CHECK(postpone("30/04/2026") == "done");
        CHECK(books.suspended() == "active");
        CHECK(books.field("1", "original_due") == "2026-04-10");
        CHECK(postpone("2026-05-30") == "done");
        CHECK(books.field("1", "original_due") == "2026-04-10");
    }
    SUBCASE("cancelled")
    {
        Books books;
        books.charge("2026-04-10");
        books.cut();
        const auto change = charge_cancel(books.session, "1", "billed twice", "2026-05-02", defaults, books.actor);
        CHECK(change.released == std::vector<std::int64_t>{1});
        CHECK(one(change.charge, "closed_reason") == "billed twice");
        CHECK(books.pay("1", {}) == "conflict charge: charge 1 is cancelled, nothing is owed on it");
        CHECK(refusal([&] { charge_cancel(books.session, "1", "x", "2026-05-02", defaults, books.actor); }) ==
              "conflict charge: charge 1 is cancelled already");
    }
    SUBCASE("renegotiated")
    {
        Books books;
        books.charge("2026-03-10", "50");
        books.charge("2026-04-10", "50.01");
        books.cut();
        CHECK(books.pay("1", {.amount = "10"}) == "done");
        const auto agreed = charge_renegotiate(
            books.session, {.charges = {"1", "2"}, .first_due = "2026-05-31", .installments = 2, .reason = "agreed"},
            "2026-05-02", defaults, books.actor);
        CHECK(agreed.released == std::vector<std::int64_t>{1});
        REQUIRE(agreed.made.size() == 2);
        CHECK(one(agreed.made[0], "amount") == "45.01");
        CHECK(one(agreed.made[1], "amount") == "45.00");
        CHECK(one(agreed.made[1], "due") == "2026-06-30");
        CHECK(one(agreed.made[1], "contract") == "1");
        CHECK(one(agreed.made[1], "renegotiation") == "1");
        CHECK(books.field("1", "status") == "renegotiated");
        CHECK(books.suspended() == "active");
    }
    SUBCASE("renegotiation of what is not one client's is refused")
    {
        Books books;
        books.charge("2026-03-10");
        books.add(charge_type, {{"client", {"1"}}, {"due", {"2026-03-10"}}, {"amount", {"1"}}});
        const auto refused = [&](const Agreement& agreement) {
            return refusal([&] { charge_renegotiate(books.session, agreement, "2026-05-02", defaults, books.actor); });
        };
        CHECK(refused({.charges = {"1", "2"}, .first_due = "2026-06-01", .reason = "x"})
                  .starts_with("invalid charge: they are of several clients or contracts"));
        CHECK(refused({.charges = {"1"}, .first_due = "2026-05-01", .reason = "x"})
                  .starts_with("invalid first_due: 2026-05-01 is past"));
        CHECK(refused({.charges = {"1"}, .first_due = "2026-06-01"}).starts_with("invalid reason:"));
    }
}

TEST_CASE("a month's charges: due day, price, discount, days of suspension; again: nothing")
{
    struct Row {
        std::string name, setup, month, expected;
    };
    const Row rows[] = {
        {"plain", "", "2026-04", "add 2026-04-10 99.90 31 31 -\n"},
        {"a day that the month lacks", "update contract set due_day = 31", "2026-02", "add 2026-02-28 99.90 28 28 -\n"},
        {"of a leap year", "update contract set due_day = 31", "2028-02", "add 2028-02-29 99.90 29 29 -\n"},
        {"any day of the month", "", "15/04/2026", "add 2026-04-10 99.90 31 31 -\n"},
        {"discount and surcharge", "update contract set discount = 10, surcharge = 0.10", "2026-04",
         "add 2026-04-10 90.00 31 31 -\n"},
        {"discount above the price", "update contract set discount = 100", "2026-04",
         "skip 2026-04-10 -0.10 31 31 its price is nothing\n"},
        {"without a price", "update plan set price = null", "2026-04",
         "skip 2026-04-10 0.00 31 31 its price is nothing\n"},
        {"activated in the middle", "update contract set activated_on = '2026-03-26'", "2026-04",
         "add 2026-04-10 48.34 15 31 15 of 31 days\n"},
        {"activated later", "update contract set activated_on = '2026-05-01'", "2026-04",
         "skip 2026-04-10 0.00 0 31 no day of it is charged\n"},
        {"closed for ten days",
         "insert into suspension values (1, 'debt', '2026-03-20 08:00-03', '2026-03-30 09:00-03')", "2026-04",
         "add 2026-04-10 67.67 21 31 21 of 31 days\n"},
        {"closed all along", "insert into suspension values (1, 'request', '2026-01-01', null)", "2026-04",
         "skip 2026-04-10 0.00 0 31 no day of it is charged\n"},
        {"closed, and on trust for three days",
         "insert into suspension values (1, 'debt', '2026-03-20 08:00-03', '2026-03-30 09:00-03');"
         "insert into trust_bonus (contract_id, at, until) values (1, '2026-03-22 10:00-03', '2026-03-25 00:00-03')",
         "2026-04", "add 2026-04-10 77.34 24 31 24 of 31 days\n"},
        {"cancelled", "update contract set status = 'cancelled'", "2026-04", ""},
        {"not active yet", "update contract set status = 'pre-activation'", "2026-04", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Books books;
        books.sql("update plan set price = 99.90");
        if (!row.setup.empty()) books.sql(row.setup);
        const std::vector<std::string> columns{"action", "due", "amount", "days", "of_days", "why"};
        CHECK(table(charge_generate(books.session, row.month, "", true, books.actor), columns) == row.expected);
        CHECK(books.value("select count(*) from charge") == "0");
        const bool adds = row.expected.starts_with("add");
        charge_generate(books.session, row.month, "", false, books.actor);
        CHECK(books.value("select count(*) from charge") == (adds ? "1" : "0"));
        const auto again = charge_generate(books.session, row.month, "", false, books.actor);
        CHECK(books.value("select count(*) from charge") == (adds ? "1" : "0"));
        if (adds) CHECK(cell(again[0], "action") == "exists");
    }
    Books books;
    CHECK(refusal([&] {
              charge_generate(books.session, "2026-13", "", true, books.actor);
          }).starts_with("invalid month:"));
}

TEST_CASE("a statement begins with the balance before and adds up")
{
    Books books;
    books.charge("2026-01-10", "100");
    books.charge("2026-02-10", "100");
    books.charge("2026-03-10", "100");
    books.charge("2026-03-15", "7");
    books.pay("1", {.on = "2026-01-12"});
    books.pay("2", {.amount = "40", .on = "2026-02-20"});
    books.sql("update charge set paid = 60, paid_on = '2026-03-11' where id = 3");
    charge_cancel(books.session, "4", "billed twice", "2026-03-15", defaults, books.actor);
    CHECK(table(charge_statement(books.session, "1", "2026-02-01", "2026-03-31"),
                {"day", "what", "charge", "debit", "credit", "balance"}) == "2026-02-01 balance before - - - 0.00\n"
                                                                            "2026-02-10 charge 2 100.00 - 100.00\n"
                                                                            "2026-02-20 payment 2 - 40.00 60.00\n"
                                                                            "2026-03-10 charge 3 100.00 - 160.00\n"
                                                                            "2026-03-11 payment 3 - 60.00 100.00\n");
    CHECK(cell(charge_statement(books.session, "1", "2026-03-01", "2026-03-31")[0], "balance") == "60.00");
    CHECK(
        refusal([&] { charge_statement(books.session, "1", "2026-03-02", "2026-03-01"); }).starts_with("invalid to:"));
}

TEST_CASE("who owes, by name and by age")
{
    Books books;
    books.charge("2026-04-30", "10");
    books.charge("2026-04-01", "20");
    books.charge("2026-01-01", "40");
    books.charge("2026-05-02", "80");
    const auto names = [&](std::int64_t over) {
        return table(debt_list(books.session, "2026-05-01", over, 0, 0),
                     {"client", "contract", "charges", "owed", "oldest_due", "days"});
    };
    CHECK(names(0) == "João da Silva 1 3 70.00 2026-01-01 120\n");
    CHECK(names(119) == "João da Silva 1 3 70.00 2026-01-01 120\n");
    CHECK(names(120) == "");
    CHECK(table(debt_by_age(books.session, "2026-05-01", 0), {"age", "clients", "charges", "owed"}) ==
          "1-30 1 2 30.00\n31-60 0 0 0.00\n61-90 0 0 0.00\n91-180 1 1 40.00\n181 and more 0 0 0.00\n");
    CHECK(table(debt_by_age(books.session, "2026-05-01", 10), {"age", "owed"}).starts_with("1-30 20.00\n"));
}
