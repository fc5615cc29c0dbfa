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

bool begins(Octets value, std::string_view text) noexcept { return as_text(value).value_or("").starts_with(text); }

/// Whether `attribute` is the one of the row: the same number, and the same word before a text.
bool is_of(Octets attribute, const Row& row) noexcept
{
    if (row.vendor == 0) return attribute[0] == row.type;
    if (attribute[0] != attribute::vendor_specific) return false;
    VendorWalk walk{attribute.subspan(2)};
    while (const auto sub = walk.next())
        if (sub->vendor == row.vendor && sub->type == row.type && begins(sub->value, row.before)) return true;
    return false;
}

bool spells_out(Octets attributes, const Row& row) noexcept
{
    while (const auto attribute = take(attributes))
        if (is_of(*attribute, row)) return true;
    return false;
}

/// Whether what the plan or the login spells out stands in the place of the generated attribute.
bool yields(const Row& row, const Terms& terms) noexcept
{
    return row.repeat == Repeat::once &&
           (spells_out(terms.reply_attributes, row) || spells_out(terms.login_reply_attributes, row));
}

/// Whether the vendor takes only one of `attribute`, which is the plan's, and the login spells out another.
bool overruled(Octets attribute, Octets login, std::span<const Row> rows) noexcept
{
    return std::ranges::any_of(rows, [&](const Row& row) {
        return row.repeat == Repeat::once && is_of(attribute, row) && spells_out(login, row);
    });
}

void add_spelled_out(const Terms& terms, std::span<const Row> rows, ReplyBuilder& reply) noexcept
{
    auto rest = terms.reply_attributes;
    while (const auto attribute = take(rest))
        if (!overruled(*attribute, terms.login_reply_attributes, rows)) reply.add_encoded(*attribute);
    reply.add_encoded(rest);  // what is no whole attribute: an overflow
    reply.add_encoded(terms.login_reply_attributes);
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
    add_spelled_out(terms, rows, reply);
}

}  // namespace radius
