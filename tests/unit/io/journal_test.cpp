// tests/unit/io/journal_test.cpp - what was acknowledged is read back, in order, also by the next daemon.
#include "tests/unit/io/journal_fixture.hpp"

#include <sys/stat.h>

#include <atomic>
#include <thread>

using namespace std::chrono_literals;
using io::Journal;

namespace {

struct Folder {
    Temporary temporary;
    CapturedLog log;
    io::JournalSettings settings = small_journal(temporary.path("journal"));

    std::string path(const std::string& name) const { return settings.directory + '/' + name; }
};

} // namespace

TEST_CASE("N-01: a record is readable once its ticket was reported, octet for octet")
{
    Folder folder;
    RunningJournal running{folder.settings};
    running.start();
    auto usage = nth_usage(1, 4096);
    usage.session_key = "n:bras1|1|joao|aa";
    usage.nat = {{"203.0.113.1", 1, 2}};
    CHECK(running.journal.last_added() == 0);
    REQUIRE(running.journal.add(usage, 1));
    CHECK(running.journal.last_added() == 1); // at once, for whoever waits until it is in the database
    CHECK_FALSE(running.journal.idle());
    running.until_idle();
    CHECK(running.reported == std::map<core::Ticket, bool>{{1, true}});
    const auto batch = running.journal.read(10);
    REQUIRE(batch.records.size() == 1);
    CHECK(batch.first == 1);
    CHECK(batch.last == 1);
    CHECK(batch.octets > 4096);
    const auto& read = batch.records[0];
    CHECK(read.attributes == usage.attributes);
    CHECK(read.session_key == usage.session_key);
    CHECK(read.nat == usage.nat);
    CHECK(read.arrived_steady == usage.arrived_steady);
}

TEST_CASE("the folder is for us alone")
{
    Folder folder;
    RunningJournal running{folder.settings};
    running.start().add(1, 1);
    running.journal.drained(running.journal.read(1));
    const auto mode = [](const std::string& path) {
        struct stat status{};
        CHECK(::stat(path.c_str(), &status) == 0);
        return status.st_mode & 0777U;
    };
    CHECK(mode(folder.settings.directory) == 0700);
    CHECK(mode(folder.path("00000000000000000001.journal")) == 0600);
    CHECK(mode(folder.path("position")) == 0600);
    CHECK(files_with(folder.settings.directory, "").size() == 3); // and the spare
}

TEST_CASE("a folder that cannot be used is said in one line")
{
    Folder folder;
    folder.settings.directory = folder.temporary.path("missing/journal");
    CHECK(thrown_by([&] { RunningJournal running{folder.settings}; }) ==
          folder.settings.directory + ": cannot make the journal's folder: No such file or directory");
}

TEST_CASE("tickets are reported and records read in the order of their coming, over segments and restarts")
{
    Folder folder;
    {
        RunningJournal running{folder.settings};
        running.start().add(1, 3000, 400);
        std::vector<core::Ticket> expected;
        for (core::Ticket n = 1; n <= 3000; ++n) expected.push_back(n);
        CHECK(running.order == expected);
        CHECK(files_with(folder.settings.directory, ".journal").size() > 3);
        CHECK(running.journal.state().written == 3000);
    }
    {
        RunningJournal running{folder.settings};
        CHECK(running.undrained() == numbers(1, 3000));
        CHECK(running.journal.state().depth == 3000);
        running.start().add(3001, 3100, 400);
        CHECK(running.drain(77) == numbers(1, 3100));
        CHECK(running.journal.state().depth == 0);
    }
    RunningJournal running{folder.settings};
    CHECK(running.undrained().empty());
    CHECK(running.journal.state().last == 3100);
    CHECK(running.journal.state().damaged == 0);
}

TEST_CASE("a read is repeated until it was drained, and goes on there after a restart")
{
    Folder folder;
    {
        RunningJournal running{folder.settings};
        running.start().add(1, 1000, 400);
        CHECK(running.journal.read(10).last == 10);
        const auto batch = running.journal.read(600);
        CHECK(batch.first == 1);
        CHECK(batch.last == 600);
        running.journal.drained(batch);
        CHECK(running.journal.state().depth == 400);
        CHECK(running.journal.state().last_drained == 600);
        Journal::Batch half = running.journal.read(200);
        half.records.resize(50);
        half.last = 650;
        running.journal.drained(half);
        CHECK(running.journal.state().depth == 350);
        CHECK(running.journal.read(1).first == 651);
    }
    RunningJournal running{folder.settings};
    CHECK(running.journal.state().depth == 350);
    CHECK(running.journal.state().last_drained == 650);
    CHECK(running.undrained() == numbers(651, 1000));
    CHECK(running.drain() == numbers(651, 1000));
}

TEST_CASE("the state says since when the oldest record waits")
{
    Folder folder;
    const auto arrived = [](std::int64_t n) { return nth_usage(n).arrived; };
    {
        RunningJournal running{folder.settings};
        CHECK(running.journal.state().oldest == provisioning::Instant{});
        running.start().add(1, 5);
        CHECK(running.journal.state().oldest == arrived(1));
        running.journal.drained(running.journal.read(3));
        CHECK(running.journal.state().oldest == arrived(4));
        running.journal.drained(running.journal.read(3));
        CHECK(running.journal.state().oldest == provisioning::Instant{});
        running.add(6, 8);
        CHECK(running.journal.state().oldest == arrived(6));
    }
    RunningJournal running{folder.settings};
    CHECK(running.journal.state().oldest == arrived(6));
}

TEST_CASE("the note is kept with the position; without it reading begins at the oldest record")
{
    Folder folder;
    {
        RunningJournal running{folder.settings};
        CHECK(running.journal.note() == "");
        running.start().add(1, 10);
        running.journal.set_note("database 42\nsecond line");
        running.journal.drained(running.journal.read(4));
    }
    {
        RunningJournal running{folder.settings};
        CHECK(running.journal.note() == "database 42\nsecond line");
        CHECK(running.undrained() == numbers(5, 10));
        CHECK_FALSE(thrown_by([&] { running.journal.set_note(std::string(201, 'x')); }).empty());
    }
    auto content = content_of(folder.path("position"));
    struct Row {
        const char* name;
        std::vector<std::uint8_t> content;
    };
    auto flipped = content;
    flipped[0] ^= 1;
    const Row rows[] = {
        {"a digit is another", flipped},
        {"cut", {content.begin(), content.end() - 1}},
        {"empty", {}},
        {"zeros", std::vector<std::uint8_t>(content.size(), 0)},
        {"longer than any", std::vector<std::uint8_t>(5000, '9')},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        write_content(folder.path("position"), row.content);
        RunningJournal running{folder.settings};
        CHECK(running.journal.note() == "");
        CHECK(running.undrained() == numbers(1, 10));
    }
    CHECK(folder.log.lines_with("journal_without_position") == std::size(rows));
}

TEST_CASE("F-04: rewinding gives everything that is kept once more, drained or not")
{
    Folder folder;
    {
        RunningJournal running{folder.settings};
        running.start().add(1, 2000, 400);
        running.drain();
    }
    {
        RunningJournal running{folder.settings};
        CHECK(running.journal.state().depth == 0);
        running.journal.rewind();
        CHECK(running.journal.state().depth == 2000);
        CHECK(running.journal.state().last_drained == 0);
        CHECK(running.journal.state().oldest == nth_usage(1).arrived);
        running.journal.drained(running.journal.read(100));
    }
    RunningJournal running{folder.settings};
    CHECK(running.drain() == numbers(101, 2000));
    CHECK(running.journal.state().damaged == 0);
}

TEST_CASE("a segment goes when it was drained for longer than it is kept, and no other")
{
    Folder folder;
    folder.settings.keep = 3600s;
    std::size_t segments = 0;
    {
        RunningJournal running{folder.settings};
        running.start().add(1, 2000, 400);
        running.drain();
        segments = files_with(folder.settings.directory, ".journal").size();
        REQUIRE(segments >= 4);
    }
    const auto files = files_with(folder.settings.directory, ".journal");
    const auto age = [&](std::size_t file, std::chrono::seconds by) {
        std::filesystem::last_write_time(files[file], std::filesystem::file_time_type::clock::now() - by);
    };
    age(0, 3700s);
    age(1, 3500s);
    age(files.size() - 1, 3700s); // the last one: written to until now
    {
        RunningJournal running{folder.settings};
        CHECK(running.journal.read(1).records.empty());
        CHECK(files_with(folder.settings.directory, ".journal") ==
              std::vector<std::string>(files.begin() + 1, files.end()));
        CHECK(running.journal.state().last == 2000);
    }
    CHECK(folder.log.lines_with("journal_segment_removed") == 1);
}

TEST_CASE("what is not drained stays, however old it is")
{
    Folder folder;
    folder.settings.keep = 0s;
    {
        RunningJournal running{folder.settings};
        running.start().add(1, 1000, 400);
    }
    for (const auto& file : files_with(folder.settings.directory, ".journal"))
        std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - 1000h);
    RunningJournal running{folder.settings};
    CHECK(running.drain() == numbers(1, 1000));
}

TEST_CASE("stop() writes what is queued, and nothing is taken afterwards")
{
    Folder folder;
    folder.settings.delay = 3600s;
    {
        RunningJournal running{folder.settings};
        running.start();
        for (core::Ticket n = 1; n <= 500; ++n)
            REQUIRE(running.journal.add(nth_usage(static_cast<std::int64_t>(n)), n));
        running.journal.stop();
        CHECK_FALSE(running.journal.add(nth_usage(501), 501));
        running.until_idle();
        CHECK(running.reported.size() == 500);
        CHECK(running.all_durable());
    }
    RunningJournal running{folder.settings};
    CHECK(running.undrained() == numbers(1, 500));
}

TEST_CASE("a batch gathers no longer once it holds 1 MiB")
{
    Folder folder;
    folder.settings.delay = 3600s;
    RunningJournal running{folder.settings};
    running.start();
    for (core::Ticket n = 1; n <= 300; ++n)
        REQUIRE(running.journal.add(nth_usage(static_cast<std::int64_t>(n), 4000), n));
    CHECK(eventually([&] {
        running.loop.poll();
        return running.reported.size() >= 200;
    }));
    CHECK(running.all_durable());
}

TEST_CASE("the queue has an end, and a record too long for the journal is not taken")
{
    Folder folder;
    RunningJournal running{folder.settings}; // nobody writes
    auto large = nth_usage(1, 65'000);
    core::Ticket taken = 0;
    while (running.journal.add(large, taken + 1)) ++taken;
    CHECK(taken == (64 << 20) / 65'050);
    large.complaint.assign(65'000, 'x');
    RunningJournal other{small_journal(folder.temporary.path("other"))};
    CHECK_FALSE(other.journal.add(large, 1));
    CHECK(other.journal.idle());
}

TEST_CASE("waiting ends when there is something to read, and when it is interrupted")
{
    Folder folder;
    RunningJournal running{folder.settings};
    running.start();
    CHECK_FALSE(running.journal.wait(0ms));
    running.journal.interrupt();
    CHECK_FALSE(running.journal.wait(3600s));
    REQUIRE(running.journal.add(nth_usage(1), 1));
    CHECK(running.journal.wait(3600s));
    running.drain();
    CHECK_FALSE(running.journal.wait(0ms));
}

TEST_CASE("a record of an earlier boot has no time by the present boot's clock")
{
    Folder folder;
    {
        RunningJournal running{folder.settings};
        running.start().add(1, 1);
    }
    const auto path = folder.path("00000000000000000001.journal");
    auto content = content_of(path);
    const auto header = io::journal::segment_header(1, io::journal::BootId{1});
    std::ranges::copy(header, content.begin());
    write_content(path, content);
    RunningJournal running{folder.settings};
    const auto batch = running.journal.read(1);
    REQUIRE(batch.records.size() == 1);
    CHECK(batch.records[0].arrived_steady == 0ns);
    CHECK(batch.records[0].arrived == nth_usage(1).arrived);
}

TEST_CASE("one thread reads and drains while another writes")
{
    Folder folder;
    RunningJournal running{folder.settings};
    running.start();
    std::vector<std::int64_t> read;
    std::atomic<bool> all_added{false};
    std::thread reader{[&] {
        while (running.journal.wait(all_added ? 0ms : 10ms) || !all_added) {
            const auto batch = running.journal.read(64);
            for (const auto& record : batch.records) read.push_back(record.nas_id);
            running.journal.drained(batch);
            running.journal.state();
        }
    }};
    for (std::int64_t n = 1; n <= 3000; n += 100) running.add(n, n + 99, 300);
    all_added = true;
    reader.join();
    CHECK(read == numbers(1, 3000));
    CHECK(running.all_durable());
    CHECK(running.journal.state().depth == 0);
}
