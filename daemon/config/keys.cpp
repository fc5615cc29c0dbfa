// daemon/config/keys.cpp - the table itself, and what its rows must agree on.
#include "daemon/config/keys.hpp"

#include "daemon/config/values.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace config {
namespace {

/// A row: the reader of its type and the field that it fills, then the columns.
template <auto Read, auto Field>
constexpr Key row(std::string_view path, Type type, std::string_view unit, int lowest, int highest,
                  std::string_view fallback, Applies applies, std::string_view meaning)
{
    return {path,
            type,
            unit,
            lowest,
            highest,
            fallback,
            applies,
            meaning,
            [](const Key& key, const Given& given, Config& config) { return Read(key, given, Field(config)); },
            [](const Config& config) { return as_text(Field(config)); },
            [](const Config& from, Config& to) { Field(to) = Field(from); }};
}

// clang-format off
constexpr Key table[] = {
    row<set_path, [](auto& c) -> auto& { return c.state_directory; }>("state_directory", Type::path, "", 0, 0, "/var/lib/porteiro", Applies::restart,
     "where the journal, the snapshot and the embedded database live"),
    row<set_path, [](auto& c) -> auto& { return c.key_file; }>("key_file", Type::path, "", 0, 0, "/var/lib/porteiro/key", Applies::restart,
     "the key that seals secrets, made at the first start; the same for daemons that share a database (default: in the state directory)"),
    row<set_database, [](auto& c) -> auto& { return c.database; }>("database", Type::database, "", 0, 0, "embedded", Applies::restart,
     "a private PostgreSQL in the state directory, or a libpq connection string (several hosts allowed)"),
    row<set_timezone, [](auto& c) -> auto& { return c.timezone; }>("timezone", Type::timezone, "", 0, 0, "America/Sao_Paulo", Applies::restart,
     "billing dates are computed in it"),
    row<set_endpoints, [](auto& c) -> auto& { return c.radius.auth; }>("radius.auth", Type::endpoints, "", 0, 0, R"(["0.0.0.0:1812", "[::]:1812"])", Applies::restart,
     "where Access-Requests are heard"),
    row<set_endpoints, [](auto& c) -> auto& { return c.radius.acct; }>("radius.acct", Type::endpoints, "", 0, 0, R"(["0.0.0.0:1813", "[::]:1813"])", Applies::restart,
     "where Accounting-Requests are heard"),
    row<set_number, [](auto& c) -> auto& { return c.radius.workers; }>("radius.workers", Type::number, "threads", 1, 1, "1", Applies::restart,
     "threads that answer packets; this version runs one"),
    row<set_number, [](auto& c) -> auto& { return c.radius.hash_threads; }>("radius.hash_threads", Type::number, "threads", 1, 64, "2", Applies::restart,
     "threads that check passwords kept as crypt hashes, which take milliseconds each"),
    row<set_paths, [](auto& c) -> auto& { return c.radius.dictionaries; }>("radius.dictionaries", Type::paths, "", 0, 0, "[]", Applies::restart,
     "files with more attributes, in the usual dictionary format, for reply attributes by name"),
    row<set_storage, [](auto& c) -> auto& { return c.authentication.upgrade_storage; }>("authentication.upgrade_storage", Type::storage, "", 0, 0, "no", Applies::reload,
     "a password kept as a weak hash (md5, crypt's $1$) is kept so once PAP has proved it"),
    row<set_language, [](auto& c) -> auto& { return c.messages.language; }>("messages.language", Type::language, "", 0, 0, "pt", Applies::reload,
     "of the Reply-Message that a refused subscriber gets; none: none is sent"),
    row<set_messages, [](auto& c) -> auto& { return c.messages.texts; }>("messages.texts", Type::messages, "", 0, 0, "[]", Applies::reload,
     "texts of your own, \"REASON: TEXT\" each; credentials stands for the reasons that must look alike"),
    row<set_number, [](auto& c) -> auto& { return c.journal.delay; }>("journal.delay", Type::number, "milliseconds", 0, 50, "2", Applies::restart,
     "accounting records gather for so long at most before they are written and answered together"),
    row<set_number, [](auto& c) -> auto& { return c.journal.quota; }>("journal.quota", Type::number, "mebibytes", 16, 16'777'216, "8192", Applies::restart,
     "disk space of the journal; at it, nothing more is acknowledged until the database has taken what is there"),
    row<set_number, [](auto& c) -> auto& { return c.journal.keep; }>("journal.keep", Type::number, "hours", 0, 720, "24", Applies::restart,
     "records stay in the journal for so long after the database took them, so that a failover to a standby that lags loses none"),
    row<set_number, [](auto& c) -> auto& { return c.sessions.close_after; }>("sessions.close_after", Type::number, "minutes", 0, 10'080, "60", Applies::reload,
     "a stale session (silent for three interim intervals and a minute) is closed as lost after so long"),
    row<set_number, [](auto& c) -> auto& { return c.retention.days; }>("retention.days", Type::number, "days", 1, 7'320, "400", Applies::reload,
     "sessions and traffic are kept for so long after their end (guarda de registros de conexão: a year by law in Brazil)"),
    row<set_boolean, [](auto& c) -> auto& { return c.retention.accept_legal_risk; }>("retention.accept_legal_risk", Type::boolean, "", 0, 0, "no", Applies::reload,
     "yes: retention.days may be less than a year"),
    row<set_number, [](auto& c) -> auto& { return c.billing.pending_days; }>("billing.pending_days", Type::number, "days", 0, 365, "5", Applies::reload,
     "overdue for longer than this: the contract is shown as pending"),
    row<set_number, [](auto& c) -> auto& { return c.billing.block_days; }>("billing.block_days", Type::number, "days", 0, 365, "15", Applies::reload,
     "overdue for longer than this: suspended; not less than pending_days"),
    row<set_mail_server, [](auto& c) -> auto& { return c.notices.smtp; }>("notices.smtp", Type::mail_server, "", 0, 0, "none", Applies::reload,
     "the mail server that takes e-mails to clients"),
    row<set_boolean, [](auto& c) -> auto& { return c.notices.smtp_tls; }>("notices.smtp_tls", Type::boolean, "", 0, 0, "yes", Applies::reload,
     "no: mail goes out unencrypted where the server offers no TLS"),
    row<set_user, [](auto& c) -> auto& { return c.notices.smtp_user; }>("notices.smtp_user", Type::user, "", 0, 0, "none", Applies::reload,
     "who logs in at the mail server"),
    row<set_path_or_none, [](auto& c) -> auto& { return c.notices.smtp_password_file; }>("notices.smtp_password_file", Type::path_or_none, "", 0, 0, "none", Applies::reload,
     "file whose first line is that user's password"),
    row<set_path_or_none, [](auto& c) -> auto& { return c.notices.smtp_ca_file; }>("notices.smtp_ca_file", Type::path_or_none, "", 0, 0, "none", Applies::reload,
     "certificates that the mail server's is checked against, in place of the system's"),
    row<set_mailbox, [](auto& c) -> auto& { return c.notices.from; }>("notices.from", Type::mailbox, "", 0, 0, "none", Applies::reload,
     "the sender of e-mails to clients"),
    row<set_path_or_none, [](auto& c) -> auto& { return c.notices.command; }>("notices.command", Type::path_or_none, "", 0, 0, "none", Applies::reload,
     "a program that delivers to mobiles: it gets one message as JSON on its standard input"),
    row<set_channel, [](auto& c) -> auto& { return c.notices.command_channel; }>("notices.command_channel", Type::channel, "", 0, 0, "sms", Applies::reload,
     "what its messages are"),
    row<set_path_or_none, [](auto& c) -> auto& { return c.notices.templates; }>("notices.templates", Type::path_or_none, "", 0, 0, "none", Applies::reload,
     "directory with texts of your own, like pt-pending.txt, in place of those that come with the program"),
    row<set_socket, [](auto& c) -> auto& { return c.admin.socket; }>("admin.socket", Type::path, "", 0, 0, "/run/porteiro/admin.sock", Applies::restart,
     "the admin socket: 0660, owner the service account"),
    row<set_group, [](auto& c) -> auto& { return c.admin.admin_group; }>("admin.admin_group", Type::group, "", 0, 0, "porteiro-admin", Applies::reload,
     "members may do everything"),
    row<set_group, [](auto& c) -> auto& { return c.admin.billing_group; }>("admin.billing_group", Type::group, "", 0, 0, "porteiro-billing", Applies::reload,
     "members may change charges, payments, suspension and access; no secrets, no NAS"),
    row<set_group, [](auto& c) -> auto& { return c.admin.read_group; }>("admin.read_group", Type::group, "", 0, 0, "porteiro-read", Applies::reload,
     "members may look: nothing that changes, no secrets"),
    row<set_level, [](auto& c) -> auto& { return c.log.level; }>("log.level", Type::level, "", 0, 0, "info", Applies::reload,
     "debug, info, warning or error: this and what is graver"),
};
// clang-format on

}  // namespace

const std::span<const Key> keys = table;

std::string expected(const Key& key)
{
    switch (key.type) {
    case Type::path:
        if (key.path == "admin.socket") return fmt::format("an absolute path of at most {} octets", longest_socket);
        return "an absolute path";
    case Type::paths:
        return "absolute paths, one or a list";
    case Type::storage:
        return "no, encrypted, crypt or nt";
    case Type::language:
        return "pt, en or none";
    case Type::messages:
        return R"("REASON: TEXT" or a list of them, REASON being credentials or one that `porteiro auth list` shows)";
    case Type::boolean:
        return "yes or no";
    case Type::path_or_none:
        return "an absolute path, or none";
    case Type::mail_server:
        return "smtp://HOST:PORT (STARTTLS) or smtps://HOST:PORT, or none";
    case Type::mailbox:
        return "an address like cobranca@isp.example or \"Provedor <cobranca@isp.example>\", or none";
    case Type::user:
        return "a name, or none";
    case Type::channel:
        return "sms, whatsapp or external";
    case Type::database:
        return "embedded, or a libpq connection string (host=... dbname=..., or postgresql://...)";
    case Type::timezone:
        return "a name like America/Sao_Paulo";
    case Type::endpoints:
        return R"("ADDRESS:PORT" or a list of them, IPv6 as "[ADDRESS]:PORT", ports 1 to 65535)";
    case Type::number:
        if (key.lowest == key.highest)
            return fmt::format("{}, since this version runs {} of these {}", key.lowest, key.lowest, key.unit);
        return fmt::format("a whole number of {}, {} to {}", key.unit, key.lowest, key.highest);
    case Type::group:
        return fmt::format("the name of a group, at most {} letters, digits, _ - .", longest_group);
    case Type::level:
        return "debug, info, warning or error";
    }
    return {};
}

std::vector<Conflict> conflicts(const Config& config)
{
    std::vector<Conflict> found;
    const auto [pending, block] = config.billing;
    if (block < pending)
        found.push_back(
            {"billing.block_days", "billing.pending_days",
             fmt::format("{} days until the block, {} until pending; expected block_days not below pending_days", block,
                         pending)});
    if (!config.notices.smtp.empty() && config.notices.from.empty())
        found.push_back({"notices.smtp", "notices.from", "e-mails need a sender; expected notices.from too"});
    constexpr int a_year = 366;
    if (config.retention.days < a_year && !config.retention.accept_legal_risk)
        found.push_back({"retention.days", "retention.accept_legal_risk",
                         fmt::format("{} days is less than the year that connection records must be kept; expected {} "
                                     "or more, or retention.accept_legal_risk: yes",
                                     config.retention.days, a_year)});
    for (const auto& endpoint : config.radius.acct.list)
        if (std::ranges::count(config.radius.auth.list, endpoint))
            found.push_back({"radius.acct", "radius.auth",
                             fmt::format("{} is in both lists; expected a port for each", as_text(endpoint))});
    return found;
}

std::vector<std::string> needs_restart(const Config& running, const Config& loaded)
{
    std::vector<std::string> different;
    for (const auto& key : keys)
        if (key.applies == Applies::restart && key.get(running) != key.get(loaded)) different.emplace_back(key.path);
    return different;
}

Config applied(const Config& running, Config loaded)
{
    for (const auto& key : keys)
        if (key.applies == Applies::restart) key.copy(running, loaded);
    return loaded;
}

}  // namespace config
