#include "daemon/core/text.hpp"

#include "provisioning/rules/values.hpp"

#include <cstdint>

namespace core {

namespace {

/// Octets of the UTF-8 sequence that starts `text` (RFC 3629 s4), by its first octet; 0 when it cannot start one.
std::size_t sequence_octets(unsigned char first) noexcept
{
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first < 0xe0) return 2;
    if (first >= 0xe0 && first < 0xf0) return 3;
    if (first >= 0xf0 && first < 0xf5) return 4;
    return 0;
}

}  // namespace

std::string clean(std::string_view octets)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(octets.size());
    while (!octets.empty()) {
        const auto length = sequence_octets(static_cast<unsigned char>(octets[0]));
        const bool whole = length != 0 && length <= octets.size();
        if (whole && octets[0] != '\\' && provisioning::clean_text(octets.substr(0, length))) {
            out += octets.substr(0, length);
            octets.remove_prefix(length);
            continue;
        }
        const auto octet = static_cast<std::uint8_t>(octets[0]);
        out += {'\\', 'x', digits[octet >> 4], digits[octet & 15]};
        octets.remove_prefix(1);
    }
    return out;
}

}  // namespace core
