// tests/unit/io/snapshot_fixture.hpp - a small provider's directory, a clock that is set by hand, and what a snapshot
// file says, to be compared.
#pragma once

#include "daemon/io/snapshot_file.hpp"
#include "provisioning/directory_image.hpp"
#include "tests/unit/io/temporary.hpp"
#include "tests/unit/provisioning/entries.hpp"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>

namespace snapshots {

using Octets = std::vector<std::uint8_t>;
using Changes = std::vector<provisioning::Change>;
using provisioning::Directory;

inline provisioning::Sealer sealer(std::uint8_t key = 1)
{
    std::array<std::uint8_t, provisioning::Sealer::key_octets> octets;
    octets.fill(key);
    return provisioning::Sealer{octets};
}

inline const io::SystemTime noon{std::chrono::seconds{1'800'000'000}};
inline std::atomic<std::chrono::seconds> since_noon{};
inline io::SystemTime hand_set() { return noon + since_noon.load(); }

inline provisioning::LoginEntry login(std::int64_t id, std::string name, std::size_t reply_octets = 0)
{
    provisioning::LoginEntry entry{.id = id, .name = std::move(name), .contract_id = 42, .plan_id = 3};
    entry.reply_octets.resize(reply_octets);
    return entry;
}

inline constexpr std::string_view canary = "canary-of-the-nas-secret";

inline void fill(Directory& directory)
{
    provisioning::Provider{}.put_into(directory);
    provisioning::NasEntry nas{.id = 9, .name = "bras1"};
    nas.secret = provisioning::Secret{canary};
    directory.apply(std::move(nas));
}

/// All entries, in an order of their own.
inline std::vector<Octets> entries_of(const Directory& directory)
{
    std::vector<Octets> entries;
    provisioning::each_entry(
        directory, [&](const provisioning::Change& change) { provisioning::encode(change, entries.emplace_back()); });
    std::ranges::sort(entries);
    return entries;
}

inline void apply(Directory& directory, const Changes& changes)
{
    for (const auto& change : changes) directory.apply(provisioning::Change{change});
}

inline Octets octets_of(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>{file}, {}};
}

inline void write(const std::string& path, std::span<const std::uint8_t> octets)
{
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
}

/// What octets say: "damaged", or the entries and the time.
struct Said {
    std::string fault;
    std::vector<Octets> entries;
    std::chrono::seconds as_of{}; ///< since noon
    bool operator==(const Said&) const = default;
};
inline Said said(std::span<const std::uint8_t> octets, std::uint8_t key = 1)
{
    const auto contents = io::read_snapshot(octets, sealer(key));
    if (!contents) return {std::string{io::name(contents.error())}, {}, {}};
    return {"", entries_of(*contents->directory), std::chrono::floor<std::chrono::seconds>(contents->as_of - noon)};
}

/// A file of three appended pieces, and what it says at each time.
struct Written {
    std::vector<std::size_t> ends; ///< of the entries, and of each piece
    std::vector<Said> states;
    Octets octets;
};
inline Written three_changes(std::uint8_t key = 1)
{
    const Temporary here;
    io::SnapshotFile file{here.path("snapshot"), sealer(key)};
    Directory directory;
    fill(directory);
    Written written;
    const auto note = [&](std::chrono::seconds as_of) {
        written.octets = octets_of(here.path("snapshot"));
        written.ends.push_back(written.octets.size());
        written.states.push_back({"", entries_of(directory), as_of});
    };
    file.write_anew(io::batch_of(directory), noon);
    note(std::chrono::seconds{0});
    const Changes changes[] = {{login(6, "maria")}, {provisioning::Removed{provisioning::EntryKind::login, 5}}, {}};
    for (std::size_t n = 0; n < std::size(changes); ++n) {
        io::Batch batch;
        for (const auto& change : changes[n]) batch.add(change);
        apply(directory, changes[n]);
        const std::chrono::seconds as_of{n + 1};
        file.append(batch, noon + as_of);
        note(as_of);
    }
    return written;
}

} // namespace snapshots
