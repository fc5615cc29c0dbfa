// provisioning/usage.cpp - a Usage as octets: fields of number (1), length (2, network order) and value, `kind` the
// first of them. Numbers are the most significant octet first, without leading zeros; a field with its default is left
// out.
#include "provisioning/usage.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <iterator>
#include <limits>
#include <utility>

namespace provisioning {
namespace {

using Octets = std::span<const std::uint8_t>;
using Out = std::vector<std::uint8_t>;

constexpr std::size_t header_octets = 3;
constexpr std::size_t longest_value = 0xffff;

void put_field(Out& out, std::uint8_t number, Octets value)
{
    const auto length = std::min(value.size(), longest_value);
    out.push_back(number);
    out.push_back(static_cast<std::uint8_t>(length >> 8));
    out.push_back(static_cast<std::uint8_t>(length));
    out.insert(out.end(), value.begin(), value.begin() + static_cast<std::ptrdiff_t>(length));
}

void put(Out& out, std::uint8_t number, std::uint64_t value)
{
    std::array<std::uint8_t, 8> octets;
    auto first = octets.size();
    for (; value != 0; value >>= 8) octets[--first] = static_cast<std::uint8_t>(value);
    put_field(out, number, Octets{octets}.subspan(first));
}
void put(Out& out, std::uint8_t number, std::int64_t value) { put(out, number, static_cast<std::uint64_t>(value)); }
void put(Out& out, std::uint8_t number, std::uint32_t value) { put(out, number, std::uint64_t{value}); }
void put(Out& out, std::uint8_t number, bool value) { put(out, number, std::uint64_t{value}); }
void put(Out& out, std::uint8_t number, UsageKind value) { put(out, number, static_cast<std::uint64_t>(value)); }
void put(Out& out, std::uint8_t number, Closing value) { put(out, number, static_cast<std::uint64_t>(value)); }
void put(Out& out, std::uint8_t number, std::chrono::nanoseconds value)
{
    put(out, number, std::int64_t{value.count()});
}
void put(Out& out, std::uint8_t number, Instant value)
{
    put(out, number, std::int64_t{value.time_since_epoch().count()});
}
void put(Out& out, std::uint8_t number, const Out& value) { put_field(out, number, value); }
void put(Out& out, std::uint8_t number, const std::string& value)
{
    put_field(out, number, {reinterpret_cast<const std::uint8_t*>(value.data()), value.size()});
}
void put(Out& out, std::uint8_t number, const std::vector<NatBlock>& blocks)
{
    for (const auto& block : blocks) { // ports (2 each), then the address; one field for each block
        Out value;
        for (const auto port : {block.first_port, block.last_port}) {
            value.push_back(static_cast<std::uint8_t>(port >> 8));
            value.push_back(static_cast<std::uint8_t>(port));
        }
        value.insert(value.end(), block.address.begin(), block.address.end());
        put_field(out, number, value);
    }
}

void put(Out& out, std::uint8_t number, const std::array<std::uint32_t, 4>& value)
{
    std::array<std::uint8_t, 16> octets;
    for (std::size_t i = 0; i < octets.size(); ++i)
        octets[i] = static_cast<std::uint8_t>(value[i / 4] >> (24 - 8 * (i % 4)));
    put_field(out, number, octets);
}

bool get(Octets value, std::uint64_t& to)
{
    if (value.size() > 8) return false;
    to = 0;
    for (const auto octet : value) to = to << 8 | octet;
    return true;
}
bool get(Octets value, std::int64_t& to)
{
    std::uint64_t number = 0;
    if (!get(value, number)) return false;
    to = static_cast<std::int64_t>(number);
    return true;
}
template <class Small>
    requires std::same_as<Small, std::uint32_t> || std::same_as<Small, bool>
bool get(Octets value, Small& to)
{
    std::uint64_t number = 0;
    if (!get(value, number) || number > std::numeric_limits<Small>::max()) return false;
    to = static_cast<Small>(number);
    return true;
}
template <class Enum>
bool get_one_of(Octets value, Enum first, Enum last, Enum& to)
{
    std::uint64_t number = 0;
    if (!get(value, number) || number < static_cast<std::uint64_t>(first) || number > static_cast<std::uint64_t>(last))
        return false;
    to = static_cast<Enum>(number);
    return true;
}
bool get(Octets value, UsageKind& to) { return get_one_of(value, UsageKind::start, UsageKind::malformed, to); }
bool get(Octets value, Closing& to) { return get_one_of(value, Closing::none, Closing::lost, to); }
bool get(Octets value, std::chrono::nanoseconds& to)
{
    std::int64_t count = 0;
    if (!get(value, count)) return false;
    to = std::chrono::nanoseconds{count};
    return true;
}
bool get(Octets value, Instant& to)
{
    std::int64_t count = 0;
    if (!get(value, count)) return false;
    to = Instant{std::chrono::milliseconds{count}};
    return true;
}
bool get(Octets value, std::string& to)
{
    to.assign(value.begin(), value.end());
    return true;
}
bool get(Octets value, Out& to)
{
    to.assign(value.begin(), value.end());
    return true;
}
bool get(Octets value, std::vector<NatBlock>& to)
{
    if (value.size() < 4) return false;
    const auto port = [&](std::size_t at) { return static_cast<std::uint16_t>(value[at] << 8 | value[at + 1]); };
    to.push_back({std::string(value.begin() + 4, value.end()), port(0), port(2)});
    return true;
}
bool get(Octets value, std::array<std::uint32_t, 4>& to)
{
    if (value.size() != 4 * to.size()) return false;
    for (std::size_t i = 0; i < value.size(); ++i) to[i / 4] = to[i / 4] << 8 | value[i];
    return true;
}
template <class Value>
bool get(Octets value, std::optional<Value>& to)
{
    return get(value, to.emplace());
}

struct Field {
    std::uint8_t number;
    void (*put)(const Usage&, std::uint8_t number, Out&);
    bool (*get)(Octets, Usage&);
};

template <class Value>
void put_unless_default(Out& out, std::uint8_t number, const Value& value)
{
    if (value != Value{}) put(out, number, value); // UsageKind{} is no kind: it is always there
}
template <class Value>
void put_unless_default(Out& out, std::uint8_t number, const std::optional<Value>& value)
{
    if (value) put(out, number, *value);
}

template <auto member>
constexpr Field field(std::uint8_t number)
{
    return {number, [](const Usage& from, std::uint8_t n, Out& out) { put_unless_default(out, n, from.*member); },
            [](Octets value, Usage& to) { return get(value, to.*member); }};
}

/// By number, without gaps. They stand in journals: none is ever given another meaning or taken away.
constexpr Field fields[] = {
    field<&Usage::kind>(1),
    field<&Usage::closing>(2),
    field<&Usage::at>(3),
    field<&Usage::arrived>(4),
    field<&Usage::arrived_steady>(5),
    field<&Usage::nas_at>(6),
    field<&Usage::session_key>(7),
    field<&Usage::began>(8),
    field<&Usage::nas_id>(9),
    field<&Usage::login_id>(10),
    field<&Usage::login>(11),
    field<&Usage::acct_session_id>(12),
    field<&Usage::framed_ip>(13),
    field<&Usage::ipv6_address>(14),
    field<&Usage::ipv6_prefix>(15),
    field<&Usage::delegated_ipv6_prefix>(16),
    field<&Usage::mac>(17),
    field<&Usage::nas_port_id>(18),
    field<&Usage::nas_port>(19),
    field<&Usage::interim_s>(20),
    field<&Usage::session_time_s>(21),
    field<&Usage::download_octets>(22),
    field<&Usage::upload_octets>(23),
    field<&Usage::download_packets>(24),
    field<&Usage::upload_packets>(25),
    field<&Usage::wrapped>(26),
    field<&Usage::terminate_cause>(27),
    field<&Usage::nat>(28),
    field<&Usage::attributes>(29),
    field<&Usage::complaint>(30),
    field<&Usage::nas_ip>(31),
    field<&Usage::nas_identifier>(32),
    field<&Usage::fingerprint>(33),
};
static_assert([] {
    for (std::size_t i = 0; i < std::size(fields); ++i)
        if (fields[i].number != i + 1) return false;
    return true;
}());

constexpr const char* kinds[] = {"start", "interim", "stop", "closed", "on", "off", "other", "malformed"};
constexpr const char* closings[] = {"", "Lost-Carrier", "superseded", "lost"};

} // namespace

std::string_view name(UsageKind kind) noexcept { return kinds[static_cast<std::size_t>(kind) - 1]; }
std::string_view name(Closing closing) noexcept { return closings[static_cast<std::size_t>(closing)]; }

void encode(const Usage& usage, std::vector<std::uint8_t>& out)
{
    for (const auto& field : fields) field.put(usage, field.number, out);
}

std::optional<Usage> decode_usage(std::span<const std::uint8_t> octets)
{
    std::optional<Usage> usage{std::in_place};
    if (octets.empty() || octets[0] != fields[0].number) return std::nullopt;
    while (!octets.empty()) {
        if (octets.size() < header_octets) return std::nullopt;
        const std::size_t number = octets[0], length = static_cast<std::size_t>(octets[1] << 8 | octets[2]);
        octets = octets.subspan(header_octets);
        if (length > octets.size()) return std::nullopt;
        const bool known = number >= 1 && number <= std::size(fields);
        if (known && !fields[number - 1].get(octets.first(length), *usage)) return std::nullopt;
        octets = octets.subspan(length);
    }
    return usage;
}

} // namespace provisioning
