// daemon/core/reconcile/roster.hpp - the sessions that are online, in slots that stay where they are: by key, by login,
// and one after the other. What is to be done about each hangs on its slot.
#pragma once

#include "daemon/core/reconcile/course.hpp"
#include "daemon/core/reconcile/line.hpp"
#include "daemon/core/reconcile/reconciler.hpp"

#include <deque>

namespace core {

/// A session that does not have what it should.
struct Task {
    enum class Phase : std::uint8_t {
        queued,
        in_flight,
        pausing, ///< until its timer
        awaiting_end, ///< the NAS has agreed to a Disconnect
        given_up,
        not_there, ///< the NAS said so
        no_way ///< nothing can be sent: `problem`
    } phase = Phase::no_way;
    provisioning::EnforcementOrder order = provisioning::EnforcementOrder::coa;
    bool escalated = false; ///< a CoA was in vain: Disconnect
    Wanted wanted;
    std::string problem; ///< what the last request came to
    std::uint32_t requests = 0, in_vain = 0, unanswered = 0;
    Line* line = nullptr; ///< queued, in_flight
    Line::Place place = 0;
    std::uint64_t order_number = 0; ///< in_flight
    std::uint64_t timer = 0; ///< the one that counts
    Reconciler::Time since{}, next{}; ///< when it became wanted; pausing: until
    Reconciler::Time answered{}; ///< awaiting_end, not_there
    std::unique_ptr<provisioning::EnforcementAttempt> acknowledged{}; ///< awaiting_end: the one that was
};

static_assert(sizeof(Task) <= 512); // 10,000 that wait are 10 MiB at most with all that hangs on them (F-23)

/// An order by hand that somebody waits for.
struct Hand {
    bool disconnect = false;
    std::string actor{};
    Reconciler::Done done{};
    Reconciler::Outcome outcome{}; ///< once it was acknowledged
};

/// What a session had before a CoA-Request was acknowledged, and its first record after that.
struct Watch {
    Had had;
    std::string had_words;
    Wanted has;
    Reconciler::Time acknowledged{};
    provisioning::EnforcementAttempt attempt{};
    std::optional<Reconciler::Time> at;
    std::uint64_t download = 0, upload = 0;
};

/// Rates by hand hold while the records say what they said then.
struct HandRates {
    Reconciler::Rates rates;
    Wanted base;
};

struct Member {
    Reconciler::Online online; ///< `has`: of what is sure
    std::optional<radius::Fingerprint> perhaps;
    std::unique_ptr<Task> task; ///< null: in force
    std::unique_ptr<Hand> hand;
    std::unique_ptr<Watch> watch;
    std::unique_ptr<HandRates> rates;
    std::chrono::system_clock::time_point valid_until = std::chrono::system_clock::time_point::max();
    std::uint32_t generation = 0; ///< of the slot: another one is another session
    std::uint32_t next_of_login = 0, before_of_login = 0; ///< slot + 1; 0: none
    bool used = false, to_look = false, garden = false, reduced = false;

    Had had() const { return {.surely = online.has, .perhaps = perhaps, .garden = garden, .reduced = reduced}; }
};

class Roster {
public:
    using Slot = std::uint32_t;

    std::optional<Slot> find(const Sessions::Key& key) const noexcept;
    Slot add(Reconciler::Online&& online);
    void remove(Slot slot) noexcept;
    /// It is another login's, or nobody's (0).
    void set_login(Slot slot, std::int64_t login_id);
    Member& at(Slot slot) noexcept { return members_[slot]; }
    const Member& at(Slot slot) const noexcept { return members_[slot]; }
    /// Null: the slot's session of that generation has ended.
    Member* at(Slot slot, std::uint32_t generation) noexcept;
    Slot slots() const noexcept { return static_cast<Slot>(members_.size()); } ///< used or not
    std::size_t size() const noexcept { return by_key_.size(); }
    bool has_unknown() const noexcept { return first_by_login_.contains(0); } ///< sessions of no login
    template <class Visit>
    void each_of(std::int64_t login_id, Visit&& visit) const
    {
        const auto first = first_by_login_.find(login_id);
        if (first == first_by_login_.end()) return;
        for (Slot next = first->second; next != 0;) {
            const Slot slot = next - 1;
            next = members_[slot].next_of_login;
            visit(slot);
        }
    }

private:
    struct KeyHash {
        std::size_t operator()(const Sessions::Key& key) const noexcept;
    };
    void link(Slot slot);
    void unlink(Slot slot) noexcept;

    std::deque<Member> members_;
    std::vector<Slot> spare_;
    boost::unordered_flat_map<Sessions::Key, Slot, KeyHash> by_key_;
    boost::unordered_flat_map<std::int64_t, Slot> first_by_login_; ///< slot + 1
};

} // namespace core
