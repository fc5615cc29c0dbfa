// provisioning/store/records_write.cpp - add and set: references resolved and held, secrets sealed, one row written.
#include "provisioning/store/octets.hpp"
#include "provisioning/store/passwords.hpp"
#include "provisioning/store/resolve.hpp"

#include <algorithm>

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;

std::int64_t reference(Transaction& t, const Field& field, const std::string& typed)
{
    return resolve_locked(t, *find_record_type(field.target), typed, Rows::live, Lock::share, field.name);
}

/// One row on its way into the table: the columns, and the targets of its lists of references.
struct Written {
    std::vector<Assignment> columns;
    std::vector<std::pair<const Field*, std::vector<std::int64_t>>> links;

    const Value* find(std::string_view name) const
    {
        const auto at = std::ranges::find(columns, name, [](const Assignment& one) { return one.field->name; });
        return at == columns.end() ? nullptr : &at->value;
    }
};

/// `sealing` may be null for a type without secrets.
Value column_value(Transaction& t, const Sealing* sealing, const RecordType& type, const Field& field, std::int64_t id,
                   const std::vector<std::string>& values)
{
    if (field.type == FieldType::text_list) return values.empty() ? Value{} : array_literal(values);
    if (values.empty()) return std::nullopt;
    if (field.type == FieldType::reference) return std::to_string(reference(t, field, values.front()));
    if (field.type != FieldType::secret) return values.front();
    const auto& clear = values.front();
    if (sealing == nullptr) throw std::logic_error("a secret is to be stored, and nobody seals it");
    return hexadecimal(sealing->sealer.seal({reinterpret_cast<const std::uint8_t*>(clear.data()), clear.size()},
                                            {type.table, field.name, id}));
}

Written prepared(Transaction& t, const Sealing* sealing, const RecordType& type, std::int64_t id, const Record& values)
{
    Written row;
    for (const auto& [name, given] : values) {
        const auto* field = find_field(type, name);
        if (field == nullptr) continue;
        if (field->type != FieldType::reference_list) {
            row.columns.push_back({field, column_value(t, sealing, type, *field, id, given)});
            continue;
        }
        std::vector<std::int64_t> ids;
        for (const auto& one : given) ids.push_back(reference(t, *field, one));
        row.links.emplace_back(field, std::move(ids));
    }
    return row;
}

/// The command that makes these a contract's plans: they take the place of those it has.
std::string set_plans(std::int64_t contract, const std::vector<std::string>& names)
{
    auto command = "porteiro contract set " + std::to_string(contract);
    for (const auto& name : names) command += " --plan \"" + name + '"';
    return command;
}

/// A login's plan is one of its contract's; without one, the contract's only plan.
void settle_plan(Transaction& t, Written& login, std::int64_t contract, const Value& now)
{
    const auto plans = run(t, linked(contract_type, *find_field(contract_type, "plan"), contract));
    const auto* given = login.find("plan");
    const auto wanted = given != nullptr ? *given : now;
    std::vector<std::string> names;
    for (const auto& row : plans) {
        if (wanted && row[0].as<std::string>() == *wanted) return;
        names.push_back(row[1].as<std::string>());
    }
    if (!wanted && plans.size() == 1) {
        std::erase_if(login.columns, [](const Assignment& one) { return one.field->name == "plan"; });
        login.columns.push_back({find_field(login_type, "plan"), plans[0][0].as<std::string>()});
        return;
    }
    std::string choices;
    for (const auto& name : names) choices += (choices.empty() ? "\"" : ", \"") + name + '"';
    if (!wanted) throw Refusal(ErrorCode::invalid, "plan", "the contract has several plans, give one of: " + choices);
    const auto name = show_in(t, plan_type, std::stoll(*wanted)).at("name").front();
    names.push_back(name);
    throw Refusal(ErrorCode::invalid, "plan",
                  name + " is not a plan of the contract, give one of: " + choices +
                      " (or add it: " + set_plans(contract, names) + ')');
}

void check_charge(Transaction& t, const Value& contract, const Value& client)
{
    if (!contract || !client) return;
    const auto owner = show_in(t, contract_type, std::stoll(*contract)).at("client").front();
    if (owner != *client) {
        throw Refusal(ErrorCode::invalid, "contract",
                      "contract " + *contract + " is of client " + owner + ", not of client " + *client);
    }
}

/// A notice names charges of the client who was told.
void check_noticed_charges(Transaction& t, const Written& row, const Value& client)
{
    for (const auto& [field, ids] : row.links) {
        const auto others = t.work().exec_params(
            "select c.id from charge c where c.id = any($1::bigint[]) and c.client_id <> $2::bigint limit 1",
            array_literal(ids), client.value());
        if (!others.empty())
            throw Refusal(ErrorCode::invalid, "charge",
                          "charge " + others[0][0].as<std::string>() + " is not one of client " + *client);
    }
}

/// What is typed for a login's password becomes what its storage keeps; a storage alone turns what is there into it.
/// `current`: the row as it stands, locked (empty when added).
void settle_password(Transaction& t, const Sealing& sealing, std::int64_t id, Record& values, const Record& current)
{
    const auto before = storage_of(first_value(current, "storage")).value_or(Storage::encrypted);
    const auto wanted = storage_of(first_value(values, "storage")).value_or(before);
    const std::string typed{first_value(values, "password")};
    const auto keep = [&values](const Secret& secret) {
        const auto octets = secret.octets();
        values["password"] = {std::string{reinterpret_cast<const char*>(octets.data()), octets.size()}};
    };
    if (typed.empty() && wanted == before) return;
    if (sealing.forms == nullptr) {
        if (wanted != Storage::encrypted) throw std::logic_error("a hash is to be stored, and nobody makes one");
        return;
    }
    if (!typed.empty()) {
        auto stored = sealing.forms->from_typed(wanted, typed);
        if (sealing.taken_as != nullptr) *sealing.taken_as = stored.taken_as;
        return keep(stored.octets);
    }
    const auto clear = sealing.sealer.open(sealed_password(t, id), {"login", "password", id});
    if (clear.empty())
        throw Refusal(ErrorCode::invalid, "storage",
                      "the stored password does not open with this key file; give it anew: --password -");
    keep(sealing.forms->converted(before, clear.octets(), wanted));
}

/// A job title is that of a company's people.
void check_contact(Transaction& t, const Value& job_title, const Value& client)
{
    if (!job_title) return;
    const auto person = show_in(t, client_type, std::stoll(client.value())).at("person").front();
    if (person != "legal")
        throw Refusal(ErrorCode::invalid, "job_title", "is for contacts of a legal person; the client is " + person);
}

/// Rules over several records. `current`: the row as it stands (empty when added); references in it are ids.
void check_rules(Transaction& t, const RecordType& type, Written& row, const Record& current)
{
    const auto after = [&](std::string_view name) -> Value {
        if (const auto* given = row.find(name)) return *given;
        const auto at = current.find(name);
        return at == current.end() || at->second.empty() ? Value{} : at->second.front();
    };
    if (type.name == "charge" || type.name == "notice") check_charge(t, after("contract"), after("client"));
    if (type.name == "notice") check_noticed_charges(t, row, after("client"));
    if (type.name == "contact") check_contact(t, after("job_title"), after("client"));
    if (type.name != "login") return;
    Value plan;
    if (const auto at = current.find("plan"); at != current.end() && !at->second.empty())
        plan = std::to_string(resolve_locked(t, plan_type, at->second.front(), Rows::live, Lock::none));
    settle_plan(t, row, std::stoll(after("contract").value()), plan);
}

/// A plan that logins of the contract have cannot leave it.
void check_unlinked(Transaction& t, std::int64_t contract, const std::vector<std::int64_t>& plans)
{
    const auto used = t.work().exec_params(
        "select l.login, p.name from login l join plan p on p.id = l.plan_id"
        " where l.contract_id = $1 and l.removed_at is null and l.plan_id <> all($2::bigint[]) order by l.id limit 1",
        contract, array_literal(plans));
    if (used.empty()) return;
    // Every plan that a login has, then those wanted: with them all, each login can be given another.
    std::vector<std::string> names;
    for (const auto& row :
         t.work().exec_params("select p.name from plan p where p.id = any($2::bigint[]) or p.id in"
                              " (select l.plan_id from login l where l.contract_id = $1 and l.removed_at is null)"
                              " order by p.id = any($2::bigint[]), p.id",
                              contract, array_literal(plans)))
        names.push_back(row[0].as<std::string>());
    const auto login = used[0][0].as<std::string>();
    throw Refusal(ErrorCode::conflict, "plan",
                  "login " + login + " has \"" + used[0][1].as<std::string>() +
                      "\", keep that plan until the login has another: " + set_plans(contract, names) +
                      ", then porteiro login set " + login + " --plan \"" + names.back() + '"');
}

void write_links(Transaction& t, const RecordType& type, std::int64_t id, const Written& row)
{
    for (const auto& [field, ids] : row.links) {
        if (&type == &contract_type) {
            if (ids.empty()) throw Refusal(ErrorCode::invalid, std::string{field->name}, "at least one is needed");
            check_unlinked(t, id, ids);
        }
        run(t, link(type, *field, id, ids));
        run(t, unlink_others(type, *field, id, ids));
    }
}

Record insert_row(Transaction& t, const RecordType& type, std::int64_t id, Written row)
{
    check_rules(t, type, row, {});
    run(t, insertion(type, id, row.columns));
    write_links(t, type, id, row);
    return show_in(t, type, id);
}

}  // namespace

Record add_in(Transaction& transaction, const Sealing& sealing, const RecordType& type, const Record& typed)
{
    const auto id = run(transaction, next_id(type))[0][0].as<std::int64_t>();
    auto values = typed;
    if (type.name == "login") settle_password(transaction, sealing, id, values, {});
    return insert_row(transaction, type, id, prepared(transaction, &sealing, type, id, values));
}

Record add_plain_in(Transaction& transaction, const RecordType& type, const Record& typed)
{
    const auto id = run(transaction, next_id(type))[0][0].as<std::int64_t>();
    return insert_row(transaction, type, id, prepared(transaction, nullptr, type, id, typed));
}

Record add(Session& session, const Sealing& sealing, const RecordType& type, const Record& typed, const Actor& actor)
{
    return in_transaction(session, actor, Mode::read_write, default_deadline,
                          [&](Transaction& t) { return add_in(t, sealing, type, typed); });
}

bool set_in(Transaction& transaction, const Sealing& sealing, const RecordType& type, std::int64_t id,
            const Record& typed)
{
    const auto current = show_in(transaction, type, id);
    auto changed = checked_for_set(type, current, typed);
    if (changed.empty()) return false;
    if (type.name == "login") settle_password(transaction, sealing, id, changed, current);
    auto row = prepared(transaction, &sealing, type, id, changed);
    check_rules(transaction, type, row, current);
    if (!row.columns.empty()) run(transaction, update(type, id, row.columns));
    write_links(transaction, type, id, row);
    return true;
}

Record set(Session& session, const Sealing& sealing, const RecordType& type, std::string_view what, const Record& typed,
           const Actor& actor)
{
    return in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        const auto id = resolve_locked(t, type, what, Rows::live, Lock::update);
        set_in(t, sealing, type, id, typed);
        return show_in(t, type, id);
    });
}

}  // namespace provisioning::store
