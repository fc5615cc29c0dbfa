#include "tests/load/request.hpp"

#include "radius/attributes.hpp"
#include "radius/password.hpp"

#include <algorithm>

namespace load {

radius::Octets octets(std::string_view text) noexcept
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Request::Request(radius::Code code, std::uint8_t identifier, radius::Authenticator authenticator)
    : packet_{static_cast<std::uint8_t>(code), identifier, 0, 0}
{
    packet_.reserve(300);
    const bool accounting = code == radius::Code::accounting_request;
    if (accounting)
        packet_.resize(radius::header_octets);
    else
        packet_.insert(packet_.end(), authenticator.begin(), authenticator.end());
    if (!accounting) add(radius::attribute::message_authenticator, Bytes(16));
}

void Request::add(std::uint8_t type, radius::Octets value)
{
    packet_.push_back(type);
    packet_.push_back(static_cast<std::uint8_t>(value.size() + 2));
    packet_.insert(packet_.end(), value.begin(), value.end());
}

void Request::add(std::uint8_t type, std::string_view value) { add(type, octets(value)); }

void Request::add(std::uint8_t type, std::uint32_t value)
{
    const std::uint8_t four[] = {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
                                 static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
    add(type, radius::Octets{four});
}

void Request::add_password(radius::Digester& digester, std::string_view password, std::string_view secret)
{
    const Bytes authenticator(packet_.begin() + 4, packet_.begin() + 20);
    std::array<std::uint8_t, radius::max_password_octets> sealed;
    add(radius::attribute::user_password, radius::encrypt_user_password(digester, octets(password), octets(secret),
                                                                        std::span{authenticator}.first<16>(), sealed));
}

Bytes Request::signed_with(radius::Digester& digester, std::string_view secret)
{
    packet_[2] = static_cast<std::uint8_t>(packet_.size() >> 8);
    packet_[3] = static_cast<std::uint8_t>(packet_.size());
    if (packet_[0] == static_cast<std::uint8_t>(radius::Code::accounting_request)) {
        const auto digest = digester.md5({packet_, octets(secret)});
        std::copy(digest.begin(), digest.end(), packet_.begin() + 4);
    } else {
        const auto digest = digester.hmac_md5(octets(secret), {packet_});
        std::copy(digest.begin(), digest.end(), packet_.begin() + 22);
    }
    return std::move(packet_);
}

} // namespace load
