// radius/dialect/said.cpp - whose attribute it is that a plan or a login spells out.
#include "radius/dialect/said.hpp"

#include <algorithm>

namespace radius::dialect {
namespace {

bool begins(Octets value, std::string_view text) noexcept { return as_text(value).value_or("").starts_with(text); }

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

}  // namespace

const Row* row_of(Octets attribute, std::span<const Row> rows) noexcept
{
    const auto found = std::ranges::find_if(rows, [&](const Row& row) { return is_of(attribute, row); });
    return found == rows.end() ? nullptr : &*found;
}

bool yields(const Row& row, const Terms& terms) noexcept
{
    return row.repeat == Repeat::once &&
           (spells_out(terms.reply_attributes, row) || spells_out(terms.login_reply_attributes, row));
}

bool overruled(Octets attribute, Octets login, std::span<const Row> rows) noexcept
{
    return std::ranges::any_of(rows, [&](const Row& row) {
        return row.repeat == Repeat::once && is_of(attribute, row) && spells_out(login, row);
    });
}

std::optional<Octets> take(Octets& rest) noexcept
{
    if (rest.size() < 2 || rest[1] < 2 || rest[1] > rest.size()) return {};
    const auto attribute = rest.first(rest[1]);
    rest = rest.subspan(rest[1]);
    return attribute;
}

Octets whole(std::uint32_t vendor, std::uint8_t type, Octets value, Whole& out) noexcept
{
    std::size_t used = 0;
    const auto put = [&](std::size_t octet) { out[used++] = static_cast<std::uint8_t>(octet); };
    if (vendor != 0) {
        put(attribute::vendor_specific);
        put(8 + value.size());
        for (const unsigned shift : {24U, 16U, 8U, 0U}) put(vendor >> shift);
    }
    put(type);
    put(2 + value.size());
    std::ranges::copy(value, out.begin() + static_cast<std::ptrdiff_t>(used));
    return Octets{out}.first(used + value.size());
}

}  // namespace radius::dialect
