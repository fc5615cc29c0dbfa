// provisioning/store/messages.hpp - messages to clients on their way: taken one by one, sent by whoever asked, and what
// became of them. One that was sent is a notice (record `notice`), which the ladder takes as evidence.
#pragma once

#include "provisioning/notices/letter.hpp"
#include "provisioning/settings.hpp"
#include "provisioning/store/billing.hpp"

namespace provisioning::store {

/// Queues what tells of suspensions for debt of the last day, and of their end. Each is told once.
void queue_outcomes(Session&, const Carriers&, const Actor&);

/// A message that this caller sends now; nobody else takes it for ten minutes.
struct Outgoing {
    std::int64_t id = 0, client_id = 0, contract_id = 0; ///< contract 0: none
    notices::Kind kind{};
    std::string channel{}, address{}, language{}; ///< pt|en
    std::vector<std::int64_t> charges{};
    notices::LetterFacts facts{};
};
/// The next that is due and that a carrier can take. One that has become pointless (paid meanwhile, say) is dropped.
std::optional<Outgoing> take_message(Session&, const Carriers&, const ProviderDay&, const Actor&);

/// What `message preview` shows: the letter of that kind that the contract would get today.
Outgoing imagined_message(Session&, notices::Kind, std::string_view contract, std::string_view language,
                          const ProviderDay&);

/// The notice of it is dated `today`. `said`: what the mail server or the command answered.
void message_sent(Session&, std::int64_t id, const notices::Letter&, std::string_view said, std::string_view today,
                  const Actor&);
enum class Failure {
    address, ///< refused for good
    later, ///< tried again, less and less often, nine times in all
    carrier ///< not the message's fault: does not count
};
void message_failed(Session&, std::int64_t id, Failure, std::string_view said, const Actor&);

struct MessageQuery {
    std::string client{}, state{}, kind{}, since{};
    std::int64_t limit = 100, offset = 0;
};
/// message queued_at client_id client contract kind channel address state attempts next_at sent_at result; newest first
std::vector<Row> message_list(Session&, const MessageQuery&, std::string_view timezone);
/// The same, and: charges notice text_hash subject text.
Row message_show(Session&, std::int64_t id);
/// Tries a failed one again at once; of any other state is a conflict.
Row message_retry(Session&, std::int64_t id, const Actor&);
std::int64_t messages_waiting(Session&);

} // namespace provisioning::store
