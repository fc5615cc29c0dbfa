// provisioning/store/statement.cpp - the only file that puts SQL together at run time, and only from the compiled-in
// tables of fields: names of tables and columns are never typed, values are always parameters.
#include "provisioning/store/statement.hpp"

namespace provisioning::store {
namespace {

// Derived, never stored. Nobody owes what is closed; colours are those that Brazilian systems show (S1).
constexpr std::string_view charge_status =
    "(case when t.closed is not null then t.closed"
    " when t.paid >= t.amount then case when t.paid_on <= t.due then 'paid' else 'paid_late' end"
    " when t.due > current_date then 'not_due' when t.due = current_date then 'due_today' else 'overdue' end)";
constexpr std::string_view charge_balance =
    "(case when t.closed is null and t.removed_at is null then t.amount - t.paid else 0.00 end)::text";

struct Colour {
    std::string_view status, colour;
};
constexpr Colour colours[] = {{"not_due", "blue"},     {"due_today", "orange"},     {"overdue", "red"},
                              {"paid", "light_green"}, {"paid_late", "dark_green"}, {"renegotiated", "grey"},
                              {"cancelled", "grey"}};

std::string colour_of(std::string_view status)
{
    for (const auto& [of, colour] : colours)
        if (of == status) return std::string{colour};
    return {};
}

std::string text(std::string_view view) { return std::string{view}; }

/// SQL that grows with its parameters.
struct Composed {
    Statement statement;
    Composed& operator<<(std::string_view sql)
    {
        statement.sql += sql;
        return *this;
    }
    std::string bind(Value value)
    {
        statement.parameters.push_back(std::move(value));
        return '$' + std::to_string(statement.parameters.size());
    }
};

bool is_reference(const Field& field) { return field.type == FieldType::reference; }

// Quoted: a field may be named as a word of SQL is (`on`).
std::string column(const Field& field) { return '"' + text(field.name) + (is_reference(field) ? "_id\"" : "\""); }
std::string own_column(const Field& field) { return "t." + column(field); }
std::string link_table(const RecordType& type, const Field& field) { return text(type.table) + '_' + text(field.name); }
std::string link_owner(const RecordType& type) { return text(type.table) + "_id"; }
std::string link_target(const Field& field) { return text(field.name) + "_id"; }

std::string key_or_id(const RecordType& target) { return "k." + (target.key.empty() ? "id" : text(target.key)); }

/// The field as its canonical text; lists as an array.
std::string shown_value(const RecordType& type, const Field& field)
{
    auto own = own_column(field);
    switch (field.type) {
    case FieldType::instant:
        return "to_char(" + own + ", 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM')";
    case FieldType::secret:
        return "case when " + own + " is not null then 'set' end";
    case FieldType::ipv4:
        return "host(" + own + ")";
    case FieldType::text_list:
        return own;
    case FieldType::reference: {
        const auto& target = *find_record_type(field.target);
        if (target.key.empty()) return own;
        return "(select " + key_or_id(target) + " from " + text(target.table) + " k where k.id = " + own + ")";
    }
    case FieldType::reference_list: {
        const auto& target = *find_record_type(field.target);
        return "array(select " + key_or_id(target) + " from " + link_table(type, field) + " l join " +
               text(target.table) + " k on k.id = l." + link_target(field) + " where l." + link_owner(type) +
               " = t.id order by k.id)";
    }
    case FieldType::text:
    case FieldType::login_name:
    case FieldType::integer:
    case FieldType::seconds:
    case FieldType::money:
    case FieldType::rate:
    case FieldType::octets:
    case FieldType::boolean:
    case FieldType::tristate:
    case FieldType::choice:
    case FieldType::date:
    case FieldType::prefix:
    case FieldType::document:
    case FieldType::email:
    case FieldType::phone:
        break;
    }
    return own + "::text";
}

/// The array type that a filter's values are compared as; empty: text, without regard to case.
std::string_view compared_as(FieldType type)
{
    switch (type) {
    case FieldType::integer:
    case FieldType::seconds:
    case FieldType::rate:
    case FieldType::octets:
    case FieldType::reference:
        return "bigint[]";
    case FieldType::money:
        return "numeric[]";
    case FieldType::boolean:
        return "boolean[]";
    case FieldType::date:
        return "date[]";
    case FieldType::instant:
        return "timestamptz[]";
    case FieldType::prefix:
        return "cidr[]";
    case FieldType::ipv4:
        return "inet[]";
    case FieldType::text:
    case FieldType::login_name:
    case FieldType::tristate:
    case FieldType::choice:
    case FieldType::document:
    case FieldType::email:
    case FieldType::phone:
    case FieldType::secret:
    case FieldType::reference_list:
    case FieldType::text_list:
        break;
    }
    return "";
}

std::string any_of(const std::string& what, const std::string& parameter, std::string_view type)
{
    return what + " = any(" + parameter + "::" + text(type) + ")";
}

std::string field_condition(const RecordType& type, const Field& field, const Filter& filter, Composed& sql)
{
    const auto own = own_column(field);
    const bool linked = field.type == FieldType::reference_list;
    const auto links =
        linked ? "(select from " + link_table(type, field) + " l where l." + link_owner(type) + " = t.id" : "";
    if (filter.values.empty()) {
        if (linked) return "not exists " + links + ")";
        if (field.type == FieldType::text_list) return "coalesce(cardinality(" + own + "), 0) = 0";
        return own + " is null";
    }
    const auto parameter = sql.bind(array_literal(filter.values));
    if (linked) return "exists " + links + " and " + any_of("l." + link_target(field), parameter, "bigint[]") + ")";
    if (field.type == FieldType::text_list) return own + "::text[] && " + parameter + "::text[]";
    if (const auto as = compared_as(field.type); !as.empty()) return any_of(own, parameter, as);
    const std::string collation = field.type == FieldType::login_name ? " collate \"C\"" : "";  // as the index has it
    return "lower(" + own + ")" + collation + " = any(array(select lower(v) from unnest(" + parameter + "::text[]) v))";
}

std::string condition(const RecordType& type, const Filter& filter, Composed& sql)
{
    if (is_derived(type, filter.name))
        return any_of(text(charge_status), sql.bind(array_literal(filter.values)), "text[]");
    if (filter.name == "id") return any_of("t.id", sql.bind(array_literal(filter.values)), "bigint[]");
    return field_condition(type, *find_field(type, filter.name), filter, sql);
}

std::string order(const RecordType& type, std::string_view name)
{
    if (name.empty() || name == "id") return "t.id";
    if (is_derived(type, name)) return text(charge_status);
    const auto& field = *find_field(type, name);
    return is_reference(field) ? shown_value(type, field) : own_column(field);
}

/// "client 12 (Joao da Silva)": how a message names a record.
std::string label(const RecordType& type)
{
    const auto noun = "'" + text(type.name) + " ' || ";
    if (!type.key.empty()) return noun + "t." + text(type.key);
    if (type.name == "client") return noun + "t.id || ' (' || t.name || ')'";
    if (type.name == "contract") {
        return noun +
               "t.id || ' (' || (select k.name from client k where k.id = t.client_id) || ', ' || t.status || ')'";
    }
    return noun + "t.id";
}

std::string_view way_condition(const RecordType& type, Way way)
{
    switch (way) {
    case Way::id:
        return "t.id = $1::bigint";
    case Way::key:
        return type.key == "login" ? "t.login = $1" : "lower(t.name) = lower($1)";
    case Way::name:
        return "lower(t.name) = lower($1)";
    case Way::document:
        return "t.document = $1";
    case Way::login:
        return "t.id in (select l.contract_id from login l where l.login = $1 and l.removed_at is null)";
    case Way::client_document:
        return "t.client_id in (select k.id from client k where k.document = $1 and k.removed_at is null)";
    }
    return "false";
}

}  // namespace

pqxx::result run(Transaction& transaction, const Statement& statement)
{
    std::vector<const char*> values;
    values.reserve(statement.parameters.size());
    for (const auto& value : statement.parameters) values.push_back(value ? value->c_str() : nullptr);
    return transaction.work().exec_params(statement.sql, pqxx::prepare::make_dynamic_params(values));
}

bool is_derived(const RecordType& type, std::string_view name) noexcept
{
    return type.name == "charge" && name == "status";
}

bool sortable(const RecordType& type, std::string_view name) noexcept
{
    if (name.empty() || name == "id" || is_derived(type, name)) return true;
    const auto* field = find_field(type, name);
    return field != nullptr && field->type != FieldType::secret && field->type != FieldType::reference_list &&
           field->type != FieldType::text_list;
}

Statement selection(const RecordType& type, const Selection& wanted)
{
    Composed sql;
    sql << "select t.id";
    for (const auto& field : type.fields) sql << ", " << shown_value(type, field);
    if (type.name == "charge") sql << ", " << charge_status << ", " << charge_balance;
    sql << ", to_char(t.removed_at, 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM'), t.removed_by from " << type.table
        << " t where " << (wanted.closed == Closed::included ? "true" : "t.removed_at is null");
    for (const auto& filter : wanted.filters) sql << " and " << condition(type, filter, sql);
    sql << " order by " << order(type, wanted.sort) << (wanted.descending ? " desc nulls last, t.id desc" : ", t.id");
    if (wanted.limit > 0) sql << " limit " << sql.bind(std::to_string(wanted.limit)) << "::bigint";
    if (wanted.offset > 0) sql << " offset " << sql.bind(std::to_string(wanted.offset)) << "::bigint";
    if (wanted.locked == Locked::for_update) sql << " for update of t";
    return std::move(sql.statement);
}

std::vector<std::string> read_list(const pqxx::field& array)
{
    std::vector<std::string> values;
    if (array.is_null()) return values;
    auto parser = array.as_array();
    for (auto [juncture, value] = parser.get_next(); juncture != pqxx::array_parser::done;
         std::tie(juncture, value) = parser.get_next()) {
        if (juncture == pqxx::array_parser::string_value) values.push_back(std::move(value));
    }
    return values;
}

Record read_record(const RecordType& type, const pqxx::row& row)
{
    Record record;
    pqxx::row_size_type at = 0;
    const auto put = [&](std::string_view name, const pqxx::field& value) {
        record[text(name)] = value.is_null() ? std::vector<std::string>{} : std::vector{value.as<std::string>()};
    };
    put("id", row[at++]);
    for (const auto& field : type.fields) {
        const auto value = row[at++];
        if (field.type == FieldType::text_list || field.type == FieldType::reference_list)
            record[text(field.name)] = read_list(value);
        else
            put(field.name, value);
    }
    if (type.name == "charge") {
        put("status", row[at++]);
        put("balance", row[at++]);
        record["colour"] = {colour_of(record["status"].front())};
    }
    if (!row[at].is_null()) {
        put("removed_at", row[at]);
        put("removed_by", row[at + 1]);
    }
    return record;
}

Statement next_id(const RecordType& type) { return {"select nextval('" + text(type.table) + "_id_seq')", {}}; }

Statement insertion(const RecordType& type, std::int64_t id, const std::vector<Assignment>& values)
{
    Composed sql;
    std::string names = "id", parameters = sql.bind(std::to_string(id));
    for (const auto& [field, value] : values) {
        names += ", " + column(*field);
        parameters += ", " + sql.bind(value);
    }
    sql << "insert into " << type.table << " (" << names << ") overriding system value values (" << parameters << ")";
    return std::move(sql.statement);
}

Statement update(const RecordType& type, std::int64_t id, const std::vector<Assignment>& values)
{
    Composed sql;
    sql << "update " << type.table << " set ";
    std::string_view comma;
    for (const auto& [field, value] : values) {
        sql << comma << column(*field) << " = " << sql.bind(value);
        comma = ", ";
    }
    sql << " where id = " << sql.bind(std::to_string(id)) << "::bigint";
    return std::move(sql.statement);
}

Statement closing(const RecordType& type, std::int64_t id)
{
    return {"update " + text(type.table) + " set removed_at = now(), removed_by = actor() where id = $1::bigint",
            {std::to_string(id)}};
}

Statement linked(const RecordType& type, const Field& field, std::int64_t id)
{
    const auto& target = *find_record_type(field.target);
    return {"select k.id, " + key_or_id(target) + " from " + link_table(type, field) + " l join " + text(target.table) +
                " k on k.id = l." + link_target(field) + " where l." + link_owner(type) + " = $1::bigint order by k.id",
            {std::to_string(id)}};
}

Statement link(const RecordType& type, const Field& field, std::int64_t id, const std::vector<std::int64_t>& ids)
{
    return {"insert into " + link_table(type, field) + " (" + link_owner(type) + ", " + link_target(field) +
                ") select $1::bigint, unnest($2::bigint[]) on conflict do nothing",
            {std::to_string(id), array_literal(ids)}};
}

Statement unlink_others(const RecordType& type, const Field& field, std::int64_t id,
                        const std::vector<std::int64_t>& ids)
{
    return {"delete from " + link_table(type, field) + " where " + link_owner(type) + " = $1::bigint and " +
                link_target(field) + " <> all($2::bigint[])",
            {std::to_string(id), array_literal(ids)}};
}

Statement candidates(const RecordType& type, Way way, std::string_view value, Closed closed, Lock lock)
{
    Composed sql;
    sql << "select t.id, " << label(type) << ", t.removed_at is not null from " << type.table << " t where "
        << way_condition(type, way) << (closed == Closed::included ? "" : " and t.removed_at is null")
        << " order by (t.removed_at is not null), t.id limit 11";
    if (lock != Lock::none) sql << (lock == Lock::share ? " for key share of t" : " for update of t");
    sql.statement.parameters.emplace_back(value);
    return std::move(sql.statement);
}

Statement near_keys(const RecordType& type, std::string_view key)
{
    const auto own = "t." + text(type.key);
    return {"select " + own + " from " + text(type.table) + " t where t.removed_at is null order by abs(length(" + own +
                ") - length($1)), " + own + " limit 200",
            {text(key)}};
}

Statement referrers(const RecordType& from, const Field& field, std::int64_t id, int limit)
{
    Composed sql;
    const auto parameter = sql.bind(std::to_string(id)) + "::bigint";
    sql << "select " << label(from) << " from " << from.table << " t where t.removed_at is null and ";
    if (is_reference(field))
        sql << own_column(field) << " = " << parameter;
    else {
        sql << "exists (select from " << link_table(from, field) << " l where l." << link_owner(from)
            << " = t.id and l." << link_target(field) << " = " << parameter << ")";
    }
    if (from.name == "charge") sql << " and t.paid < t.amount and t.closed is null";
    sql << " order by t.id limit " << sql.bind(std::to_string(limit + 1)) << "::bigint";
    return std::move(sql.statement);
}

std::string array_literal(const std::vector<std::string>& values)
{
    std::string literal = "{";
    for (const auto& value : values) {
        literal += literal.size() > 1 ? ",\"" : "\"";
        for (const char c : value) {
            if (c == '"' || c == '\\') literal += '\\';
            literal += c;
        }
        literal += '"';
    }
    return literal + '}';
}

std::string array_literal(const std::vector<std::int64_t>& values)
{
    std::string literal = "{";
    for (const auto value : values) literal += (literal.size() > 1 ? "," : "") + std::to_string(value);
    return literal + '}';
}

}  // namespace provisioning::store
