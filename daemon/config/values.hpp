// daemon/config/values.hpp - one reader per type of value. Each puts what is given where it belongs and returns what is
// wrong with it ("5s is not a whole number"), or nothing. as_text() is the way back, to compare two configurations.
#pragma once

#include "daemon/config/keys.hpp"

#include <sys/un.h>

namespace config {

inline constexpr std::size_t longest_socket = sizeof(sockaddr_un::sun_path) - 1; // octets, without the NUL
inline constexpr std::size_t longest_group = 32; // useradd(8)

std::string set_path(const Key& key, const Given& given, std::string& path);
std::string set_socket(const Key& key, const Given& given, std::string& socket);
std::string set_database(const Key& key, const Given& given, std::string& database);
std::string set_timezone(const Key& key, const Given& given, std::string& timezone);
std::string set_endpoints(const Key& key, const Given& given, Endpoints& endpoints);
std::string set_number(const Key& key, const Given& given, int& number);
std::string set_boolean(const Key& key, const Given& given, bool& value);
std::string set_group(const Key& key, const Given& given, std::string& group);
std::string set_paths(const Key& key, const Given& given, std::vector<std::string>& paths);
std::string set_storage(const Key& key, const Given& given, std::optional<provisioning::Storage>& storage);
using Language = decltype(Config::messages.language);
std::string set_language(const Key& key, const Given& given, Language& language);
using Messages = decltype(Config::messages.texts);
std::string set_messages(const Key& key, const Given& given, Messages& messages);
/// "none" is an empty text for these.
std::string set_path_or_none(const Key& key, const Given& given, std::string& path);
std::string set_mail_server(const Key& key, const Given& given, std::string& url);
std::string set_mailbox(const Key& key, const Given& given, std::string& mailbox);
std::string set_user(const Key& key, const Given& given, std::string& user);
std::string set_channel(const Key& key, const Given& given, std::string& channel);
std::string set_level(const Key& key, const Given& given, LogLevel& level);

std::string as_text(const std::string& text);
std::string as_text(int number);
std::string as_text(bool value);
std::string as_text(const std::vector<std::string>& texts);
std::string as_text(const std::optional<provisioning::Storage>& storage);
std::string as_text(Language language);
std::string as_text(const Messages& messages);
std::string as_text(LogLevel level);
std::string as_text(const Endpoint& endpoint);
std::string as_text(const Endpoints& endpoints);

} // namespace config
