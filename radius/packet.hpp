// radius/packet.hpp - a RADIUS packet as octets: framing and attribute walk. No crypto, no policy.
// Source: RFC 2865 s3 (packet), s5 (attributes). All lengths are octets.
#pragma once

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>

namespace radius {

using Octets = std::span<const std::uint8_t>;
using Authenticator = std::span<const std::uint8_t, 16>;

inline constexpr std::size_t header_octets = 20;
inline constexpr std::size_t max_packet_octets = 4096;
inline constexpr std::size_t max_value_octets = 253;
/// FreeRADIUS' shipped limit; the hard cap that 4096 octets allow is 2038.
inline constexpr std::size_t default_max_attributes = 200;

/// Packet codes: RFC 2865 s3, RFC 2866 s3, RFC 5176 s2.3, RFC 5997 s3.
enum class Code : std::uint8_t {
    access_request = 1,
    access_accept = 2,
    access_reject = 3,
    accounting_request = 4,
    accounting_response = 5,
    access_challenge = 11,
    status_server = 12,
    disconnect_request = 40,
    disconnect_ack = 41,
    disconnect_nak = 42,
    coa_request = 43,
    coa_ack = 44,
    coa_nak = 45,
};

/// Why a datagram is not a RADIUS packet: the log's reason (the counter is `malformed` for all).
enum class PacketError { too_short, too_long, truncated, bad_attribute, too_many_attributes };
const char* name(PacketError error) noexcept;  ///< "too_short", ... as the log prints it

template <class T>
using Result = boost::system::result<T, PacketError>;

/// One attribute inside a packet; `value` excludes the type and length octets and dies with the packet's buffer.
struct Attribute {
    std::uint8_t type;
    Octets value;
};

/// A framed packet. Only parse_packet() makes one, so every walk over it stays within the buffer.
class PacketView {
public:
    class Iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Attribute;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = Attribute;

        Iterator() = default;
        explicit Iterator(Octets rest) noexcept : rest_(rest) {}
        Attribute operator*() const noexcept { return {rest_[0], rest_.subspan(2, rest_[1] - 2U)}; }
        Iterator& operator++() noexcept
        {
            rest_ = rest_.subspan(rest_[1]);
            return *this;
        }
        Iterator operator++(int) noexcept
        {
            auto before = *this;
            ++*this;
            return before;
        }
        /// Iterators of one packet differ by what is left of it.
        bool operator==(const Iterator& other) const noexcept { return rest_.size() == other.rest_.size(); }

    private:
        Octets rest_;
    };

    std::uint8_t code() const noexcept { return packet_[0]; }
    std::uint8_t identifier() const noexcept { return packet_[1]; }
    Authenticator authenticator() const noexcept { return packet_.subspan<4, 16>(); }
    Octets octets() const noexcept { return packet_; }  ///< cut at Length
    Iterator begin() const noexcept { return Iterator{packet_.subspan(header_octets)}; }
    Iterator end() const noexcept { return Iterator{packet_.last(0)}; }

    /// The value of the first attribute of that type; empty optional where there is none.
    std::optional<Octets> find(std::uint8_t type) const noexcept;
    std::size_t count(std::uint8_t type) const noexcept;

private:
    friend Result<PacketView> parse_packet(Octets, std::size_t) noexcept;
    explicit PacketView(Octets packet) noexcept : packet_(packet) {}
    Octets packet_;
};

/// Checks framing and returns a view of `datagram`, cut at Length: octets beyond it are padding (RFC 2865 s3).
/// Reads nothing past `datagram`, allocates nothing. The view dies with the buffer. Code and secret are not looked at.
///   too_short            below 20 octets received, or Length below 20
///   too_long             Length above 4096
///   truncated            Length above the octets received
///   bad_attribute        type 0, a length below 2, or past the end
///   too_many_attributes  more than `max_attributes`
Result<PacketView> parse_packet(Octets datagram, std::size_t max_attributes = default_max_attributes) noexcept;

}  // namespace radius
