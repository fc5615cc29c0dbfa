// daemon/admin/imports.cpp - files from another system: which columns they may have, and what became of their rows.
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/provider_day.hpp"
#include "daemon/admin/uploads.hpp"

#include "provisioning/records/subscriber.hpp"
#include "provisioning/store/imports.hpp"

#include <algorithm>

namespace admin {
namespace {

namespace json = boost::json;
namespace store = provisioning::store;
using provisioning::ErrorCode;
using provisioning::Record;
using provisioning::RecordType;
using provisioning::Refusal;

/// Reply attributes are left to `login set`, which checks them against the dictionary.
bool takes(const provisioning::Field& field)
{
    return field.given != provisioning::Given::managed && field.name != "reply";
}

std::string columns_of_fields(const RecordType& type, std::string_view others)
{
    std::string words{others};
    for (const auto& field : type.fields)
        if (takes(field)) words.append(" ").append(field.name);
    return words;
}

std::string columns_of_subscriber()
{
    std::string words = "login contract enabled";
    for (const auto& [type, field] : provisioning::subscriber_fields())
        if (takes(*field) && field->name != "login") words.append(" ").append(field->name);
    return words;
}

/// Several values are separated as an export writes them: by ';'.
bool is_list(std::string_view column)
{
    const auto lists = [&](const RecordType& type) {
        const auto* field = provisioning::find_field(type, column);
        return field != nullptr && (field->type == FieldType::text_list || field->type == FieldType::reference_list);
    };
    return lists(provisioning::login_type) || lists(provisioning::contract_type);
}

std::vector<std::string> values_of(std::string_view column, const std::string& cell)
{
    if (!is_list(column)) return {cell};
    std::vector<std::string> values;
    for (std::size_t from = 0; from <= cell.size();) {
        const auto end = std::min(cell.find(';', from), cell.size());
        if (end > from) values.push_back(cell.substr(from, end - from));
        from = end + 1;
    }
    return values;
}

store::Import import_of(const Call& call, const Upload& upload)
{
    store::Import import{.dry_run = call.arguments.on("dry_run"), .skip_bad = call.arguments.on("skip_bad")};
    for (const auto& cells : upload.rows) {
        auto& row = import.rows.emplace_back();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (auto values = values_of(upload.columns[i], cells[i]); !cells[i].empty() && !values.empty())
                row[upload.columns[i]] = std::move(values);
        }
    }
    return import;
}

/// What a bad row is known by in its file.
std::string name_of(const Upload& upload, std::size_t row)
{
    for (const auto* column : {"login", "name", "external_id", "bank_number", "document", "client", "charge"})
        if (auto value = upload.of(row, column); !value.empty()) return value;
    return {};
}

/// The bad rows first: they are what there is to do something about.
json::value result_of(const Upload& upload, const std::vector<store::Imported>& done)
{
    json::array bad, good;
    for (std::size_t i = 0; i < done.size(); ++i) {
        const auto& row = done[i];
        json::object object{{"row", i + 1}, {"result", row.result}};
        object["id"] = row.id == 0 ? json::value(nullptr) : json::value(row.id);
        const auto name = row.name.empty() ? name_of(upload, i) : row.name;
        object["name"] = name.empty() ? json::value(nullptr) : json::value(json::string(name));
        object["why"] = row.why.empty() ? json::value(nullptr) : json::value(json::string(row.why));
        (row.result == "bad" ? bad : good).emplace_back(std::move(object));
    }
    bad.insert(bad.end(), good.begin(), good.end());
    return bad;
}

/// `--profile NAME=PLAN`: what a concentrator calls a profile may be another name here.
void rename_profiles(const Call& call, store::Import& import)
{
    std::map<std::string, std::string> plans;
    for (const auto& typed : call.arguments.all("profile")) {
        const auto equals = typed.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == typed.size())
            throw Refusal(ErrorCode::usage, "profile", typed + " is not PROFILE=PLAN, like default=fibra300");
        plans[typed.substr(0, equals)] = typed.substr(equals + 1);
    }
    for (auto& row : import.rows) {
        const auto at = row.find("plan");
        if (at == row.end()) continue;
        for (auto& plan : at->second)
            if (const auto other = plans.find(plan); other != plans.end()) plan = other->second;
    }
}

void fill_in(const Call& call, store::Import& import, std::string_view column)
{
    if (!call.arguments.has(column)) return;
    for (auto& row : import.rows) row.try_emplace(std::string{column}, std::vector{call.arguments.text(column)});
}

json::value logins(Call& call, const Upload& upload, std::string_view known)
{
    check_columns(upload, known, "login");
    auto import = import_of(call, upload);
    rename_profiles(call, import);
    fill_in(call, import, "plan");
    fill_in(call, import, "due_day");
    provisioning::Sealer sealer(call.context.sealer);
    return result_of(upload, store::import_logins(call.session(), {sealer, call.context.forms}, import, call.actor));
}

}  // namespace

boost::json::value import_clients(Call& call)
{
    const auto upload = call.context.uploads.take(call);
    if (!upload) return json::array{};
    check_columns(*upload, columns_of_fields(provisioning::client_type, ""), "name");
    return result_of(*upload, store::import_clients(call.session(), import_of(call, *upload), call.actor));
}

boost::json::value import_logins(Call& call)
{
    const auto upload = call.context.uploads.take(call);
    if (!upload) return json::array{};
    return logins(call, *upload, columns_of_subscriber());
}

boost::json::value import_charges(Call& call)
{
    const auto upload = call.context.uploads.take(call);
    if (!upload) return json::array{};
    check_columns(*upload, columns_of_fields(provisioning::charge_type, "document login paid paid_on form"), "due");
    return result_of(*upload,
                     store::import_charges(call.session(), import_of(call, *upload), provider_day(call), call.actor));
}

boost::json::value import_payments(Call& call)
{
    const auto upload = call.context.uploads.take(call);
    if (!upload) return json::array{};
    check_columns(*upload, "charge bank_number external_id client document on amount form note payment_id", "on");
    return result_of(*upload,
                     store::import_payments(call.session(), import_of(call, *upload), provider_day(call), call.actor));
}

}  // namespace admin
