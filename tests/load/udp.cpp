#include "tests/load/udp.hpp"

#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <sys/socket.h>

namespace load {

sockaddr_in address_of(const std::string& text, std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (::inet_pton(AF_INET, text.c_str(), &address.sin_addr) != 1) {
        std::fprintf(stderr, "%s is no IPv4 address\n", text.c_str());
        std::exit(2);
    }
    return address;
}

int udp_socket(const std::string& source)
{
    const int made = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const auto address = address_of(source, 0);
    if (made < 0 || ::bind(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        std::perror(("a UDP socket at " + source).c_str());
        std::exit(1);
    }
    const int room = 4 << 20;
    ::setsockopt(made, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    return made;
}

void connect_to(int socket, std::uint16_t port_of_loopback)
{
    const auto to = address_of("127.0.0.1", port_of_loopback);
    ::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

} // namespace load
