// tests/unit/radius/mutation_test.cpp - vectors, broken in every way that a fixed seed thinks of.
#include "packets.hpp"

#include "tests/fuzz/exercise_packet.hpp"

#include <memory>
#include <random>

using namespace tests;

namespace {

/// In a block of just its size, so that the sanitizers see a read of even one octet past it.
bool exercised(const Bytes& octets)
{
    const auto block = std::make_unique<std::uint8_t[]>(octets.size());
    std::copy(octets.begin(), octets.end(), block.get());
    return exercise_packet({block.get(), octets.size()});
}

void mutate(Bytes& octets, std::mt19937& random)
{
    constexpr std::uint8_t edges[] = {0, 1, 2, 3, 4, 26, 80, 127, 128, 254, 255};
    for (auto changes = 1 + random() % 4; changes > 0; --changes) {
        const auto at = random() % octets.size();
        const auto place = octets.begin() + static_cast<std::ptrdiff_t>(at);
        switch (random() % 5) {
        case 0:
            octets[at] ^= static_cast<std::uint8_t>(1U << random() % 8);
            break;
        case 1:
            octets[at] = edges[random() % std::size(edges)];
            break;
        case 2:
            octets.insert(place, static_cast<std::uint8_t>(random()));
            break;
        case 3:
            if (octets.size() > 1) octets.erase(place);
            break;
        default:
            octets = octets + Bytes(octets.begin(), place);
            break;
        }
    }
    // Three in four get a right Length, so that the damage reaches the attributes.
    if (octets.size() >= 4 && random() % 4 != 0) set_length(octets, octets.size());
}

}  // namespace

TEST_CASE("H-05 six thousand mutated packets are parsed, walked, verified and answered without harm")
{
    std::mt19937 random{2865};
    std::vector<Bytes> seeds;
    for (const auto& name : vector_names()) seeds.push_back(octets_of(name));
    int parsed = 0;
    for (int i = 0; i < 6000; ++i) {
        auto octets = seeds[random() % seeds.size()];
        mutate(octets, random);
        parsed += exercised(octets);
    }
    CHECK(parsed > 1000);  // else the mutations would test the framing alone
}

TEST_CASE("H-05 two thousand packets of random attributes are parsed, walked, verified and answered without harm")
{
    std::mt19937 random{2866};
    constexpr std::uint32_t vendors[] = {9, 311, 429, 4846, 8164, 14988, 24757, 4000000000};
    for (int i = 0; i < 2000; ++i) {
        Bytes attributes;
        for (auto n = random() % 20; n > 0; --n) {
            Bytes value(random() % 60, 0);
            for (auto& octet : value) octet = static_cast<std::uint8_t>(random() % 3 == 0 ? random() % 6 : random());
            const auto vendor = vendors[random() % std::size(vendors)];
            const auto head = Bytes{static_cast<std::uint8_t>(vendor >> 24), static_cast<std::uint8_t>(vendor >> 16),
                                    static_cast<std::uint8_t>(vendor >> 8), static_cast<std::uint8_t>(vendor)};
            const auto type = static_cast<std::uint8_t>(1 + random() % 255);
            attributes = attributes + (random() % 2 == 0 ? attribute(26, head + value) : attribute(type, value));
        }
        CHECK(exercised(access_request(attributes)));
    }
}
