#include "daemon/io/udp.hpp"

#include "daemon/io/packet_batch.hpp"

#include <boost/asio/ip/udp.hpp>

#include <cerrno>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace io {

namespace {

constexpr int receive_buffer_octets = 8 << 20;  // the kernel caps it at net.core.rmem_max
constexpr int batches_a_turn = 16;              // then the loop's other work gets its turn

void set(int socket, int level, int option, int value, const char* name)
{
    if (::setsockopt(socket, level, option, &value, sizeof value) != 0)
        throw std::system_error(errno, std::generic_category(), name);
}

/// A bound, non-blocking socket with packet info; throws std::system_error.
int bound_socket(const config::Endpoint& endpoint)
{
    const bool v4 = endpoint.address.is_ipv4();
    const int socket = ::socket(v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0) throw std::system_error(errno, std::generic_category(), "socket");
    try {
        if (v4) {
            set(socket, IPPROTO_IP, IP_PKTINFO, 1, "IP_PKTINFO");
        } else {
            set(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, "IPV6_V6ONLY");
            set(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, "IPV6_RECVPKTINFO");
        }
        set(socket, SOL_SOCKET, SO_RXQ_OVFL, 1, "SO_RXQ_OVFL");
        set(socket, SOL_SOCKET, SO_RCVBUF, receive_buffer_octets, "SO_RCVBUF");
        SocketAddress address(endpoint.address, endpoint.port, 0);
        if (::bind(socket, address.get(), address.size()) != 0)
            throw std::system_error(errno, std::generic_category(), "bind");
    } catch (...) {
        ::close(socket);
        throw;
    }
    return socket;
}

}  // namespace

class Udp::Socket {
public:
    Socket(Udp& owner, core::Service service, std::uint16_t index, const config::Endpoint& endpoint)
        : owner_(owner), service_(service), index_(index),
          socket_(owner.loop_, endpoint.address.is_ipv4() ? boost::asio::ip::udp::v4() : boost::asio::ip::udp::v6(),
                  bound_socket(endpoint)),
          in_(batch_packets, receive_octets), out_(batch_packets)
    {
    }

    void wait()
    {
        socket_.async_wait(boost::asio::ip::udp::socket::wait_read, [this](const boost::system::error_code& error) {
            if (error) return;
            for (int turn = 0; turn < batches_a_turn && read_batch(); ++turn) {
            }
            if (!stopped_) wait();
        });
    }

    void stop()
    {
        stopped_ = true;
        boost::system::error_code ignored;
        socket_.cancel(ignored);
    }

    void send(const core::Path& path, core::Octets octets)
    {
        if (out_.full()) flush();
        out_.add(path, octets);
    }

    /// What the kernel does not take is lost, as a datagram may be: the NAS asks again.
    void flush() { out_.send(socket_.native_handle()); }

private:
    /// False when nothing is left to read.
    bool read_batch()
    {
        const auto count = in_.receive(socket_.native_handle());
        for (std::size_t i = 0; i < count; ++i) owner_.receive_(in_.datagram(i, service_, index_));
        flush();
        if (const auto drops = in_.kernel_drops(); drops != kernel_drops_) {
            owner_.counters_.add(core::Counter::udp_kernel_drops,
                                 drops - kernel_drops_);  // wraps with the kernel's 32 bits
            kernel_drops_ = drops;
        }
        return count == batch_packets;
    }

    Udp& owner_;
    core::Service service_;
    std::uint16_t index_;
    boost::asio::ip::udp::socket socket_;
    ReceiveBatch in_;
    SendBatch out_;
    std::uint32_t kernel_drops_ = 0;
    bool stopped_ = false;
};

Udp::Udp(boost::asio::io_context& loop, const config::Config& config, core::Counters& counters, Log& log,
         Receive receive)
    : loop_(loop), counters_(counters), log_(log), receive_(std::move(receive))
{
    open(config.radius.auth, core::Service::auth, "radius.auth");
    open(config.radius.acct, core::Service::acct, "radius.acct");
    requests_v4_ = open_for_requests(provisioning::parse_address("0.0.0.0").value());
    requests_v6_ = open_for_requests(provisioning::parse_address("::").value());
}

Udp::~Udp() = default;

void Udp::open(const config::Endpoints& endpoints, core::Service service, const char* key)
{
    std::size_t opened = 0;
    for (const auto& endpoint : endpoints.list) {
        const auto text = to_text(endpoint.address) + " port " + std::to_string(endpoint.port);
        try {
            sockets_.push_back(
                std::make_unique<Socket>(*this, service, static_cast<std::uint16_t>(sockets_.size()), endpoint));
            ++opened;
        } catch (const std::system_error& error) {
            const auto code = error.code().value();
            if (!endpoints.configured && (code == EAFNOSUPPORT || code == EADDRNOTAVAIL)) {
                log_.warning("address_skipped", {{"key", key}, {"address", text}, {"reason", error.code().message()}});
                continue;
            }
            throw std::runtime_error(
                std::string(key) + ": cannot listen on " + text + ": " + error.code().message() +
                (code == EADDRINUSE ? " (another RADIUS server runs there; stop it or choose another port)" : ""));
        }
    }
    if (opened == 0)
        throw std::runtime_error(std::string(key) + ": this host has none of the default addresses; give one");
}

/// A port that no NAS is told of: what comes there answers a request of ours, or is nothing (protocol O-11).
std::optional<std::uint16_t> Udp::open_for_requests(const provisioning::Address& any)
{
    const auto index = static_cast<std::uint16_t>(sockets_.size());
    try {
        sockets_.push_back(std::make_unique<Socket>(*this, core::Service::coa, index, config::Endpoint{any, 0}));
        return index;
    } catch (const std::system_error& error) {
        const auto code = error.code().value();
        if (code != EAFNOSUPPORT && code != EADDRNOTAVAIL)
            throw std::runtime_error("no port for CoA requests: " + error.code().message());
        return std::nullopt;
    }
}

void Udp::start()
{
    for (auto& socket : sockets_) socket->wait();
}

void Udp::stop()
{
    for (auto& socket : sockets_) socket->stop();
}

void Udp::send(const core::Path& path, core::Octets octets) { sockets_[path.socket]->send(path, octets); }

bool Udp::request(core::Path path, core::Octets octets)
{
    const auto socket = path.remote.is_ipv4() ? requests_v4_ : requests_v6_;
    if (!socket) return false;
    if (path.remote.is_ipv4() && !path.local.is_ipv4()) path.local = provisioning::ipv4_address({});
    path.socket = *socket;
    send(path, octets);
    return true;
}

void Udp::flush()
{
    for (auto& socket : sockets_) socket->flush();
}

}  // namespace io
