// radius/dialect/dialect.cpp - writes the rows of a vendor's table, and what the plan and the login spell out.
#include "radius/dialect/dialect.hpp"

#include "radius/dialect/rows.hpp"

#include <algorithm>

namespace radius {
namespace {

using dialect::Repeat;
using dialect::Row;

/// Cuts the first whole attribute off `rest`; nothing when there is none.
std::optional<Octets> take(Octets& rest) noexcept
{
    if (rest.size() < 2 || rest[1] < 2 || rest[1] > rest.size()) return {};
    const auto attribute = rest.first(rest[1]);
    rest = rest.subspan(rest[1]);
    return attribute;
}

bool begins(Octets value, std::string_view text) noexcept
{
    return value.size() >= text.size() && std::equal(text.begin(), text.end(), value.begin());
}

/// The value of `attribute` when it is the one of the row: the same number, and the same word before a text.
std::optional<Octets> value_in(Octets attribute, const Row& row) noexcept
{
    const auto value = attribute.subspan(2);
    if (row.vendor == 0) return attribute[0] == row.type ? std::optional{value} : std::nullopt;
    if (attribute[0] != attribute::vendor_specific) return {};
    VendorWalk walk{value};
    while (const auto sub = walk.next())
        if (sub->vendor == row.vendor && sub->type == row.type && begins(sub->value, row.before)) return sub->value;
    return {};
}

std::optional<Octets> spelled_out(Octets attributes, const Row& row) noexcept
{
    while (const auto attribute = take(attributes))
        if (const auto value = value_in(*attribute, row)) return value;
    return {};
}

/// Whether a limit that is spelled out is above the generated one, so that it does not count.
bool exceeds(Octets value, const Row& row, const Terms& terms) noexcept
{
    const auto own = dialect::number(terms, row.term);
    const auto spelled = as_integer(value);
    return own != 0 && (!spelled || *spelled > own);
}

/// Whether what the plan or the login spells out stands in the place of the generated attribute.
bool yields(const Row& row, const Terms& terms) noexcept
{
    if (row.repeat == Repeat::several) return false;
    for (const auto attributes : {terms.login_reply_attributes, terms.reply_attributes})
        if (const auto value = spelled_out(attributes, row))
            return row.repeat == Repeat::once || !exceeds(*value, row, terms);
    return false;
}

/// Whether an attribute that is spelled out is left out: `over` (the login's, over the plan's) has it too and the
/// vendor takes one, or it would lengthen a limit.
bool overruled(Octets attribute, Octets over, std::span<const Row> rows, const Terms& terms) noexcept
{
    return std::ranges::any_of(rows, [&](const Row& row) {
        if (row.repeat == Repeat::several) return false;
        const auto value = value_in(attribute, row);
        if (!value) return false;
        return spelled_out(over, row) || (row.repeat == Repeat::shortest && exceeds(*value, row, terms));
    });
}

void add_spelled_out(Octets attributes, Octets over, std::span<const Row> rows, const Terms& terms,
                     ReplyBuilder& reply) noexcept
{
    while (const auto attribute = take(attributes))
        if (!overruled(*attribute, over, rows, terms)) reply.add_encoded(*attribute);
    reply.add_encoded(attributes);  // a remainder that is no whole attribute: an overflow
}

}  // namespace

void render(Dialect dialect, const Terms& terms, ReplyBuilder& reply) noexcept
{
    const auto rows = dialect::vocabulary(dialect).rows;
    dialect::Scratch scratch;
    for (const auto& row : rows) {
        if (yields(row, terms)) continue;
        const auto values = dialect::count(terms, row.term);
        for (std::size_t i = 0; i < values; ++i) {
            const auto value = dialect::speak(row, terms, i, scratch).value;
            if (value.empty()) continue;
            if (row.vendor != 0)
                reply.add_vendor(row.vendor, row.type, value);
            else
                reply.add(row.type, value);
        }
    }
    add_spelled_out(terms.reply_attributes, terms.login_reply_attributes, rows, terms, reply);
    add_spelled_out(terms.login_reply_attributes, {}, rows, terms, reply);
}

}  // namespace radius
