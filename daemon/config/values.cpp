// daemon/config/values.cpp - how a value of each type is read, and what may be wrong with it.
#include "daemon/config/values.hpp"

#include "provisioning/reason.hpp"
#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace config {
namespace {

using provisioning::shown;

constexpr std::string_view language_names[] = {"none", "pt", "en"};
constexpr std::string_view level_names[] = {"debug", "info", "warning", "error"};

std::string path_problem(std::string_view path)
{
    if (path.empty()) return "is empty";
    if (path.front() != '/') return fmt::format("{} is a relative path", shown(path));
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::ranges::any_of(path, control)) return "holds a control character";
    return {};
}

std::optional<Endpoint> parse_endpoint(std::string_view text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return {};
    auto host = text.substr(0, colon);
    const auto port_text = text.substr(colon + 1);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    const auto address = provisioning::parse_address(host);
    Endpoint endpoint;
    const auto [end, error] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), endpoint.port);
    if (!address || error != std::errc{} || end != port_text.data() + port_text.size() || endpoint.port == 0) return {};
    if (bracketed != (host.find(':') != std::string_view::npos)) return {};
    endpoint.address = *address;
    return endpoint;
}

}  // namespace

std::string set_path(const Key&, const Given& given, std::string& path)
{
    path = given.texts.front();
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path_problem(path);
}

std::string set_number(const Key& key, const Given& given, int& number)
{
    const std::string& text = given.texts.front();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (given.quoted || error == std::errc::invalid_argument || end != text.data() + text.size())
        return fmt::format("{}{} is not a whole number", shown(text), given.quoted ? " in quotes" : "");
    if (error != std::errc{} || number < key.lowest || number > key.highest)
        return fmt::format("{} is out of range", shown(text));
    return {};
}

std::string set_boolean(const Key&, const Given& given, bool& value)
{
    const auto& text = given.texts.front();
    value = text == "yes" || text == "true";
    return value || text == "no" || text == "false" ? "" : fmt::format("{} is neither", shown(text));
}

std::string set_group(const Key&, const Given& given, std::string& group)
{
    group = given.texts.front();
    const auto first = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto later = [&](char c) { return first(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
    if (group.empty()) return "is empty";
    if (group.size() > longest_group || !first(group.front()) || !std::ranges::all_of(group, later))
        return fmt::format("{} is not a group's name", shown(group));
    return {};
}

std::string set_endpoints(const Key&, const Given& given, Endpoints& endpoints)
{
    endpoints = {};
    endpoints.configured = true;
    if (given.texts.empty()) return "is an empty list";
    for (const auto& text : given.texts) {
        const auto endpoint = parse_endpoint(text);
        if (!endpoint) return fmt::format("{} is not an address and a port", shown(text));
        if (std::ranges::count(endpoints.list, *endpoint)) return fmt::format("{} is there twice", shown(text));
        endpoints.list.push_back(*endpoint);
    }
    return {};
}

std::string set_database(const Key&, const Given& given, std::string& database)
{
    database = given.texts.front();
    if (provisioning::trimmed(database).empty()) return "is empty";
    const bool uri = database.starts_with("postgresql://") || database.starts_with("postgres://");
    // Never shown in the message: it may hold a password.
    if (database != "embedded" && !uri && database.find('=') == std::string::npos) return "is not a connection string";
    return {};
}

std::string set_timezone(const Key&, const Given& given, std::string& timezone)
{
    timezone = given.texts.front();
    if (timezone.empty()) return "is empty";
    try {
        date::locate_zone(timezone);
        return {};
    } catch (const std::runtime_error&) {
        return fmt::format("{} is not in the time zone database", shown(timezone));
    }
}

std::string set_socket(const Key& key, const Given& given, std::string& socket)
{
    if (auto problem = set_path(key, given, socket); !problem.empty()) return problem;
    if (socket.size() <= longest_socket) return {};
    return fmt::format("{} octets are more than a Unix socket's path may have", socket.size());
}

std::string set_paths(const Key&, const Given& given, std::vector<std::string>& paths)
{
    paths = given.texts;
    for (const auto& path : paths) {
        if (auto problem = path_problem(path); !problem.empty()) return problem;
        if (std::ranges::count(paths, path) > 1) return fmt::format("{} is there twice", shown(path));
    }
    return {};
}

/// md5 is what is upgraded, so it is no target.
std::string set_storage(const Key&, const Given& given, std::optional<provisioning::Storage>& storage)
{
    const auto& text = given.texts.front();
    storage = provisioning::storage_of(text);
    const bool strong = storage && *storage != provisioning::Storage::md5;
    return text == "no" || strong ? std::string{} : fmt::format("{} is no storage to upgrade to", shown(text));
}

std::string set_language(const Key&, const Given& given, Language& language)
{
    const auto& text = given.texts.front();
    const auto found = std::ranges::find(language_names, text);
    if (found == std::end(language_names)) return fmt::format("{} is not known", shown(text));
    language = static_cast<Language>(found - std::begin(language_names));
    return {};
}

std::string set_messages(const Key&, const Given& given, Messages& messages)
{
    constexpr std::size_t longest = 200;  // with what else a reject holds, well below one attribute's 253 octets
    messages.clear();
    for (const auto& line : given.texts) {
        const auto colon = line.find(':');
        const auto name = line.substr(0, colon);
        if (colon == std::string::npos) return fmt::format("{} has no colon", shown(line));
        const auto known = std::ranges::find(provisioning::reasons(), name, &provisioning::ReasonText::name);
        if (name.empty() || (known == provisioning::reasons().end() && name != "credentials"))
            return fmt::format("{} is no reason", name.empty() ? "\"\"" : shown(name));
        if (name != "credentials" && provisioning::looks_like_wrong_credentials(known->reason))
            return fmt::format("{} must look to the subscriber like every other refusal of credentials: write "
                               "credentials: TEXT for all of them",
                               name);
        const std::string text{provisioning::trimmed(std::string_view{line}.substr(colon + 1))};
        if (text.size() > longest || !provisioning::clean_text(text))
            return fmt::format("the text of {} is over {} octets, or has control characters", name, longest);
        if (!messages.emplace(name, text).second) return fmt::format("{} is there twice", name);
    }
    return {};
}

namespace {

/// Takes "none" as nothing at all; true when that is what is given.
bool take_none(const Given& given, std::string& text)
{
    text = given.texts.front();
    const bool none = text == "none" && !given.quoted;
    if (none) text.clear();
    return none;
}

}  // namespace

std::string set_path_or_none(const Key& key, const Given& given, std::string& path)
{
    return take_none(given, path) ? std::string{} : set_path(key, given, path);
}

std::string set_mail_server(const Key&, const Given& given, std::string& url)
{
    if (take_none(given, url)) return {};
    const auto host = url.starts_with("smtps://") ? 8U : 7U;
    const bool known = url.starts_with("smtp://") || url.starts_with("smtps://");
    if (!known || url.size() <= host || url.find_first_of("/@?# ", host) != std::string::npos)
        return fmt::format("{} is no mail server", shown(url));
    return {};
}

std::string set_mailbox(const Key&, const Given& given, std::string& mailbox)
{
    if (take_none(given, mailbox)) return {};
    const auto open = mailbox.rfind('<');
    const bool named = open != std::string::npos && mailbox.ends_with('>');
    const auto address = named ? mailbox.substr(open + 1, mailbox.size() - open - 2) : mailbox;
    const bool is_address = provisioning::email(address).has_value() && address.find(';') == std::string::npos;
    const bool clean = provisioning::clean_text(mailbox) && mailbox.find('"') == std::string::npos;
    return is_address && clean ? std::string{} : fmt::format("{} is no e-mail address", shown(mailbox));
}

std::string set_user(const Key&, const Given& given, std::string& user)
{
    if (take_none(given, user)) return {};
    return user.empty() || !provisioning::clean_text(user) ? "is empty or has control characters" : "";
}

std::string set_channel(const Key&, const Given& given, std::string& channel)
{
    channel = given.texts.front();
    const bool known = channel == "sms" || channel == "whatsapp" || channel == "external";
    return known ? std::string{} : fmt::format("{} is not known", shown(channel));
}

std::string set_level(const Key&, const Given& given, LogLevel& level)
{
    const std::string& text = given.texts.front();
    const auto found = std::ranges::find(level_names, text);
    if (found == std::end(level_names)) return fmt::format("{} is not a level", text.empty() ? "\"\"" : shown(text));
    level = static_cast<LogLevel>(found - std::begin(level_names));
    return {};
}

std::string as_text(const std::string& text) { return text; }

std::string as_text(bool value) { return value ? "yes" : "no"; }

std::string as_text(int number) { return std::to_string(number); }

std::string as_text(const std::vector<std::string>& texts) { return fmt::format("{}", fmt::join(texts, " ")); }

std::string as_text(const std::optional<provisioning::Storage>& storage)
{
    return storage ? std::string{provisioning::name(*storage)} : "no";
}

std::string as_text(Language language) { return std::string{language_names[static_cast<std::size_t>(language)]}; }

std::string as_text(const Messages& messages)
{
    std::string text;
    for (const auto& [name, message] : messages) text += fmt::format("{}: {}; ", name, message);
    return text;
}

std::string as_text(LogLevel level) { return std::string{level_names[static_cast<std::size_t>(level)]}; }

std::string as_text(const Endpoint& endpoint)
{
    const auto address = provisioning::to_text(endpoint.address);
    if (endpoint.address.is_ipv4()) return fmt::format("{}:{}", address, endpoint.port);
    return fmt::format("[{}]:{}", address, endpoint.port);
}

std::string as_text(const Endpoints& endpoints)
{
    std::string text;
    for (const auto& endpoint : endpoints.list) text += (text.empty() ? "" : " ") + as_text(endpoint);
    return text;
}

}  // namespace config
