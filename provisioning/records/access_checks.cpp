#include "provisioning/records/access_checks.hpp"

#include "provisioning/methods.hpp"
#include "provisioning/rules/address.hpp"
#include "provisioning/rules/schedule.hpp"
#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"

#include <date/date.h>

#include <algorithm>
#include <charconv>

namespace provisioning {
namespace {

using Values = std::vector<std::string>;

[[noreturn]] void refuse(std::string_view field, std::string message)
{
    throw Refusal(ErrorCode::invalid, std::string{field}, std::move(message));
}

Values* values_of(Record& record, std::string_view field)
{
    const auto at = record.find(field);
    return at == record.end() || at->second.empty() ? nullptr : &at->second;
}

void drop_repeated(Values& values)
{
    Values once;
    for (auto& value : values)
        if (std::ranges::find(once, value) == once.end()) once.push_back(std::move(value));
    values = std::move(once);
}

/// "PREFIX [GATEWAY [METRIC ...]]", the words apart by one space, prefix and gateway of one family.
bool is_route(std::string_view text)
{
    const bool blanks_apart = !text.ends_with(' ') && text.find("  ") == std::string_view::npos;
    const auto prefix = parse_prefix(next_word(text));
    if (!blanks_apart || !prefix) return false;
    if (text.empty()) return true;
    const auto gateway = parse_address(next_word(text));
    if (!gateway || gateway->is_ipv4() != prefix->network.is_ipv4()) return false;
    return std::ranges::all_of(text, [](char c) { return c == ' ' || (c >= '0' && c <= '9'); });
}

}  // namespace

void check_methods(Record& record)
{
    auto* methods = values_of(record, "method");
    if (methods == nullptr) return;
    for (auto& typed : *methods) {
        const auto known = std::ranges::find_if(all_methods, [&](Method m) { return same_word(name(m), typed); });
        if (known == all_methods.end())
            refuse("method", shown(typed) +
                                 " is no method, give pap, chap, mschap, mschapv2 or eap-md5, each by a flag "
                                 "of its own");
        typed = name(*known);
    }
    drop_repeated(*methods);
}

void check_schedule(Record& record)
{
    auto* schedule = values_of(record, "schedule");
    if (schedule == nullptr) return;
    auto parsed = parse_schedule(schedule->front());
    if (!parsed.wrong.empty()) refuse("schedule", parsed.wrong);
    schedule->front() = std::move(parsed.canonical);
}

void check_realm(Record& record)
{
    auto* realm = values_of(record, "realm");
    if (realm == nullptr) return;
    auto& text = realm->front();
    const auto typed = text;
    if (text.starts_with('@')) text.erase(0, 1);
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (text.empty() || text.find_first_of("@\\ \t") != std::string::npos)
        refuse("realm", shown(typed) + " is no realm, give what stands after the @, like isp.example");
}

void check_macs(Record& record)
{
    auto* macs = values_of(record, "mac");
    if (macs == nullptr) return;
    for (auto& typed : *macs) {
        auto canonical = mac(typed);
        if (!canonical)
            refuse("mac",
                   shown(typed) + " is no MAC address, give it like AA:BB:CC:DD:EE:FF, each by a flag of its own");
        typed = *std::move(canonical);
    }
    drop_repeated(*macs);
}

void check_routes(Record& record)
{
    auto* routes = values_of(record, "route");
    if (routes == nullptr) return;
    for (const auto& route : *routes) {
        if (!is_route(route))
            refuse("route",
                   shown(route) + " is no route, give prefix, gateway and metric like '203.0.113.0/29 0.0.0.0 1'");
    }
    drop_repeated(*routes);
}

void check_ipv6(const Record& record, std::string_view field)
{
    const auto at = record.find(field);
    if (at == record.end() || at->second.empty()) return;
    const auto prefix = parse_prefix(at->second.front());
    if (!prefix || prefix->network.is_ipv4())
        refuse(field, at->second.front() + " is no IPv6 prefix, give it like 2001:db8:100::/56");
}

void turn_last_day_into_end(Record& record, std::string_view field)
{
    auto* value = values_of(record, field);
    constexpr std::size_t day_length = 10;  // an instant is longer
    if (value == nullptr || value->front().size() != day_length) return;
    const std::string_view text = value->front();
    const auto number = [&](std::size_t from, std::size_t length) {
        int part = 0;
        std::from_chars(text.data() + from, text.data() + from + length, part);
        return part;
    };
    const auto day = date::year{number(0, 4)} / number(5, 2) / number(8, 2);
    value->front() = date::format("%F", date::sys_days{day} + date::days{1});
}

}  // namespace provisioning
