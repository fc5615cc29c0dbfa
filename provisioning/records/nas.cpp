// provisioning/records/nas.cpp - a concentrator (BNG, NAS) that may ask.
#include "provisioning/records/field.hpp"

namespace provisioning {
namespace {

constexpr Field fields[] = {
    {.name = "name", .given = Given::required, .help = "name of the concentrator (concentrador)", .maximum = 64},
    {.name = "address",
     .type = FieldType::prefix,
     .given = Given::required,
     .help = "address or prefix that its requests come from (endereço IP)"},
    // RFC 2865 s3: the secret must not be empty; any octet may stand in it.
    {.name = "secret",
     .type = FieldType::secret,
     .given = Given::required,
     .help = "RADIUS secret shared with it (segredo), 1-255 octets, 16 or more preferred",
     .minimum = 1,
     .maximum = 255,
     .in_list = false},
    {.name = "vendor",
     .type = FieldType::choice,
     .help = "whose attributes it understands (fabricante)",
     .default_value = "generic",
     .choices = "generic mikrotik cisco juniper huawei accel-ppp"},
    {.name = "message_authenticator",
     .type = FieldType::choice,
     .help = "require: requests without one get no answer; auto and ignore: verified when present",
     .default_value = "auto",
     .choices = "auto require ignore",
     .in_list = false},
    {.name = "limit_proxy_state",
     .type = FieldType::boolean,
     .help = "refuse Proxy-State without Message-Authenticator (BlastRADIUS)",
     .default_value = "yes",
     .in_list = false},
    {.name = "note", .help = "note (observação)", .maximum = 2000, .in_list = false},
};

}  // namespace

constinit const RecordType nas_type{.name = "nas",
                                    .table = "nas",
                                    .key = "name",
                                    .help = "Concentrators that may ask (concentrador)",
                                    .fields = fields};

}  // namespace provisioning
