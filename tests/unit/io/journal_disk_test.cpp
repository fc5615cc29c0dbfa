// tests/unit/io/journal_disk_test.cpp - N-02, F-08, F-09: a disk that is full or fails never gets a record acknowledged
// that is not there afterwards, and is used again when it works.
#include "tests/unit/io/faulty_disk.hpp"
#include "tests/unit/io/journal_fixture.hpp"

#include <sys/mount.h>

using namespace std::chrono_literals;
using io::Journal;

namespace {

struct Folder {
    Temporary temporary;
    CapturedLog log;
    io::JournalSettings settings = small_journal(temporary.path("journal"));
};

/// What was reported as durable is in the folder, with the octets that it was given.
void check_acknowledged(const io::JournalSettings& settings, const std::map<core::Ticket, bool>& reported)
{
    static io::Log log{config::LogLevel::error}; // making one takes longer than all else
    RunningJournal after{settings, log};
    std::map<std::int64_t, std::size_t> found;
    after.journal.each_undrained([&](const provisioning::Usage& usage) {
        ++found[usage.nas_id];
        REQUIRE(usage.attributes == nth_usage(usage.nas_id, usage.attributes.size()).attributes);
    });
    for (const auto& [ticket, durable] : reported) {
        CAPTURE(ticket);
        if (durable) REQUIRE(found[static_cast<std::int64_t>(ticket)] == 1);
    }
}

} // namespace

TEST_CASE("F-08, F-09: whichever of the first 50 calls fails, what was acknowledged is there, and it writes again")
{
    struct Row {
        const char* name;
        Fault fault;
        std::size_t most_refused; ///< batches of 40
    };
    const Row rows[] = {
        {"no space", {ENOSPC}, 1},        {"no quota", {EDQUOT}, 1},
        {"input/output error", {EIO}, 1}, {"interrupted", {EINTR}, 1},
        {"a short write", {0}, 0},        {"fails, and so does all until the batch was refused", {EIO, 8}, 8},
    };
    for (const auto& row : rows) {
        for (std::size_t k = 1; k <= 50; ++k) {
            CAPTURE(row.name);
            CAPTURE(k);
            Folder folder;
            FaultyDisk disk;
            disk.fail(k, row.fault);
            std::map<core::Ticket, bool> reported;
            {
                RunningJournal running{folder.settings, disk};
                running.start();
                for (std::int64_t n = 1; n <= 800; n += 40) running.add(n, n + 39, 600);
                reported = running.reported;
                CHECK(running.journal.state().disk == Journal::Disk::ok);
            }
            REQUIRE(disk.failed() > 0);
            REQUIRE(reported.size() == 800);
            const auto refused = std::ranges::count(reported, false, &std::pair<const core::Ticket, bool>::second);
            CHECK(static_cast<std::size_t>(refused) <= row.most_refused * 40);
            check_acknowledged(folder.settings, reported);
        }
    }
}

TEST_CASE("F-09: a batch whose fdatasync failed once is written to another segment, and acknowledged there")
{
    Folder folder;
    FaultyDisk disk;
    std::map<core::Ticket, bool> reported;
    {
        RunningJournal running{folder.settings, disk};
        running.start().add(1, 10);
        disk.fail_next_sync(EIO);
        running.add(11, 20);
        CHECK(running.all_durable());
        CHECK(running.drain() == numbers(1, 20));
        CHECK(running.journal.state().disk == Journal::Disk::ok);
        running.add(21, 30);
        reported = running.reported;
        running.journal.rewind();
    }
    CHECK(files_with(folder.settings.directory, ".journal").size() == 2);
    CHECK(disk.synced_after_failure() == 0);
    CHECK(folder.log.lines_with("journal_sync_failed") == 1);
    check_acknowledged(folder.settings, reported);
}

TEST_CASE("N-02: while the disk is full nothing is acknowledged; it is said once, and once that it writes again")
{
    Folder folder;
    FaultyDisk disk;
    {
        RunningJournal running{folder.settings, disk};
        running.start().add(1, 1);
        disk.space(0);
        // The present segment and the spare, 512 KiB together, are ours already.
        std::int64_t n = 1;
        while (running.all_durable() && n < 2000) {
            running.add(n + 1, n + 10, 1000);
            n += 10;
        }
        CHECK(n > 400);
        CHECK(n < 600);
        const auto state = running.journal.state();
        CHECK(state.disk == Journal::Disk::full);
        CHECK(state.problem == "a segment cannot be made: No space left on device");
        for (std::int64_t more = 0; more < 50; ++more, ++n) running.add(n + 1, n + 1);
        CHECK(std::ranges::count(running.reported, false, &std::pair<const core::Ticket, bool>::second) >= 50);
        disk.space(1 << 30);
        CHECK(eventually([&] { return running.journal.state().disk == Journal::Disk::ok; })); // without a record
        running.add(n + 1, n + 10);
        for (auto ticket = n + 1; ticket <= n + 10; ++ticket)
            CHECK(running.reported.at(static_cast<core::Ticket>(ticket)));
        CHECK(running.journal.state().problem == "");
    }
    CHECK(folder.log.lines_with("event=journal_full") == 1);
    CHECK(folder.log.lines_with("event=journal_writes_again") == 1);
}

TEST_CASE("N-02: records that no NAS will send again are kept while the disk is full, and written before later ones")
{
    Folder folder;
    FaultyDisk disk;
    {
        RunningJournal running{folder.settings, disk};
        disk.space(0);
        running.start();
        REQUIRE(running.journal.add(nth_usage(1), Journal::nobody_waits));
        running.add(2, 2);
        REQUIRE(running.journal.add(nth_usage(3), Journal::nobody_waits));
        running.add(4, 4);
        CHECK_FALSE(running.all_durable());
        disk.space(1 << 30);
        CHECK(running.journal.wait(20s)); // written without any other
        running.add(5, 5);
        CHECK(running.reported == std::map<core::Ticket, bool>{{2, false}, {4, false}, {5, true}});
        CHECK(running.drain() == std::vector<std::int64_t>{1, 3, 5});
    }
    CHECK(folder.log.lines_with("journal_records_lost") == 0);
}

TEST_CASE("N-02: no more than 10,000 such records are kept, and what is lost is said")
{
    Folder folder;
    FaultyDisk disk;
    {
        RunningJournal running{folder.settings, disk};
        disk.space(0);
        running.start();
        for (std::int64_t n = 1; n <= 10'100; ++n) REQUIRE(running.journal.add(nth_usage(n, 4), Journal::nobody_waits));
        running.add(10'101, 10'101);
        disk.space(1 << 30);
        CHECK(running.journal.wait(20s));
        CHECK(eventually([&] { return running.journal.state().written == 10'000; }));
        CHECK(running.drain(20'000) == numbers(1, 10'000));
    }
    CHECK(folder.log.lines_with("event=journal_records_lost") >= 1);
}

TEST_CASE("F-08: a spare that an earlier daemon left is used when there is no other space")
{
    Folder folder;
    {
        RunningJournal running{folder.settings};
        running.start().add(1, 1);
        CHECK(eventually([&] { return std::filesystem::exists(folder.settings.directory + "/spare.tmp"); }));
    }
    FaultyDisk disk;
    disk.space(0);
    RunningJournal running{folder.settings, disk};
    running.start().add(2, 10);
    CHECK(running.all_durable());
    CHECK(running.drain() == numbers(1, 10));
}

TEST_CASE("F-08: where there is no space for a whole segment, smaller ones do")
{
    Folder folder;
    folder.settings.segment_octets = 8 << 20;
    FaultyDisk disk;
    disk.space(3 << 20);
    RunningJournal running{folder.settings, disk};
    running.start().add(1, 10);
    CHECK(running.all_durable());
    const auto files = files_with(folder.settings.directory, ".journal");
    REQUIRE(files.size() == 1);
    CHECK(std::filesystem::file_size(files[0]) == 2 << 20);
}

TEST_CASE(
    "quota: drained segments go early; nothing is taken when all is undrained; and it goes on when it was drained")
{
    Folder folder;
    folder.settings.quota_octets = 1 << 20; // four segments
    {
        RunningJournal running{folder.settings};
        running.start();
        std::int64_t n = 0;
        const auto until_refused = [&](std::int64_t most) {
            const auto from = n;
            while (n - from < most && running.all_durable()) {
                running.add(n + 1, n + 20, 1000);
                n += 20;
                CHECK(running.journal.state().octets <= folder.settings.quota_octets);
            }
        };
        until_refused(600);
        CHECK(running.all_durable());
        CHECK(running.drain() == numbers(1, n));
        until_refused(2000);
        CHECK(n > 600 + 800);
        CHECK(n < 600 + 1100);
        CHECK(running.journal.state().disk == Journal::Disk::full);
        CHECK(running.journal.state().problem == "the quota is used up by records that are not in the database yet");
        CHECK(running.drain().back() >= n - 20);
        CHECK(eventually([&] { return running.journal.state().disk == Journal::Disk::ok; }));
        running.reported.clear();
        until_refused(100);
        CHECK(running.all_durable());
    }
    CHECK(folder.log.lines_with("event=journal_dropped_early") >= 2);
}

TEST_CASE("F-08: on a small file system that others fill" * doctest::skip(::geteuid() != 0))
{
    Temporary temporary;
    CapturedLog log;
    const auto mounted = temporary.path("mount");
    std::filesystem::create_directory(mounted);
    if (::mount("tmpfs", mounted.c_str(), "tmpfs", 0, "size=4m") != 0) {
        MESSAGE("skipped: this account cannot mount a tmpfs");
        return;
    }
    {
        const auto settings = small_journal(mounted + "/journal");
        RunningJournal running{settings};
        running.start().add(1, 1);
        std::ofstream{mounted + "/filler", std::ios::binary} << std::string(8 << 20, 'x') << std::flush;
        std::int64_t n = 1;
        for (; n < 4000 && running.all_durable(); n += 10) running.add(n + 1, n + 10, 1000);
        CHECK(n > 200); // what was reserved
        CHECK_FALSE(running.all_durable());
        CHECK(running.journal.state().disk == Journal::Disk::full);
        std::filesystem::remove(mounted + "/filler");
        CHECK(eventually([&] { return running.journal.state().disk == Journal::Disk::ok; }));
        running.add(n + 1, n + 10);
        CHECK(running.reported.at(static_cast<core::Ticket>(n + 10)));
        std::vector<std::int64_t> acknowledged;
        for (const auto& [ticket, durable] : running.reported)
            if (durable) acknowledged.push_back(static_cast<std::int64_t>(ticket));
        CHECK(running.drain() == acknowledged);
        // Full again, and all drained: what was drained makes room.
        std::ofstream{mounted + "/filler", std::ios::binary} << std::string(8 << 20, 'x') << std::flush;
        running.reported.clear();
        for (auto first = n + 11; first < n + 611; first += 10) running.add(first, first + 9, 1000);
        CHECK(running.all_durable());
    }
    CHECK(log.lines_with("event=journal_dropped_early") >= 1);
    ::umount(mounted.c_str());
}
