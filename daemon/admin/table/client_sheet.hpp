// daemon/admin/table/client_sheet.hpp - the columns of what `client show` shows beside the client's fields.
#pragma once

#include "daemon/admin/table/command.hpp"

namespace admin {

inline constexpr Column client_contracts[] = {{.name = "contract", .type = FieldType::integer},
                                              {.name = "stage"},
                                              {.name = "plan"},
                                              {.name = "due_day", .type = FieldType::integer},
                                              {.name = "owed", .type = FieldType::money},
                                              {.name = "trust_until", .type = FieldType::instant},
                                              {.name = "next_on", .type = FieldType::date},
                                              {.name = "next"}};
inline constexpr Column client_logins[] = {{.name = "login"},
                                           {.name = "contract", .type = FieldType::integer},
                                           {.name = "plan"},
                                           {.name = "enabled", .type = FieldType::boolean},
                                           {.name = "online", .type = FieldType::boolean},
                                           {.name = "since", .type = FieldType::instant},
                                           {.name = "ip"},
                                           {.name = "mac"},
                                           {.name = "nas"},
                                           {.name = "refused"},
                                           {.name = "refused_at", .type = FieldType::instant}};
inline constexpr Column client_charges[] = {{.name = "charge", .type = FieldType::integer},
                                            {.name = "contract", .type = FieldType::integer},
                                            {.name = "due", .type = FieldType::date},
                                            {.name = "amount", .type = FieldType::money},
                                            {.name = "balance", .type = FieldType::money},
                                            {.name = "status"},
                                            {.name = "colour"}};
inline constexpr Column client_contacts[] = {{.name = "contact", .type = FieldType::integer},
                                             {.name = "name"},
                                             {.name = "relation"},
                                             {.name = "mobile", .type = FieldType::phone},
                                             {.name = "phone", .type = FieldType::phone},
                                             {.name = "email"},
                                             {.name = "notices", .type = FieldType::boolean}};
inline constexpr Column client_events[] = {{.name = "at", .type = FieldType::instant},
                                           {.name = "actor"},
                                           {.name = "record"},
                                           {.name = "record_id", .type = FieldType::integer},
                                           {.name = "action"},
                                           {.name = "field"},
                                           {.name = "new"},
                                           {.name = "reason"}};

} // namespace admin
