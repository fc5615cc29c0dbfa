// tests/unit/ctl/mikrotik_secrets_test.cpp - exports as RouterOS writes them. Source: RouterOS documentation,
// "Scripting" (line joining, escape sequences of constant strings), "Configuration Management" (export).
#include "daemon/ctl/mikrotik_secrets.hpp"

#include "provisioning/refusal.hpp"

#include <doctest/doctest.h>

using namespace ctl;

namespace {

/// One secret's cells that say something, "column=value".
std::string shown(const Sheet& sheet)
{
    std::string text;
    for (const auto& row : sheet.rows) {
        text += '|';
        for (std::size_t i = 0; i < row.size(); ++i)
            if (!row[i].empty()) text += ' ' + sheet.columns[i] + '=' + row[i];
    }
    return text;
}

std::string refused(std::string_view octets)
{
    try {
        read_mikrotik_secrets(octets);
    } catch (const provisioning::Refusal& refusal) {
        return refusal.what();
    }
    return "taken";
}

}  // namespace

TEST_CASE("secrets are read from what the router exports")
{
    struct Row {
        std::string name, octets, expected;
    };
    const Row rows[] = {
        {"as RouterOS 6 writes it",
         "# nov/30/2026 10:00:00 by RouterOS 6.49.10\r\n# software id = ABCD-EFGH\r\n#\r\n/ppp secret\r\n"
         "add caller-id=AA:BB:CC:DD:EE:FF comment=\"Jo\\C3\\A3o da Silva\" name=joao password=s3nha profile=fibra300 "
         "remote-address=10.0.0.2 \\\r\n    service=pppoe\r\n",
         "| login=joao password=s3nha plan=fibra300 name=João da Silva ip=10.0.0.2 mac=AA:BB:CC:DD:EE:FF enabled=yes "
         "kind=pppoe"},
        {"Latin-1 in a comment", "/ppp secret\nadd name=a password=b comment=\"Jo\\E3o\"\n",
         "| login=a password=b name=João enabled=yes kind=pppoe"},
        {"joined inside a quoted value", "/ppp secret\nadd name=a password=\"one \\\n    two\" disabled=yes\n",
         "| login=a password=one two enabled=no kind=pppoe"},
        {"escapes", "/ppp secret\nadd name=a password=\"q\\\"b\\\\d\\$s\\_u\\?\"\n",
         "| login=a password=q\"b\\d$s u? enabled=yes kind=pppoe"},
        {"a pool, routes, another service",
         "/ppp secret\nadd name=a password=b remote-address=pool1 routes=203.0.113.0/29,198.51.100.0/29 service=l2tp\n",
         "| login=a password=b framed_pool=pool1 route=203.0.113.0/29;198.51.100.0/29 enabled=yes kind=l2tp"},
        {"other sections are left out",
         "/ip address\nadd address=10.0.0.1/24 interface=ether1\n/ppp secret\nadd name=a password=b\n"
         "/ppp aaa\nset use-radius=yes\n/ip pool\nadd name=p ranges=10.0.0.2\n",
         "| login=a password=b enabled=yes kind=pppoe"},
        {"on one line", "/ppp secret add name=a password=b", "| login=a password=b enabled=yes kind=pppoe"},
        {"without its password", "/ppp secret\nadd name=a profile=x\n", "| login=a plan=x enabled=yes kind=pppoe"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(shown(read_mikrotik_secrets(row.octets)) == row.expected);
    }
}

TEST_CASE("what is no export is refused with what would be one")
{
    CHECK(refused("login,password\na,b\n").find("no export of RouterOS") != std::string::npos);
    CHECK(refused("/ip pool\nadd name=p\n").find("no secrets") != std::string::npos);
    CHECK(refused("/ppp secret\nadd name=\"a\n\n").find("line 2: a quoted value has no end") != std::string::npos);
}
