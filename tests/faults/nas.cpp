#include "tests/faults/nas.hpp"

#include "tests/load/udp.hpp"

#include <algorithm>
#include <sys/socket.h>

namespace load {

Nas::Nas(std::string address, std::string secret, std::uint16_t auth_port, std::uint16_t acct_port)
    : address_(std::move(address)), secret_(std::move(secret)), ports_{auth_port, acct_port}
{
}

std::optional<Nas::Place> Nas::free_place(Service service, std::uint32_t owner) noexcept
{
    auto& all = sockets(service);
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto& socket = *all[i];
        if (socket.taken == socket.waiting.size()) continue;
        while (socket.waiting[socket.next].taken) ++socket.next;
        const auto identifier = socket.next++;
        ++socket.taken;
        socket.waiting[identifier] = {true, owner, {}};
        return Place{service, static_cast<std::uint16_t>(i), identifier};
    }
    return std::nullopt;
}

int Nas::open_socket(Service service)
{
    auto made = std::make_unique<Socket>(udp_socket(address_));
    connect_to(made->descriptor, ports_[static_cast<std::size_t>(service)]);
    sockets(service).push_back(std::move(made));
    return sockets(service).back()->descriptor;
}

void Nas::send(const Place& place, const Bytes& packet)
{
    auto& socket = *sockets(place.service)[place.socket];
    std::copy_n(packet.begin() + 4, 16, socket.waiting[place.identifier].authenticator.begin());
    // A refusal (nobody listens at the moment) is as good as a loss: it is sent again after the time-out.
    ::send(socket.descriptor, packet.data(), packet.size(), MSG_DONTWAIT);
}

void Nas::give_back(const Place& place) noexcept
{
    auto& socket = *sockets(place.service)[place.socket];
    socket.waiting[place.identifier].taken = false;
    --socket.taken;
}

const Nas::Waiting& Nas::waiting(const Place& place) const noexcept
{
    return sockets_[static_cast<std::size_t>(place.service)][place.socket]->waiting[place.identifier];
}

} // namespace load
