#include "provisioning/rules/port_mapping.hpp"

namespace provisioning {
namespace {

constexpr unsigned address_bits = 128;
constexpr std::size_t ipv4_begins = 12;

std::uint64_t addresses_in(const Prefix& prefix) noexcept { return std::uint64_t{1} << (address_bits - prefix.length); }

std::uint64_t number_of(const Address& address) noexcept
{
    std::uint64_t number = 0;
    for (auto i = ipv4_begins; i < address.octets.size(); ++i) number = number << 8U | address.octets[i];
    return number;
}

Address address_of(std::uint64_t number) noexcept
{
    const auto octet = [number](unsigned shift) { return static_cast<std::uint8_t>(number >> shift); };
    return ipv4_address({octet(24), octet(16), octet(8), octet(0)});
}

} // namespace

std::uint64_t PortMapping::subscribers() const noexcept { return addresses_in(inside); }

std::uint64_t PortMapping::room() const noexcept
{
    return addresses_in(outside) * ((last_port - first_port + 1) / ports);
}

std::optional<PortMapping::Block> PortMapping::block_of(const Address& outside_address,
                                                        std::uint32_t port) const noexcept
{
    if (!outside.contains(outside_address) || port < first_port || port > last_port) return std::nullopt;
    const auto blocks = (last_port - first_port + 1) / ports;
    const auto block = (port - first_port) / ports;
    if (block >= blocks) return std::nullopt; // what is left over at the end
    const auto subscriber = (number_of(outside_address) - number_of(outside.network)) * blocks + block;
    if (subscriber >= subscribers()) return std::nullopt;
    const auto first = first_port + block * ports;
    return Block{address_of(number_of(inside.network) + subscriber), first, first + ports - 1};
}

} // namespace provisioning
