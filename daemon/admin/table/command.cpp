// daemon/admin/table/command.cpp
#include "daemon/admin/table/command.hpp"
#include "daemon/admin/table/rows.hpp"
#include "daemon/admin/table/subscriber.hpp"

#include "provisioning/rules/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace admin {
namespace {

void append(std::vector<Command>& to, std::vector<Command>&& rows) { std::ranges::move(rows, std::back_inserter(to)); }

// A noun's rows stand together, whichever file they come from.
std::vector<Command> make_table()
{
    std::vector<Command> rows;
    for (const auto* type : provisioning::record_types()) append(rows, record_rows(*type));
    rows.push_back(subscriber_row());
    append(rows, action_rows());
    append(rows, charge_rows());
    append(rows, billing_rows());
    append(rows, import_rows());
    append(rows, message_rows());
    append(rows, report_rows());
    append(rows, following_rows());
    append(rows, recipe_rows());
    append(rows, local_rows());

    std::vector<std::string> order;
    for (const auto& row : rows) {
        if (std::ranges::find(order, row.noun) == order.end()) order.push_back(row.noun);
    }
    const auto place = [&](const Command& row) { return std::ranges::find(order, row.noun) - order.begin(); };
    std::ranges::stable_sort(rows, {}, place);
    return rows;
}

constexpr std::pair<std::string_view, std::string_view> other_nouns[] = {
    {"subscriber", "Client, contract and login at once (assinante)"},
    {"billing", "Suspension for debt and release (bloqueio automático)"},
    {"access", "Access by a list from another billing system"},
    {"message", "E-mails and text messages to clients (mensagens, avisos)"},
    {"import", "Clients, logins, charges and payments from files (importação)"},
    {"debt", "Who owes (inadimplência)"},
    {"setting", "The provider's parameters (parâmetros)"},
    {"auth", "Every decision: who asked, where, and what was answered"},
    {"session", "Who is or was online, from accounting (sessão, conexão)"},
    {"usage", "How much a login used (consumo)"},
    {"address", "Who had an address at an instant (quebra de sigilo, Marco Civil)"},
    {"export", "A whole list as CSV or JSON (exportar)"},
    {"history", "Who changed what, and when (histórico)"},
    {"find", "Look for a subscriber by whatever is at hand"},
    {"status", "How the daemon is"},
    {"commands", "The table of commands"},
    {"help", "This page"},
    {"completion", "Completion for your shell"},
    {"man", "The manual page"},
    {"version", "The version of this program"},
};

}  // namespace

std::span<const Command> commands()
{
    static const auto table = make_table();
    return table;
}

const Command* find_command(std::string_view name)
{
    const auto table = commands();
    const auto at = std::ranges::find_if(table, [&](const Command& row) { return row.name() == name; });
    return at == table.end() ? nullptr : &*at;
}

const Argument* find_argument(const Command& command, std::string_view name) noexcept
{
    const auto at = std::ranges::find(command.arguments, name, &Argument::name);
    return at == command.arguments.end() ? nullptr : &*at;
}

std::vector<std::string_view> nouns()
{
    std::vector<std::string_view> all;
    for (const auto& row : commands()) {
        if (all.empty() || all.back() != row.noun) all.push_back(row.noun);
    }
    return all;
}

std::string_view noun_help(std::string_view noun)
{
    if (const auto* type = provisioning::find_record_type(noun)) return type->help;
    const auto at = std::ranges::find(other_nouns, noun, &std::pair<std::string_view, std::string_view>::first);
    return at == std::end(other_nouns) ? std::string_view{} : at->second;
}

std::string unknown_command(std::string_view name)
{
    const auto space = name.find(' ');
    const auto noun = name.substr(0, space);
    std::string all_nouns, verbs;
    for (const auto each : nouns()) all_nouns.append(all_nouns.empty() ? "" : " ").append(each);
    for (const auto& row : commands()) {
        if (row.noun == noun && !row.verb.empty()) verbs.append(verbs.empty() ? "" : " ").append(row.verb);
    }
    if (verbs.empty()) {
        const auto near = provisioning::nearest_word(noun, all_nouns);
        return "there is no " + provisioning::shown(noun) +
               (near.empty() ? ", see `porteiro help`" : ", did you mean " + std::string{near} + "?");
    }
    const auto verb = space == std::string_view::npos ? std::string_view{} : name.substr(space + 1);
    const auto near = verb.empty() ? verb : provisioning::nearest_word(verb, verbs);
    const auto said = verb.empty() ? std::string{noun} + " needs a verb" : "there is no " + provisioning::shown(name);
    return said + (near.empty() ? ", there is: " + verbs
                                : ", did you mean " + std::string{noun} + ' ' + std::string{near} + '?');
}

std::vector<Column> columns_of(const provisioning::RecordType& type)
{
    std::vector<Column> columns{{.name = "id", .type = FieldType::integer}};
    for (const auto& field : type.fields) {
        auto shape = field.type;
        // A type without a key is shown by its id, which is a number.
        if (shape == FieldType::reference) {
            const auto* target = provisioning::find_record_type(field.target);
            shape = target != nullptr && target->key.empty() ? FieldType::integer : FieldType::text;
        }
        columns.push_back({field.name, shape, field.in_list ? Column::Shown::plain : Column::Shown::json_only});
    }
    for (const auto& column : derived_columns(type)) columns.push_back(column);
    return columns;
}

std::span<const Column> derived_columns(const provisioning::RecordType& type) noexcept
{
    static constexpr Column charge_status[] = {
        {.name = "status", .type = FieldType::choice},
        {.name = "balance", .type = FieldType::money},
        {.name = "colour", .type = FieldType::choice, .shown = Column::Shown::json_only}};
    static constexpr Column nas_health[] = {{.name = "health"}, {.name = "last_seen", .type = FieldType::instant}};
    if (&type == &provisioning::charge_type) return charge_status;
    if (&type == &provisioning::nas_type) return nas_health;
    return {};
}

std::string_view name(Access access) noexcept
{
    switch (access) {
    case Access::read:
        return "read";
    case Access::billing:
        return "billing";
    case Access::admin:
        return "admin";
    }
    return "";
}

std::string_view name(FieldType type) noexcept
{
    switch (type) {
    case FieldType::text:
        return "text";
    case FieldType::login_name:
        return "login";
    case FieldType::integer:
        return "integer";
    case FieldType::seconds:
        return "seconds";
    case FieldType::money:
        return "money";
    case FieldType::rate:
        return "rate";
    case FieldType::octets:
        return "octets";
    case FieldType::boolean:
        return "boolean";
    case FieldType::tristate:
        return "tristate";
    case FieldType::choice:
        return "choice";
    case FieldType::date:
        return "date";
    case FieldType::instant:
        return "instant";
    case FieldType::secret:
        return "secret";
    case FieldType::prefix:
        return "prefix";
    case FieldType::ipv4:
        return "ipv4";
    case FieldType::document:
        return "document";
    case FieldType::email:
        return "email";
    case FieldType::phone:
        return "phone";
    case FieldType::reference:
        return "reference";
    case FieldType::reference_list:
        return "reference_list";
    case FieldType::text_list:
        return "text_list";
    }
    return "";
}

}  // namespace admin
