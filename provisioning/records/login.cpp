// provisioning/records/login.cpp - a subscriber's name and password at the concentrator.
#include "provisioning/records/access_checks.hpp"
#include "provisioning/rules/address.hpp"
#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"

namespace provisioning {
namespace {

constexpr Field fields[] = {
    // RFC 2865 s5: an attribute holds at most 253 octets.
    {.name = "login",
     .type = FieldType::login_name,
     .given = Given::required,
     .help = "User-Name (usuário), no spaces; user@realm is valid; a MAC for kind mac",
     .minimum = 1,
     .maximum = 253},
    {.name = "contract",
     .type = FieldType::reference,
     .given = Given::required,
     .help = "contract that pays for it (contrato)",
     .target = "contract"},
    {.name = "plan",
     .type = FieldType::reference,
     .help = "one of the contract's plans (plano); the only one by itself",
     .target = "plan"},
    {.name = "kind",
     .type = FieldType::choice,
     .help = "how it authenticates (autenticação); ip: a record only, never by RADIUS",
     .default_value = "pppoe",
     .choices = "pppoe hotspot mac ip"},
    {.name = "enabled",
     .type = FieldType::boolean,
     .given = Given::managed,
     .help = "a disabled login has no access (habilitado)",
     .default_value = "yes",
     .changed_by = "`login disable` or `login enable`"},
    // RFC 2865 s5.2: PAP carries up to 128 octets.
    {.name = "password",
     .type = FieldType::secret,
     .given = Given::required,
     .help = "password (senha), 1-128 octets",
     .minimum = 1,
     .maximum = 128,
     .in_list = false},
    {.name = "storage",
     .type = FieldType::choice,
     .help = "how the password is kept: encrypted serves all methods; nt: PAP and MS-CHAP; md5 and crypt: PAP only",
     .default_value = "encrypted",
     .choices = "encrypted md5 crypt nt",
     .in_list = false},
    {.name = "ip", .type = FieldType::ipv4, .help = "fixed address (IP fixo)"},
    {.name = "framed_pool",
     .help = "address pool on the concentrator in place of the plan's (pool do concentrador)",
     .maximum = 63,
     .in_list = false},
    {.name = "ipv6_prefix",
     .type = FieldType::prefix,
     .help = "fixed prefix of the link (Framed-IPv6-Prefix): 2001:db8:1::/64",
     .in_list = false},
    {.name = "delegated_ipv6_prefix",
     .type = FieldType::prefix,
     .help = "fixed prefix for the subscriber's own network: 2001:db8:100::/56",
     .in_list = false},
    {.name = "route",
     .type = FieldType::text_list,
     .help = "route to the subscriber (Framed-Route): '203.0.113.0/29 0.0.0.0 1'; repeatable",
     .maximum = 63,
     .in_list = false},
    {.name = "filter",
     .help = "filter or policy on the concentrator in place of the plan's",
     .maximum = 63,
     .in_list = false},
    {.name = "address_list",
     .help = "firewall address list on the concentrator in place of the plan's",
     .maximum = 63,
     .in_list = false},
    {.name = "simultaneous",
     .type = FieldType::integer,
     .help = "sessions at the same time (sessões simultâneas); 0: no limit; none given: the plan's",
     .minimum = 0,
     .maximum = 1'000,
     .in_list = false,
     .unit = "sessions"},
    {.name = "mac",
     .type = FieldType::text_list,
     .help = "MAC that it may dial from, in any notation; repeatable; none given: any",
     .maximum = 17},
    {.name = "learn_mac",
     .type = FieldType::tristate,
     .help = "the first MAC that it dials from becomes its own (aprender MAC); default: the plan's",
     .default_value = "default",
     .in_list = false},
    {.name = "nas",
     .type = FieldType::reference,
     .help = "the only concentrator that it may dial at (concentrador)",
     .target = "nas",
     .in_list = false},
    {.name = "nas_port",
     .help = "NAS-Port-Id that it must come in by (porta, VLAN); * stands for anything: 'vlan100', '*:100'",
     .maximum = 200,
     .in_list = false},
    {.name = "circuit_id",
     .help = "Agent-Circuit-Id that it must come in by; * stands for anything",
     .maximum = 200,
     .in_list = false},
    {.name = "remote_id",
     .help = "Agent-Remote-Id that it must come in by; * stands for anything",
     .maximum = 200,
     .in_list = false},
    {.name = "realm",
     .help = "its realm (domínio): isp.example; none given: the plan's",
     .maximum = 200,
     .in_list = false},
    {.name = "realm_rule",
     .type = FieldType::choice,
     .help = "strip: login@realm serves as login; require: only with the realm; none: the plan's rule",
     .default_value = "none",
     .choices = "none strip require",
     .in_list = false},
    {.name = "schedule",
     .help = "times of access (horário): 'mon-fri 08:00-18:00; sat 08:00-12:00'; none given: the plan's",
     .maximum = 500,
     .in_list = false},
    {.name = "valid_from",
     .type = FieldType::instant,
     .help = "no access before: a day, or an instant like 2026-11-20T21:14:05-03:00",
     .in_list = false,
     .takes_days = true},
    {.name = "valid_until",
     .type = FieldType::instant,
     .help = "no access from then on: an instant, or the last day of access (validade)",
     .in_list = false,
     .takes_days = true},
    {.name = "reply",
     .type = FieldType::text_list,
     .help = "'Attribute-Name=value' sent with every Accept; repeatable",
     .maximum = 500,
     .in_list = false},
    {.name = "legal_hold",
     .type = FieldType::boolean,
     .help = "its sessions are kept beyond the retention (guarda judicial)",
     .default_value = "no",
     .in_list = false},
    {.name = "note", .help = "note (observação)", .maximum = 2000, .in_list = false},
};

[[noreturn]] void refuse(std::string_view field, std::string message)
{
    throw Refusal(ErrorCode::invalid, std::string{field}, std::move(message));
}

/// Days against days and instants against instants, as texts; the store, which knows the zone, compares the rest.
void check_validity(const Record& record)
{
    const auto from = first_value(record, "valid_from"), until = first_value(record, "valid_until");
    if (from.empty() || until.empty() || from.size() != until.size() || from < until) return;
    refuse("valid_until", "ends before valid_from (" + std::string{from} + ") or with it, give a later one");
}

// RFC 2865 s5.8: 255.255.255.255 and .254 let the subscriber or the NAS choose; the others are no host's address.
bool can_be_a_host(const Address& address)
{
    const auto first = address.octets[12];
    return first != 0 && first != 127 && first < 224;
}

void check(Record& record)
{
    if (first_value(record, "kind") == "mac") {
        const auto login = first_value(record, "login");
        const auto form = mac(login);
        if (!form) {
            refuse("login", shown(login) + " is not a MAC address, which a login of kind mac needs, like "
                                           "AA:BB:CC:DD:EE:FF");
        }
        record["login"] = {*form};
    }
    // PAP pads with NULs, which the server strips (RFC 2865 s5.2): such a password would never match.
    if (first_value(record, "password").ends_with('\0'))
        refuse("password", "ends in a NUL octet, give one that does not");
    check_macs(record);
    check_routes(record);
    check_realm(record);
    check_schedule(record);
    check_ipv6(record, "ipv6_prefix");
    check_ipv6(record, "delegated_ipv6_prefix");
    turn_last_day_into_end(record, "valid_until");
    check_validity(record);
    const auto ip = first_value(record, "ip");
    if (ip.empty()) return;
    if (const auto pool = first_value(record, "framed_pool"); !pool.empty()) {
        refuse("ip",
               "the login also has framed_pool " + shown(pool) + ", give an address or a pool and clear the other");
    }
    if (const auto address = parse_address(ip); address && !can_be_a_host(*address))
        refuse("ip", std::string{ip} + " cannot be a subscriber's address, give one like 100.64.0.7");
}

}  // namespace

constinit const RecordType login_type{.name = "login",
                                      .table = "login",
                                      .key = "login",
                                      .help = "Names and passwords at the concentrator (usuário PPPoE)",
                                      .fields = fields,
                                      .check = check};

}  // namespace provisioning
