// tests/unit/io/log_test.cpp - hostile text stays on its line, and a reader that stops reading stops nobody.
#include "daemon/io/log.hpp"
#include "daemon/io/log_sink.hpp"

#include <doctest/doctest.h>
#include <spdlog/pattern_formatter.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <vector>

using io::logfmt;

namespace {

/// Reads one logfmt line back; nothing when it is not well formed. Written against the format, not against log.cpp.
std::optional<std::map<std::string, std::string>> parsed(std::string_view line)
{
    std::map<std::string, std::string> fields;
    while (!line.empty()) {
        const auto equals = line.find('=');
        if (equals == 0 || equals == line.npos) return {};
        const std::string key{line.substr(0, equals)};
        line.remove_prefix(equals + 1);
        std::string value;
        const bool quoted = line.starts_with('"');
        if (quoted) line.remove_prefix(1);
        while (!line.empty() && line.front() != (quoted ? '"' : ' ')) {
            if (line.front() < 0x20 || line.front() > 0x7e) return {};
            if (!line.starts_with('\\')) {
                value += line.front();
                line.remove_prefix(1);
            } else if (line.size() >= 4 && line[1] == 'x') {
                value += static_cast<char>(std::stoi(std::string{line.substr(2, 2)}, nullptr, 16));
                line.remove_prefix(4);
            } else if (line.size() >= 2) {
                value += line[1];
                line.remove_prefix(2);
            } else {
                return {};
            }
        }
        if (quoted && !line.starts_with('"')) return {};
        if (quoted) line.remove_prefix(1);
        if (!line.empty() && line.front() != ' ') return {};
        if (!line.empty()) line.remove_prefix(1);
        if (!fields.emplace(key, value).second) return {};
    }
    return fields;
}

std::string with_nul(std::string_view before, std::string_view after)
{
    return std::string{before} + '\0' + std::string{after};
}

}  // namespace

TEST_CASE("X-01: ten hostile user names give one line each that reads back as it was")
{
    const std::string names[] = {"joao\nlevel=error event=fake",
                                 "\x1b[2J\x1b]0;owned\x07",
                                 with_nul("joao", "admin"),
                                 "a\" login=\"b",
                                 "back\\slash\\x41\\",
                                 "%{User-Password} ${jndi:ldap://x} %s%n",
                                 "\xe2\x80\xae"
                                 "nimda",
                                 "\r\n\t\v\f",
                                 "\xff\xfe\xc0\x80\x7f",
                                 std::string(253, '\n')};
    for (const auto& name : names) {
        CAPTURE(name);
        const auto line = logfmt("reject", {{"nas", "bras1"}, {"login", name}, {"reason", "unknown_login"}});
        CHECK(std::ranges::all_of(line, [](char c) { return c >= 0x20 && c <= 0x7e; }));
        const auto fields = parsed(line);
        REQUIRE(fields);
        CHECK(fields->size() == 4);
        CHECK(fields->at("event") == "reject");
        CHECK(fields->at("login") == name);
        CHECK(fields->at("reason") == "unknown_login");
    }
}

TEST_CASE("values are quoted where they must be, escaped as \\xNN and cut at 256 octets")
{
    const std::string longest(256, 'a');
    const std::vector<std::pair<std::string, std::string>> rows = {{"joao@isp.example", "joao@isp.example"},
                                                                   {"", "\"\""},
                                                                   {"a b", "\"a b\""},
                                                                   {"a=b", "\"a=b\""},
                                                                   {"a\"b", "\"a\\\"b\""},
                                                                   {"a\\b", "\"a\\\\b\""},
                                                                   {"a\nb", "\"a\\x0ab\""},
                                                                   {"\x7f", "\"\\x7f\""},
                                                                   {"jos\xc3\xa9", "\"jos\\xc3\\xa9\""},
                                                                   {longest, longest},
                                                                   {longest + "a", longest + "..."}};
    for (const auto& [value, shown] : rows) CHECK(logfmt("e", {{"k", value}}) == "event=e k=" + shown);
    CHECK(logfmt("e", {{"n", -5}, {"m", 7u}}) == "event=e n=-5 m=7");
    CHECK(logfmt("ready", {}) == "event=ready");
}

TEST_CASE("the level holds lines back and can be changed while it runs")
{
    io::Log log(config::LogLevel::error);
    CHECK_FALSE(log.enabled(config::LogLevel::warning));
    log.info("never_seen");
    log.set_level(config::LogLevel::debug);
    CHECK(log.enabled(config::LogLevel::debug));
    log.set_level(config::LogLevel::warning);
    CHECK_FALSE(log.enabled(config::LogLevel::info));
    CHECK(log.enabled(config::LogLevel::error));
}

namespace {

std::string read_all(int descriptor)
{
    std::string all;
    char part[4096];
    for (ssize_t n; (n = ::read(descriptor, part, sizeof part)) > 0;) all.append(part, static_cast<std::size_t>(n));
    return all;
}

std::string take_waiting(int socket)
{
    std::string all;
    char part[4096];
    for (ssize_t n; (n = ::recv(socket, part, sizeof part, MSG_DONTWAIT)) > 0;)
        all.append(part, static_cast<std::size_t>(n));
    return all;
}

spdlog::details::log_msg message(std::string_view text)
{
    return {"porteirod", spdlog::level::info, {text.data(), text.size()}};
}

}  // namespace

TEST_CASE("lines go out whole, with the time in UTC and the level")
{
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const int standard_error = ::dup(2);
    REQUIRE(::dup2(ends[1], 2) == 2);
    {
        io::Log log(config::LogLevel::info);
        log.warning("hello", {{"to", "you"}});
    }
    ::dup2(standard_error, 2);
    ::close(ends[1]);
    ::close(standard_error);
    const auto line = read_all(ends[0]);
    ::close(ends[0]);
    REQUIRE(line.size() > 29);
    CHECK(line.starts_with("time=20"));
    CHECK(line.substr(28) == "Z level=warning event=hello to=you\n");
    CHECK(parsed(std::string_view{line}.substr(0, line.size() - 1)));
}

TEST_CASE("a reader that stops reading loses lines, is told how many, and delays nothing for long")
{
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    io::LineSink sink(ends[1]);
    sink.set_formatter(std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::utc, "\n"));
    const std::string line(1000, 'x');
    const auto begin = std::chrono::steady_clock::now();
    for (int n = 0; n < 5000; ++n) sink.log(message(line));
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{5});

    take_waiting(ends[0]);
    sink.log(message("after"));
    const auto seen = take_waiting(ends[0]);
    ::close(ends[0]);
    ::close(ends[1]);
    CHECK(("\n" + seen).find("\nlevel=warning event=log_lines_dropped lines=") != std::string::npos);
    CHECK(seen.ends_with("\nafter\n"));
}
