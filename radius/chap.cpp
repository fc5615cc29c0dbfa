// radius/chap.cpp - response = MD5(identifier + password + challenge), RFC 1994 s4.1.
#include "radius/chap.hpp"

namespace radius {

bool chap_verifies(Digester& digester, Octets chap_password, Octets challenge, Octets password) noexcept
{
    if (chap_password.size() != 1 + Md5{}.size()) return false;
    const auto expected = digester.md5({chap_password.first(1), password, challenge});
    return equal_constant_time(expected, chap_password.subspan(1));
}

}  // namespace radius
