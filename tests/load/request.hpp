// tests/load/request.hpp - requests as a NAS makes them, for the programs that load a daemon. Source: RFC 2865 s3,
// s5.2, RFC 2866 s3, RFC 3579 s3.2.
#pragma once

#include "radius/digest.hpp"

#include <string_view>
#include <vector>

namespace load {

using Bytes = std::vector<std::uint8_t>;

radius::Octets octets(std::string_view text) noexcept;

class Request {
public:
    /// With a place for the Message-Authenticator before all else when it is an Access-Request. `authenticator`: random
    /// octets; that of an accounting request is computed by signed_with().
    Request(radius::Code code, std::uint8_t identifier, radius::Authenticator authenticator);

    void add(std::uint8_t type, radius::Octets value);
    void add(std::uint8_t type, std::string_view value);
    void add(std::uint8_t type, std::uint32_t value);
    void add_password(radius::Digester& digester, std::string_view password, std::string_view secret);

    /// The whole packet.
    Bytes signed_with(radius::Digester& digester, std::string_view secret);

private:
    Bytes packet_;
};

} // namespace load
