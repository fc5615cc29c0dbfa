// provisioning/store/usage_find.cpp - which sessions a batch is about: the turn of its NAS, their reboots, and the
// sessions of keys that are used again.
#include "provisioning/store/columns.hpp"
#include "provisioning/store/usage_instance.hpp"
#include "provisioning/store/usage_stage.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

namespace provisioning::store {
namespace {

std::string instant_literal(Instant at) { return std::to_string(at.time_since_epoch().count()); }
Instant instant_of(const pqxx::field& ms) { return Instant{std::chrono::milliseconds{ms.as<std::int64_t>()}}; }
std::optional<Instant> maybe_instant(const pqxx::field& ms)
{
    return ms.is_null() ? std::nullopt : std::optional{instant_of(ms)};
}

bool of_a_session(UsageKind kind)
{
    return kind == UsageKind::start || kind == UsageKind::interim || kind == UsageKind::stop ||
           kind == UsageKind::closed;
}
bool is_boot(UsageKind kind) { return kind == UsageKind::nas_on || kind == UsageKind::nas_off; }

/// The records of one key that the NAS may use again, and what is known of it.
struct Key {
    std::int64_t nas_id = 0;
    std::vector<std::size_t> records; ///< of the batch
    Instant first = Instant::max(); ///< the earliest of them
    std::vector<Instance> known;
};
using Keys = std::map<std::string_view, Key>;

Keys keys_of(std::span<const Usage> batch)
{
    Keys keys;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (!of_a_session(batch[i].kind) || batch[i].began) continue;
        auto& key = keys[batch[i].session_key];
        key.nas_id = batch[i].nas_id;
        key.records.push_back(i);
        key.first = std::min(key.first, batch[i].at);
    }
    for (auto& [name, key] : keys) {
        // In order of time; closings behind what they close; else as they came.
        std::ranges::sort(key.records, {}, [&](std::size_t i) {
            const auto& u = batch[i];
            return std::tuple{u.kind == UsageKind::closed, u.at, static_cast<int>(u.kind), i};
        });
    }
    return keys;
}

// Those of about the time of the records, and some before it: one of them may be running yet. A session of before
// (its `began` is the epoch) is among them.
constexpr auto known_sql = R"(
select k.session_key, (extract(epoch from s.began) * 1000)::bigint, (extract(epoch from s.started_at) * 1000)::bigint,
       (extract(epoch from s.updated_at) * 1000)::bigint, s.start_seen, (extract(epoch from s.stop_at) * 1000)::bigint,
       s.session_time_s, s.download_octets, s.upload_octets, coalesce(host(s.ip), ''), s.nas_port,
       (extract(epoch from s.nas_at) * 1000)::bigint
from (select session_key, timestamptz 'epoch' + ms * interval '1 millisecond' - interval '1 day' as since
      from unnest($1::text[], $2::bigint[]) k (session_key, ms)) k
cross join lateral (
    (select * from session s where s.session_key = k.session_key and s.began >= k.since)
    union all
    (select * from session s where s.session_key = k.session_key and s.began < k.since and s.began > 'epoch'
     order by s.began desc limit 3)
    union all
    (select * from session s where s.session_key = k.session_key and s.began = 'epoch')) s)";

void read_known(Transaction& t, Keys& keys)
{
    Columns wanted;
    for (const auto& [name, key] : keys) wanted.add({std::string{name}, instant_literal(key.first)});
    for (const auto& row : run(t, {known_sql, wanted.literals()})) {
        Instance s;
        s.began = instant_of(row[1]);
        s.started_at = instant_of(row[2]);
        s.updated_at = instant_of(row[3]);
        s.start_seen = row[4].as<bool>();
        s.stop_at = maybe_instant(row[5]);
        s.session_time_s = static_cast<std::uint32_t>(row[6].as<std::int64_t>());
        s.download_octets = row[7].as<std::uint64_t>();
        s.upload_octets = row[8].as<std::uint64_t>();
        s.framed_ip = row[9].as<std::string>();
        if (!row[10].is_null()) s.nas_port = static_cast<std::uint32_t>(row[10].as<std::int64_t>());
        s.nas_at = maybe_instant(row[11]);
        keys.find(std::string_view{row[0].c_str(), row[0].size()})->second.known.push_back(std::move(s));
    }
}

using Boots = std::map<std::int64_t, std::vector<Instant>>;
/// In order, from when the oldest known session was heard of last.
Boots read_boots(Transaction& t, const Keys& keys)
{
    std::map<std::int64_t, Instant> since;
    for (const auto& [name, key] : keys) {
        auto& oldest = since.try_emplace(key.nas_id, Instant::max()).first->second;
        oldest = std::min(oldest, key.first);
        for (const auto& s : key.known) oldest = std::min(oldest, s.updated_at);
    }
    Columns wanted;
    for (const auto& [nas_id, at] : since) wanted.add({std::to_string(nas_id), instant_literal(at)});
    Boots boots;
    for (const auto& row :
         run(t, {"select b.nas_id, (extract(epoch from b.at) * 1000)::bigint from nas_boot b"
                 " join unnest($1::bigint[], $2::bigint[]) n (nas_id, ms) on n.nas_id = b.nas_id"
                 " and b.at >= timestamptz 'epoch' + n.ms * interval '1 millisecond' order by b.nas_id, b.at",
                 wanted.literals()}))
        boots[row[0].as<std::int64_t>()].push_back(instant_of(row[1]));
    return boots;
}

} // namespace

void lock_nas(Transaction& t, std::span<const Usage> batch)
{
    constexpr std::int64_t turns = 64; // few, as the server's table of locks is: NAS share them
    std::set<std::int64_t> wanted;
    for (const auto& u : batch)
        if (of_a_session(u.kind) || is_boot(u.kind)) wanted.insert((u.nas_id % turns + turns) % turns);
    Columns turn;
    for (const auto number : wanted) turn.add({std::to_string(number)});
    if (!wanted.empty())
        run(t, {"select pg_advisory_xact_lock(1886351989, n) from unnest($1::int[]) n", turn.literals()});
}

void note_boots(Transaction& t, std::span<const Usage> batch)
{
    Columns boots;
    for (const auto& u : batch) {
        if (!is_boot(u.kind)) continue;
        boots.add({std::to_string(u.nas_id), instant_literal(u.at), u.kind == UsageKind::nas_on ? "on" : "off"});
    }
    const auto literals = boots.literals();
    if (literals.empty()) return;
    run(t, {"insert into nas_boot as b (nas_id, at, kind)"
            " select nas_id, timestamptz 'epoch' + ms * interval '1 millisecond', max(kind)"
            " from unnest($1::bigint[], $2::bigint[], $3::text[]) r (nas_id, ms, kind) group by nas_id, ms"
            " order by nas_id, ms on conflict (nas_id, at) do update set kind = greatest(b.kind, excluded.kind)",
            literals});
}

std::vector<std::optional<Instant>> find_instances(Transaction& t, std::span<const Usage> batch)
{
    std::vector<std::optional<Instant>> began(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i)
        if (of_a_session(batch[i].kind)) began[i] = batch[i].began;
    auto keys = keys_of(batch);
    if (keys.empty()) return began;
    read_known(t, keys);
    const auto boots = read_boots(t, keys);
    for (auto& [name, key] : keys) {
        std::vector<const Usage*> records;
        for (const auto i : key.records) records.push_back(&batch[i]);
        const auto of_nas = boots.find(key.nas_id);
        const auto found = instances(std::move(key.known),
                                     of_nas == boots.end() ? std::span<const Instant>{} : of_nas->second, records);
        for (std::size_t r = 0; r < found.size(); ++r) began[key.records[r]] = found[r];
    }
    return began;
}

} // namespace provisioning::store
