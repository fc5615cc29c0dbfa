// radius/dialect/change.cpp - compares and changes terms by the rows of the vendor's table.
//
// A group's 32 bits are 28 of a hash over its attributes, and 4 that say which of the group's rows have one: so it is
// seen, without the values, whether a change takes something away.
#include "radius/dialect/change.hpp"

#include "radius/dialect/said.hpp"

#include <algorithm>

namespace radius {
namespace {

using dialect::Coa;
using dialect::Row;

constexpr std::uint32_t row_bits = 4, row_mask = (1U << row_bits) - 1;

std::size_t index(TermGroup group) noexcept { return static_cast<std::size_t>(group); }

/// The bit of a row in its group. Only the address group has more rows than bits, and it is never changed.
std::uint32_t bit_of(const Row& row, std::span<const Row> rows) noexcept
{
    const auto group = dialect::group_of(row.term);
    const auto before = rows.first(static_cast<std::size_t>(&row - rows.data()));
    const auto at = std::ranges::count_if(before, [&](const Row& r) { return dialect::group_of(r.term) == group; });
    return 1U << (static_cast<std::uint32_t>(at) % row_bits);
}

/// FNV-1a, 64 bits: the octets in order, so the same on every machine.
struct Hash {
    std::uint64_t state = 0xcbf29ce484222325;
    std::uint32_t rows = 0;

    void add(Octets octets) noexcept
    {
        for (const auto octet : octets) state = (state ^ octet) * 0x100000001b3;
    }
    std::uint32_t folded() const noexcept
    {
        const auto half = static_cast<std::uint32_t>(state ^ (state >> 32));
        return rows == 0 ? 0 : (half & ~row_mask) | rows;
    }
};

/// Whether a CoA can take one row of a group from `had` to `wanted`, which are the rows' bits.
bool row_changes(const Row& row, bool had, bool wanted, bool has_open_list) noexcept
{
    if (wanted) return row.coa != Coa::no;
    return !had || (row.coa == Coa::list && has_open_list);
}

} // namespace

Fingerprint fingerprint(Dialect dialect, const Terms& terms) noexcept
{
    const auto rows = dialect::vocabulary(dialect).rows;
    std::array<Hash, term_group_count> hashes;
    dialect::each_said(dialect, terms, [&](Octets attribute, const Row* row) {
        const auto group = row != nullptr ? dialect::group_of(row->term) : std::nullopt;
        if (!group) return;
        auto& hash = hashes[index(*group)];
        hash.add(attribute);
        hash.rows |= bit_of(*row, rows);
    });
    Fingerprint found;
    std::ranges::transform(hashes, found.groups.begin(), &Hash::folded);
    return found;
}

TermGroups differing(const Fingerprint& had, const Fingerprint& wanted) noexcept
{
    TermGroups groups;
    for (std::size_t i = 0; i < term_group_count; ++i)
        if (had.groups[i] != wanted.groups[i]) groups.add(static_cast<TermGroup>(i));
    return groups;
}

bool can_change(Dialect dialect, const Fingerprint& had, const Fingerprint& wanted, std::string_view open_list) noexcept
{
    const auto rows = dialect::vocabulary(dialect).rows;
    const auto groups = differing(had, wanted);
    return std::ranges::all_of(rows, [&](const Row& row) {
        const auto group = dialect::group_of(row.term);
        if (!group || !groups.has(*group)) return true;
        const auto bit = bit_of(row, rows);
        return row_changes(row, (had.groups[index(*group)] & bit) != 0, (wanted.groups[index(*group)] & bit) != 0,
                           !open_list.empty());
    });
}

void render_change(Dialect dialect, TermGroups groups, const Terms& wanted, std::string_view open_list,
                   PacketWriter& request) noexcept
{
    bool list_said = false;
    dialect::each_said(dialect, wanted, [&](Octets attribute, const Row* row) {
        const auto group = row != nullptr ? dialect::group_of(row->term) : std::nullopt;
        if (!group || !groups.has(*group)) return;
        request.add_encoded(attribute);
        list_said = list_said || row->coa == Coa::list;
    });
    for (const auto& row : dialect::vocabulary(dialect).rows)
        if (row.coa == Coa::list && groups.has(*dialect::group_of(row.term)) && !list_said)
            request.add_vendor_text(row.vendor, row.type, open_list);
}

} // namespace radius
