#include "provisioning/store/fingerprints.hpp"

#include <fmt/format.h>

#include <charconv>

namespace provisioning::store {

namespace {

constexpr std::size_t digits = 8;

} // namespace

std::string fingerprint_text(const std::array<std::uint32_t, 4>& fingerprint)
{
    std::string text;
    for (const auto part : fingerprint) text += fmt::format("{:08x}", part);
    return text;
}

std::optional<std::array<std::uint32_t, 4>> fingerprint_of(std::string_view text) noexcept
{
    std::array<std::uint32_t, 4> fingerprint{};
    if (text.size() != digits * fingerprint.size()) return std::nullopt;
    for (std::size_t i = 0; i < fingerprint.size(); ++i) {
        const auto* at = text.data() + digits * i;
        const auto [end, error] = std::from_chars(at, at + digits, fingerprint[i], 16);
        if (error != std::errc{} || end != at + digits) return std::nullopt;
    }
    return fingerprint;
}

} // namespace provisioning::store
