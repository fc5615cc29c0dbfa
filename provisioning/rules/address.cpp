// provisioning/rules/address.cpp
#include "provisioning/rules/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace provisioning {
namespace {

constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::uint8_t mapped_bits = 96;

bool is_ipv4(const Prefix& prefix) { return prefix.length >= mapped_bits && prefix.network.is_ipv4(); }

std::optional<std::uint8_t> prefix_length(std::string_view text, std::uint8_t most)
{
    std::uint8_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc{} || end != text.data() + text.size() || length > most) return std::nullopt;
    if (text.size() > 1 && text.front() == '0') return std::nullopt;
    return length;
}

// The address as typed and its length, host bits as they are.
std::optional<Prefix> address_and_length(std::string_view text)
{
    const auto slash = text.find('/');
    const auto typed = text.substr(0, slash);
    const auto address = parse_address(typed);
    if (!address) return std::nullopt;
    if (slash == std::string_view::npos) return Prefix{*address, 128};
    const bool dotted_only = typed.find(':') == std::string_view::npos;
    const auto length = prefix_length(text.substr(slash + 1), dotted_only ? 32 : 128);
    if (!length) return std::nullopt;
    return Prefix{*address, static_cast<std::uint8_t>(*length + (dotted_only ? mapped_bits : 0))};
}

}  // namespace

bool Address::is_ipv4() const noexcept { return std::equal(mapped.begin(), mapped.end(), octets.begin()); }

Address ipv4_address(std::array<std::uint8_t, 4> octets) noexcept
{
    Address address;
    std::copy(octets.begin(), octets.end(), std::copy(mapped.begin(), mapped.end(), address.octets.begin()));
    return address;
}

std::optional<Address> parse_address(std::string_view text)
{
    std::array<char, INET6_ADDRSTRLEN + 1> buffer{};
    if (text.size() >= buffer.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
    std::copy(text.begin(), text.end(), buffer.begin());
    std::array<std::uint8_t, 4> four;
    if (::inet_pton(AF_INET, buffer.data(), four.data()) == 1) return ipv4_address(four);
    Address address;
    if (::inet_pton(AF_INET6, buffer.data(), address.octets.data()) == 1) return address;
    return std::nullopt;
}

std::string to_text(const Address& address)
{
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    if (address.is_ipv4())
        ::inet_ntop(AF_INET, address.octets.data() + mapped.size(), buffer.data(), buffer.size());
    else
        ::inet_ntop(AF_INET6, address.octets.data(), buffer.data(), buffer.size());
    return buffer.data();
}

Address masked(const Address& address, std::uint8_t length) noexcept
{
    Address result;
    for (std::size_t i = 0; i < result.octets.size(); ++i) {
        const int kept = std::clamp(int{length} - static_cast<int>(8 * i), 0, 8);
        result.octets[i] = static_cast<std::uint8_t>(address.octets[i] & (0xff00 >> kept));
    }
    return result;
}

bool Prefix::contains(const Address& address) const noexcept
{
    if (address.is_ipv4() && length < mapped_bits) return false;
    return masked(address, length) == network;
}

std::optional<Prefix> parse_prefix(std::string_view text)
{
    const auto prefix = address_and_length(text);
    if (!prefix || masked(prefix->network, prefix->length) != prefix->network) return std::nullopt;
    return prefix;
}

std::optional<Prefix> enclosing_prefix(std::string_view text)
{
    auto prefix = address_and_length(text);
    if (prefix) prefix->network = masked(prefix->network, prefix->length);
    return prefix;
}

std::string to_text(const Prefix& prefix)
{
    const int length = is_ipv4(prefix) ? prefix.length - mapped_bits : prefix.length;
    return to_text(prefix.network) + '/' + std::to_string(length);
}

}  // namespace provisioning
