#include "daemon/config/manual.hpp"

#include "daemon/config/keys.hpp"

#include <fmt/format.h>

namespace config {
namespace {

constexpr std::string_view head = R"(.TH PORTEIROD 8 "" "Porteiro {}"
.SH NAME
porteirod \- RADIUS authentication and accounting daemon of an internet provider
.SH SYNOPSIS
.B porteirod
\-\-config FILE
.br
.B porteirod
\-\-check \-\-config FILE
.SH DESCRIPTION
Answers RADIUS from memory, keeps the accounting and the registry in PostgreSQL (a private one in its state directory, or
yours), and serves porteiro(1) on its admin socket. It runs in the foreground, logs one line an event to standard error,
and is ready (sd_notify(3), and the line event=ready) when it can answer packets.
.SH OPTIONS
.TP
.B \-\-config FILE
the configuration, YAML
.TP
.B \-\-check
say whether the configuration is right, and end
.TP
.B \-\-man, \-\-version, \-\-help
print this page, the version, a summary
.SH SIGNALS
SIGHUP reads the configuration again; a wrong one changes nothing and is told in the log. SIGTERM stops: accounting on its
way to the database and commands are still answered, for 5 seconds at most, then the private PostgreSQL is stopped.
.SH EXIT STATUS
0 after SIGTERM, 78 for a wrong configuration, 2 for wrong arguments, 1 for anything else that keeps it from starting.
.SH CONFIGURATION
)";

constexpr std::string_view tail = R"(.SH SEE ALSO
porteiro(1), systemd(1), postgres(1), radclient(1)
)";

/// A dash is a minus, a backslash is doubled.
std::string roff(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        if (c == '-' || c == '\\') escaped += '\\';
        escaped += c == '\\' ? 'e' : c;
    }
    return escaped;
}

std::string paragraph(const Key& key)
{
    return fmt::format(".TP\n.B {}\n{}: {}. Default {}; a change takes effect at a {}.\n", roff(key.path),
                       roff(key.meaning), roff(expected(key)), roff(key.fallback),
                       key.applies == Applies::reload ? "reload" : "restart");
}

}  // namespace

std::string manual()
{
    auto page = fmt::format(fmt::runtime(head), PORTEIRO_VERSION);
    for (const auto& key : keys) page += paragraph(key);
    return page + std::string{tail};
}

}  // namespace config
