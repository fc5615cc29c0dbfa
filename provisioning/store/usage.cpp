// provisioning/store/usage.cpp - accounting records merged into sessions: every value is kept by a rule that does not
// care for order or repetition (least, greatest), so replays and permutations end in the same row.
#include "provisioning/store/usage.hpp"

#include "provisioning/store/columns.hpp"
#include "provisioning/store/usage_stage.hpp"

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;
constexpr std::chrono::seconds deadline{20};

void put_malformed_aside(Transaction& t, std::span<const Usage> batch)
{
    std::vector<RefusedUsage> malformed;
    for (const auto& usage : batch)
        if (usage.kind == UsageKind::malformed) malformed.push_back({&usage, usage.complaint});
    put_aside(t, malformed);
}

void merge(Session& session, std::span<const Usage> batch, std::string_view daemon)
{
    in_transaction(session, {}, Mode::read_write, deadline, [&](Transaction& t) {
        t.work().exec0("set local synchronous_commit = on");
        put_malformed_aside(t, batch);
        lock_nas(t, batch);
        note_boots(t, batch);
        t.extend();
        const auto began = find_instances(t, batch);
        t.extend();
        const auto staged = stage(t, batch, began, daemon);
        t.extend();
        merge_staged(t, staged);
        t.extend();
        close_rebooted(t, batch);
        t.extend(); // for the commit
    });
}

/// Throws a Refusal `invalid` when the database does not take the data, as store_in_halves() wants it.
void merge_or_refuse(Session& session, std::span<const Usage> batch, std::string_view daemon)
{
    constexpr int tries = 3; // of the one record that stands alone: before it is put aside for good
    for (int attempt = 1;; ++attempt) {
        try {
            return merge(session, batch, daemon);
        } catch (const Refusal& refusal) {
            if (refusal.code() == ErrorCode::unavailable) throw;
            if (batch.size() > 1 || attempt == tries)
                throw Refusal(ErrorCode::invalid, refusal.field(), refusal.what());
        }
    }
}

} // namespace

std::size_t store_usage(Session& session, std::span<const Usage> batch, std::string_view daemon)
{
    std::size_t count = 0;
    store_in_halves(
        batch, [&](std::span<const Usage> part) { merge_or_refuse(session, part, daemon); },
        [&](const Usage& usage, const std::string& why) {
            in_transaction(session, {}, Mode::read_write, deadline, [&](Transaction& t) {
                const RefusedUsage refused{&usage, why};
                put_aside(t, {&refused, 1});
            });
            ++count;
        });
    return count;
}

} // namespace provisioning::store
