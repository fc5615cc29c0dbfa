// daemon/core/allowances.hpp - how much of the traffic that their plans hold logins have used in the present period:
// what the records had of it, and what sessions have reported since. No clock; what a plan says comes with each call.
#pragma once

#include "provisioning/policy.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <vector>

namespace core {

class Allowances {
public:
    using Time = std::chrono::system_clock::time_point;

    /// Of the plan of a login; `utc_offset`: of the provider's zone at the time of the call.
    struct Of {
        std::int64_t login_id = 0;
        const provisioning::Allowance& allowance;
        std::chrono::seconds utc_offset{0};
    };
    // Both say whether the login has used up its allowance by this very call, or has one again.

    /// A session of it has reported so many octets more than before.
    bool add(const Of& of, std::uint64_t octets, Time now);
    /// The records have it so; what is known here may be more, since they come later.
    bool know(const Of& of, std::uint64_t octets, Time now);

    /// In the period that `now` is in; 0: nothing is known. Allocates nothing.
    std::uint64_t used(std::int64_t login_id, Time now) const noexcept;

    struct Note {
        std::int64_t login_id;
        std::uint64_t used, allowance;
        bool used_up; ///< false: has passed the warning level
    };
    /// Since the last call; each once in a period.
    std::vector<Note> notes();

private:
    struct Entry {
        provisioning::Period period{};
        provisioning::AllowancePeriod kind{};
        std::uint8_t reset_day = 0;
        std::uint64_t octets = 0;
        bool warned = false, used_up = false;
    };
    enum class Telling : std::uint8_t { note, silent };
    Entry& entry_of(const Of& of, Time now);
    bool has_crossed(const Of& of, Entry& entry, Telling telling);

    boost::unordered_flat_map<std::int64_t, Entry> entries_;
    std::vector<Note> notes_;
};

} // namespace core
