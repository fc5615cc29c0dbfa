// radius/dialect/change.hpp - what a session has of its terms, in few octets, and how a CoA-Request takes it from there
// to what it should have. Source: RFC 5176 s3; which attributes a vendor takes in a CoA-Request: as cited in rows.cpp.
#pragma once

#include "radius/dialect/dialect.hpp"
#include "radius/request.hpp"

namespace radius {

/// The terms that are compared, by how a NAS treats them. Timeouts, interim interval and Class are not among them: what
/// changes of those holds from the next login on.
enum class TermGroup : std::uint8_t {
    address, ///< address, prefixes, pools, routes
    rates,
    filter, ///< Filter-Id, policies
    lists ///< firewall address list, redirection
};
inline constexpr std::size_t term_group_count = 4;

class TermGroups {
public:
    constexpr TermGroups() = default;
    constexpr void add(TermGroup group) noexcept { bits_ |= bit(group); }
    constexpr bool has(TermGroup group) const noexcept { return (bits_ & bit(group)) != 0; }
    constexpr bool empty() const noexcept { return bits_ == 0; }
    friend constexpr bool operator==(TermGroups, TermGroups) = default;

private:
    static constexpr std::uint8_t bit(TermGroup group) noexcept
    {
        return static_cast<std::uint8_t>(1U << static_cast<unsigned>(group));
    }
    std::uint8_t bits_ = 0;
};

/// Of each group a hash of the octets that render() writes for it; 0: nothing of that group is said. An attribute that
/// a plan or login spells out, in the place of a generated one or beside it, is of the group of that attribute's row;
/// one that no row of the dialect knows is of none.
struct Fingerprint {
    std::array<std::uint32_t, term_group_count> groups{};
    friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};
/// The same for the same dialect, terms and version of this program on any machine: it is kept in Class and in the
/// records. Allocates nothing.
Fingerprint fingerprint(Dialect dialect, const Terms& terms) noexcept;
TermGroups differing(const Fingerprint& had, const Fingerprint& wanted) noexcept;

/// Whether a CoA-Request can take a session from one to the other: each differing group has words in a CoA of that
/// vendor, and what is to be taken away can be. True where nothing differs. `open_list` is the address list that stands
/// for none (RouterOS keeps an address in the list of a CoA until another CoA names another list); empty: there is
/// none.
bool can_change(Dialect dialect, const Fingerprint& had, const Fingerprint& wanted,
                std::string_view open_list) noexcept;
/// Adds the attributes of `groups`, as render() writes them, and `open_list` where the lists are among them and none is
/// wanted.
void render_change(Dialect dialect, TermGroups groups, const Terms& wanted, std::string_view open_list,
                   PacketWriter& request) noexcept;

} // namespace radius
