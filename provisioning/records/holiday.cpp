// provisioning/records/holiday.cpp - a day on which nobody is cut, where the settings say so.
#include "provisioning/records/field.hpp"

namespace provisioning {
namespace {

constexpr Field fields[] = {
    {.name = "day", .type = FieldType::date, .given = Given::required, .help = "the day (feriado)"},
    {.name = "name", .given = Given::required, .help = "what it is called"},
    {.name = "yearly", .type = FieldType::boolean, .help = "it comes on this day each year", .default_value = "no"},
};

}  // namespace

constinit const RecordType holiday_type{.name = "holiday",
                                        .table = "holiday",
                                        .key = "",
                                        .help = "A day on which nobody is cut, if the ladder says so (feriado)",
                                        .fields = fields};

}  // namespace provisioning
