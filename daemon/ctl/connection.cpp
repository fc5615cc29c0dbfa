// daemon/ctl/connection.cpp
#include "daemon/ctl/connection.hpp"

#include "provisioning/rules/address.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace ctl {
namespace {

namespace json = boost::json;
using provisioning::ErrorCode;
using provisioning::Refusal;

constexpr std::size_t longest_reply = 64U << 20;

[[noreturn]] void unavailable(std::string message) { throw Refusal(ErrorCode::unavailable, "", std::move(message)); }

[[noreturn]] void refuse_connect(const std::string& path, int error)
{
    if (error == EACCES) {
        throw Refusal(
            ErrorCode::denied, "",
            path + " is not for this account; members of porteiro-admin, porteiro-billing and porteiro-read may use "
                   "it (or the groups named in the configuration); a new membership counts from the next login on");
    }
    unavailable("cannot reach porteirod at " + path + ": " + std::strerror(error) +
                "; is it running? `systemctl status porteirod`");
}

// Where the operator sits, for the history.
std::string ssh_address()
{
    const char* connection = std::getenv("SSH_CONNECTION");
    return connection == nullptr ? std::string{} : client_address(connection);
}

}  // namespace

Connection::Connection(std::string path, std::chrono::seconds patience) : path_(std::move(path)), patience_(patience)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.empty() || path_.size() >= sizeof address.sun_path)
        throw Refusal(ErrorCode::usage, "socket",
                      "a socket's path has 1 to " + std::to_string(sizeof address.sun_path - 1) + " octets");
    std::memcpy(address.sun_path, path_.data(), path_.size());
    socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) unavailable(std::string{"no socket can be made: "} + std::strerror(errno));
    const timeval longest{.tv_sec = patience_.count(), .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
    const int error = errno;
    ::close(socket_);
    socket_ = -1;
    refuse_connect(path_, error);
}

Connection::~Connection()
{
    if (socket_ >= 0) ::close(socket_);
}

json::value Connection::ask(const std::string& command, const json::object& arguments)
{
    json::object request{{"id", ++last_id_}, {"command", command}, {"arguments", arguments}};
    if (const auto address = ssh_address(); !address.empty())
        request["on_behalf_of"] = json::object{{"address", address}};
    send(json::serialize(request) + '\n');

    json::error_code broken;
    auto reply = json::parse(receive(), broken);
    if (broken || !reply.is_object()) unavailable("porteirod at " + path_ + " answered what is not a JSON object");
    auto& object = reply.as_object();
    if (const auto* error = object.if_contains("error"); error != nullptr && error->is_object())
        throw to_refusal(error->as_object());
    if (const auto* rows = object.if_contains("truncated"); rows != nullptr && rows->is_int64())
        rows_before_cut_ = rows->get_int64();
    auto* result = object.if_contains("result");
    if (result == nullptr) unavailable("porteirod at " + path_ + " answered with neither result nor error");
    return std::move(*result);
}

void Connection::send(const std::string& line) const
{
    for (std::size_t sent = 0; sent < line.size();) {
        const auto n = ::send(socket_, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            // The daemon may have said why before it hung up.
            if (errno == EPIPE || errno == ECONNRESET) return;
            unavailable("porteirod at " + path_ + " does not take the request: " + std::strerror(errno));
        }
        sent += static_cast<std::size_t>(n);
    }
}

std::string Connection::receive()
{
    std::array<char, 65536> part;
    for (std::size_t searched = 0;;) {
        if (const auto end = buffer_.find('\n', searched); end != std::string::npos) {
            auto line = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            return line;
        }
        searched = buffer_.size();
        if (searched > longest_reply) unavailable("porteirod at " + path_ + " answers without end");
        const auto n = ::recv(socket_, part.data(), part.size(), 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            unavailable("porteirod did not answer within " + std::to_string(patience_.count()) +
                        " s; whether it did what was asked is not known, look before you repeat it");
        }
        if (n <= 0) {
            unavailable(
                "porteirod closed the connection without an answer; whether it did what was asked is not known, look "
                "before you repeat it; it is stopping, or this account is in none of its groups (porteiro-admin, "
                "porteiro-billing, porteiro-read)");
        }
        buffer_.append(part.data(), static_cast<std::size_t>(n));
    }
}

std::string client_address(std::string_view ssh_connection)
{
    auto text = ssh_connection.substr(0, ssh_connection.find(' '));
    text = text.substr(0, text.find('%'));  // fe80::1%eth0: the interface is this host's affair
    return provisioning::parse_address(text) ? std::string{text} : std::string{};
}

Refusal to_refusal(const json::object& error)
{
    const auto text = [&](std::string_view name) {
        const auto* value = error.if_contains(name);
        return value != nullptr && value->is_string() ? std::string{std::string_view{value->get_string()}}
                                                      : std::string{};
    };
    const auto wanted = text("code");
    for (const auto code : {ErrorCode::usage, ErrorCode::invalid, ErrorCode::not_found, ErrorCode::conflict,
                            ErrorCode::denied, ErrorCode::unavailable, ErrorCode::guard}) {
        if (provisioning::name(code) == wanted) return {code, text("field"), text("message")};
    }
    return {ErrorCode::invalid, text("field"), text("message")};
}

}  // namespace ctl
