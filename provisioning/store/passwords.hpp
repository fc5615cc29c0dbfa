// provisioning/store/passwords.hpp - what becomes of stored passwords besides add and set; and what a decision taught.
#pragma once

#include "provisioning/store/records.hpp"

#include <span>

namespace provisioning::store {

/// The login's sealed password, its row held.
std::vector<std::uint8_t> sealed_password(Transaction& transaction, std::int64_t login_id);

/// The password of a login kept as `encrypted`; any other storage is refused (invalid), since its hash gives none. The
/// history keeps who looked and why.
struct Revealed {
    Record login;
    Secret password;
};
Revealed reveal_password(Session& session, Sealer& sealer, std::string_view what, std::string_view reason,
                         const Actor& actor);

/// A new device at the subscriber's: `mac` takes the place of `old`, or of the only one (several and no `old`:
/// refused).
Record swap_mac(Session& session, std::string_view what, std::string_view mac, std::string_view old,
                const Actor& actor);

// By the daemon itself, as `porteirod`:

/// The login's first MAC; nothing when it has one already.
void learn_mac(Session& session, std::int64_t login_id, std::string_view mac);
/// Mode auto of a single host needs a Message-Authenticator from now on (protocol M-11); otherwise nothing.
void learn_message_authenticator(Session& session, std::int64_t nas_id);
/// Keeps a proved password in another storage, unless it has been changed meanwhile (`sealed` is not what is there).
void upgrade_password(Session& session, Sealer& sealer, const PasswordForms& forms, std::int64_t login_id,
                      std::span<const std::uint8_t> sealed, const Secret& clear, Storage to);

}  // namespace provisioning::store
