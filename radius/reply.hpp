// radius/reply.hpp - writes one packet into a caller's buffer: a reply here, a request in request.hpp. Nobody else
// makes packets; nothing is ever truncated. Source: RFC 2865 s3 and s5, RFC 3579 s3.2; Message-Authenticator first:
// CVE-2024-3596.
#pragma once

#include "radius/digest.hpp"

#include <string_view>

namespace radius {

class PacketWriter {
public:
    enum class Sign { message_authenticator, authenticator_only };

    /// Each add_ appends one attribute. A value above 253 octets (vendor: 247), or one that does not fit into
    /// 4096, makes the packet an overflow: everything after is ignored and finish() returns nothing.
    /// An empty text is left out: text on the wire has at least one octet (RFC 2865 s5).
    /// In an Access-Reject only Reply-Message, Proxy-State, EAP-Message, Error-Cause and MS-CHAP-Error are
    /// written; whatever else is added is left out (RFC 2865 s5.44, RFC 5080 s2.6.1, RFC 2548 s2.1.5).
    void add(std::uint8_t type, Octets value) noexcept;
    void add_text(std::uint8_t type, std::string_view value) noexcept;
    void add_integer(std::uint8_t type, std::uint32_t value) noexcept;
    void add_vendor(std::uint32_t vendor, std::uint8_t type, Octets value) noexcept;
    void add_vendor_text(std::uint32_t vendor, std::uint8_t type, std::string_view value) noexcept;
    void add_vendor_integer(std::uint32_t vendor, std::uint8_t type, std::uint32_t value) noexcept;
    /// Whole attributes already encoded (type, length, value, ...), as Dictionary::encode made them. Octets
    /// that are not whole attributes make the packet an overflow.
    void add_encoded(Octets attributes) noexcept;

    bool overflow() const noexcept { return overflow_; }

    /// Writes Length, Message-Authenticator and authenticator; the packet, or nothing after an overflow.
    std::optional<Octets> finish(Digester& digester, Octets secret) noexcept;

protected:
    /// `authenticator`: what the digests take in the place of the packet's own.
    PacketWriter(std::span<std::uint8_t> buffer, Code code, std::uint8_t identifier, Authenticator authenticator,
                 Sign sign) noexcept;

private:
    void write(std::uint8_t type, Octets head, Octets value) noexcept;

    std::span<std::uint8_t> buffer_;
    std::array<std::uint8_t, 16> digested_authenticator_{};
    std::size_t used_ = header_octets;
    Sign sign_;
    bool overflow_ = false;
};

class ReplyBuilder : public PacketWriter {
public:
    /// `buffer` (at least 4096 octets) is written from its start. `request` lends identifier and
    /// authenticator. With Sign::message_authenticator that attribute is reserved first of all and filled by
    /// finish().
    ReplyBuilder(std::span<std::uint8_t> buffer, Code code, const PacketView& request, Sign sign) noexcept;

    /// Every Proxy-State of the request, unmodified and in order (RFC 2865 s5.33).
    void echo_proxy_state(const PacketView& request) noexcept;
};

} // namespace radius
