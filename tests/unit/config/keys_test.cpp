// tests/unit/config/keys_test.cpp - the table of keys against etc/porteiro.yaml, and what a reload reports.
#include "daemon/config/keys.hpp"
#include "tests/unit/config/written_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

namespace {

/// One key of etc/porteiro.yaml: "#name: value" below its comment, in its section.
struct Entry {
    std::string path, value, comment;
};

bool is_key(std::string_view line)  // "#name:", while prose is "# ..."
{
    return line.size() > 1 && line[0] == '#' && line[1] != ' ';
}

std::vector<Entry> entries_of(const std::string& text)
{
    std::vector<Entry> entries;
    std::string section, comment, line;
    for (std::istringstream lines(text); std::getline(lines, line);) {
        const bool indented = line.starts_with("  ");
        if (indented)
            line.erase(0, 2);
        else if (!line.empty() && line[0] != '#')
            section = line.substr(0, line.find(':')) + '.';
        if (is_key(line)) {
            const auto colon = line.find(": ");
            const auto name = line.substr(1, colon - 1);
            entries.push_back({indented ? section + name : name, line.substr(colon + 2), comment});
        }
        comment = line.starts_with("# ") ? comment + line.substr(1) : "";
    }
    return entries;
}

std::string example()
{
    std::ifstream file(PORTEIRO_SOURCE "/etc/porteiro.yaml");
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string without_hashes(const std::string& text)
{
    std::string all, line;
    for (std::istringstream lines(text); std::getline(lines, line);) {
        const auto hash = line.find('#');
        if (hash != std::string::npos && is_key(std::string_view{line}.substr(hash))) line.erase(hash, 1);
        all += line + '\n';
    }
    return all;
}

}  // namespace

TEST_CASE("etc/porteiro.yaml holds every key of the table and no other, in its order, with its default")
{
    const auto entries = entries_of(example());
    REQUIRE(entries.size() == config::keys.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto& key = config::keys[i];
        CAPTURE(key.path);
        CHECK(entries[i].path == key.path);
        CHECK(entries[i].value == key.fallback);
    }
}

TEST_CASE("etc/porteiro.yaml says of every key its unit, its range and whether a reload takes it up")
{
    for (const auto& entry : entries_of(example())) {
        CAPTURE(entry.path);
        CAPTURE(entry.comment);
        const auto key = std::ranges::find(config::keys, entry.path, &config::Key::path);
        REQUIRE(key != config::keys.end());
        const bool restart = key->applies == config::Applies::restart;
        CHECK(entry.comment.ends_with(restart ? " Restart." : " Reload."));
        std::string lower = entry.comment;
        std::ranges::transform(lower, lower.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        CHECK(lower.find(key->unit) != std::string::npos);
        if (key->type == config::Type::number)
            CHECK(lower.find(std::to_string(key->lowest) + " to " + std::to_string(key->highest)) != std::string::npos);
    }
}

TEST_CASE("etc/porteiro.yaml loads, as it is and with every key uncommented, and means the defaults")
{
    const auto defaults = loaded("");
    const auto as_it_is = loaded(example()), uncommented = loaded(without_hashes(example()));
    for (const auto& key : config::keys) {
        CAPTURE(key.path);
        CHECK(key.get(as_it_is) == key.get(defaults));
        CHECK(key.get(uncommented) == key.get(defaults));
    }
    CHECK_FALSE(as_it_is.radius.auth.configured);
    CHECK(uncommented.radius.auth.configured);
}

TEST_CASE("needs_restart names the keys that a reload cannot take up, and those alone")
{
    const auto running = loaded("");
    CHECK(config::needs_restart(running, running).empty());
    const auto reloadable = loaded(
        "sessions: {close_after: 0}\nretention: {days: 7, accept_legal_risk: yes}\n"
        "billing: {pending_days: 1}\nadmin: {admin_group: x, billing_group: y, read_group: z}\nlog: {level: error}\n"
        "authentication: {upgrade_storage: nt}\nmessages: {language: en, texts: ['expired: x']}\n"
        "notices: {smtp: 'smtp://mail:587', from: a@isp.example, command: /bin/sms}\n");
    CHECK(config::needs_restart(running, reloadable).empty());
    const auto other =
        loaded("state_directory: /srv\ndatabase: a=b\ntimezone: UTC\nradius: {auth: '1.1.1.1:1', acct: "
               "'1.1.1.1:2', hash_threads: 3, dictionaries: /d}\njournal: {delay: 5, quota: 16, keep: 1}\n"
               "admin: {socket: /s}\n");
    const std::vector<std::string> all = {"state_directory",
                                          "key_file",
                                          "database",
                                          "timezone",
                                          "radius.auth",
                                          "radius.acct",
                                          "radius.hash_threads",
                                          "radius.dictionaries",
                                          "journal.delay",
                                          "journal.quota",
                                          "journal.keep",
                                          "admin.socket"};
    CHECK(config::needs_restart(running, other) == all);
    const auto reordered = loaded("radius: {auth: ['0.0.0.0:1812', '[::]:1812']}\n");
    CHECK(config::needs_restart(running, reordered).empty());
}

TEST_CASE("a reload takes up the keys that it can, and every other one keeps its running value")
{
    const auto running = loaded("timezone: UTC\nradius: {acct: '1.1.1.1:2'}\n");
    const auto other =
        loaded("state_directory: /srv\ndatabase: a=b\ntimezone: America/Manaus\nradius: {auth: '1.1.1.1:1'}\n"
               "billing: {pending_days: 1, block_days: 2}\nlog: {level: error}\n"
               "authentication: {upgrade_storage: nt}\nmessages: {language: en, texts: ['expired: x']}\n"
               "admin: {socket: /s, admin_group: x, billing_group: y, read_group: z}\n");
    const auto in_force = config::applied(running, other);
    for (const auto& key : config::keys) {
        CAPTURE(key.path);
        CHECK(key.get(in_force) == key.get(key.applies == config::Applies::restart ? running : other));
    }
    CHECK(in_force.radius.acct == running.radius.acct);
    CHECK(config::needs_restart(in_force, other) == config::needs_restart(running, other));
}

TEST_CASE("every key says what it expects and means")
{
    for (const auto& key : config::keys) {
        CAPTURE(key.path);
        CHECK_FALSE(config::expected(key).empty());
        CHECK_FALSE(key.meaning.empty());
        CHECK(key.lowest <= key.highest);
    }
}
