// daemon/config/keys.hpp - the table of configuration keys. load(), --check, needs_restart(), applied() and the test
// that etc/porteiro.yaml tells the truth all read it; a key that is not here does not exist.
#pragma once

#include "daemon/config/config.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace config {

enum class Type {
    path,
    paths,
    database,
    timezone,
    endpoints,
    number,
    group,
    level,
    storage,
    language,
    messages,
    boolean,
    path_or_none,
    mail_server,
    mailbox,
    user,
    channel
};
/// Whether a list may stand for it.
constexpr bool takes_list(Type type) noexcept
{
    return type == Type::paths || type == Type::endpoints || type == Type::messages;
}
enum class Applies { reload, restart };

/// What stands in the file for one key: its scalar, or the scalars of its list.
struct Given {
    std::vector<std::string> texts;
    bool quoted = false;  ///< a quoted scalar: text, never a number
};

struct Key {
    std::string_view path;      ///< "radius.auth": section and key
    Type type;
    std::string_view unit;      ///< "days"; empty: none
    int lowest, highest;        ///< of a number
    std::string_view fallback;  ///< the default, as YAML
    Applies applies;
    std::string_view meaning;   ///< one line
    /// Puts `given` into the configuration; returns what is wrong with it, or nothing.
    std::string (*set)(const Key& key, const Given& given, Config& config);
    /// The value as one line, to compare two configurations.
    std::string (*get)(const Config& config);
    void (*copy)(const Config& from, Config& to);
};

extern const std::span<const Key> keys;

/// "an absolute path", "a whole number of days, 0 to 365", ...: the end of every complaint about this key.
std::string expected(const Key& key);

/// Two keys that are each right by themselves but not together.
struct Conflict {
    std::string_view key, other;
    std::string what;
};
std::vector<Conflict> conflicts(const Config& config);

}  // namespace config
