// radius/chap.hpp - CHAP with MD5. Source: RFC 1994 s4.1, RFC 2865 s5.3 and s5.40.
#pragma once

#include "radius/digest.hpp"

namespace radius {

/// `chap_password` is the attribute's value: one octet of CHAP identifier and sixteen of response; any other length is
/// refused. `challenge` is CHAP-Challenge when the packet has one, else its Request Authenticator, never both.
bool chap_verifies(Digester& digester, Octets chap_password, Octets challenge, Octets password) noexcept;

}  // namespace radius
