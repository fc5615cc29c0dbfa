// provisioning/records/plan.cpp - what a subscriber gets: speeds, price, session rules.
#include "provisioning/records/field.hpp"

namespace provisioning {
namespace {

constexpr std::int64_t fastest_bps = 1'000'000'000'000;

constexpr Field fields[] = {
    {.name = "name", .given = Given::required, .help = "name of the plan (plano)", .maximum = 64},
    {.name = "download",
     .type = FieldType::rate,
     .given = Given::required,
     .help = "speed towards the subscriber in bit/s (velocidade de download): 300M, 512k",
     .minimum = 1,
     .maximum = fastest_bps},
    {.name = "upload",
     .type = FieldType::rate,
     .given = Given::required,
     .help = "speed from the subscriber in bit/s (velocidade de upload)",
     .minimum = 1,
     .maximum = fastest_bps},
    {.name = "price", .type = FieldType::money, .help = "price a month (mensalidade): 99.90"},
    // 63 characters are at most 252 octets: they fit one attribute (RFC 2865 s5) whatever they are.
    {.name = "framed_pool", .help = "address pool on the concentrator (pool do concentrador)", .maximum = 63},
    {.name = "session_timeout",
     .type = FieldType::seconds,
     .help = "longest session in seconds; 0: no limit, not sent",
     .minimum = 0,
     .maximum = 4'294'967'295,
     .in_list = false},
    // RFC 2869 s2.1: Acct-Interim-Interval must not be below 60 s.
    {.name = "interim",
     .type = FieldType::seconds,
     .help = "seconds between accounting updates",
     .default_value = "300",
     .minimum = 60,
     .maximum = 86'400,
     .in_list = false},
    {.name = "reply",
     .type = FieldType::text_list,
     .help = "'Attribute-Name=value' sent with every Accept; repeatable",
     .maximum = 500,
     .in_list = false},
    {.name = "note", .help = "note (observação)", .maximum = 2000, .in_list = false},
};

}  // namespace

constinit const RecordType plan_type{.name = "plan",
                                     .table = "plan",
                                     .key = "name",
                                     .help = "Speeds, price and session rules (plano)",
                                     .fields = fields};

}  // namespace provisioning
