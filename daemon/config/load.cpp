// daemon/config/load.cpp - walks the YAML document beside the table of keys.
#include "daemon/config/keys.hpp"

#include "provisioning/rules/text.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <set>

namespace config {
namespace {

constexpr std::streamsize largest_file_octets = 1 << 20;

/// Where the reader is, for messages.
struct Place {
    const std::string& file;
    int line;         ///< from 1; 0: unknown
    std::string key;  ///< empty: the document itself
};

[[noreturn]] void fail(const Place& place, std::string_view problem)
{
    std::string text = place.file;
    if (place.line > 0) text += fmt::format(":{}", place.line);
    if (!place.key.empty()) text += ": " + place.key;
    text += fmt::format(": {}", problem);
    // Names and values come from the file: whatever they hold, this is one line.
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    throw Error(text);
}

int line_of(const YAML::Node& node) { return node.Mark().is_null() ? 0 : node.Mark().line + 1; }

std::string read_file(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::string text;
    if (file) {
        text.resize(static_cast<std::size_t>(largest_file_octets) + 1);
        errno = 0;
        file.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(file.gcount()));
    }
    if (!file.is_open() || file.bad() || errno == EISDIR)
        fail({path, 0, ""}, fmt::format("cannot be read: {}; expected a configuration file", std::strerror(errno)));
    if (text.size() > static_cast<std::size_t>(largest_file_octets))
        fail({path, 0, ""}, "is larger than 1 MiB; expected a configuration file");
    return text;
}

YAML::Node parse(const std::string& path, const std::string& text)
{
    try {
        const auto documents = YAML::LoadAll(text);
        if (documents.size() > 1)
            fail({path, line_of(documents[1]), ""}, "a second YAML document begins; expected one");
        return documents.empty() ? YAML::Node{} : documents.front();
    } catch (const YAML::Exception& error) {
        const int line = error.mark.is_null() ? 0 : error.mark.line + 1;
        fail({path, line, ""}, fmt::format("not YAML: {}; expected \"key: value\" lines", error.msg));
    }
}

/// The names that may stand below `section` ("" is the top), separated by spaces.
std::string names_below(std::string_view section)
{
    std::string names;
    std::set<std::string_view> seen;
    for (const auto& key : keys) {
        std::string_view name = key.path;
        if (!section.empty()) {
            if (!name.starts_with(section) || name.substr(section.size(), 1) != ".") continue;
            name.remove_prefix(section.size() + 1);
        }
        name = name.substr(0, name.find('.'));
        if (seen.insert(name).second) names += (names.empty() ? "" : " ") + std::string{name};
    }
    return names;
}

[[noreturn]] void fail_unknown(const Place& place, std::string_view section, std::string_view name)
{
    auto names = names_below(section);
    if (const auto dot = name.find('.'); section.empty() && std::ranges::count(keys, name, &Key::path))
        fail(place, fmt::format("is no key; write it as {} below {}", name.substr(dot + 1), name.substr(0, dot)));
    const auto near = provisioning::nearest_word(name, names);
    if (!near.empty()) fail(place, fmt::format("is no key; did you mean {}?", near));
    for (std::size_t at = 0; (at = names.find(' ', at)) != std::string::npos; at += 2) names.replace(at, 1, ", ");
    const auto where = section.empty() ? std::string{} : fmt::format(" of {}", section);
    fail(place, fmt::format("is no key; expected one{}: {}", where, names));
}

Given given_by(const Place& place, const Key& key, const YAML::Node& value)
{
    const auto refuse = [&](const Place& where, std::string_view what) {
        fail(where, fmt::format("{}; expected {}", what, expected(key)));
    };
    Given given;
    if (value.IsNull()) refuse(place, "has no value");
    if (value.IsMap()) refuse(place, "is a section of keys");
    if (value.IsScalar()) {
        given.texts.push_back(value.Scalar());
        given.quoted = value.Tag() == "!";
        return given;
    }
    if (!takes_list(key.type)) refuse(place, "is a list");
    for (const auto& element : value) {
        const Place there{place.file, line_of(element), place.key};
        if (!element.IsScalar()) refuse(there, "holds something other than text");
        given.texts.push_back(element.Scalar());
    }
    return given;
}

class Reader {
public:
    Reader(const std::string& file, Config& config) : file_(file), config_(config) {}

    void section(const std::string& name, const YAML::Node& map)
    {
        std::set<std::string> seen;
        for (const auto& pair : map) {
            const int line = line_of(pair.first);
            if (!pair.first.IsScalar()) fail({file_, line, name}, "a key is not a word; expected \"key: value\" lines");
            const auto& word = pair.first.Scalar();
            const auto path = name.empty() ? word : name + '.' + word;
            const Place place{file_, line,
                              name.empty() ? provisioning::shown(word) : name + '.' + provisioning::shown(word)};
            if (!seen.insert(word).second) fail(place, "is there twice; expected once");
            entry(place, name, word, path, pair.second);
        }
    }

    int line(std::string_view key) const
    {
        const auto found = lines_.find(std::string{key});
        return found == lines_.end() ? 0 : found->second;
    }

private:
    void entry(const Place& place, const std::string& section_name, const std::string& word, const std::string& path,
               const YAML::Node& value)
    {
        for (const auto& key : keys) {
            if (key.path != path || word.find('.') != std::string::npos) continue;
            lines_[path] = place.line;
            const auto problem = key.set(key, given_by(place, key, value), config_);
            if (!problem.empty()) fail(place, fmt::format("{}; expected {}", problem, expected(key)));
            return;
        }
        if (!section_name.empty() || names_below(path).empty()) fail_unknown(place, section_name, word);
        if (value.IsNull()) return;  // a section whose keys are all commented out
        if (!value.IsMap())
            fail(place, fmt::format("is not a section; expected keys below it, like {}", names_below(path)));
        section(path, value);
    }

    const std::string& file_;
    Config& config_;
    std::map<std::string, int> lines_;
};

Config defaults()
{
    static const std::string table = "the table of keys";
    Config config;
    for (const auto& key : keys) {
        const auto problem = key.set(
            key, given_by({table, 0, std::string{key.path}}, key, YAML::Load(std::string{key.fallback})), config);
        if (!problem.empty()) fail({table, 0, std::string{key.path}}, problem);
    }
    config.radius.auth.configured = config.radius.acct.configured = false;
    return config;
}

}  // namespace

Config load(const std::string& path)
{
    const auto document = parse(path, read_file(path));
    Config config = defaults();
    Reader reader(path, config);
    if (document.IsMap())
        reader.section("", document);
    else if (!document.IsNull())
        fail({path, line_of(document), ""}, "not a list of keys; expected \"key: value\" lines");
    if (reader.line("state_directory") && !reader.line("key_file")) config.key_file = config.state_directory + "/key";
    for (const auto& [key, other, what] : conflicts(config)) {
        const auto named = reader.line(key) ? key : other;  // the one that the file holds
        fail({path, reader.line(named), std::string{named}}, what);
    }
    return config;
}

}  // namespace config
