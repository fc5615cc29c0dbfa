// tests/unit/io/snapshot_reader_test.cpp - what is read of a file that is whole, torn, damaged or not ours (F-15).
#include "tests/unit/io/snapshot_fixture.hpp"

#include <doctest/doctest.h>

using namespace snapshots;

namespace {

std::span<const std::uint8_t> part(const Octets& octets, std::size_t begin, std::size_t end)
{
    return std::span{octets}.subspan(begin, end - begin);
}

Octets joined(std::initializer_list<std::span<const std::uint8_t>> parts)
{
    Octets all;
    for (const auto octets : parts) all.insert(all.end(), octets.begin(), octets.end());
    return all;
}

Octets with(Octets octets, std::size_t at, std::uint8_t bits)
{
    octets.at(at) = static_cast<std::uint8_t>(octets.at(at) ^ bits);
    return octets;
}

} // namespace

TEST_CASE("F-15: a file cut anywhere says what was written before the piece that is torn; cut in its entries, nothing")
{
    const auto written = three_changes();
    const auto& ends = written.ends;
    for (std::size_t n = 0; n <= written.octets.size(); ++n) {
        CAPTURE(n);
        const auto whole = std::ranges::upper_bound(ends, n) - ends.begin(); // pieces that are there
        const auto seen = said(std::span{written.octets}.first(n));
        if (whole == 0)
            CHECK_FALSE(seen.fault.empty());
        else
            CHECK(seen == written.states.at(static_cast<std::size_t>(whole) - 1));
    }
}

TEST_CASE("F-15: with a bit flipped in any octet a file is refused, and only in its last piece is that as if it were "
          "not there")
{
    const auto written = three_changes();
    const auto last = written.ends.at(written.ends.size() - 2);
    for (std::size_t at = 0; at < written.octets.size(); ++at) {
        CAPTURE(at);
        const auto seen = said(with(written.octets, at, static_cast<std::uint8_t>(1U << at % 8)));
        if (at < last)
            CHECK_FALSE(seen.fault.empty());
        else
            CHECK(seen == written.states.at(written.states.size() - 2));
    }
}

TEST_CASE("F-15: garbage and zeros behind the last piece are a torn tail")
{
    const auto written = three_changes();
    for (const auto& tail : {Octets(4096), Octets(1, 7), Octets{'P', 'S', 'P', '1'}, Octets(100, 'P')})
        CHECK(said(joined({written.octets, tail})) == written.states.back());
}

TEST_CASE("a piece that is left out, moved, doubled or taken from another file makes it damaged")
{
    const auto mine = three_changes(), other = three_changes();
    const auto& e = mine.ends;
    const auto& all = mine.octets;
    REQUIRE(other.ends == e);
    const auto entries = part(all, 0, e[0]), first = part(all, e[0], e[1]), second = part(all, e[1], e[2]),
               third = part(all, e[2], e[3]);
    CHECK(said(joined({entries, first, second, third})) == mine.states[3]);
    CHECK(said(joined({entries, second, third})).fault == "damaged");
    CHECK(said(joined({entries, second, first, third})).fault == "damaged");
    CHECK(said(joined({entries, first, first, second, third})).fault == "damaged");
    CHECK(said(joined({entries, first, part(other.octets, e[1], e[2]), third})).fault == "damaged");
    CHECK(said(joined({part(other.octets, 0, e[0]), first})) == other.states[0]); // nothing of it opens with that key
}

TEST_CASE("F-15: a file that is not ours says why")
{
    const auto octets = three_changes().octets;
    struct Row {
        const char* name;
        Octets octets;
        std::uint8_t key;
        const char* fault;
    };
    // columns of the header: magic (18), format version (4), image version (4), key id (4), file id (16)
    const Row rows[] = {
        {"it is empty", {}, 1, "not a snapshot"},
        {"it is another kind of file", Octets(100, 'x'), 1, "not a snapshot"},
        {"it is all header and that is cut", Octets(octets.begin(), octets.begin() + 40), 1, "damaged"},
        {"its format is newer", with(octets, 21, 3), 1, "other version"},
        {"its layout of entries is newer", with(octets, 25, 3), 1, "other version"},
        {"the key was replaced", octets, 2, "other key"},
        {"it is as written", octets, 1, ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(said(row.octets, row.key).fault == row.fault);
    }
}

TEST_CASE("a batch of several pieces counts as a whole or not at all")
{
    const Temporary here;
    io::SnapshotFile file{here.path("snapshot"), sealer()};
    Directory directory;
    fill(directory);
    file.write_anew(io::batch_of(directory), noon);
    const auto before = octets_of(here.path("snapshot"));
    io::Batch batch;
    for (std::int64_t id = 100; id < 130; ++id) batch.add(login(id, "big" + std::to_string(id), 100'000));
    REQUIRE(batch.pieces().size() == 3);
    file.append(batch, noon);
    const auto after = octets_of(here.path("snapshot"));
    CHECK(said(std::span{after}.first(after.size() - 1)) == said(before));
    CHECK(said(std::span{after}.first(before.size() + 2'200'000)) == said(before));
    CHECK(said(after).entries.size() == said(before).entries.size() + 30);
}
