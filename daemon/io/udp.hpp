// daemon/io/udp.hpp - the RADIUS sockets: readiness by Asio, batches by recvmmsg and sendmmsg, packet info so that a
// reply leaves from the address that was asked (RFC 5080 s2.7). Moves octets; decides nothing.
#pragma once

#include "daemon/config/config.hpp"
#include "daemon/core/engine.hpp"
#include "daemon/io/log.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace io {

class Udp {
public:
    static constexpr std::size_t batch_packets = 64;
    /// Room for the largest packet and some padding; what is longer still is seen as truncated and refused.
    static constexpr std::size_t receive_octets = 4096 + 512;

    /// What to do with one datagram; may call send(). The octets live until it returns.
    using Receive = std::function<void(const core::Datagram&)>;

    /// Binds every endpoint, and a port of the kernel's choice in each family that the host has, for requests of ours
    /// (Service::coa). Throws std::runtime_error naming the address and the key; a default address whose family the
    /// host lacks is skipped with a warning.
    Udp(boost::asio::io_context& loop, const config::Config& config, core::Counters& counters, Log& log,
        Receive receive);
    ~Udp();

    void start();
    void stop(); ///< reads no more; send() still works
    /// Queues a reply; queued replies leave together, at the latest when the batch being read is done, or by flush().
    void send(const core::Path& path, core::Octets octets);
    /// The same for a request of ours; it leaves from path.local, or from the kernel's choice if that is not set.
    /// False: the host lacks the family.
    bool request(core::Path path, core::Octets octets);
    void flush();

private:
    class Socket;
    void open(const config::Endpoints& endpoints, core::Service service, const char* key);
    std::optional<std::uint16_t> open_for_requests(const provisioning::Address& any);

    boost::asio::io_context& loop_;
    core::Counters& counters_;
    Log& log_;
    Receive receive_;
    std::vector<std::unique_ptr<Socket>> sockets_;
    std::optional<std::uint16_t> requests_v4_, requests_v6_; ///< of sockets_
};

} // namespace io
