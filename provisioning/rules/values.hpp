// provisioning/rules/values.hpp - how operators type values: money, rates, dates, addresses, phones, e-mail.
// Each returns the canonical text, or nothing when it is not one.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace provisioning {

/// "99.90", "99,90", "1.234,56", "1234" -> "99.90" ...; at most two decimals, up to 9999999999.99, not negative.
std::optional<std::string> money(std::string_view typed);
/// "300M", "512k", "1G", "1.5M", "9600" -> bit/s, decimal multiples.
std::optional<std::uint64_t> rate(std::string_view typed);
/// 300000000 -> "300M": for people; the largest decimal unit that divides it.
std::string rate_text(std::uint64_t bits_per_second);
/// "500G", "1.5T", "750M", "9600" -> octets, decimal multiples up to T.
std::optional<std::uint64_t> octets(std::string_view typed);
/// 1500000000000 -> "1500G": for people; the largest decimal unit that divides it.
std::string octets_text(std::uint64_t octets);
/// "2026-12-10" or "10/12/2026" (day first) -> "2026-12-10"; the day must exist.
std::optional<std::string> date(std::string_view typed);
/// The day of a canonical text ("2026-12-10"), nothing for any other; and back.
std::optional<std::chrono::sys_days> day_of(std::string_view iso) noexcept;
std::string text_of(std::chrono::sys_days day);
/// RFC 3339 with an offset, "2026-11-20T21:14:05-03:00" -> "2026-11-21T00:14:05Z"; at most microseconds.
std::optional<std::string> instant(std::string_view typed);
/// Brazilian numbers as typed ("(11) 91234-5678", "11912345678") or E.164 of any country -> "+5511912345678".
std::optional<std::string> phone(std::string_view typed);
/// One address or several separated by ';' without spaces; shape only.
std::optional<std::string> email(std::string_view typed);
/// Any notation (AA:BB:.., aa-bb-.., aabb.ccdd.eeff, bare) -> "AA:BB:CC:DD:EE:FF".
std::optional<std::string> mac(std::string_view typed);
/// The same without allocation, for names as they are dialled.
std::optional<std::array<char, 17>> mac_form(std::string_view typed) noexcept;
/// True when `text` is valid UTF-8 without control characters (C0, DEL, C1).
bool clean_text(std::string_view text) noexcept;

}  // namespace provisioning
