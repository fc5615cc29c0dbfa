// daemon/io/packet_batch.hpp - the buffers of recvmmsg and sendmmsg, made once.
#pragma once

#include "daemon/core/engine.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <vector>

namespace io {

/// A socket address of either family from our IPv4-mapped one.
class SocketAddress {
public:
    SocketAddress() = default;
    SocketAddress(const provisioning::Address& address, std::uint16_t port, std::uint32_t scope) noexcept;
    const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage_); }
    sockaddr_storage& storage() noexcept { return storage_; }
    socklen_t size() const noexcept { return size_; }

private:
    sockaddr_storage storage_{};
    socklen_t size_ = 0;
};

class ReceiveBatch {
public:
    ReceiveBatch(std::size_t packets, std::size_t octets_each);
    std::size_t receive(int socket) noexcept;  ///< how many came
    core::Datagram datagram(std::size_t index, core::Service service, std::uint16_t socket_index) noexcept;
    std::uint32_t kernel_drops() const noexcept { return kernel_drops_; }  ///< of the socket, as of the last datagram

private:
    static constexpr std::size_t control_octets = 128;
    std::size_t octets_each_;
    std::vector<std::uint8_t> buffers_;
    std::vector<std::array<std::uint8_t, control_octets>> controls_;
    std::vector<sockaddr_storage> names_;
    std::vector<iovec> vectors_;
    std::vector<mmsghdr> messages_;
    std::uint32_t kernel_drops_ = 0;
};

class SendBatch {
public:
    explicit SendBatch(std::size_t packets);
    bool full() const noexcept { return used_ == messages_.size(); }
    void add(const core::Path& path, core::Octets octets) noexcept;  ///< not when full; copies
    void send(int socket) noexcept;                                  ///< and empties

private:
    static constexpr std::size_t control_octets = 64;
    std::size_t used_ = 0;
    std::vector<std::uint8_t> buffers_;
    std::vector<std::array<std::uint8_t, control_octets>> controls_;
    std::vector<SocketAddress> names_;
    std::vector<iovec> vectors_;
    std::vector<mmsghdr> messages_;
};

}  // namespace io
