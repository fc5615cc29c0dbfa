// daemon/ctl/client_page.cpp - a client on one screen.
#include "daemon/admin/table/client_sheet.hpp"
#include "daemon/ctl/values.hpp"
#include "daemon/ctl/views.hpp"

#include <algorithm>

namespace ctl {
namespace {

namespace json = boost::json;
using admin::Column;

constexpr std::string_view parts[] = {"contracts", "logins", "charges", "contacts", "events"};

/// What is as for everybody is left out: fields that are empty, exceptions that are none.
json::object own_fields(const admin::Command& command, const json::object& result)
{
    json::object own;
    for (const auto& member : result) {
        const auto& value = member.value();
        if (value.is_null() || std::ranges::find(parts, std::string_view{member.key()}) != std::end(parts)) continue;
        const auto* field = provisioning::find_field(*command.record, member.key());
        const auto plain = field == nullptr ? std::string_view{} : field->default_value;
        const bool usual = !plain.empty() && for_people(Column{}, value) == plain && field->name != "active";
        if (!usual) own[member.key()] = value;
    }
    return own;
}

/// A refusal that a later login has made good is the past.
json::array without_old_refusals(json::array logins)
{
    for (auto& login : logins) {
        auto* object = login.if_object();
        if (object != nullptr && text_of(*object, "online") == "yes") {
            object->erase("refused");
            object->erase("refused_at");
        }
    }
    return logins;
}

/// "charge 118 added", "contract 42: status is now suspended".
std::string what_of(const json::object& event)
{
    const auto of = text_of(event, "record") + ' ' + text_of(event, "record_id");
    const auto action = text_of(event, "action"), field = text_of(event, "field");
    if (action == "add") return of + " added";
    if (action == "remove") return of + " removed";
    if (action != "set") return of + ' ' + action + (field == "-" ? "" : ' ' + field);
    const auto value = text_of(event, "new");
    return of + ": " + label(field) + (value == "-" ? " cleared" : " is now " + value);
}

std::string events_table(const json::array& events)
{
    const Column columns[] = {
        {.name = "at", .type = admin::FieldType::instant}, {.name = "actor"}, {.name = "what"}, {.name = "reason"}};
    json::array rows;
    for (const auto& event : events) {
        if (!event.is_object()) continue;
        auto row = event.get_object();
        row["what"] = what_of(event.get_object());
        rows.push_back(std::move(row));
    }
    return rows.empty() ? std::string{"none\n"} : table(columns, rows);
}

}  // namespace

std::string client_page(const admin::Command& command, const json::object& result)
{
    auto text = sheet(admin::columns_of(*command.record), own_fields(command, result));
    const auto part = [&](std::string_view heading, std::span<const Column> columns, const json::array& rows) {
        text += section(heading, rows.empty() ? std::string{"none\n"} : table(columns, rows));
    };
    part("Contracts", admin::client_contracts, array_in(result, "contracts"));
    part("Logins", admin::client_logins, without_old_refusals(array_in(result, "logins")));
    part("Open charges", admin::client_charges, array_in(result, "charges"));
    if (const auto& contacts = array_in(result, "contacts"); !contacts.empty())
        part("Contacts", admin::client_contacts, contacts);
    return text + section("Last events", events_table(array_in(result, "events")));
}

}  // namespace ctl
