// provisioning/store/client_sheet.hpp - what support looks at when a client calls, in one question.
#pragma once

#include "provisioning/settings.hpp"
#include "provisioning/store/journal.hpp"

namespace provisioning::store {

struct ClientSheet {
    std::vector<Row> contacts{};  ///< contact name relation mobile phone email notices
    std::vector<Row> contracts{}; ///< contract stage plan due_day owed trust_until next_on next; without removed ones
    std::vector<Row> logins{};    ///< login contract plan enabled online since ip mac nas refused refused_at
    std::vector<Row> charges{};   ///< open ones: charge contract due amount balance status colour
    std::vector<Row> events{};    ///< of the history, newest first: at actor record record_id action field new reason
};
ClientSheet client_sheet(Session&, std::int64_t client, const ProviderDay&);

} // namespace provisioning::store
