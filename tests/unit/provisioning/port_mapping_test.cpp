// tests/unit/provisioning/port_mapping_test.cpp - RFC 7422 s2.1: inside addresses in their order get block after block.
#include "provisioning/rules/port_mapping.hpp"

#include "provisioning/records/field.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace provisioning;

namespace {

PortMapping mapping(const char* inside, const char* outside, std::uint32_t first, std::uint32_t last,
                    std::uint32_t ports)
{
    return {*parse_prefix(inside), *parse_prefix(outside), first, last, ports};
}

std::string block(const PortMapping& of, const char* address, std::uint32_t port)
{
    const auto found = of.block_of(*parse_address(address), port);
    if (!found) return "-";
    return to_text(found->inside) + ' ' + std::to_string(found->first_port) + '-' + std::to_string(found->last_port);
}

std::string refusal(const Record& typed)
{
    try {
        checked_for_add(nat_type, typed);
    } catch (const Refusal& refused) {
        return refused.what();
    }
    return "";
}

} // namespace

TEST_CASE("a port of a shared address is the block of one inside address")
{
    // 64512 ports from 1024: 32 blocks of 2016 on each address.
    const auto wide = mapping("100.64.0.0/22", "203.0.113.0/27", 1024, 65535, 2016);
    const auto odd = mapping("10.0.0.0/30", "192.0.2.1/32", 1000, 1999, 240); // four blocks and 40 ports left over
    struct Row {
        const char* name;
        const PortMapping& of;
        const char* address;
        std::uint32_t port;
        const char* inside;
    };
    const Row rows[] = {
        {"the first port is the first subscriber's", wide, "203.0.113.0", 1024, "100.64.0.0 1024-3039"},
        {"the last of the first block too", wide, "203.0.113.0", 3039, "100.64.0.0 1024-3039"},
        {"the next port is the second's", wide, "203.0.113.0", 3040, "100.64.0.1 3040-5055"},
        {"the last block of an address", wide, "203.0.113.0", 65535, "100.64.0.31 63520-65535"},
        {"the next address goes on", wide, "203.0.113.1", 1024, "100.64.0.32 1024-3039"},
        {"the last of all", wide, "203.0.113.31", 65535, "100.64.3.255 63520-65535"},
        {"a port below the first is nobody's", wide, "203.0.113.0", 1023, "-"},
        {"an address that is not outside", wide, "203.0.113.32", 1024, "-"},
        {"an IPv6 address", wide, "2001:db8::1", 1024, "-"},
        {"the last subscriber", odd, "192.0.2.1", 1959, "10.0.0.3 1720-1959"},
        {"what is left over is nobody's", odd, "192.0.2.1", 1960, "-"},
        {"a port above the last", odd, "192.0.2.1", 2000, "-"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(block(row.of, row.address, row.port) == row.inside);
    }
}

TEST_CASE("every inside address has a block of its own, and no port is in two")
{
    const auto of = mapping("10.0.0.0/28", "192.0.2.0/30", 1024, 1423, 100);
    CHECK(of.subscribers() == 16);
    CHECK(of.room() == 16);
    std::set<std::string> seen;
    for (unsigned address = 0; address < 4; ++address) {
        for (std::uint32_t port = 1024; port < 1424; port += 100)
            CHECK(seen.insert(block(of, ("192.0.2." + std::to_string(address)).c_str(), port).substr(0, 9)).second);
    }
    CHECK(seen.size() == 16);
}

TEST_CASE("a mapping into which not everybody fits is refused, and says how many do")
{
    const auto with = [](Record changes) {
        Record all{
            {"name", {"cgn1"}}, {"inside", {"100.64.0.0/22"}}, {"outside", {"203.0.113.0/27"}}, {"ports", {"2016"}}};
        for (auto& [name, values] : changes) all[name] = values;
        return all;
    };
    struct Row {
        const char* name;
        Record typed;
        const char* refused;
    };
    const Row rows[] = {
        {"everybody fits, to the last port", with({}), ""},
        {"one port more each", with({{"ports", {"2017"}}}),
         "inside: 100.64.0.0/22 has 1024 addresses, but 203.0.113.0/27 with 2017 ports each has room for 992, give "
         "fewer ports, more outside addresses or fewer inside ones"},
        {"twice the subscribers", with({{"inside", {"100.64.0.0/21"}}}),
         "inside: 100.64.0.0/21 has 2048 addresses, but 203.0.113.0/27 with 2016 ports each has room for 1024, give "
         "fewer ports, more outside addresses or fewer inside ones"},
        {"ports the wrong way round", with({{"first_port", {"2000"}}, {"last_port", {"1999"}}}),
         "last_port: is below first_port 2000, give one that is not"},
        {"more ports than there are", with({{"first_port", {"65000"}}}),
         "ports: an address has only 536 ports between first_port and last_port"},
        {"IPv6", with({{"inside", {"2001:db8::/32"}}}), "inside: is IPv6, which nobody shares; give an IPv4 prefix"},
        {"half the internet", with({{"outside", {"0.0.0.0/1"}}}),
         "outside: is larger than a /8, give a smaller prefix"},
        {"a port that is none", with({{"first_port", {"0"}}}),
         "first_port: 0 is out of range, give a port from 1 to 65535"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(refusal(row.typed) == row.refused);
    }
}
