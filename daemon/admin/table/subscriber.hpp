// daemon/admin/table/subscriber.hpp - the row of `subscriber add`, which takes the fields of three records.
#pragma once

#include "daemon/admin/table/command.hpp"

namespace admin {

Command subscriber_row();

}  // namespace admin
