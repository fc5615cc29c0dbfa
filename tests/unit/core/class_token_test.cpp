#include "daemon/core/class_token.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace {

const std::array<std::uint8_t, 32> key{1, 2, 3};
const std::array<std::uint8_t, 12> drawn{0xa0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
const std::chrono::system_clock::time_point minted{std::chrono::milliseconds{1'800'000'000'900}};

const radius::Fingerprint given{{1, 0x01020304, 0, 0xffffffff}};

/// As the versions before minted it: 26 octets and half an HMAC-SHA256.
std::vector<std::uint8_t> minted_before(radius::Digester& digester, std::uint8_t version,
                                        const std::array<std::uint8_t, 16>& session, std::uint8_t login_id)
{
    std::vector<std::uint8_t> octets{'P', version};
    octets.insert(octets.end(), session.begin(), session.end());
    octets.insert(octets.end(), {0, 0, 0, 0, 0, 0, 0, login_id});
    const auto mac = digester.hmac_sha256(key, {octets});
    octets.insert(octets.end(), mac.begin(), mac.begin() + 16);
    return octets;
}

} // namespace

TEST_CASE("R-05 a Class names its session, when it was minted and what the Accept gave; those of before still count")
{
    struct Row {
        std::uint8_t version;
        std::string_view session_key;
        std::chrono::seconds began;
    };
    radius::Digester digester;
    const auto session = core::session_of(drawn, minted);
    for (const auto& row : {Row{3, "s:a00102030405060708090a0b6b49d200", std::chrono::seconds{1'800'000'000}},
                            Row{2, "s:a00102030405060708090a0b6b49d200", std::chrono::seconds{1'800'000'000}},
                            Row{1, "c:a00102030405060708090a0b6b49d200", std::chrono::seconds{0}}}) {
        CAPTURE(row.version);
        const auto now = core::mint_class(digester, key, {.session = session, .login_id = 7, .fingerprint = given});
        const auto token = row.version == 3
                               ? core::open_class(digester, key, now)
                               : core::open_class(digester, key, minted_before(digester, row.version, session, 7));
        REQUIRE(token);
        CHECK(token->session == session);
        CHECK(token->login_id == 7);
        CHECK(token->version == row.version);
        CHECK(token->fingerprint == (row.version == 3 ? std::optional{given} : std::nullopt));
        const auto text = core::class_session_key(token->session, token->version);
        CHECK(text == row.session_key);
        CHECK(core::session_of_key(text) == session);
        CHECK(core::began_of_key(text) == provisioning::Instant{row.began});
    }
}

TEST_CASE("R-05 a login id below zero comes back as it was")
{
    radius::Digester digester;
    const auto octets = core::mint_class(digester, key, {.session = {}, .login_id = -7});
    CHECK(core::open_class(digester, key, octets)->login_id == -7);
}

TEST_CASE("R-05 a Class that was changed anywhere, its version included, is none of ours")
{
    radius::Digester digester;
    const auto octets = core::mint_class(digester, key, {.session = core::session_of(drawn, minted), .login_id = 7});
    for (std::size_t i = 0; i < octets.size(); ++i)
        for (const int flip : {1, 3, 128}) {
            CAPTURE(i);
            auto changed = octets;
            changed[i] = static_cast<std::uint8_t>(changed[i] ^ flip);
            CHECK_FALSE(core::open_class(digester, key, changed));
        }
    CHECK_FALSE(core::open_class(digester, key, radius::Octets{octets}.first(octets.size() - 1)));
}

TEST_CASE("a session key of another form is none of a Class")
{
    for (const std::string_view text : {"", "s:", "n:1|81a0|joao|", "s:a00102030405060708090a0b6b49d20",
                                        "x:a00102030405060708090a0b6b49d200", "s:a00102030405060708090a0b6b49d2zz"}) {
        CAPTURE(text);
        CHECK_FALSE(core::session_of_key(text));
        CHECK_FALSE(core::began_of_key(text));
    }
}
