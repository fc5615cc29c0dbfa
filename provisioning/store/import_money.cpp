// provisioning/store/import_money.cpp - charges and payments from another system.
#include "provisioning/store/actions.hpp"
#include "provisioning/store/import_rows.hpp"
#include "provisioning/store/resolve.hpp"

namespace provisioning::store {
namespace {

std::string text(const Record& row, std::string_view column) { return std::string{first_value(row, column)}; }

/// A cell in the canonical form of a payment's field; empty where it is not given.
std::string payment_cell(const Record& row, std::string_view column, std::string_view field)
{
    const auto typed = first_value(row, column);
    if (typed.empty()) return {};
    auto as = *find_field(payment_type, field);
    as.name = column;
    return canonical(as, typed);
}

/// A column that may be called by the flag's name or by what it holds.
std::string either(const Record& row, std::string_view one, std::string_view other)
{
    const auto value = first_value(row, one);
    return std::string{value.empty() ? first_value(row, other) : value};
}

std::string client_name(Transaction& t, std::string_view client)
{
    return run(t, {"select name from client where id = $1::bigint", {std::string{client}}})[0][0].as<std::string>();
}

/// The live charge with the id that another system or a bank gave it.
pqxx::result charge_with(Transaction& t, std::string_view external_id, std::string_view bank_number)
{
    return run(t, {"select id, client_id::text, amount::text, due::text from charge where removed_at is null"
                   " and (external_id = nullif($1, '') or bank_number = nullif($2, '')) order by id",
                   {std::string{external_id}, std::string{bank_number}}});
}

pqxx::result same_charge(Transaction& t, const Record& charge)
{
    return run(t, {"select id, client_id::text, amount::text, due::text from charge where removed_at is null"
                   " and client_id = $1::bigint and coalesce(contract_id, 0) = coalesce($2::bigint, 0)"
                   " and coalesce(original_due, due) = $3::date and amount = $4::numeric"
                   " and coalesce(description, '') = $5 order by id limit 1",
                   {text(charge, "client"), charge.contains("contract") ? Value{text(charge, "contract")} : Value{},
                    text(charge, "due"), text(charge, "amount"), text(charge, "description")}});
}

/// The charge's fields, its client and contract by id.
Record charge_cells(Transaction& t, const Record& row)
{
    auto charge = cells_of(charge_type, row);
    if (const auto contract = either(row, "contract", "login"); !contract.empty()) {
        const auto id = resolve_locked(t, contract_type, contract, Rows::live, Lock::share, "contract");
        charge["contract"] = {std::to_string(id)};
    }
    auto client = either(row, "client", "document");
    if (client.empty() && charge.contains("contract"))
        client = show_in(t, contract_type, std::stoll(text(charge, "contract"))).at("client").front();
    if (!client.empty())
        charge["client"] = {std::to_string(resolve_locked(t, client_type, client, Rows::live, Lock::share, "client"))};
    return checked_for_add(charge_type, charge);
}

/// What was paid of a charge that comes with its payment.
void pay_of_row(Transaction& t, std::int64_t charge, const Record& row, const ProviderDay& day)
{
    const auto paid = payment_cell(row, "paid", "amount");
    const auto on = payment_cell(row, "paid_on", "on");
    if (paid == "0.00" || (paid.empty() && on.empty())) return;
    if (on.empty()) throw Refusal(ErrorCode::invalid, "paid_on", "missing: the day of the payment");
    pay_in(t, charge, {.amount = paid, .on = on, .form = payment_cell(row, "form", "form")}, day.today, day.defaults);
}

Imported one_charge(Transaction& t, const Record& row, const ProviderDay& day, Seen& seen)
{
    const auto charge = charge_cells(t, row);
    const auto client = text(charge, "client");
    const auto external_id = text(charge, "external_id"), bank_number = text(charge, "bank_number");
    const bool numbered = !external_id.empty() || !bank_number.empty();
    if (!numbered)
        seen.check({client, text(charge, "contract"), text(charge, "due"), text(charge, "amount"),
                    text(charge, "description")});
    const auto known = numbered ? charge_with(t, external_id, bank_number) : same_charge(t, charge);
    if (known.size() > 1)
        throw Refusal(ErrorCode::conflict, "external_id",
                      "is charge " + known[0][0].as<std::string>() + "'s, and bank_number is charge " +
                          known[1][0].as<std::string>() + "'s");
    if (!known.empty()) {
        if (known[0][1].as<std::string>() != client)
            throw Refusal(ErrorCode::conflict, external_id.empty() ? "bank_number" : "external_id",
                          "is charge " + known[0][0].as<std::string>() + " of another client, " +
                              client_name(t, known[0][1].as<std::string>()));
        return {"unchanged", known[0][0].as<std::int64_t>(), client_name(t, client),
                "is there already: " + known[0][2].as<std::string>() + " due " + known[0][3].as<std::string>()};
    }
    const auto id = std::stoll(add_plain_in(t, charge_type, charge).at("id").front());
    pay_of_row(t, id, row, day);
    return {"added", id, client_name(t, client), ""};
}

/// A payment as its row says it, checked.
struct PaymentRow {
    PaymentWish wish{};
    std::string charge{}, bank_number{}, external_id{}, client{}; ///< what it is for: one of them
};

PaymentRow payment_cells(const Record& row)
{
    PaymentRow payment;
    payment.charge = text(row, "charge");
    payment.bank_number = text(row, "bank_number");
    payment.external_id = text(row, "external_id");
    payment.client = either(row, "client", "document");
    required_cell(row, "on");
    payment.wish = {.amount = payment_cell(row, "amount", "amount"),
                    .on = payment_cell(row, "on", "on"),
                    .form = payment_cell(row, "form", "form"),
                    .external_id = payment_cell(row, "payment_id", "external_id"),
                    .note = payment_cell(row, "note", "note")};
    return payment;
}

/// The client's charge that a payment is for: the oldest open one of that amount, else the oldest.
std::int64_t charge_of_client(Transaction& t, std::string_view client, const std::string& amount)
{
    if (amount.empty()) throw Refusal(ErrorCode::invalid, "amount", "missing: a payment by client needs it");
    const auto id = resolve_locked(t, client_type, client, Rows::live, Lock::share, "client");
    const auto rows = run(t, {"select id from open_charge where client_id = $1::bigint"
                              " order by (rest = $2::numeric) desc, due, id limit 1",
                              {std::to_string(id), amount}});
    if (rows.empty()) throw Refusal(ErrorCode::conflict, "client", "has no charge on which something is owed");
    return rows[0][0].as<std::int64_t>();
}

/// The charge that the row names; empty where it names a client.
std::optional<std::int64_t> charge_named(Transaction& t, const PaymentRow& payment)
{
    if (!payment.charge.empty())
        return resolve_locked(t, charge_type, payment.charge, Rows::live, Lock::update, "charge");
    const auto field = payment.bank_number.empty() ? "external_id" : "bank_number";
    const auto& value = payment.bank_number.empty() ? payment.external_id : payment.bank_number;
    if (value.empty()) {
        if (payment.client.empty())
            throw Refusal(ErrorCode::invalid, "charge", "missing: give charge, bank_number, external_id or client");
        return std::nullopt;
    }
    const auto rows = field == std::string_view{"external_id"} ? charge_with(t, value, "") : charge_with(t, "", value);
    if (rows.empty()) throw Refusal(ErrorCode::not_found, field, "there is no charge with it");
    return rows[0][0].as<std::int64_t>();
}

/// The payment, when it was taken before: by its id, else by what it is for, the day and the amount.
pqxx::result taken(Transaction& t, const PaymentRow& payment, std::optional<std::int64_t> charge)
{
    const auto& wish = payment.wish;
    if (!wish.external_id.empty())
        return run(t, {"select id, client_id::text from payment where external_id = $1 and reversed_at is null"
                       " and ($2::bigint is null or charge_id = $2::bigint)",
                       {wish.external_id, charge ? Value{std::to_string(*charge)} : Value{}}});
    const auto client =
        charge
            ? Value{}
            : Value{std::to_string(resolve_locked(t, client_type, payment.client, Rows::live, Lock::share, "client"))};
    return run(t,
               {"select id, client_id::text from payment where reversed_at is null and \"on\" = $3::date"
                " and ($1::bigint is null or charge_id = $1::bigint) and ($2::bigint is null or client_id = $2::bigint)"
                " and ($4 = '' or amount = nullif($4, '')::numeric) order by id limit 1",
                {charge ? Value{std::to_string(*charge)} : Value{}, client, wish.on, wish.amount}});
}

Imported one_payment(Transaction& t, const Record& row, const ProviderDay& day, Seen& seen)
{
    const auto payment = payment_cells(row);
    const auto& wish = payment.wish;
    const auto named = charge_named(t, payment);
    if (wish.external_id.empty())
        seen.check({named ? std::to_string(*named) : std::string{}, named ? std::string{} : payment.client, wish.on,
                    wish.amount});
    if (const auto known = taken(t, payment, named); !known.empty())
        return {"unchanged", known[0][0].as<std::int64_t>(), client_name(t, known[0][1].as<std::string>()),
                "was recorded before"};
    const auto found = named ? *named : charge_of_client(t, payment.client, wish.amount);
    const auto charge = resolve_locked(t, charge_type, std::to_string(found), Rows::live, Lock::update, "charge");
    const auto paid = pay_in(t, charge, wish, day.today, day.defaults);
    const auto id = run(t, {"select max(id) from payment where charge_id = $1::bigint", {std::to_string(charge)}});
    std::string why = "charge " + std::to_string(charge);
    for (const auto contract : paid.released) why += ", opens contract " + std::to_string(contract);
    return {"added", id[0][0].as<std::int64_t>(), client_name(t, paid.charge.at("client").front()), why};
}

}  // namespace

std::vector<Imported> import_charges(Session& session, const Import& import, const ProviderDay& day, const Actor& actor)
{
    Seen seen("external_id");
    return import_rows(session, import, actor,
                       [&](Transaction& t, const Record& row) { return one_charge(t, row, day, seen); });
}

std::vector<Imported> import_payments(Session& session, const Import& import, const ProviderDay& day,
                                      const Actor& actor)
{
    Seen seen("payment_id");
    return import_rows(session, import, actor,
                       [&](Transaction& t, const Record& row) { return one_payment(t, row, day, seen); });
}

}  // namespace provisioning::store
