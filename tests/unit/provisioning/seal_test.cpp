// tests/unit/provisioning/seal_test.cpp - secrets at rest: NIST SP 800-38D (GCM), format in provisioning/seal.hpp.
#include "provisioning/seal.hpp"

#include "allocations.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

using namespace provisioning;

namespace {

using Octets = std::vector<std::uint8_t>;

std::array<std::uint8_t, Sealer::key_octets> key_of(std::uint8_t first)
{
    std::array<std::uint8_t, Sealer::key_octets> key{};
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(first + i);
    return key;
}

Octets octets_of(std::string_view text) { return {text.begin(), text.end()}; }

std::string hex(std::span<const std::uint8_t> octets)
{
    std::string text;
    for (const auto octet : octets) {
        text += "0123456789abcdef"[octet >> 4];
        text += "0123456789abcdef"[octet & 15];
    }
    return text;
}

constexpr SealContext row{"login", "password", 42};

bool opens(Sealer& sealer, std::span<const std::uint8_t> sealed, const SealContext& context)
{
    std::array<std::uint8_t, 512> out;
    return sealer.open(sealed, context, out).has_value();
}

}  // namespace

TEST_CASE("X-04: what was sealed opens again in its own row, of any length")
{
    Sealer sealer{key_of(0)};
    for (const std::string& clear : {std::string{}, std::string{"x"}, std::string("a\0b", 3), std::string(255, 'p')}) {
        CAPTURE(clear.size());
        const auto sealed = sealer.seal(octets_of(clear), row);
        CHECK(sealed.size() == clear.size() + seal_overhead_octets);
        CHECK(sealed[0] == 1);
        std::array<std::uint8_t, 255> out;
        const auto opened = sealer.open(sealed, row, out);
        REQUIRE(opened);
        CHECK(std::string(opened->begin(), opened->end()) == clear);
        const auto secret = sealer.open(sealed, row);
        CHECK(std::string(secret.octets().begin(), secret.octets().end()) == clear);
    }
}

TEST_CASE("X-04: each flipped bit of a sealed value keeps it shut, and nothing of it is given out")
{
    Sealer sealer{key_of(0)};
    const auto sealed = sealer.seal(octets_of("s3gredo"), row);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            CAPTURE(i);
            CAPTURE(bit);
            auto altered = sealed;
            altered[i] = static_cast<std::uint8_t>(altered[i] ^ (1u << bit));
            std::array<std::uint8_t, 7> out{};
            CHECK_FALSE(sealer.open(altered, row, out));
            CHECK(std::string(out.begin(), out.end()).find("gredo") == std::string::npos);
        }
    }
    CHECK(opens(sealer, sealed, row));  // a failure leaves no trace
    CHECK(sealer.open(Octets(sealed.size()), row).empty());
}

TEST_CASE("X-04: a sealed value moved to another place does not open")
{
    Sealer sealer{key_of(0)};
    const auto sealed = sealer.seal(octets_of("s3gredo"), row);
    struct Row {
        std::string name;
        SealContext context;
        bool open;
    };
    const Row rows[] = {
        {"its own place", row, true},
        {"another row", {"login", "password", 43}, false},
        {"another column", {"login", "note", 42}, false},
        {"another table", {"nas", "password", 42}, false},
        {"the same letters cut otherwise", {"loginp", "assword", 42}, false},
        {"no column", {"loginpassword", "", 42}, false},
        {"a row whose id has the same low octets", {"login", "password", 42 + (std::int64_t{1} << 32)}, false},
    };
    for (const auto& r : rows) {
        CAPTURE(r.name);
        CHECK(opens(sealer, sealed, r.context) == r.open);
    }
}

TEST_CASE("X-04: two rows' values swapped both stay shut")
{
    Sealer sealer{key_of(0)};
    const SealContext other{"login", "password", 43};
    const auto one = sealer.seal(octets_of("first"), row);
    const auto two = sealer.seal(octets_of("second"), other);
    CHECK_FALSE(opens(sealer, two, row));
    CHECK_FALSE(opens(sealer, one, other));
}

TEST_CASE("X-04: another key does not open it, also when it claims to be the right one")
{
    Sealer sealer{key_of(0)};
    Sealer other{key_of(1)};
    CHECK(sealer.key_id() != other.key_id());
    auto sealed = sealer.seal(octets_of("s3gredo"), row);
    CHECK_FALSE(opens(other, sealed, row));
    const auto theirs = other.seal({}, row);
    std::copy_n(theirs.begin() + 1, 4, sealed.begin() + 1);
    CHECK_FALSE(opens(other, sealed, row));
    CHECK_FALSE(opens(sealer, sealed, row));
}

TEST_CASE("a value that is too short, or a buffer that is too small, opens nothing")
{
    Sealer sealer{key_of(0)};
    const auto sealed = sealer.seal(octets_of("s3gredo"), row);
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(opens(sealer, std::span{sealed}.first(size), row));
    }
    std::array<std::uint8_t, 6> small;
    CHECK_FALSE(sealer.open(sealed, row, small));
    std::array<std::uint8_t, 7> enough;
    CHECK(sealer.open(sealed, row, enough));
}

TEST_CASE("X-04: a hundred thousand seals repeat no nonce")
{
    Sealer sealer{key_of(0)};
    const auto clear = octets_of("same");
    std::set<std::string> nonces;
    constexpr std::size_t count = 100'000;
    for (std::size_t i = 0; i < count; ++i) {
        const auto sealed = sealer.seal(clear, row);
        nonces.emplace(sealed.begin() + 5, sealed.begin() + 17);
    }
    CHECK(nonces.size() == count);
}

TEST_CASE("opening takes nothing from the heap, whether it opens or not")
{
    REQUIRE(openssl_is_counted());
    Sealer sealer{key_of(0)};
    const auto sealed = sealer.seal(octets_of("s3gredo"), row);
    auto altered = sealed;
    altered.back() ^= 1;
    std::array<std::uint8_t, 64> out;
    CHECK(sealer.open(sealed, row, out));
    CHECK(allocations_of([&] { (void)sealer.open(sealed, row, out); }) == 0);
    CHECK(allocations_of([&] { (void)sealer.open(altered, row, out); }) == 0);
    CHECK(allocations_of([&] { (void)sealer.open(sealed, row, out); }) == 0);
}

TEST_CASE("a copy has the same key and its own state")
{
    Sealer sealer{key_of(0)};
    const auto sealed = sealer.seal(octets_of("s3gredo"), row);
    Sealer copy{sealer};
    CHECK(copy.key_id() == sealer.key_id());
    CHECK(opens(copy, sealed, row));
    CHECK(opens(sealer, copy.seal(octets_of("x"), row), row));
}

TEST_CASE("keys and their ids are those of the standard functions")
{
    // Computed with openssl(1): `dgst -sha256` of the key 00 01 .. 1f, and `-mac HMAC` with it over the purpose.
    const Sealer sealer{key_of(0)};
    CHECK(sealer.key_id() == 0x630dcd29u);
    CHECK(hex(sealer.derive("snapshot")) == "97af97bcc891fe5acd45849e973003ef172d735e4fc7fd74cef55285df96ca0f");
    CHECK(sealer.derive("snapshot") != sealer.derive("Snapshot"));
    CHECK(sealer.derive("") != sealer.derive("snapshot"));
}
