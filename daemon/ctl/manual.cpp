// daemon/ctl/manual.cpp - porteiro(1) in roff(7), man(7) macros.
#include "daemon/ctl/help.hpp"

#include "provisioning/reason.hpp"

#include <fmt/format.h>

namespace ctl {
namespace {

using admin::Argument;
using admin::Command;

// A dash is a minus, a backslash is doubled, and a line does not begin with a control character.
std::string roff(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        if (c == '-')
            escaped += "\\-";
        else if (c == '\\')
            escaped += "\\e";
        else
            escaped += c;
        if (c == '\n') escaped += "\\&";
    }
    return (text.starts_with('.') || text.starts_with('\'') ? "\\&" : "") + escaped;
}

std::string paragraph(const Argument& argument)
{
    auto text = fmt::format(".TP\n.B {}\n{}", roff(usage_of(argument)), roff(argument.help));
    if (argument.repeatable) text += "; may be given several times";
    if (!argument.default_value.empty()) text += fmt::format(" (default {})", roff(argument.default_value));
    return text + '\n';
}

std::string paragraph(const Command& command)
{
    auto text = fmt::format(".SS {}\n{}.\n.PP\n.nf\n{}\n.fi\n", roff(command.name()), roff(command.summary),
                            roff(synopsis(command)));
    for (const auto& argument : command.arguments) {
        if (!argument.for_programs) text += paragraph(argument);
    }
    if (!command.note.empty()) text += fmt::format(".PP\n{}\n", roff(command.note));
    if (!command.example.empty()) text += fmt::format(".PP\nExample:\n.PP\n.nf\n{}\n.fi\n", roff(command.example));
    return text;
}

constexpr std::string_view head = R"(.SH NAME
porteiro \- command line of the Porteiro daemon: subscribers, concentrators, access
.SH SYNOPSIS
.B porteiro
[\-\-socket PATH] [\-\-json] NOUN VERB [ARGUMENT...] [\-\-field VALUE...]
.SH DESCRIPTION
Talks to porteirod(8) over its admin socket. The verbs add, show, list, set and remove mean the same for every noun. Dates
are typed as 2026\-12\-10 or 10/12/2026, money as 99.90 or 99,90, rates as 300M or 512k (decimal, bit/s). A flag for a
secret takes \- (the first line of standard input) or @FILE; a value on the command line works, and ps(1) shows it.
.SH OPTIONS
.TP
.B \-\-socket PATH
admin socket (default /run/porteiro/admin.sock)
.TP
.B \-\-json
exactly one JSON document on standard output; an error is {"error": {"code", "field", "message"}}
.TP
.B \-\-help
help on a noun or a command
.SH COMMANDS
)";

constexpr std::string_view reasons_head = R"(.SH REASONS OF REFUSAL
In the order of checking, as auth list, login explain, status and scripts name them. The first that applies is told; a wrong
password is told before anything about the account.
)";

std::string paragraph(const provisioning::ReasonText& reason)
{
    return fmt::format(".TP\n.B {}\n{}\n", roff(reason.name), roff(reason.operator_));
}

constexpr std::string_view tail = R"(.SH EXIT STATUS
.TP
.B 0
done
.TP
.B 1
refused: invalid, not found, conflict, not permitted
.TP
.B 2
usage
.TP
.B 3
the daemon cannot be reached, or its database is away
.TP
.B 4
stopped by a safety guard
.SH ENVIRONMENT
.TP
.B PORTEIRO_SOCKET
stands for \-\-socket
.TP
.B SSH_CONNECTION
its first word goes into the history as the operator's address
.SH SEE ALSO
porteirod(8)
)";

}  // namespace

std::string manual_page()
{
    auto text = fmt::format(".TH PORTEIRO 1 \"\" \"porteiro {}\"\n{}", PORTEIRO_VERSION, head);
    for (const auto& command : admin::commands()) text += paragraph(command);
    text += reasons_head;
    for (const auto& reason : provisioning::reasons()) text += paragraph(reason);
    return text + std::string{tail};
}

}  // namespace ctl
