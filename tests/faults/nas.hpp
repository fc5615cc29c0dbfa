// tests/faults/nas.hpp - one emulated NAS: its sockets at its own address, and which identifier of which socket waits
// for the answer to what.
#pragma once

#include "tests/load/request.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>

namespace load {

class Nas {
public:
    enum class Service : std::uint8_t { auth, acct };
    /// Where one packet waits for its answer.
    struct Place {
        Service service = Service::auth;
        std::uint16_t socket = 0;
        std::uint8_t identifier = 0;
    };

    Nas(std::string address, std::string secret, std::uint16_t auth_port, std::uint16_t acct_port);

    const std::string& address() const noexcept { return address_; }
    const std::string& secret() const noexcept { return secret_; }

    /// A free identifier for `owner`; opens one more socket when all are taken, and then calls opened(descriptor,
    /// place).
    template <class Opened>
    Place take(Service service, std::uint32_t owner, Opened&& opened)
    {
        if (const auto place = free_place(service, owner)) return *place;
        const int descriptor = open_socket(service);
        opened(descriptor, static_cast<std::uint16_t>(sockets(service).size() - 1));
        return *free_place(service, owner);
    }
    void send(const Place& place, const Bytes& packet);
    void give_back(const Place& place) noexcept;

    struct Waiting {
        bool taken = false;
        std::uint32_t owner = 0;
        std::array<std::uint8_t, 16> authenticator{};
    };
    const Waiting& waiting(const Place& place) const noexcept;

private:
    struct Socket {
        int descriptor;
        std::uint8_t next = 0;
        std::uint16_t taken = 0;
        std::array<Waiting, 256> waiting{};
    };
    using Sockets = std::vector<std::unique_ptr<Socket>>;
    Sockets& sockets(Service service) noexcept { return sockets_[static_cast<std::size_t>(service)]; }
    std::optional<Place> free_place(Service service, std::uint32_t owner) noexcept;
    int open_socket(Service service);

    std::string address_, secret_;
    std::uint16_t ports_[2];
    Sockets sockets_[2];
};

} // namespace load
