// provisioning/records/nat.cpp - how inside addresses are mapped to ports of shared ones, once and for all (CGNAT).
#include "provisioning/records/field.hpp"
#include "provisioning/rules/port_mapping.hpp"

namespace provisioning {
namespace {

constexpr std::int64_t last_of_all = 65'535;

constexpr Field fields[] = {
    {.name = "name", .given = Given::required, .help = "name of the mapping", .maximum = 64},
    {.name = "inside",
     .type = FieldType::prefix,
     .given = Given::required,
     .help = "addresses of the subscribers (rede interna): 100.64.0.0/22"},
    {.name = "outside",
     .type = FieldType::prefix,
     .given = Given::required,
     .help = "public addresses that they share (rede externa): 203.0.113.0/26"},
    {.name = "first_port",
     .type = FieldType::integer,
     .help = "first port that is mapped (primeira porta)",
     .default_value = "1024",
     .minimum = 1,
     .maximum = last_of_all,
     .unit = "a port"},
    {.name = "last_port",
     .type = FieldType::integer,
     .help = "last port that is mapped (última porta)",
     .default_value = "65535",
     .minimum = 1,
     .maximum = last_of_all,
     .unit = "a port"},
    {.name = "ports",
     .type = FieldType::integer,
     .given = Given::required,
     .help = "ports of each subscriber (portas por assinante): 2016",
     .minimum = 1,
     .maximum = last_of_all,
     .unit = "ports"},
    {.name = "valid_from",
     .type = FieldType::instant,
     .help = "since when it is so: a day or an instant; none: always",
     .takes_days = true},
    {.name = "valid_until",
     .type = FieldType::instant,
     .help = "until when it is so, that moment not included; none: still",
     .takes_days = true},
    {.name = "note", .help = "note (observação)", .maximum = 2000, .in_list = false},
};

[[noreturn]] void refuse(std::string_view field, std::string message)
{
    throw Refusal(ErrorCode::invalid, std::string{field}, std::move(message));
}

std::uint32_t number_in(const Record& record, std::string_view name)
{
    return static_cast<std::uint32_t>(std::stoul(std::string{first_value(record, name)}));
}

Prefix prefix_in(const Record& record, std::string_view name)
{
    constexpr std::uint8_t ipv4_8 = 96 + 8;
    const auto prefix = parse_prefix(first_value(record, name)).value();
    if (!prefix.network.is_ipv4()) refuse(name, "is IPv6, which nobody shares; give an IPv4 prefix");
    if (prefix.length < ipv4_8) refuse(name, "is larger than a /8, give a smaller prefix");
    return prefix;
}

void check(Record& record)
{
    const PortMapping mapping{.inside = prefix_in(record, "inside"),
                              .outside = prefix_in(record, "outside"),
                              .first_port = number_in(record, "first_port"),
                              .last_port = number_in(record, "last_port"),
                              .ports = number_in(record, "ports")};
    if (mapping.last_port < mapping.first_port)
        refuse("last_port", "is below first_port " + std::to_string(mapping.first_port) + ", give one that is not");
    const auto available = mapping.last_port - mapping.first_port + 1;
    if (mapping.ports > available)
        refuse("ports", "an address has only " + std::to_string(available) + " ports between first_port and last_port");
    if (mapping.subscribers() <= mapping.room()) return;
    refuse("inside", std::string{first_value(record, "inside")} + " has " + std::to_string(mapping.subscribers()) +
                         " addresses, but " + std::string{first_value(record, "outside")} + " with " +
                         std::to_string(mapping.ports) + " ports each has room for " + std::to_string(mapping.room()) +
                         ", give fewer ports, more outside addresses or fewer inside ones");
}

} // namespace

constinit const RecordType nat_type{.name = "nat",
                                    .table = "nat",
                                    .key = "name",
                                    .help = "Deterministic port mapping of shared addresses (CGNAT)",
                                    .fields = fields,
                                    .check = check};

} // namespace provisioning
