// provisioning/records/subscriber.cpp
#include "provisioning/records/subscriber.hpp"

#include "provisioning/rules/documents.hpp"

#include <algorithm>

namespace provisioning {
namespace {

// The references among the three; and --kind is the login's: whoever subscribes is a client of kind client.
bool left_out(const RecordType& type, std::string_view field)
{
    if (&type == &client_type) return field == "kind";
    if (&type == &contract_type) return field == "client";
    return &type == &login_type && (field == "contract" || field == "plan");
}

std::vector<SubscriberField> collect()
{
    std::vector<SubscriberField> all;
    for (const auto* type : {&client_type, &contract_type, &login_type}) {
        for (const auto& field : type->fields) {
            if (field.given == Given::managed || left_out(*type, field.name)) continue;
            const auto same = [&](const SubscriberField& other) { return other.field->name == field.name; };
            if (std::ranges::none_of(all, same)) all.push_back({type, &field});
        }
    }
    return all;
}

}  // namespace

std::span<const SubscriberField> subscriber_fields()
{
    static const auto fields = collect();
    return fields;
}

SubscriberParts subscriber_parts(const Record& typed)
{
    SubscriberParts parts;
    for (const auto& [type, field] : subscriber_fields()) {
        const auto at = typed.find(field->name);
        if (at == typed.end()) continue;
        auto& part = type == &client_type ? parts.client : type == &contract_type ? parts.contract : parts.login;
        part[at->first] = at->second;
    }
    if (const auto plan = first_value(typed, "plan"); !plan.empty()) parts.login["plan"] = {std::string{plan}};
    return parts;
}

// A CPF is a natural person's, a CNPJ a legal one's.
std::string_view person_of(std::string_view document)
{
    if (cpf(document)) return "natural";
    return cnpj(document) ? "legal" : "";
}

}  // namespace provisioning
