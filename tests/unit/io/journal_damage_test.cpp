// tests/unit/io/journal_damage_test.cpp - F-14: whatever became of a segment's octets, the daemon starts, the good
// records are there, and the log says what was dropped.
#include "daemon/io/journal/checksum.hpp"
#include "daemon/io/journal/numbers.hpp"
#include "tests/unit/io/journal_fixture.hpp"

using Octets = std::vector<std::uint8_t>;

namespace {

/// A journal of one segment with 60 records (the last ends with its file), or of several; written anew for each damage.
struct Written {
    explicit Written(std::int64_t count, std::size_t octets = 100) : records(count)
    {
        RunningJournal running{settings};
        running.start().add(1, count, octets);
        running.journal.stop();
        segments = files_with(settings.directory, ".journal");
        for (const auto& segment : segments) contents.push_back(content_of(segment));
    }

    /// Puts all back, with segment `which` as `content`.
    void damage(std::size_t which, const Octets& content) const
    {
        std::filesystem::remove_all(settings.directory);
        std::filesystem::create_directory(settings.directory);
        for (std::size_t i = 0; i < segments.size(); ++i)
            write_content(segments[i], i == which ? content : contents[i]);
    }
    std::size_t last_record_octets() const { return (contents.back().size() - 40) / static_cast<std::size_t>(records); }

    Temporary temporary;
    CapturedLog log;
    io::JournalSettings settings = small_journal(temporary.path("journal"));
    std::int64_t records;
    std::vector<std::string> segments;
    std::vector<Octets> contents;
};

struct Found {
    std::vector<std::int64_t> records;
    std::uint64_t damaged;
};
Found found_in(const Written& written, io::Log& log)
{
    RunningJournal running{written.settings, log};
    return {running.undrained(), running.journal.state().damaged};
}
Found found_in(const Written& written)
{
    io::Log log{config::LogLevel::info};
    return found_in(written, log);
}

} // namespace

TEST_CASE("F-14: cut at any octet of the last 4 KiB, all whole records are there and the rest is counted")
{
    const Written written{60};
    io::Log log{config::LogLevel::info};
    REQUIRE(written.segments.size() == 1);
    const auto& whole = written.contents[0];
    const auto record = written.last_record_octets();
    REQUIRE(whole.size() == 40 + 60 * record);
    const auto shortest = whole.size() - std::min<std::size_t>(4096, whole.size());
    for (auto length = shortest; length < whole.size(); ++length) {
        CAPTURE(length);
        written.damage(0, {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)});
        const auto found = found_in(written, log);
        const auto left = (length - 40) / record;
        auto torn = (length - 40) % record;
        REQUIRE(files_with(written.settings.directory, ".bad").size() == (torn > 0 ? 1 : 0));
        while (torn > 0 && whole[40 + left * record + torn - 1] == 0) --torn; // as good as unused space
        REQUIRE(found.records == numbers(1, static_cast<std::int64_t>(left)));
        REQUIRE(found.damaged == torn);
    }
}

TEST_CASE("F-14: with any bit of the last record flipped, the others are there and it is counted and kept aside")
{
    const Written written{60};
    io::Log log{config::LogLevel::info};
    const auto& whole = written.contents[0];
    const auto record = written.last_record_octets();
    for (std::size_t bit = 0; bit < record * 8; ++bit) {
        CAPTURE(bit);
        auto content = whole;
        auto& octet = content[whole.size() - record + bit / 8];
        octet = static_cast<std::uint8_t>(octet ^ 1 << bit % 8);
        written.damage(0, content);
        const auto found = found_in(written, log);
        REQUIRE(found.records == numbers(1, 59));
        REQUIRE(found.damaged > 0);
        REQUIRE(found.damaged <= record);
        const auto bad = files_with(written.settings.directory, ".bad");
        REQUIRE(bad.size() == 1);
        REQUIRE(content_of(bad[0]) == content);
    }
}

TEST_CASE("F-14: 1 MiB of zeros behind the last record is space, 1 MiB of 0xff is dropped with one line")
{
    const Written written{60};
    auto content = written.contents[0];
    content.resize(content.size() + (1 << 20), 0);
    written.damage(0, content);
    auto found = found_in(written);
    CHECK(found.records == numbers(1, 60));
    CHECK(found.damaged == 0);
    CHECK(files_with(written.settings.directory, ".bad").empty());
    CHECK(written.log.lines_with("journal_torn_tail") == 0);

    content = written.contents[0];
    content.resize(content.size() + (1 << 20), 0xff);
    written.damage(0, content);
    found = found_in(written);
    CHECK(found.records == numbers(1, 60));
    CHECK(found.damaged == 1 << 20);
    CHECK(files_with(written.settings.directory, ".bad").size() == 1);
    CHECK(written.log.lines_with(
              "event=journal_torn_tail segment=00000000000000000001.journal octets_dropped=1048576") == 1);
}

TEST_CASE("F-14: with a block in the middle of an old segment flipped, all records before and behind it are there")
{
    const Written written{2000, 400};
    REQUIRE(written.segments.size() > 3);
    auto content = written.contents[1];
    const auto begin = content.size() / 2;
    for (auto at = begin; at < begin + 4096; ++at) content[at] ^= 0xff;
    written.damage(1, content);
    const auto found = found_in(written);
    const auto missing = 2000 - found.records.size();
    CHECK(missing >= 9);
    CHECK(missing <= 11);
    CHECK(found.damaged >= 4096);
    CHECK(found.damaged <= 4096 + 2 * 500);
    CHECK(found.records.front() == 1);
    CHECK(found.records.back() == 2000);
    CHECK(std::ranges::is_sorted(found.records));
    CHECK(written.log.lines_with("event=journal_damaged") == 1);
    CHECK(files_with(written.settings.directory, ".bad") == std::vector{written.segments[1] + ".bad"});
    // And it is drained past the damage, writes on, and says it once.
    RunningJournal running{written.settings};
    running.start().add(2001, 2100, 400);
    auto expected = found.records;
    for (std::int64_t n = 2001; n <= 2100; ++n) expected.push_back(n);
    CHECK(running.drain(50) == expected);
    CHECK(running.journal.state().damaged == found.damaged);
    CHECK(running.journal.state().depth == 0);
}

TEST_CASE("F-14: a damaged segment that was drained already is found out when it is read once more, and counted once")
{
    const Written written{2000, 400};
    {
        RunningJournal running{written.settings};
        running.drain();
    }
    auto content = written.contents[0];
    for (std::size_t at = 100'000; at < 101'000; ++at) content[at] = 0;
    write_content(written.segments[0], content);
    RunningJournal running{written.settings};
    CHECK(running.journal.state().damaged == 0);
    running.journal.rewind();
    CHECK(running.drain().size() < 2000);
    const auto damaged = running.journal.state().damaged;
    CHECK(damaged >= 1000);
    CHECK(damaged < 2000);
    CHECK(running.journal.state().depth == 0);
    running.journal.rewind();
    running.drain();
    CHECK(running.journal.state().damaged == damaged);
    CHECK(files_with(written.settings.directory, ".bad").size() == 1);
}

TEST_CASE("F-14: no content of a segment keeps the daemon from starting and writing")
{
    const Written written{10};
    const auto& whole = written.contents[0];
    struct Row {
        const char* name;
        Octets content;
        std::size_t left; ///< records
    };
    const auto with = [](Octets content, std::size_t at, std::uint8_t octet) {
        content[at] = octet;
        return content;
    };
    const auto twice = [&](std::size_t octets) { // the first so many
        Octets content(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(octets));
        content.insert(content.end(), whole.begin(), whole.end());
        return content;
    };
    const Row rows[] = {
        {"empty", {}, 0},
        {"half a header", {whole.begin(), whole.begin() + 20}, 0},
        {"a header alone", {whole.begin(), whole.begin() + 40}, 0},
        {"its header damaged", with(whole, 3, 0xff), 10},
        {"zeros", Octets(300'000, 0), 0},
        {"ones", Octets(300'000, 0xff), 0},
        {"markers", Octets(300'000, 0xf5), 0},
        {"the header twice", twice(40), 10},
        {"all of it twice", twice(whole.size()), 10},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        written.damage(0, row.content);
        {
            RunningJournal running{written.settings};
            CHECK(running.undrained().size() == row.left);
            running.start().add(1001, 1005);
            CHECK(running.all_durable());
        }
        RunningJournal running{written.settings};
        const auto records = running.drain();
        REQUIRE(records.size() == row.left + 5);
        CHECK(std::vector(records.end() - 5, records.end()) == numbers(1001, 1005));
    }
}

TEST_CASE("F-14: behind a torn tail no number is used again")
{
    const Written written{10};
    const auto& whole = written.contents[0];
    written.damage(0, {whole.begin(), whole.end() - 1});
    RunningJournal running{written.settings};
    CHECK(running.journal.state().last == 9);
    running.start().add(11, 11);
    CHECK(running.journal.state().last > 10);
    CHECK(running.drain() == std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 11});
}

TEST_CASE("F-14: a record that checks and is none is passed over and counted, also as the last")
{
    const Written written{3};
    auto content = written.contents[0];
    for (const io::journal::Sequence sequence : {4U, 5U}) {
        Octets record(io::journal::record_header_octets);
        record.insert(record.end(), {9, 9, 9});
        io::journal::finish_record(record, 0, sequence);
        content.insert(content.end(), record.begin(), record.end());
    }
    written.damage(0, content);
    RunningJournal running{written.settings};
    CHECK(running.journal.state().depth == 5);
    CHECK(running.drain() == numbers(1, 3));
    CHECK(running.journal.state().depth == 0);
    CHECK_FALSE(running.journal.wait(std::chrono::milliseconds{0}));
}

TEST_CASE("F-30: a segment of a later version is left as it is, and what follows has other numbers")
{
    const Written written{3};
    auto content = written.contents[0];
    const std::span header{content.data(), io::journal::segment_header_octets};
    header[11] = 2;
    const auto check = io::journal::crc32c(header.subspan(16), io::journal::crc32c(header.first(12)));
    io::journal::put_number(header.data() + 12, check);
    written.damage(0, content);
    {
        RunningJournal running{written.settings};
        CHECK(running.undrained().empty());
        running.start().add(4, 4);
        CHECK(running.journal.state().last > 3);
        CHECK(running.drain() == numbers(4, 4));
    }
    CHECK(content_of(written.segments[0]) == content);
    CHECK(written.log.lines_with("journal_segment_of_later_version") == 1);
}

TEST_CASE("no more than four damaged segments are kept aside")
{
    const Written written{4000, 400};
    REQUIRE(written.segments.size() > 6);
    written.damage(0, written.contents[0]);
    for (const auto& segment : written.segments) {
        auto content = content_of(segment);
        content[5000] ^= 1;
        write_content(segment, content);
    }
    const auto found = found_in(written);
    CHECK(found.records.size() == 4000 - written.segments.size());
    CHECK(files_with(written.settings.directory, ".bad").size() == 4);
}
