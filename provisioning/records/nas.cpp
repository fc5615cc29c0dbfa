// provisioning/records/nas.cpp - a concentrator (BNG, NAS) that may ask.
#include "provisioning/records/access_checks.hpp"

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
    // C-07: routers are changed one by one, so for a while both secrets are right.
    {.name = "secret_grace",
     .type = FieldType::seconds,
     .help = "when the secret is changed, the old one stays good so many seconds, up to 2592000 (30 days)",
     .default_value = "0",
     .minimum = 0,
     .maximum = 2'592'000,
     .in_list = false},
    {.name = "previous_secret_until",
     .type = FieldType::instant,
     .given = Given::managed,
     .help = "until then the old secret is good too",
     .in_list = false,
     .changed_by = "`nas set --secret - --secret-grace S`"},
    {.name = "message_authenticator_learned",
     .type = FieldType::instant,
     .given = Given::managed,
     .help = "since then mode auto requires it: a verified one came",
     .in_list = false,
     .changed_by = "`nas set --message-authenticator ignore`, then auto, to learn anew"},
    {.name = "method",
     .type = FieldType::text_list,
     .help = "pap, chap, mschap, mschapv2 or eap-md5: what it offers (métodos); repeatable; none given: all",
     .maximum = 10,
     .in_list = false},
    {.name = "mppe",
     .type = FieldType::choice,
     .help = "MPPE keys after MS-CHAP: sent for a NAS that may encrypt, that must, or not at all",
     .default_value = "allow",
     .choices = "none allow require",
     .in_list = false},
    // Bounded by the shortest time-outs in the field: RouterOS gives up after 3 x 300 ms or 3 x 1100 ms (L-07).
    {.name = "reject_delay",
     .type = FieldType::integer,
     .help = "milliseconds that a reject waits, 0-5000; below the NAS's time-out; 0 for PPPoE",
     .default_value = "0",
     .minimum = 0,
     .maximum = 5'000,
     .in_list = false,
     .unit = "milliseconds"},
    {.name = "note", .help = "note (observação)", .maximum = 2000, .in_list = false},
};

}  // namespace

constinit const RecordType nas_type{.name = "nas",
                                    .table = "nas",
                                    .key = "name",
                                    .help = "Concentrators that may ask (concentrador)",
                                    .fields = fields,
                                    .check = check_methods};

}  // namespace provisioning
