// provisioning/store/guard.hpp - how much one run may cut, and that there is only one run at a time.
#pragma once

#include "provisioning/settings.hpp"
#include "provisioning/store/session.hpp"

#include <optional>

namespace provisioning::store {

struct Cuts {
    std::int64_t planned = 0;
    std::int64_t contracts = 0; ///< that are open
    std::int64_t usual = 0;     ///< the most that one run cut in the last 62 days, and that was not undone
    std::int64_t told = 0;      ///< contracts that are to be told of a debt
    std::int64_t usually_told = 0;
};
void add_usual(Transaction& transaction, Cuts& cuts);

/// Empty, or the sentence with which the run is stopped. `confirmed` is the number that a person allowed.
std::string guard_of(const Cuts& cuts, const Settings& settings, std::optional<std::int64_t> confirmed);
/// The same of those that are told of a debt: an emptied table of payments must not dun everybody.
std::string guard_of_notices(const Cuts& cuts, const Settings& settings, std::optional<std::int64_t> confirmed);

/// A run that is about to begin, or that the guard stops.
struct NewRun {
    std::string day{};
    std::string kind = "run"; ///< run|apply
    Cuts cuts{};
    std::optional<std::int64_t> confirmed{};
    bool stopped = false;
};
std::int64_t begin_run(Transaction& transaction, const NewRun& run);
void end_run(Session& session, std::int64_t run,
             const Actor& actor); ///< where the session is broken, the next run does

/// One run at a time, whichever daemon or command starts it. The server lets go when the session dies.
class Turn {
public:
    explicit Turn(Session& session);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    Session& session_;
};

} // namespace provisioning::store
