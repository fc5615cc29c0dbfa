// daemon/admin/table/subscriber.hpp - which fields of client, contract and login `subscriber add` takes: all that may
// be typed, less the references between the three; a name that two of them have belongs to the first.
#pragma once

#include "daemon/admin/table/command.hpp"

namespace admin {

struct SubscriberField {
    const provisioning::RecordType* type;
    const provisioning::Field* field;
};
std::span<const SubscriberField> subscriber_fields();
Command subscriber_row();

}  // namespace admin
