// radius/dialect/said.hpp - every attribute that an Accept says of some terms, whole and in order: what render() sends,
// fingerprint() hashes and render_change() chooses from.
#pragma once

#include "radius/dialect/rows.hpp"

namespace radius::dialect {

/// The row whose attribute this is: the same number, and the same word before a text. Nothing for one that no row
/// knows. `attribute` is whole: type, length, value.
const Row* row_of(Octets attribute, std::span<const Row> rows) noexcept;

/// Whether what the plan or the login spells out stands in the place of the row's generated attribute.
bool yields(const Row& row, const Terms& terms) noexcept;
/// Whether the vendor takes only one of `attribute`, which is the plan's, and the login spells out another.
bool overruled(Octets attribute, Octets login, std::span<const Row> rows) noexcept;

/// Cuts the first whole attribute off `rest`; nothing when there is none.
std::optional<Octets> take(Octets& rest) noexcept;

/// An attribute as it stands in a packet.
using Whole = std::array<std::uint8_t, 255>;
Octets whole(std::uint32_t vendor, std::uint8_t type, Octets value, Whole& out) noexcept;

/// Calls say(attribute, row) for each; `row` is null for one spelled out that no row knows. What follows the last whole
/// attribute of a spelled-out list is left out.
template <class Say>
void each_said(Dialect dialect, const Terms& terms, Say say) noexcept
{
    const auto rows = vocabulary(dialect).rows;
    Scratch scratch;
    Whole out;
    for (const auto& row : rows) {
        if (yields(row, terms)) continue;
        const auto values = count(terms, row.term);
        for (std::size_t i = 0; i < values; ++i)
            if (const auto value = speak(row, terms, i, scratch).value; !value.empty())
                say(whole(row.vendor, row.type, value, out), &row);
    }
    auto rest = terms.reply_attributes;
    while (const auto attribute = take(rest))
        if (!overruled(*attribute, terms.login_reply_attributes, rows)) say(*attribute, row_of(*attribute, rows));
    rest = terms.login_reply_attributes;
    while (const auto attribute = take(rest)) say(*attribute, row_of(*attribute, rows));
}

} // namespace radius::dialect
