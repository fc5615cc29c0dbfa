// provisioning/records/checks.cpp - what was typed against the table of fields; which record types there are.
#include "provisioning/records/field.hpp"
#include "provisioning/rules/text.hpp"

#include <algorithm>

namespace provisioning {
namespace {

using Values = std::vector<std::string>;

constexpr const RecordType* all_types[] = {&nas_type,     &plan_type,   &client_type,  &contract_type,
                                           &login_type,   &charge_type, &nat_type,     &garden_type,
                                           &holiday_type, &notice_type, &payment_type, &contact_type};

[[noreturn]] void refuse(ErrorCode code, std::string_view field, std::string message)
{
    throw Refusal(code, std::string{field}, std::move(message));
}

bool takes_several(FieldType type) { return type == FieldType::text_list || type == FieldType::reference_list; }

bool is_blank_value(const Field& field, const std::string& value)
{
    return field.type == FieldType::secret ? value.empty() : trimmed(value).empty();
}

bool is_given(const Field& field, const Record& typed)
{
    const auto at = typed.find(field.name);
    if (at == typed.end()) return false;
    return !std::ranges::all_of(at->second, [&](const auto& value) { return is_blank_value(field, value); });
}

[[noreturn]] void refuse_unknown(const RecordType& type, const std::string& name)
{
    if (name == "id") refuse(ErrorCode::usage, name, "is given by the system, leave it out");
    std::string names;
    for (const auto& field : type.fields) {
        if (field.given != Given::managed) names.append(names.empty() ? "" : " ").append(field.name);
    }
    const auto near = nearest_word(name, names);
    refuse(ErrorCode::usage, name,
           "there is no such field in a " + std::string{type.name} +
               (near.empty() ? ", it has: " + names : ", did you mean " + std::string{near} + '?'));
}

// Every name is a field that may be typed, and has one value unless it is a list.
void check_names(const RecordType& type, const Record& typed)
{
    for (const auto& [name, values] : typed) {
        const auto* field = find_field(type, name);
        if (field == nullptr) refuse_unknown(type, name);
        if (field->given == Given::managed) {
            refuse(ErrorCode::invalid, name,
                   field->changed_by.empty() ? std::string{"is kept by the system, leave it out"}
                                             : "is not typed here, use " + std::string{field->changed_by});
        }
        if (values.size() > 1 && !takes_several(field->type)) {
            refuse(ErrorCode::usage, name, "is given " + std::to_string(values.size()) + " times, give it once");
        }
    }
}

void check_nothing_missing(const RecordType& type, const Record& typed)
{
    std::string names;
    std::string_view first;
    for (const auto& field : type.fields) {
        if (field.given != Given::required || is_given(field, typed)) continue;
        if (first.empty()) first = field.name;
        names.append(names.empty() ? "" : ", ").append(field.name);
    }
    if (!first.empty())
        refuse(ErrorCode::invalid, first, "missing: " + names + "; there is no " + std::string{type.name} + " without");
}

Values canonical_values(const Field& field, const Values& typed)
{
    Values values;
    for (const auto& one : typed) values.push_back(canonical(field, one));
    return values;
}

Values default_values(const Field& field)
{
    if (field.default_value.empty()) return {};
    return {canonical(field, field.default_value)};
}

bool same_values(const Record& record, const std::string& name, const Values& values)
{
    const auto at = record.find(name);
    return at == record.end() ? values.empty() : at->second == values;
}

}  // namespace

std::span<const RecordType* const> record_types() noexcept { return all_types; }

const RecordType* find_record_type(std::string_view name) noexcept
{
    const auto at = std::ranges::find(all_types, name, &RecordType::name);
    return at == std::end(all_types) ? nullptr : *at;
}

const Field* find_field(const RecordType& type, std::string_view name) noexcept
{
    const auto at = std::ranges::find(type.fields, name, &Field::name);
    return at == type.fields.end() ? nullptr : &*at;
}

Record checked_for_add(const RecordType& type, const Record& typed)
{
    check_names(type, typed);
    check_nothing_missing(type, typed);
    Record given;
    Record record;
    for (const auto& field : type.fields) {
        const std::string name{field.name};
        if (is_given(field, typed)) {
            given[name] = canonical_values(field, typed.find(field.name)->second);
            record[name] = given[name];
        } else if (!field.default_value.empty()) {
            record[name] = default_values(field);
        }
    }
    if (type.check_change != nullptr) type.check_change(given, {});
    if (type.check != nullptr) type.check(record);
    return record;
}

Record checked_for_set(const RecordType& type, const Record& current, const Record& typed)
{
    check_names(type, typed);
    Record given;
    for (const auto& field : type.fields) {
        const auto at = typed.find(field.name);
        if (at == typed.end()) continue;
        if (at->second.empty() && field.given == Given::required)
            refuse(ErrorCode::invalid, field.name, "cannot be cleared, give another value");
        given[at->first] = at->second.empty() ? default_values(field) : canonical_values(field, at->second);
    }
    if (type.check_change != nullptr) type.check_change(given, current);

    Record merged = current;
    for (const auto& [name, values] : given) merged[name] = values;
    if (type.check != nullptr) type.check(merged);

    Record changed;
    for (const auto& [name, values] : merged) {
        const auto* field = find_field(type, name);
        const bool new_secret = field != nullptr && field->type == FieldType::secret && given.contains(name);
        if (new_secret || !same_values(current, name, values)) changed[name] = values;
    }
    return changed;
}

}  // namespace provisioning
