// daemon/io/postman.hpp - one thread that delivers messages to clients: by mail, and by a command of the operator's.
#pragma once

#include "daemon/config/config.hpp"
#include "daemon/io/database_threads.hpp"
#include "provisioning/store/messages.hpp"

namespace io {

/// What the configuration lets deliver.
provisioning::store::Carriers carriers_of(const config::Notices& notices);

/// The template of a message: the operator's own where there is one. Throws a Refusal that names the file.
provisioning::notices::Template template_of(const config::Notices& notices, provisioning::notices::Kind kind,
                                            std::string_view language);

class Postman {
public:
    struct Order {
        provisioning::ProviderDay day;
        config::Notices notices;
    };
    /// `order` is asked before each message, on the postman's thread.
    Postman(const DatabaseAddress& address, std::function<Order()> order, Watchdog& watchdog, Log& log);
    ~Postman(); ///< stop()

    void start();
    void stop(); ///< the message under way is given up and sent later

    /// For `status`; any thread. Counts since the start.
    struct State {
        std::uint64_t sent = 0, failed = 0;
        std::int64_t waiting = 0;
        std::string problem{}; ///< what keeps a carrier from delivering now; empty: nothing
    };
    State state() const;

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace io
