// radius/concat.cpp - every copy is checked against what is left of the caller's span.
#include "radius/concat.hpp"

#include <algorithm>

namespace radius {

std::optional<Octets> join_values(const PacketView& packet, std::uint8_t type, std::span<std::uint8_t> out) noexcept
{
    bool found = false;
    std::size_t used = 0;
    for (const auto attribute : packet) {
        if (attribute.type != type) continue;
        if (attribute.value.size() > out.size() - used) return {};
        std::ranges::copy(attribute.value, out.subspan(used).begin());
        used += attribute.value.size();
        found = true;
    }
    if (!found) return {};
    return out.first(used);
}

bool consecutive(const PacketView& packet, std::uint8_t type) noexcept
{
    std::size_t runs = 0;
    bool within = false;
    for (const auto attribute : packet) {
        if (attribute.type == type && !within) ++runs;
        within = attribute.type == type;
    }
    return runs <= 1;
}

void add_split(ReplyBuilder& reply, std::uint8_t type, Octets value) noexcept
{
    while (!value.empty()) {
        const auto part = value.first(std::min(value.size(), max_value_octets));
        reply.add(type, part);
        value = value.subspan(part.size());
    }
}

}  // namespace radius
