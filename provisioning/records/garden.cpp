// provisioning/records/garden.cpp - a walled garden (jardim murado): what subscribers get whose access is refused for a
// reason that they can mend themselves.
#include "provisioning/records/field.hpp"
#include "provisioning/rules/text.hpp"

#include <algorithm>

namespace provisioning {
namespace {

constexpr std::int64_t fastest_bps = 1'000'000'000'000;

constexpr Field fields[] = {
    {.name = "name", .given = Given::required, .help = "name of the garden (jardim murado)", .maximum = 64},
    {.name = "reason",
     .type = FieldType::choice,
     .given = Given::required,
     .help = "who comes in: suspended for debt, expired, unknown login, or allowance used up (quota)",
     .choices = "debt expired unknown quota"},
    {.name = "nas",
     .type = FieldType::reference,
     .help = "the concentrator where it stands; none given: all that have none of their own for that reason",
     .target = "nas"},
    {.name = "framed_pool", .help = "address pool of the garden (pool do concentrador)", .maximum = 63},
    {.name = "keep_address",
     .type = FieldType::boolean,
     .help = "its subscribers keep their address or pool, so that it opens and closes without a redial",
     .default_value = "no",
     .in_list = false},
    {.name = "address_list",
     .help = "firewall address list on the concentrator (Mikrotik-Address-List)",
     .maximum = 63},
    {.name = "filter", .help = "filter or policy on the concentrator (Filter-Id)", .maximum = 63},
    // A URL of 240 octets fits one vendor attribute (RFC 2865 s5.26).
    {.name = "redirect",
     .help = "page that its subscribers are sent to (página de aviso): https://aviso.example/",
     .maximum = 240},
    {.name = "download",
     .type = FieldType::rate,
     .help = "speed towards the subscriber in bit/s; none given: no limit",
     .minimum = 1,
     .maximum = fastest_bps},
    {.name = "upload",
     .type = FieldType::rate,
     .help = "speed from the subscriber in bit/s; none given: no limit",
     .minimum = 1,
     .maximum = fastest_bps},
    // RFC 2869 s2.1: Acct-Interim-Interval must not be below 60 s.
    {.name = "interim",
     .type = FieldType::seconds,
     .help = "seconds between accounting updates",
     .default_value = "60",
     .minimum = 60,
     .maximum = 86'400,
     .in_list = false},
    {.name = "session_timeout",
     .type = FieldType::seconds,
     .help = "longest session in seconds; 0: no limit, not sent",
     .minimum = 0,
     .maximum = 4'294'967'295,
     .in_list = false},
    {.name = "reply",
     .type = FieldType::text_list,
     .help = "'Attribute-Name=value' sent with every Accept into it; repeatable",
     .maximum = 500,
     .in_list = false},
    {.name = "note", .help = "note (observação)", .maximum = 2000, .in_list = false},
};

[[noreturn]] void refuse(std::string_view field, std::string message)
{
    throw Refusal(ErrorCode::invalid, std::string{field}, std::move(message));
}

/// Without one of these the concentrator would give its subscribers the whole internet.
void check_walls(const Record& record)
{
    constexpr std::string_view walls[] = {"framed_pool", "address_list", "filter", "redirect", "reply"};
    if (std::ranges::all_of(walls, [&](auto wall) { return first_value(record, wall).empty(); }))
        refuse("framed_pool", "missing: nothing keeps its subscribers in, give framed_pool, address_list, filter, "
                              "redirect or reply");
}

void check_address(const Record& record)
{
    if (first_value(record, "keep_address") != "true") return;
    if (first_value(record, "reason") == "unknown")
        refuse("keep_address", "an unknown login has no address to keep, give no and a framed_pool");
    if (!first_value(record, "framed_pool").empty())
        refuse("framed_pool", "does not go with keep_address, clear it or give keep_address no");
}

/// What a browser is sent to: a scheme that it has, a host, and no octet that ends it early.
void check_redirect(const Record& record)
{
    const auto url = first_value(record, "redirect");
    if (url.empty()) return;
    auto rest = url;
    if (rest.starts_with("http://"))
        rest.remove_prefix(7);
    else if (rest.starts_with("https://"))
        rest.remove_prefix(8);
    else
        rest = {};
    const bool printable = std::ranges::all_of(url, [](char c) { return c > ' ' && c <= '~'; });
    if (rest.empty() || rest.front() == '/' || !printable)
        refuse("redirect", shown(url) + " is no address of a page, give it like https://aviso.example/");
}

void check(Record& record)
{
    check_walls(record);
    check_address(record);
    check_redirect(record);
}

} // namespace

constinit const RecordType garden_type{.name = "garden",
                                       .table = "garden",
                                       .key = "name",
                                       .help = "Walled gardens for whom access is refused (jardim murado)",
                                       .fields = fields,
                                       .check = check};

} // namespace provisioning
