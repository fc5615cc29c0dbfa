// daemon/io/clerk.hpp - one thread that looks at debts as they are paid, by whatever way, and opens access at once.
// Anatel Res. 632/2014 art. 101 and Res. 765/2023 give a day; `status` shows how long it really takes.
#pragma once

#include "daemon/io/database_threads.hpp"
#include "provisioning/settings.hpp"

namespace io {

class Clerk {
public:
    /// `day` is asked before each look, on the clerk's thread.
    Clerk(const DatabaseAddress& address, std::function<provisioning::ProviderDay()> day, Watchdog& watchdog, Log& log);
    ~Clerk(); ///< stop()

    void start();
    void stop();

    /// For `status`; any thread.
    struct State {
        std::uint64_t released = 0;
        double slowest_s = 0; ///< from the payment to the release, since the start
        bool up = false;
    };
    State state() const;

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace io
