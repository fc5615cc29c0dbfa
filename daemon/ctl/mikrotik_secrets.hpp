// daemon/ctl/mikrotik_secrets.hpp - the PPP secrets that a MikroTik exports. Source: RouterOS documentation,
// "Scripting" (constant strings, line joining) and "PPP AAA" (the properties of /ppp secret).
#pragma once

#include "daemon/ctl/upload.hpp"

namespace ctl {

/// The `add` lines below /ppp secret as rows with the columns of `import logins`; all other sections are left out.
/// Throws a usage Refusal that names the line.
Sheet read_mikrotik_secrets(std::string_view octets);

} // namespace ctl
