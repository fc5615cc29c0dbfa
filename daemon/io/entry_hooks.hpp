// daemon/io/entry_hooks.hpp - what turns stored rows into directory entries: opens NAS secrets, encodes reply
// attributes. What cannot be opened or encoded is left out and told in the log, by record, never by value.
#pragma once

#include "daemon/io/log.hpp"
#include "provisioning/seal.hpp"
#include "provisioning/store/feed.hpp"
#include "radius/dictionary.hpp"

namespace io {

/// The hooks are for one thread: they share a Sealer.
provisioning::store::EntryHooks entry_hooks(const provisioning::Sealer& sealer, const radius::Dictionary& dictionary,
                                            Log& log);

}  // namespace io
