// daemon/core/reconcile/reconciler_inside.hpp - what the reconciler's files share; nobody else includes it.
#pragma once

#include "daemon/core/reconcile/roster.hpp"

#include <deque>
#include <queue>
#include <set>
#include <tuple>

namespace core {

inline constexpr std::string_view no_words_for_rates =
    "this NAS cannot be told other rates for a session that is online";

/// One request, from its first sending to its answer; it outlives its session.
struct Ordered {
    Roster::Slot slot = 0;
    std::uint32_t generation = 0;
    provisioning::EnforcementAttempt attempt{};
    Wanted wanted{};
    bool by_hand = false;
    bool line_answers = true; ///< by the time of its outcome
    Reconciler::Done orphaned_done{}; ///< the session ended while somebody waited
};
struct Probe {
    std::function<void(const Reconciler::Probed&)> done;
    bool other_secret = false; ///< an answer came that another secret signed
};

struct Reconciler::Inside {
    using Slot = Roster::Slot;
    using Phase = Task::Phase;

    /// What the policy says of a session now; views live until the directory changes.
    struct Judged {
        provisioning::Decision decision;
        const provisioning::NasEntry* nas = nullptr;
        Wanted wanted;
    };
    /// To whom requests of a session go, or why nowhere.
    struct Way {
        Path path;
        std::string_view problem{};
    };

    Inside(Random source, Counters& counted, radius::Digester& digests)
        : random(std::move(source)), counters(counted), digester(digests)
    {
    }

    // looking.cpp
    void want_look(Slot slot);
    void look_at_some(Now now);
    void pass_some();
    bool is_concerned(const Member& member) const noexcept;
    void look(Slot slot, Now now);
    Judged judge(Member& member, Now now);
    void note_validity(Slot slot, const provisioning::Decision& decision);
    void settle(Slot slot, const Judged& judged);
    void pursue(Slot slot, Judged&& judged, Now now);
    void drop_task(Slot slot);
    void look_at_expired(Now now);

    // sending.cpp
    Way way_to(const Online& online, const provisioning::NasEntry* nas) const;
    Line& line_to(std::int64_t nas_id, const Path& path);
    void enqueue(Slot slot, Line& line);
    void set_timer(Slot slot, Time when);
    void pause(Slot slot, std::chrono::milliseconds time, Now now);
    void ring(Now now);
    bool run_lines(Now now, const Send& send);
    void send_next(Line& line, Slot slot, Now now, const Send& send);
    void launch(Line& line, Slot slot, const Judged& judged, const Path& path, Now now, const Send& send);
    std::optional<Octets> written(const Member& member, const Judged& judged, std::uint8_t identifier, Octets secret,
                                  Now now);
    struct NewProbe {
        provisioning::NasEntry nas;
        Path to;
        std::function<void(const Probed&)> done;
    };
    void launch(NewProbe&& asked, Now now, const Send& send);
    double jitter();

    // outcome.cpp
    void take(const Path& path, Octets octets, Now now);
    bool take_from(Line& line, Octets octets, Now now);
    void finish(Line& line, Line::Flight&& flight, const std::optional<radius::DynamicReply>& reply, Now now);
    void came(Slot slot, Ordered&& order, Outcome outcome, Now now);
    void proceed(Slot slot, const Ordered& order, const Outcome& outcome, Now now);
    void in_force(Slot slot, const Ordered& order, const Outcome& outcome, Now now);
    void finish_hand(Slot slot, const Outcome& outcome);

    // heard.cpp
    void heard(Slot slot, Now now);
    void again_or_give_up(Slot slot, provisioning::EnforcementResult result, Now now);
    void check_traffic(Slot slot, Now now);
    void no_effect(Slot slot, const Wanted& wanted, const provisioning::EnforcementAttempt& acknowledged, Now now);
    void ended(Slot slot, Now now);

    // reconciler.cpp
    void update(Slot slot, Online&& online);
    std::string no_order(std::optional<Slot> slot) const; ///< why none by hand can be given; empty: it can
    void tell();

    // views.cpp
    Following following(const Member& member, Now now) const;

    Now worked{}; ///< when work() was called last
    Random random;
    Counters& counters;
    radius::Digester& digester;
    const provisioning::Directory* directory = nullptr;
    Records records;
    Roster roster;

    // What is to be looked at
    std::deque<std::pair<Slot, std::uint32_t>> looks;
    struct Concerned {
        bool all = false, unknown = false, gardens = false;
        std::set<std::int64_t> nas, plans, clients, contracts;
        std::set<std::int64_t> again; ///< NAS whose sessions are tried anew
        bool empty() const noexcept
        {
            return !all && !unknown && !gardens && nas.empty() && plans.empty() && clients.empty() &&
                   contracts.empty() && again.empty();
        }
    } concerned, passing;
    Slot pass_at = 0;
    bool pass_runs = false;
    using Expiry = std::tuple<std::chrono::system_clock::time_point, Slot, std::uint32_t>;
    std::priority_queue<Expiry, std::vector<Expiry>, std::greater<>> expiries;

    // What is to be sent
    using LineKey = std::tuple<provisioning::Address, std::uint16_t, std::int64_t>; ///< address, port, NAS
    std::map<LineKey, Line> lines;
    LineKey last_line{}; ///< that was served last: the next one's turn is first
    std::map<std::uint64_t, Ordered> orders;
    std::map<std::uint64_t, Probe> probes;
    std::uint64_t last_order = 0, last_timer = 0;
    using Timer = std::tuple<Time, std::uint64_t, Slot, std::uint32_t>; ///< when, which, whose
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers;
    std::vector<NewProbe> new_probes; ///< for the next work()

    std::map<std::int64_t, std::set<Slot>> unsettled; ///< by NAS: those with a task
    std::map<std::int64_t, std::size_t> of_nas; ///< how many sessions
    std::vector<provisioning::EnforcementAttempt> attempts;
    /// Who is to be told, when all is in order again: they may ask this very object.
    std::vector<std::pair<Done, Outcome>> told;
    std::vector<std::pair<std::function<void(const Probed&)>, Probed>> probed;
    std::array<std::uint8_t, radius::max_packet_octets> out{};
};

} // namespace core
