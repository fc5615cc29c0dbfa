// provisioning/store/import_people.cpp - clients and logins from another system.
#include "provisioning/records/subscriber.hpp"
#include "provisioning/rules/values.hpp"
#include "provisioning/store/import_rows.hpp"
#include "provisioning/store/resolve.hpp"

namespace provisioning::store {
namespace {

std::int64_t id_of(const Record& record) { return std::stoll(record.at("id").front()); }

/// Whom the document is of; a client without one is a person.
Record client_cells(const Record& typed)
{
    auto client = typed;
    if (!client.contains("person")) {
        const auto person = person_of(first_value(client, "document"));
        if (person.empty() && client.contains("document"))
            throw Refusal(ErrorCode::invalid, "document",
                          "is neither a valid CPF nor a valid CNPJ; correct it, or give person");
        client["person"] = {person.empty() ? std::string{"natural"} : std::string{person}};
    }
    return checked_for_add(client_type, client);
}

/// The oldest live client with the document: documents are not unique.
std::optional<std::int64_t> client_with(Transaction& t, std::string_view document)
{
    if (document.empty()) return std::nullopt;
    const auto rows = run(t, candidates(client_type, Way::document, document, Closed::left_out, Lock::share));
    return rows.empty() ? std::nullopt : std::optional{rows[0][0].as<std::int64_t>()};
}

std::optional<std::int64_t> known_client(Transaction& t, const Record& client)
{
    const auto document = first_value(client, "document");
    if (!document.empty()) return client_with(t, document);
    const auto rows = run(t, {"select id from client where removed_at is null and document is null and name = $1"
                              " and coalesce(mobile, '') = $2 and coalesce(email, '') = $3 order by id limit 1",
                              {std::string{first_value(client, "name")}, std::string{first_value(client, "mobile")},
                               std::string{first_value(client, "email")}}});
    return rows.empty() ? std::nullopt : std::optional{rows[0][0].as<std::int64_t>()};
}

/// What the row's client and contract are, and how they came about.
struct Place {
    std::int64_t contract = 0;
    std::string why{};
};

/// The live contract of a client that has the plan, and the due day where one is given.
std::optional<std::int64_t> contract_with(Transaction& t, std::int64_t client, const Record& wanted)
{
    std::vector<std::int64_t> plans;
    for (const auto& plan : wanted.at("plan"))
        plans.push_back(resolve_locked(t, plan_type, plan, Rows::live, Lock::none, "plan"));
    const auto day = first_value(wanted, "due_day");
    const auto rows =
        run(t, {"select k.id from contract k where k.client_id = $1::bigint and k.removed_at is null"
                " and k.status <> 'cancelled' and ($3::integer is null or k.due_day = $3::integer)"
                " and $2::bigint[] <@ array(select p.plan_id from contract_plan p where p.contract_id = k.id)"
                " order by k.id limit 1 for key share",
                {std::to_string(client), array_literal(plans),
                 day.empty() ? Value{} : canonical(*find_field(contract_type, "due_day"), day)}});
    return rows.empty() ? std::nullopt : std::optional{rows[0][0].as<std::int64_t>()};
}

/// The contract named by the row, or that of its client; what is not there yet is added.
Place place_of(Transaction& t, const Sealing& sealing, const Record& row, SubscriberParts& parts)
{
    if (const auto named = first_value(row, "contract"); !named.empty()) {
        const auto id = resolve_locked(t, contract_type, named, Rows::live, Lock::share, "contract");
        return {id, "contract " + std::to_string(id)};
    }
    if (!parts.contract.contains("plan"))
        throw Refusal(ErrorCode::invalid, "plan", "missing: give one of the plans (`porteiro plan list`)");
    parts.client.try_emplace("name", parts.login.at("login"));
    const auto checked = client_cells(parts.client);
    const auto known = client_with(t, first_value(checked, "document"));
    const auto client = known ? *known : id_of(add_in(t, sealing, client_type, checked));
    const auto whose = known ? "client " + std::to_string(client) : std::string{"new client"};
    if (const auto contract = known ? contract_with(t, client, parts.contract) : std::nullopt)
        return {*contract, whose + ", contract " + std::to_string(*contract)};
    parts.contract["client"] = {std::to_string(client)};
    return {id_of(add_in(t, sealing, contract_type, checked_for_add(contract_type, parts.contract))),
            whose + ", new contract"};
}

Imported one_login(Transaction& t, const Sealing& sealing, const Record& row)
{
    const auto name = canonical(*find_field(login_type, "login"), required_cell(row, "login"));
    const auto known = run(t, {"select id, contract_id from login where login = $1 and removed_at is null", {name}});
    if (!known.empty())
        return {"unchanged", known[0][0].as<std::int64_t>(), name,
                "is there already, contract " + known[0][1].as<std::string>()};
    auto parts = subscriber_parts(row);
    const auto place = place_of(t, sealing, row, parts);
    parts.login["contract"] = {std::to_string(place.contract)};
    const auto login = id_of(add_in(t, sealing, login_type, checked_for_add(login_type, parts.login)));
    const auto enabled = first_value(row, "enabled");
    const bool off =
        !enabled.empty() && canonical({.name = "enabled", .type = FieldType::boolean, .help = {}}, enabled) != "true";
    if (off) run(t, {"update login set enabled = false where id = $1::bigint", {std::to_string(login)}});
    return {"added", login, name, place.why + (off ? ", disabled" : "")};
}

}  // namespace

std::vector<Imported> import_clients(Session& session, const Import& import, const Actor& actor)
{
    return import_rows(session, import, actor, [](Transaction& t, const Record& row) -> Imported {
        const auto client = client_cells(cells_of(client_type, row));
        const std::string name{first_value(client, "name")};
        if (const auto known = known_client(t, client)) return {"unchanged", *known, name, "is there already"};
        return {"added", id_of(add_plain_in(t, client_type, client)), name, ""};
    });
}

std::vector<Imported> import_logins(Session& session, const Sealing& sealing, const Import& import, const Actor& actor)
{
    return import_rows(session, import, actor,
                       [&](Transaction& t, const Record& row) { return one_login(t, sealing, row); });
}

}  // namespace provisioning::store
