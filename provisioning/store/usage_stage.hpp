// provisioning/store/usage_stage.hpp - a batch of accounting records on its way into the tables, step by step. Each is
// part of one transaction; the order is that of the declarations.
#pragma once

#include "provisioning/store/statement.hpp"
#include "provisioning/usage.hpp"

#include <span>

namespace provisioning::store {

/// Waits its turn among the transactions that merge records of the same NAS: their rows are then nobody else's.
void lock_nas(Transaction& t, std::span<const Usage> batch);

/// Accounting-On and Off into nas_boot.
void note_boots(Transaction& t, std::span<const Usage> batch);

/// `began` of each record of the batch, where the store has to find it out; nothing: it concerns no session.
std::vector<std::optional<Instant>> find_instances(Transaction& t, std::span<const Usage> batch);

/// Records of sessions into temporary tables; `daemon`: whose they are. Returns how many.
struct Staged {
    std::size_t records = 0, closings = 0, port_blocks = 0;
};
Staged stage(Transaction& t, std::span<const Usage> batch, std::span<const std::optional<Instant>> began,
             std::string_view daemon);

/// What is staged into session, usage_day, usage_hour and session_nat; sessions whose NAS began anew after they were
/// heard of are closed.
void merge_staged(Transaction& t, const Staged& staged);
/// The sessions that were there when their NAS began anew.
void close_rebooted(Transaction& t, std::span<const Usage> batch);

/// Where a refused record goes, with the reason. Nothing is in it that the database could refuse. The newest 10,000
/// stay.
struct RefusedUsage {
    const Usage* usage;
    std::string reason;
};
void put_aside(Transaction& t, std::span<const RefusedUsage> refused);

const char* cause_name(std::uint32_t cause) noexcept; ///< of RFC 2866 s5.10; null: it has none

} // namespace provisioning::store
