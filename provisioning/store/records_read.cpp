// provisioning/store/records_read.cpp - show and list.
#include "provisioning/store/resolve.hpp"

#include "provisioning/rules/text.hpp"

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;

[[noreturn]] void refuse_name(const RecordType& type, std::string_view name, std::string_view use)
{
    std::string names;
    for (const auto& field : type.fields) {
        if (field.type != FieldType::secret) names.append(names.empty() ? "" : " ").append(field.name);
    }
    const auto near = nearest_word(name, names);
    throw Refusal(ErrorCode::invalid, std::string{name},
                  "cannot " + std::string{use} + " a list of " + std::string{type.name} +
                      (near.empty() ? ", use one of: " + names : ", did you mean " + std::string{near} + '?'));
}

std::string filter_value(Transaction& t, const RecordType& type, std::string_view name, const std::string& typed)
{
    const auto* field = find_field(type, name);
    if (field == nullptr) {
        if (name != "id") return std::string{trimmed(typed)};
        return canonical({.name = "id", .type = FieldType::integer, .help = {}}, typed);
    }
    if (field->type == FieldType::reference || field->type == FieldType::reference_list)
        return std::to_string(
            resolve_locked(t, *find_record_type(field->target), typed, Rows::removed_too, Lock::none, name));
    return canonical(*field, typed);
}

}  // namespace

std::vector<Filter> checked_filters(Transaction& t, const RecordType& type, const Record& typed)
{
    std::vector<Filter> filters;
    for (const auto& [name, values] : typed) {
        const auto* field = find_field(type, name);
        const bool known = field != nullptr ? field->type != FieldType::secret : name == "id" || is_derived(type, name);
        if (!known) refuse_name(type, name, "filter");
        if (values.empty() && field == nullptr) refuse_name(type, name, "filter");
        Filter filter{name, {}};
        for (const auto& value : values) filter.values.push_back(filter_value(t, type, name, value));
        filters.push_back(std::move(filter));
    }
    return filters;
}

Record show_in(Transaction& transaction, const RecordType& type, std::int64_t id)
{
    Selection wanted;
    wanted.closed = Closed::included;
    wanted.filters.push_back({"id", {std::to_string(id)}});
    const auto rows = run(transaction, selection(type, wanted));
    if (rows.empty()) {
        throw Refusal(ErrorCode::not_found, std::string{type.name},
                      "there is no " + std::string{type.name} + ' ' + std::to_string(id));
    }
    return read_record(type, rows.front());
}

Record show(Session& session, const RecordType& type, std::string_view what, Rows rows)
{
    return in_transaction(session, {}, Mode::read_snapshot, default_deadline,
                          [&](Transaction& t) { return show_in(t, type, resolve(t, type, what, rows)); });
}

std::vector<Record> list(Session& session, const RecordType& type, const ListQuery& query)
{
    constexpr std::chrono::seconds deadline{30};  // everything, for an export
    return in_transaction(session, {}, Mode::read_snapshot, deadline, [&](Transaction& t) {
        Selection wanted;
        wanted.filters = checked_filters(t, type, query.filters);
        wanted.limit = query.limit;
        wanted.offset = query.offset;
        wanted.descending = query.sort.starts_with('-');
        wanted.sort = std::string_view{query.sort}.substr(wanted.descending ? 1 : 0);
        if (!sortable(type, wanted.sort)) refuse_name(type, wanted.sort, "sort");
        if (query.rows == Rows::removed_too) wanted.closed = Closed::included;
        std::vector<Record> records;
        for (const auto& row : run(t, selection(type, wanted))) records.push_back(read_record(type, row));
        return records;
    });
}

}  // namespace provisioning::store
