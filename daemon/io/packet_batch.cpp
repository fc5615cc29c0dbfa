#include "daemon/io/packet_batch.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>

namespace io {

namespace {

template <class Value>
Value payload(const cmsghdr* control) noexcept
{
    Value value;
    std::memcpy(&value, CMSG_DATA(control), sizeof value);
    return value;
}

template <class Value>
void append_control(msghdr& header, int level, int type, const Value& value) noexcept
{
    header.msg_controllen = CMSG_SPACE(sizeof value);
    cmsghdr* control = CMSG_FIRSTHDR(&header);
    control->cmsg_level = level;
    control->cmsg_type = type;
    control->cmsg_len = CMSG_LEN(sizeof value);
    std::memcpy(CMSG_DATA(control), &value, sizeof value);
}

provisioning::Address address_of(const in_addr& address) noexcept
{
    std::array<std::uint8_t, 4> octets;
    std::memcpy(octets.data(), &address, 4);
    return provisioning::ipv4_address(octets);
}

provisioning::Address address_of(const in6_addr& address) noexcept
{
    provisioning::Address out;
    std::memcpy(out.octets.data(), &address, 16);
    return out;
}

void read_source(core::Path& path, const sockaddr_storage& name) noexcept
{
    if (name.ss_family == AF_INET) {
        sockaddr_in source;
        std::memcpy(&source, &name, sizeof source);
        path.remote = address_of(source.sin_addr);
        path.remote_port = ntohs(source.sin_port);
    } else {
        sockaddr_in6 source;
        std::memcpy(&source, &name, sizeof source);
        path.remote = address_of(source.sin6_addr);
        path.remote_port = ntohs(source.sin6_port);
        path.scope = source.sin6_scope_id;
    }
}

}  // namespace

SocketAddress::SocketAddress(const provisioning::Address& address, std::uint16_t port, std::uint32_t scope) noexcept
{
    if (address.is_ipv4()) {
        sockaddr_in out{};
        out.sin_family = AF_INET;
        out.sin_port = htons(port);
        std::memcpy(&out.sin_addr, address.octets.data() + 12, 4);
        std::memcpy(&storage_, &out, sizeof out);
        size_ = sizeof out;
    } else {
        sockaddr_in6 out{};
        out.sin6_family = AF_INET6;
        out.sin6_port = htons(port);
        out.sin6_scope_id = scope;
        std::memcpy(&out.sin6_addr, address.octets.data(), 16);
        std::memcpy(&storage_, &out, sizeof out);
        size_ = sizeof out;
    }
}

ReceiveBatch::ReceiveBatch(std::size_t packets, std::size_t octets_each)
    : octets_each_(octets_each), buffers_(packets * octets_each), controls_(packets), names_(packets),
      vectors_(packets), messages_(packets)
{
    for (std::size_t i = 0; i < packets; ++i) vectors_[i] = {buffers_.data() + i * octets_each, octets_each};
}

std::size_t ReceiveBatch::receive(int socket) noexcept
{
    for (std::size_t i = 0; i < messages_.size(); ++i) {
        auto& header = messages_[i].msg_hdr;
        header = {};
        header.msg_name = &names_[i];
        header.msg_namelen = sizeof names_[i];
        header.msg_iov = &vectors_[i];
        header.msg_iovlen = 1;
        header.msg_control = controls_[i].data();
        header.msg_controllen = controls_[i].size();
    }
    const int count =
        ::recvmmsg(socket, messages_.data(), static_cast<unsigned>(messages_.size()), MSG_DONTWAIT, nullptr);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
}

core::Datagram ReceiveBatch::datagram(std::size_t index, core::Service service, std::uint16_t socket_index) noexcept
{
    auto& message = messages_[index];
    core::Datagram datagram;
    datagram.service = service;
    datagram.path.socket = socket_index;
    datagram.octets = core::Octets{buffers_}.subspan(index * octets_each_, message.msg_len);
    datagram.truncated = (message.msg_hdr.msg_flags & MSG_TRUNC) != 0;
    read_source(datagram.path, names_[index]);
    for (auto* control = CMSG_FIRSTHDR(&message.msg_hdr); control; control = CMSG_NXTHDR(&message.msg_hdr, control)) {
        if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
            const auto info = payload<in_pktinfo>(control);
            datagram.path.local = address_of(info.ipi_addr);
            datagram.path.interface = static_cast<std::uint32_t>(info.ipi_ifindex);
        } else if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
            const auto info = payload<in6_pktinfo>(control);
            datagram.path.local = address_of(info.ipi6_addr);
            datagram.path.interface = info.ipi6_ifindex;
        } else if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SO_RXQ_OVFL) {
            kernel_drops_ = payload<std::uint32_t>(control);
        }
    }
    return datagram;
}

SendBatch::SendBatch(std::size_t packets)
    : buffers_(packets * radius::max_packet_octets), controls_(packets), names_(packets), vectors_(packets),
      messages_(packets)
{
}

void SendBatch::add(const core::Path& path, core::Octets octets) noexcept
{
    const auto buffer = std::span{buffers_}.subspan(used_ * radius::max_packet_octets, radius::max_packet_octets);
    const auto length = std::min(octets.size(), buffer.size());
    std::copy_n(octets.begin(), length, buffer.begin());
    vectors_[used_] = {buffer.data(), length};
    names_[used_] = SocketAddress(path.remote, path.remote_port, path.scope);
    auto& header = messages_[used_].msg_hdr;
    header = {};
    header.msg_name = &names_[used_].storage();
    header.msg_namelen = names_[used_].size();
    header.msg_iov = &vectors_[used_];
    header.msg_iovlen = 1;
    header.msg_control = controls_[used_].data();
    header.msg_controllen = controls_[used_].size();
    if (path.local.is_ipv4()) {
        in_pktinfo info{};
        std::memcpy(&info.ipi_spec_dst, path.local.octets.data() + 12, 4);
        append_control(header, IPPROTO_IP, IP_PKTINFO, info);
    } else {
        in6_pktinfo info{};
        std::memcpy(&info.ipi6_addr, path.local.octets.data(), 16);
        info.ipi6_ifindex = path.scope;  // only a link-local peer needs its interface named
        append_control(header, IPPROTO_IPV6, IPV6_PKTINFO, info);
    }
    ++used_;
}

void SendBatch::send(int socket) noexcept
{
    std::size_t at = 0;
    while (at < used_) {
        const int sent = ::sendmmsg(socket, messages_.data() + at, static_cast<unsigned>(used_ - at), MSG_DONTWAIT);
        if (sent > 0) {
            at += static_cast<std::size_t>(sent);
        } else if (sent < 0 && errno == EINTR) {
            continue;
        } else if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            break;
        } else {
            ++at;  // this one cannot go (its route is gone, ...); the others can
        }
    }
    used_ = 0;
}

}  // namespace io
