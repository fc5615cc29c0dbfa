// provisioning/store/feed.hpp - the directory's two sources: one streaming pass over everything, then the change feed.
// Rows of the feed carry the transaction that wrote them; a position is the last snapshot read, because transactions
// commit out of sequence order and "greater than the last number" misses the slow ones.
#pragma once

#include "provisioning/directory.hpp"
#include "provisioning/store/session.hpp"

#include <functional>

namespace provisioning::store {

/// What the store cannot do by itself when it makes directory entries.
struct EntryHooks {
    /// ['Attribute-Name=value', ...] -> octets for the wire; must not throw: what does not encode is left out and
    /// reported.
    std::function<std::vector<std::uint8_t>(const std::vector<std::string>& reply, std::string_view of)> encode_reply;
    /// Opens nas.secret of row `id`; empty when it does not open (then the entry is left out and reported by the hook).
    std::function<Secret(std::int64_t id, std::span<const std::uint8_t> sealed)> open_nas_secret;
};

/// Where a reader is: the last snapshot, and which cluster it was (system identifier, timeline).
struct FeedPosition {
    std::string snapshot; ///< pg_current_snapshot()::text; empty: nowhere yet
    std::string cluster;
};

std::unique_ptr<Directory> load(Session& session, const EntryHooks& hooks, FeedPosition& position);

/// What has been committed since `position`, which moves on. nullopt: the position was pruned, or it is another cluster
/// or timeline: load() again.
std::optional<std::vector<Change>> changes_since(Session& session, const EntryHooks& hooks, FeedPosition& position);

/// LISTEN on the session's connection, and wait up to `longest` for a notification (true) or its end (false).
/// Throws Unavailable when the link is gone.
void listen(Session& session);
bool wait_for_change(Session& session, std::chrono::milliseconds longest);

/// Drops feed rows older than an hour and remembers up to which transaction, for changes_since().
void prune_feed(Session& session);

} // namespace provisioning::store
