// provisioning/store/feed.cpp - everything once, then what changed.
#include "provisioning/store/feed.hpp"

#include "provisioning/store/cluster.hpp"
#include "provisioning/store/entries.hpp"

#include <algorithm>

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;
constexpr std::chrono::seconds step_deadline{20};

FeedPosition position_now(Transaction& t)
{
    return {t.work().exec1("select pg_current_snapshot()::text")[0].as<std::string>(), cluster_of(t)};
}

/// Whether what lies between the position and now is still there. A pruned transaction id from beyond now came with a
/// dump of another cluster, and a snapshot from beyond now with an older copy of this one.
bool is_complete(Transaction& t, const FeedPosition& position)
{
    const auto row = t.work().exec_params1(
        "select pg_snapshot_xmax($1::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())"
        " and not exists (select from feed_state where pruned_xid >= pg_snapshot_xmin($1::pg_snapshot)"
        " and pruned_xid < pg_snapshot_xmax(pg_current_snapshot()))",
        position.snapshot);
    return row[0].as<bool>();
}

void read_changes(Transaction& t, const EntryKindRows& kind, const EntryHooks& hooks, const std::string& snapshot,
                  std::vector<Change>& changes)
{
    for (const auto& row : t.work().exec_params(kind.changed, snapshot)) {
        const Removed gone{kind.kind, row[0].as<std::int64_t>()};
        auto entry = row[1].is_null() ? std::nullopt : kind.read(row, 1, hooks);
        changes.push_back(entry ? std::move(*entry) : Change{gone});
    }
}

}  // namespace

std::unique_ptr<Directory> load(Session& session, const EntryHooks& hooks, FeedPosition& position)
{
    auto directory = std::make_unique<Directory>();
    position = in_transaction(session, {}, Mode::read_snapshot, step_deadline, [&](Transaction& t) {
        const auto now = position_now(t);
        for (const auto& kind : entry_kinds()) {
            t.work().exec0(kind.declare);
            for (;;) {
                t.extend();
                const auto rows = t.work().exec("fetch 5000 from entries");
                if (rows.empty()) break;
                for (const auto& row : rows) {
                    if (auto entry = kind.read(row, 0, hooks)) directory->apply(std::move(*entry));
                }
            }
            t.work().exec0("close entries");
        }
        return now;
    });
    return directory;
}

std::optional<std::vector<Change>> changes_since(Session& session, const EntryHooks& hooks, FeedPosition& position)
{
    if (position.snapshot.empty()) return std::nullopt;
    struct Read {
        FeedPosition now;
        std::vector<Change> changes;
    };
    auto read = in_transaction(session, {}, Mode::read_snapshot, step_deadline, [&](Transaction& t) {
        std::optional<Read> made = Read{position_now(t), {}};
        if (made->now.cluster != position.cluster || !is_complete(t, position)) return std::optional<Read>{};
        if (made->now.snapshot == position.snapshot) return made;
        for (const auto& kind : entry_kinds()) {
            read_changes(t, kind, hooks, position.snapshot, made->changes);
            t.extend();
        }
        return made;
    });
    if (!read) return std::nullopt;
    // Only now: a link that dies as late as in the commit takes the changes with it, and they must be read again.
    position = std::move(read->now);
    return std::move(read->changes);
}

void listen(Session& session)
{
    in_transaction(session, {}, Mode::read_write, default_deadline,
                   [](Transaction& t) { t.work().exec0("listen porteiro_change"); });
}

bool wait_for_change(Session& session, std::chrono::milliseconds longest)
{
    try {
        if (session.broken()) throw Unavailable("the connection was lost");
        const auto until = std::chrono::steady_clock::now() + longest;
        for (;;) {  // anything the server sends wakes it: a notice too, or the first half of a farewell
            const auto rest = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
            const auto ms = std::max<std::int64_t>(0, rest.count());
            if (session.connection().await_notification(ms / 1000, ms % 1000 * 1000) > 0) return true;
            if (ms == 0) return false;
        }
    } catch (...) {
        throw_refusal(session);
    }
}

void prune_feed(Session& session)
{
    constexpr std::chrono::seconds deadline{60};
    in_transaction(session, {}, Mode::read_write, deadline, [](Transaction& t) {
        // Only what every transaction now running came after; what lies beyond now came with another cluster's dump.
        t.work().exec0("with old as (delete from change_feed where at < now() - interval '1 hour'"
                       " and (xid < pg_snapshot_xmin(pg_current_snapshot())"
                       " or xid >= pg_snapshot_xmax(pg_current_snapshot())) returning xid)"
                       " update feed_state set pruned_xid = greatest(pruned_xid, o.xid) from ("
                       " select xid from old where xid < pg_snapshot_xmin(pg_current_snapshot())"
                       " order by xid desc limit 1) o");
    });
}

} // namespace provisioning::store
