// tests/fuzz/mschap.cpp - any octets at all: as the values of both responses, as challenge, user, password and message.
#include "radius/mschap.hpp"

#include <cstdlib>
#include <string_view>

namespace {

void verify(radius::MsChap& mschap, radius::Octets value, std::string_view user)
{
    const radius::NtHash hash{1, 2, 3};
    volatile std::size_t seen = 0;
    for (const std::size_t octets : {std::size_t{8}, std::size_t{16}, value.size()}) {
        const auto challenge = value.first(std::min(octets, value.size()));
        if (const auto response = radius::parse_mschap_response(value))
            seen = seen + mschap.verify_v1(challenge, *response, hash);
        const auto response = radius::parse_mschap2_response(value);
        if (!response) continue;
        seen = seen + mschap.verify_v2(challenge, *response, user, hash);
        const auto success = mschap.success_v2(challenge, *response, user, hash);
        const auto keys = mschap.keys_v2(hash, response->nt_response);
        if (success.has_value() != mschap.available() || keys.has_value() != mschap.available()) std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static radius::MsChap mschap;
    const radius::Octets octets{data, size};
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    verify(mschap, octets, text);
    if (size > 50) verify(mschap, octets.first(50), text.substr(50));

    if (mschap.nt_hash(octets).has_value() && size > 4 * radius::max_nt_password_units) std::abort();
    if (radius::without_domain(text).find('\\') != std::string_view::npos) std::abort();
    static constexpr std::uint8_t challenge[16] = {1, 2, 3};
    std::array<std::uint8_t, radius::max_vendor_value_octets> out;
    const auto error = radius::mschap2_error(7, radius::MsChapError::no_permission, challenge, text, out);
    if (error.size() > out.size() || error.size() > size + 64) std::abort();
    return 0;
}
