// tests/unit/io/snapshot_test.cpp - the file as it is written, kept up, loaded and given up (F-01, F-15, X-03).
#include "daemon/io/snapshot.hpp"

#include "tests/unit/io/snapshot_fixture.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <thread>

using namespace snapshots;
using namespace std::chrono_literals;

namespace {

struct Fixture {
    Fixture() { since_noon = 0s; }
    Said file() const { return said(octets_of(path)); }

    const Temporary here;
    const std::string path = here.path("snapshot");
    io::Log log{config::LogLevel::error};
    provisioning::Sealer key = sealer();
    Directory directory;
};

Said state(const Directory& directory, std::chrono::seconds as_of) { return {"", entries_of(directory), as_of}; }

void change(io::Snapshot& snapshot, Directory& directory, const Changes& changes)
{
    apply(directory, changes);
    snapshot.append(changes);
}

/// No file can grow past `octets` meanwhile: the write that would fails with EFBIG, as a full disk's does with ENOSPC.
class FileLimit {
public:
    explicit FileLimit(rlim_t octets)
    {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit now{octets, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &now);
        handler_ = ::signal(SIGXFSZ, SIG_IGN);
    }
    ~FileLimit()
    {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, handler_);
    }
    FileLimit(const FileLimit&) = delete;
    FileLimit& operator=(const FileLimit&) = delete;

private:
    rlimit before_{};
    sighandler_t handler_;
};

/// The lines that `act` logs.
template <class Act>
std::string logged_by(Act act)
{
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const int standard_error = ::dup(2);
    ::dup2(ends[1], 2);
    {
        io::Log log(config::LogLevel::info);
        act(log);
    }
    ::dup2(standard_error, 2);
    ::close(ends[1]);
    ::close(standard_error);
    std::string all(65'536, '\0');
    const auto got = ::read(ends[0], all.data(), all.size());
    ::close(ends[0]);
    all.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return all;
}

bool holds(std::string_view all, std::string_view part) { return all.find(part) != all.npos; }

} // namespace

TEST_CASE_FIXTURE(Fixture,
                  "F-01: a directory and its changes come back from disk, in pieces that hide everything (X-03)")
{
    fill(directory);
    for (std::int64_t id = 1000; id < 5000; ++id)
        directory.apply(login(id, "name" + std::to_string(id), static_cast<std::size_t>(id % 600)));
    {
        io::Snapshot snapshot(path, key, log, hand_set);
        snapshot.rewrite(directory);
        since_noon = 1s;
        change(snapshot, directory, {login(6, "maria"), provisioning::Removed{provisioning::EntryKind::login, 1000}});
        since_noon = 2s;
        change(snapshot, directory, {login(6, "maria-renamed")});
    }
    const auto octets = octets_of(path);
    CHECK(octets.size() > 1 << 20);
    CHECK(said(octets) == state(directory, 2s));
    for (const auto clear : {canary, std::string_view{"maria"}, std::string_view{"name4999"}})
        CHECK(std::ranges::search(octets, clear).empty());
    struct ::stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    CHECK_FALSE(std::filesystem::exists(path + ".new"));
}

TEST_CASE_FIXTURE(Fixture,
                  "what is loaded has its time with it, and no other clock than the system's is asked for its age")
{
    fill(directory);
    since_noon = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now() - noon) - 3600s;
    io::Snapshot(path, key, log, hand_set).rewrite(directory);
    const auto loaded = io::Snapshot::load(path, key, 24h, log);
    REQUIRE(loaded);
    CHECK(entries_of(*loaded->directory) == entries_of(directory));
    CHECK(loaded->as_of == hand_set());
}

TEST_CASE_FIXTURE(Fixture, "F-15: one line says why a file is not used")
{
    fill(directory);
    since_noon = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now() - noon) - 25h;
    io::Snapshot(path, key, log, hand_set).rewrite(directory);
    const auto octets = octets_of(path);
    auto newer = octets, damaged = octets;
    newer[21] = 2;
    damaged[100] ^= 1;
    struct Row {
        const char* name;
        Octets octets;
        std::uint8_t key;
        const char* line;
    };
    const Row rows[] = {
        {"too old", octets, 1, "reason=\"older than 24 h\""},
        {"newer version", newer, 1, "reason=\"other version\""},
        {"damaged", damaged, 1, "reason=damaged"},
        {"other key", octets, 2, "reason=\"other key\""},
        {"empty", {}, 1, "reason=\"not a snapshot\""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        write(path, row.octets);
        const auto lines =
            logged_by([&](io::Log& seen) { CHECK_FALSE(io::Snapshot::load(path, sealer(row.key), 24h, seen)); });
        CHECK(holds(lines, "level=warning event=snapshot_ignored path=" + path + ' ' + row.line));
        CHECK(std::ranges::count(lines, '\n') == 1);
    }
    std::filesystem::remove(path);
    CHECK(holds(logged_by([&](io::Log& seen) { CHECK_FALSE(io::Snapshot::load(path, key, 24h, seen)); }),
                "level=info event=snapshot_missing"));
    std::filesystem::create_directory(path);
    CHECK(holds(logged_by([&](io::Log& seen) { CHECK_FALSE(io::Snapshot::load(path, key, 24h, seen)); }),
                "reason=\"no regular file: Invalid argument\""));
}

TEST_CASE_FIXTURE(Fixture, "where nothing changes the time moves on all the same, at most once in 10 s")
{
    fill(directory);
    io::Snapshot snapshot(path, key, log, hand_set);
    snapshot.rewrite(directory);
    const auto said_at = [&](std::chrono::seconds now) {
        since_noon = now;
        snapshot.still_true();
        snapshot.flush();
        return file();
    };
    CHECK(said_at(9s) == state(directory, 0s));
    CHECK(said_at(10s) == state(directory, 10s));
    CHECK(said_at(19s) == state(directory, 10s));
    CHECK(said_at(5s) == state(directory, 5s)); // the clock was set back
}

TEST_CASE_FIXTURE(Fixture, "before the directory is known nothing is written, and an earlier run's file stays")
{
    fill(directory);
    io::Snapshot(path, key, log, hand_set).rewrite(directory);
    const auto before = octets_of(path);
    io::Snapshot snapshot(path, key, log, hand_set);
    snapshot.append({login(6, "maria")});
    since_noon = 1h;
    snapshot.still_true();
    snapshot.flush();
    CHECK(octets_of(path) == before);
    CHECK_FALSE(snapshot.wants_rewrite());
}

TEST_CASE_FIXTURE(Fixture, "changes that outgrow the entries are folded into them")
{
    fill(directory);
    io::Snapshot snapshot(path, key, log, hand_set);
    snapshot.rewrite(directory);
    std::uintmax_t largest = 0;
    for (int n = 0; n < 25; ++n) {
        since_noon = std::chrono::seconds{n};
        change(snapshot, directory, {login(6, "maria" + std::to_string(n), 100'000)});
        snapshot.flush();
        largest = std::max(largest, std::filesystem::file_size(path));
    }
    CHECK(file() == state(directory, 24s));
    CHECK(largest > 1 << 20);
    CHECK(largest < 1'400'000);
}

TEST_CASE_FIXTURE(Fixture, "a change that finds no room is kept in a file written anew, which is shorter")
{
    fill(directory);
    io::Snapshot snapshot(path, key, log, hand_set);
    snapshot.rewrite(directory);
    for (int n = 0; n < 5; ++n) change(snapshot, directory, {login(6, "maria", 100'000)});
    snapshot.flush();
    const FileLimit limit{octets_of(path).size() + 50'000};
    since_noon = 1s;
    change(snapshot, directory, {login(6, "maria-renamed", 100'000)});
    snapshot.flush();
    CHECK(file() == state(directory, 1s));
    CHECK_FALSE(snapshot.wants_rewrite());
}

TEST_CASE_FIXTURE(Fixture, "a file that would miss a change is removed, said so once, and asked for anew once a minute")
{
    fill(directory);
    const auto lines = logged_by([&](io::Log& seen) {
        io::Snapshot snapshot(path, key, seen, hand_set);
        snapshot.rewrite(directory);
        snapshot.flush();
        {
            const FileLimit limit{100};
            change(snapshot, directory, {provisioning::Removed{provisioning::EntryKind::login, 5}});
            snapshot.flush();
            CHECK_FALSE(std::filesystem::exists(path));
            CHECK_FALSE(std::filesystem::exists(path + ".new"));
            change(snapshot, directory, {login(6, "maria")}); // there is nothing to add it to
            CHECK_FALSE(snapshot.wants_rewrite());
            since_noon = 60s;
            CHECK(snapshot.wants_rewrite());
            CHECK_FALSE(snapshot.wants_rewrite());
            snapshot.rewrite(directory);
            snapshot.flush();
            CHECK_FALSE(std::filesystem::exists(path));
        }
        snapshot.rewrite(directory);
        snapshot.flush();
        CHECK(file() == state(directory, 60s));
        since_noon = 200s;
        CHECK_FALSE(snapshot.wants_rewrite());
    });
    const auto first = lines.find("level=error event=snapshot_not_written reason=");
    CHECK(first != lines.npos);
    CHECK(holds(lines, "File too large\" removed=yes"));
    CHECK(lines.find("snapshot_not_written", first + 40) == lines.npos);
    CHECK(holds(lines, "event=snapshot_written_again"));
}

TEST_CASE_FIXTURE(Fixture, "what is handed over while the file is being written is not lost")
{
    fill(directory);
    io::Snapshot snapshot(path, key, log, hand_set);
    snapshot.rewrite(directory);
    std::atomic<bool> stopped{false};
    std::thread waiter([&] {
        while (!stopped) {
            snapshot.flush();
            snapshot.wants_rewrite();
        }
    });
    for (std::int64_t id = 100; id < 600; ++id) {
        change(snapshot, directory, {login(id, "name" + std::to_string(id))});
        snapshot.still_true();
        if (id % 100 == 0) snapshot.rewrite(directory);
    }
    stopped = true;
    waiter.join();
    snapshot.flush();
    CHECK(file() == state(directory, 0s));
}
