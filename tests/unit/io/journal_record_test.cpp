// tests/unit/io/journal_record_test.cpp - records and segments as octets: what is found among which damage.
#include "daemon/io/journal/checksum.hpp"
#include "daemon/io/journal/record.hpp"
#include "daemon/io/journal/segment.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <string_view>

using namespace io::journal;

namespace {

using Buffer = std::vector<std::uint8_t>;

Buffer record_of(Sequence sequence, const Buffer& payload)
{
    Buffer buffer(record_header_octets);
    buffer.insert(buffer.end(), payload.begin(), payload.end());
    finish_record(buffer, 0, sequence);
    return buffer;
}

void append(Buffer& to, const Buffer& octets) { to.insert(to.end(), octets.begin(), octets.end()); }

/// A file in memory that gives at most so many octets for one read, and cannot give those of bad blocks.
struct MemoryDisk : DiskCalls {
    Buffer content;
    std::size_t most = 1000;
    std::uint64_t bad_from = ~std::uint64_t{0}, bad_to = 0;

    ssize_t read(int, std::span<std::uint8_t> to, std::uint64_t offset) override
    {
        if (offset >= content.size()) return 0;
        auto octets = std::min({to.size(), content.size() - static_cast<std::size_t>(offset), most});
        if (offset < bad_from) octets = std::min(octets, static_cast<std::size_t>(bad_from - offset));
        if (offset >= bad_from && offset < bad_to) {
            errno = EIO;
            return -1;
        }
        std::copy_n(content.begin() + static_cast<std::ptrdiff_t>(offset), octets, to.begin());
        return static_cast<ssize_t>(octets);
    }
};

struct Walked {
    std::vector<Sequence> found;
    std::uint64_t damaged, tail;
    bool operator==(const Walked&) const = default;
};
Walked walk(MemoryDisk& disk)
{
    SegmentWalk walk{disk, 0, 0, disk.content.size()};
    Walked walked{};
    while (const auto record = walk.next()) walked.found.push_back(record->sequence);
    walked.damaged = walk.damaged();
    walked.tail = walk.tail();
    return walked;
}

} // namespace

TEST_CASE("CRC-32C gives what RFC 3720 appendix B.4 says")
{
    Buffer rising(32), falling(32);
    std::iota(rising.begin(), rising.end(), std::uint8_t{0});
    std::copy(rising.rbegin(), rising.rend(), falling.begin());
    struct Row {
        const char* name;
        Buffer octets;
        std::uint32_t check; ///< the RFC has it least octet first
    };
    const Row rows[] = {
        {"32 octets of zeros", Buffer(32, 0), 0x8a9136aa},
        {"32 octets of ones", Buffer(32, 0xff), 0x62a8ab43},
        {"00 to 1f", rising, 0x46dd794e},
        {"1f to 00", falling, 0x113fdb5c},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(crc32c(row.octets) == row.check);
        for (std::size_t cut = 0; cut < row.octets.size(); ++cut) {
            const std::span whole{row.octets};
            CHECK(crc32c(whole.subspan(cut), crc32c(whole.first(cut))) == row.check);
        }
    }
}

TEST_CASE("the octets of a record are what earlier versions wrote (F-30)")
{
    const Buffer written{0xf5, 0x4a, 0xc3, 0x9e, 0,    0,    0,    3,    0,    0,    0,   0,   0,  1,
                         2,    3,    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 'a', 'b', 'c'};
    auto record = record_of(0x010203, {'a', 'b', 'c'});
    CHECK(crc32c(std::span{record}.first(16)) == (std::uint32_t{record[16]} << 24 | std::uint32_t{record[17]} << 16 |
                                                  std::uint32_t{record[18]} << 8 | record[19]));
    std::fill(record.begin() + 16, record.begin() + 24, std::uint8_t{0});
    CHECK(record == written);
}

TEST_CASE("a record is found unless an octet of it is wrong or missing")
{
    const auto record = record_of(7, {1, 2, 3, 4, 5});
    const auto found = find_record(record, false);
    REQUIRE(found.record);
    CHECK(found.skipped == 0);
    CHECK(found.record->sequence == 7);
    CHECK(Buffer(found.record->payload.begin(), found.record->payload.end()) == Buffer{1, 2, 3, 4, 5});
    for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
        CAPTURE(bit);
        auto flipped = record;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ 1 << bit % 8);
        CHECK_FALSE(find_record(flipped, false).record);
    }
    for (std::size_t length = 0; length < record.size(); ++length) {
        CAPTURE(length);
        const auto cut = Octets{record}.first(length);
        CHECK(find_record(cut, false).skipped == length);
        CHECK_FALSE(find_record(cut, true).record);
        CHECK(find_record(cut, true).skipped == 0);
    }
}

TEST_CASE("a record with a number that none can have is none")
{
    CHECK_FALSE(find_record(record_of(0, {1}), false).record);
    CHECK(find_record(record_of(last_sequence, {1}), false).record);
    CHECK_FALSE(find_record(record_of(last_sequence + 1, {1}), false).record);
}

TEST_CASE("a walk finds the records around any damage, however the octets come (F-14)")
{
    const auto one = record_of(1, Buffer(700, 1)), two = record_of(2, Buffer(700, 0xf5)), three = record_of(3, {});
    struct Row {
        const char* name;
        std::vector<Buffer> parts;
        Walked expected;
    };
    const Row rows[] = {
        {"nothing at all", {}, {{}, 0, 0}},
        {"records alone", {one, two, three}, {{1, 2, 3}, 0, 0}},
        {"zeros behind them are space", {one, two, three, Buffer(300'000, 0)}, {{1, 2, 3}, 0, 0}},
        {"nothing but zeros", {Buffer(600'000, 0)}, {{}, 0, 0}},
        {"0xff behind them is a tail", {one, Buffer(1 << 20, 0xff)}, {{1}, 0, 1 << 20}},
        {"zeros, then an octet", {one, Buffer(999, 0), {5}}, {{1}, 0, 1000}},
        {"an octet, then zeros", {one, {5}, Buffer(400'000, 0)}, {{1}, 0, 1}},
        {"a hole of zeros between records", {one, Buffer(4096, 0), three}, {{1, 3}, 4096, 0}},
        {"a record cut short before another",
         {one, Buffer(two.begin(), two.end() - 2), three},
         {{1, 3}, two.size() - 2, 0}},
        {"the beginning of a record is gone", {Buffer(one.begin() + 1, one.end()), two}, {{2}, one.size() - 1, 0}},
        {"markers without end", {Buffer(5000, 0xf5), two, three}, {{2, 3}, 5000, 0}},
    };
    for (const auto& row : rows) {
        for (const std::size_t most : {std::size_t{1} << 20, std::size_t{4096}, std::size_t{611}}) {
            CAPTURE(row.name);
            CAPTURE(most);
            MemoryDisk disk;
            disk.most = most;
            for (const auto& part : row.parts) append(disk.content, part);
            const auto walked = walk(disk);
            CHECK(walked.found == row.expected.found);
            CHECK(walked.damaged == row.expected.damaged);
            CHECK(walked.tail == row.expected.tail);
        }
    }
}

TEST_CASE("blocks that the disk cannot read cost the records in them (F-14)")
{
    MemoryDisk disk;
    for (Sequence n = 1; n <= 40; ++n) append(disk.content, record_of(n, Buffer(1000, 9)));
    disk.bad_from = 8192;
    disk.bad_to = 16384;
    std::vector<Sequence> expected;
    for (Sequence n = 1; n <= 40; ++n)
        if (n * 1024 <= 8192 || n * 1024 > 16384) expected.push_back(n);
    CHECK(walk(disk) == Walked{expected, 8192, 0});
}

TEST_CASE("headers without their payload cost no more than reading them (F-14)")
{
    // Each claims the longest payload, so that checking every claim would read 64 KiB for every 24 octets.
    auto header = record_of(1, Buffer(longest_payload, 1));
    header.resize(record_header_octets);
    header[18] ^= 1;
    MemoryDisk disk;
    disk.most = std::size_t{1} << 20;
    while (disk.content.size() < std::size_t{8} << 20) append(disk.content, header);
    CHECK(walk(disk) == Walked{{}, 0, disk.content.size()});
}

TEST_CASE("a segment's name is its first number, and nothing else is a segment's name")
{
    CHECK(segment_name(1) == "00000000000000000001.journal");
    CHECK(segment_of_name("00000000000000000001.journal") == Sequence{1});
    CHECK(segment_of_name(segment_name(last_sequence)) == last_sequence);
    for (const std::string_view name :
         {"00000000000000000000.journal", "0000000000000000001.journal", "00000000000000000001.journal.bad",
          "-0000000000000000001.journal", "0000000000000000000x.journal", "99999999999999999999.journal",
          "09999999999999999999.journal", "spare.tmp", "position", ""}) {
        CAPTURE(name);
        CHECK_FALSE(segment_of_name(name));
    }
}

TEST_CASE("a segment's header tells boots and versions apart, and damage (F-30)")
{
    const auto boot = present_boot();
    CHECK(boot != BootId{});
    const auto header = segment_header(5, boot);
    CHECK(check_segment_header(header, boot) == HeaderState::this_boot);
    CHECK(check_segment_header(header, BootId{1}) == HeaderState::other_boot);
    CHECK(check_segment_header(Octets{header}.first(39), boot) == HeaderState::damaged);
    for (std::size_t bit = 0; bit < header.size() * 8; ++bit) {
        CAPTURE(bit);
        auto flipped = header;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ 1 << bit % 8);
        CHECK(check_segment_header(flipped, boot) == HeaderState::damaged);
    }
}
