// radius/dialect/dialect.hpp - turns the neutral terms of an Accept into the attributes that one vendor honours.
// Source: vendor documentation as cited in rows.cpp beside each row.
#pragma once

#include "radius/attributes.hpp"
#include "radius/reply.hpp"

#include <string>
#include <vector>

namespace radius {

enum class Dialect : std::uint8_t { generic, mikrotik, cisco, juniper, huawei, accel_ppp };

/// What a subscriber gets. Views live as long as the call. Rates are bit/s as the subscriber sees them; what is 0 or
/// empty is not sent.
struct Terms {
    std::uint64_t download_bps = 0, upload_bps = 0;
    std::uint64_t burst_download_bps = 0, burst_upload_bps = 0;  ///< both or none
    std::uint32_t burst_time_s = 0;
    std::string_view framed_pool{};
    std::optional<std::array<std::uint8_t, 4>> framed_ip{};  ///< Framed-IP-Address; the pool is then not sent
    std::optional<Ipv6Prefix> framed_ipv6_prefix{}, delegated_ipv6_prefix{};  ///< their pools are then not sent
    std::string_view framed_ipv6_pool{}, delegated_ipv6_pool{};
    std::span<const std::string> routes{};  ///< Framed-Route (RFC 2865 s5.22), an attribute each
    std::string_view filter{};              ///< Filter-Id, or what the vendor has for it
    std::string_view address_list{};        ///< firewall address list
    std::string_view redirect{};            ///< URL that web requests are sent to
    std::uint32_t session_timeout_s = 0, idle_timeout_s = 0, interim_s = 0;
    Octets class_{};
    Octets reply_attributes{};  ///< encoded --reply attributes: the plan's, then the login's
    Octets login_reply_attributes{};
};

/// Adds `terms` to `reply` in the words of `dialect`, in the order of its table: addresses and pools, routes, timeouts,
/// rates, filter, address list, redirection, Class, reply attributes.
/// Nothing breaks a login: a number above an attribute's range is sent as its highest, a text that is too long is not
/// sent (misfits() tells beforehand). A reply attribute stands in the place of the generated one where the vendor takes
/// only one, and the login's in the place of the plan's.
void render(Dialect dialect, const Terms& terms, PacketWriter& reply) noexcept;

/// One term that a vendor cannot be told: the plan's or login's field, and why in one sentence.
struct Misfit {
    std::string_view field;
    std::string message;
};
/// Terms whose value does not fit the attribute that says them: refused when a plan is saved.
std::vector<Misfit> misfits(Dialect dialect, const Terms& terms);
/// Terms that are set and for which the dialect has no words: a warning.
std::vector<Misfit> unsaid(Dialect dialect, const Terms& terms);

} // namespace radius
