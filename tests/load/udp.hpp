// tests/load/udp.hpp - UDP sockets of the programs that load a daemon.
#pragma once

#include <cstdint>
#include <netinet/in.h>
#include <string>

namespace load {

/// Ends the program when `text` is no IPv4 address.
sockaddr_in address_of(const std::string& text, std::uint16_t port);
/// Bound to `source` at a port of the kernel's choice; ends the program when that is not possible.
int udp_socket(const std::string& source);
void connect_to(int socket, std::uint16_t port_of_loopback);

} // namespace load
