// provisioning/rules/port_mapping.hpp - which inside address a port of a shared address stands for, by arithmetic
// alone. Source: RFC 7422 s2 (deterministic CGN), the sequential algorithm: inside addresses in their order get block
// after block of the first outside address, then of the next.
#pragma once

#include "provisioning/rules/address.hpp"

#include <cstdint>
#include <optional>

namespace provisioning {

/// IPv4 prefixes; `ports` to each inside address, from 1 to as many as there are from first_port to last_port.
struct PortMapping {
    Prefix inside, outside;
    std::uint32_t first_port = 1024, last_port = 65535;
    std::uint32_t ports = 0;

    std::uint64_t subscribers() const noexcept; ///< inside addresses
    std::uint64_t room() const noexcept; ///< how many have a block of their own

    struct Block {
        Address inside;
        std::uint32_t first_port = 0, last_port = 0;
    };
    /// Nothing: not an outside address, or nobody's port.
    std::optional<Block> block_of(const Address& outside_address, std::uint32_t port) const noexcept;
};

} // namespace provisioning
