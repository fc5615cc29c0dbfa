// provisioning/store/connection.cpp - the connection string that every session uses.
#include "provisioning/store/session.hpp"

#include <libpq-fe.h>

#include <map>

namespace provisioning::store {
namespace {

using Settings = std::map<std::string, std::string, std::less<>>;

/// What the string sets, whatever its form (keywords or URI).
Settings parsed(const std::string& connection)
{
    char* error = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(connection.c_str(), &error), &PQconninfoFree);
    if (error != nullptr) PQfreemem(error);  // not shown: it may quote a password
    if (!options) throw Unavailable("the connection string cannot be read");
    Settings settings;
    for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr) settings.emplace(option->keyword, option->val);
    }
    return settings;
}

std::string quoted(std::string_view value)
{
    std::string text = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') text += '\\';
        text += c;
    }
    return text + '\'';
}

/// In `options`, white space within a value takes a backslash.
std::string option(std::string_view name, std::string_view value)
{
    std::string text = " -c " + std::string{name} + '=';
    for (const char c : value) {
        if (c == ' ' || c == '\\') text += '\\';
        text += c;
    }
    return text;
}

}  // namespace

std::string completed(const std::string& connection, Role role, const std::string& timezone)
{
    auto settings = parsed(connection);
    const Settings usual = {{"application_name", "porteiro"},
                            {"connect_timeout", "2"},
                            {"keepalives", "1"},
                            {"keepalives_count", "3"},
                            {"keepalives_idle", "5"},
                            {"keepalives_interval", "2"},
                            {"target_session_attrs", "read-write"},
                            {"tcp_user_timeout", "5000"}};
    settings.insert(usual.begin(), usual.end());
    settings["client_encoding"] = "UTF8";
    auto& options = settings["options"];
    options += option("search_path", "porteiro,pg_temp") + option("datestyle", "ISO") +
               option("intervalstyle", "postgres") + option("client_min_messages", "warning");
    if (!timezone.empty()) options += option("timezone", timezone);
    if (role == Role::application) options += option("role", "porteiro_app");

    std::string text;
    for (const auto& [keyword, value] : settings) text += keyword + '=' + quoted(value) + ' ';
    return text;
}

}  // namespace provisioning::store
