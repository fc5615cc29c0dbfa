// radius/attributes.hpp - attribute numbers, and the one typed accessor per data type: no other way to read a value.
// Source: RFC 2865 s5, RFC 2866 s5, RFC 2869 s5, RFC 2548 s2, RFC 3162, RFC 4372, RFC 4818, RFC 6911, RFC 6929 s2 (data
// types). A value of the wrong length is *invalid*: the accessor returns nothing and the packet lives on (RFC 6929
// s2.8).
#pragma once

#include "radius/packet.hpp"

#include <array>
#include <string_view>

namespace radius {

namespace attribute {
inline constexpr std::uint8_t user_name = 1, user_password = 2, chap_password = 3, nas_ip_address = 4, nas_port = 5,
                              service_type = 6, framed_protocol = 7, framed_ip_address = 8, framed_ip_netmask = 9,
                              filter_id = 11, framed_mtu = 12, reply_message = 18, framed_route = 22, state = 24,
                              class_ = 25, vendor_specific = 26, session_timeout = 27, idle_timeout = 28,
                              called_station_id = 30, calling_station_id = 31, nas_identifier = 32, proxy_state = 33,
                              acct_status_type = 40, acct_delay_time = 41, acct_input_octets = 42,
                              acct_output_octets = 43, acct_session_id = 44, acct_authentic = 45,
                              acct_session_time = 46, acct_input_packets = 47, acct_output_packets = 48,
                              acct_terminate_cause = 49, acct_input_gigawords = 52, acct_output_gigawords = 53,
                              event_timestamp = 55, chap_challenge = 60, nas_port_type = 61, tunnel_password = 69,
                              arap_password = 70, eap_message = 79, message_authenticator = 80,
                              acct_interim_interval = 85, nas_port_id = 87, framed_pool = 88,
                              chargeable_user_identity = 89, nas_filter_rule = 92, nas_ipv6_address = 95,
                              framed_interface_id = 96, framed_ipv6_prefix = 97, error_cause = 101,
                              delegated_ipv6_prefix = 123, framed_ipv6_address = 168;
} // namespace attribute

namespace vendor {
inline constexpr std::uint32_t cisco = 9, microsoft = 311, huawei = 2011, wispr = 14122, mikrotik = 14988;
} // namespace vendor

/// Sub-attributes of vendor::microsoft (RFC 2548 s2.1, s2.3, s2.4).
namespace microsoft {
inline constexpr std::uint8_t mschap_response = 1, mschap_error = 2, mppe_encryption_policy = 7,
                              mppe_encryption_types = 8, mschap_domain = 10, mschap_challenge = 11,
                              mschap_mppe_keys = 12, mppe_send_key = 16, mppe_recv_key = 17, mschap2_response = 25,
                              mschap2_success = 26;
} // namespace microsoft

/// Sub-attributes of vendor::huawei in accounting: the port block of a subscriber behind CGNAT (Huawei, NE40E "RADIUS
/// Attributes").
namespace huawei {
inline constexpr std::uint8_t nat_public_address = 161, nat_start_port = 162, nat_end_port = 163;
} // namespace huawei

std::optional<std::uint32_t> as_integer(Octets value) noexcept; ///< 4 octets, network order
std::optional<std::array<std::uint8_t, 4>> as_ipv4(Octets value) noexcept; ///< 4 octets
std::optional<std::array<std::uint8_t, 16>> as_ipv6(Octets value) noexcept; ///< 16 octets
std::optional<std::array<std::uint8_t, 8>> as_interface_id(Octets value) noexcept; ///< 8 octets
/// 1..253 octets of any content; an empty value counts as absent (RFC 2865 s5: text and string are never empty).
std::optional<std::string_view> as_text(Octets value) noexcept;

struct Ipv6Prefix {
    std::uint8_t length; ///< bits, 0..128
    std::array<std::uint8_t, 16> octets; ///< bits past `length` are zero, whatever was sent
};
/// 2..18 octets: reserved, prefix length (<= 128), then as many octets of the prefix as were sent (RFC 3162 s2.3).
std::optional<Ipv6Prefix> as_ipv6_prefix(Octets value) noexcept;

/// How many octets of type, length and else stand before the value of a vendor's sub-attribute (see VendorWalk).
struct VendorFormat {
    std::uint8_t type_octets = 1;
    std::uint8_t length_octets = 1;
    std::uint8_t extra_octets = 0;
};
VendorFormat vendor_format(std::uint32_t vendor) noexcept;

/// One sub-attribute of a Vendor-Specific attribute (RFC 2865 s5.26).
struct VendorAttribute {
    std::uint32_t vendor;
    std::uint32_t type;
    Octets value;
};

/// Walks the sub-attributes of a Vendor-Specific attribute in order. Formats other than one octet of type and one of
/// length are known for the few vendors that use them (RFC 2865 s5.26, FreeRADIUS
/// dictionaries: USR 429 type 4 length 0; Lucent 4846 type 2 length 1; Starent 8164 type 2 length 2; WiMAX 24757: 1, 1
/// and a continuation octet).
/// When any part is malformed the whole VSA is invalid: next() gives nothing at all, and the packet lives on.
class VendorWalk {
public:
    explicit VendorWalk(Octets value) noexcept;
    bool valid() const noexcept { return valid_; }
    std::uint32_t vendor() const noexcept { return vendor_; }
    /// The next sub-attribute, or nothing at the end (and at once when the VSA is invalid).
    std::optional<VendorAttribute> next() noexcept;

private:
    std::optional<VendorAttribute> take() noexcept;
    std::uint32_t vendor_ = 0;
    std::uint8_t type_octets_ = 1;
    std::uint8_t length_octets_ = 1;
    std::uint8_t extra_octets_ = 0; ///< WiMAX continuation octet
    bool valid_ = false;
    Octets rest_;
};

} // namespace radius
