// provisioning/records/subscriber.hpp - what a subscriber is made of: client, contract and login, typed as one.
#pragma once

#include "provisioning/records/field.hpp"

namespace provisioning {

struct SubscriberField {
    const RecordType* type;
    const Field* field;
};
/// Which fields of the three may be typed, less the references between them; a name that two of them have belongs to
/// the first.
std::span<const SubscriberField> subscriber_fields();

struct SubscriberParts {
    Record client, contract, login;
};
/// What was typed, by whose field it is; the login is on the first of the plans. Other names are left out.
SubscriberParts subscriber_parts(const Record& typed);

/// natural|legal, whom the document says it is of; empty where it is neither a CPF nor a CNPJ.
std::string_view person_of(std::string_view document);

} // namespace provisioning
