// tests/bench/auth_load.cpp - PAP Access-Requests in a closed loop against a server, and against the least that any
// server must do: a responder in this program that checks and signs, with no look-up and no policy. Speed is their
// ratio, taken in turns in one run, since the machine's own pace drifts. usage: auth_load PORT LOGIN PASSWORD SECRET
// [SECONDS-EACH]
#include "radius/attributes.hpp"
#include "radius/authenticator.hpp"
#include "radius/reply.hpp"
#include "tests/load/request.hpp"
#include "tests/load/udp.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <random>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using load::Bytes;
using load::octets;
namespace attribute = radius::attribute;

constexpr int window = 64;

/// The least that a correct server does for a packet.
class Ceiling {
public:
    explicit Ceiling(std::string secret)
        : secret_(std::move(secret)), socket_(load::udp_socket("127.0.0.1")), thread_([this] { run(); })
    {
    }
    ~Ceiling()
    {
        stopping_ = true;
        thread_.join();
        ::close(socket_);
    }
    std::uint16_t port() const
    {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        return ntohs(address.sin_port);
    }

private:
    void run()
    {
        std::array<std::uint8_t, radius::max_packet_octets> in, out;
        radius::Digester digester;
        while (!stopping_) {
            pollfd ready{socket_, POLLIN, 0};
            if (::poll(&ready, 1, 50) <= 0) continue;
            for (;;) {
                sockaddr_in from{};
                socklen_t size = sizeof from;
                const auto count =
                    ::recvfrom(socket_, in.data(), in.size(), MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from), &size);
                if (count <= 0) break;
                const auto packet = radius::parse_packet(radius::Octets{in}.first(static_cast<std::size_t>(count)));
                if (!packet || radius::check_message_authenticator(digester, *packet, octets(secret_)) !=
                                   radius::MessageAuthenticator::verified)
                    continue;
                radius::ReplyBuilder reply(out, radius::Code::access_accept, *packet,
                                           radius::ReplyBuilder::Sign::message_authenticator);
                if (const auto done = reply.finish(digester, octets(secret_)))
                    ::sendto(socket_, done->data(), done->size(), 0, reinterpret_cast<const sockaddr*>(&from), size);
            }
        }
    }
    std::string secret_;
    int socket_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

class Load {
public:
    Load(std::string login, std::string password, std::string secret)
        : login_(std::move(login)), password_(std::move(password)), secret_(std::move(secret))
    {
    }

    /// Accepts a second; stops the program on a reply that is not a genuine accept.
    double run(std::uint16_t port, std::chrono::seconds length)
    {
        const int socket = load::udp_socket("127.0.0.1");
        load::connect_to(socket, port);
        std::vector<Bytes> asked(window);
        for (int i = 0; i < window; ++i) send(socket, asked[static_cast<std::size_t>(i)], static_cast<std::uint8_t>(i));
        std::uint64_t answered = 0;
        const auto start = Clock::now();
        std::array<std::uint8_t, radius::max_packet_octets> in;
        while (Clock::now() - start < length) {
            pollfd ready{socket, POLLIN, 0};
            if (::poll(&ready, 1, 3000) <= 0) fail("no answer within 3 s");
            const auto count = ::recv(socket, in.data(), in.size(), 0);
            if (count < 20) fail("short answer");
            const auto slot = static_cast<std::size_t>(in[1] % window);
            check(radius::Octets{in}.first(static_cast<std::size_t>(count)), asked[slot]);
            ++answered;
            send(socket, asked[slot], static_cast<std::uint8_t>(in[1] + window));
        }
        ::close(socket);
        return static_cast<double>(answered) / std::chrono::duration<double>(Clock::now() - start).count();
    }

private:
    [[noreturn]] static void fail(const char* why)
    {
        std::fprintf(stderr, "auth_load: %s\n", why);
        std::exit(1);
    }

    void send(int socket, Bytes& packet, std::uint8_t identifier)
    {
        std::array<std::uint8_t, 16> authenticator;
        for (auto& octet : authenticator) octet = static_cast<std::uint8_t>(random_());
        load::Request request(radius::Code::access_request, identifier, authenticator);
        request.add(attribute::user_name, login_);
        request.add_password(digester_, password_, secret_);
        packet = request.signed_with(digester_, secret_);
        ::send(socket, packet.data(), packet.size(), 0);
    }

    void check(radius::Octets answer, const Bytes& asked)
    {
        const auto reply = radius::parse_packet(answer);
        const auto request = radius::parse_packet(asked);
        if (!reply || !request || reply->code() != 2) fail("an answer that is no Access-Accept");
        if (!radius::response_authenticator_verifies(digester_, *reply, request->authenticator(), octets(secret_)))
            fail("an answer that does not verify");
    }

    std::string login_, password_, secret_;
    radius::Digester digester_;
    std::mt19937 random_{1};
};

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 5) {
        std::fprintf(stderr, "usage: auth_load PORT LOGIN PASSWORD SECRET [SECONDS-EACH]\n");
        return 2;
    }
    const auto length = std::chrono::seconds{argc > 5 ? std::atoi(argv[5]) : 1};
    Ceiling ceiling(argv[4]);
    Load load(argv[2], argv[3], argv[4]);
    std::vector<double> ratios;
    for (int round = 0; round < 5; ++round) {
        const double least = load.run(ceiling.port(), length);
        const double server = load.run(static_cast<std::uint16_t>(std::atoi(argv[1])), length);
        ratios.push_back(server / least);
        std::printf("round %d: ceiling %.0f/s, server %.0f/s, ratio %.2f\n", round + 1, least, server, ratios.back());
    }
    std::sort(ratios.begin(), ratios.end());
    std::printf("median ratio %.2f (1.00: nothing but the protocol's own cost)\n", ratios[ratios.size() / 2]);
}
