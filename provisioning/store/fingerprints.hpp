// provisioning/store/fingerprints.hpp - the fingerprint of a session's terms in a column: 32 hexadecimal digits.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace provisioning::store {

std::string fingerprint_text(const std::array<std::uint32_t, 4>& fingerprint);
/// Nothing: it is none.
std::optional<std::array<std::uint32_t, 4>> fingerprint_of(std::string_view text) noexcept;

} // namespace provisioning::store
