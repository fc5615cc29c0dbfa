// tests/unit/io/mailer_test.cpp - messages as they go over the wire, and programs that are run.
// RFC 5322 (headers), RFC 2047 s2 (encoded words), RFC 2045 s6.8 (base64), RFC 4648 s10 (its vectors).
#include "daemon/io/mailer.hpp"
#include "daemon/io/program.hpp"
#include "temporary.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

namespace {

const std::string date = "Mon, 30 Nov 2026 12:00:00 +0000";
bool never() { return false; }

std::string header(const std::string& message, const std::string& name)
{
    const auto at = message.find(name + ": ");
    auto end = message.find("\r\n", at);
    while (end != std::string::npos && message.compare(end + 2, 1, " ") == 0) end = message.find("\r\n", end + 2);
    return message.substr(at + name.size() + 2, end - at - name.size() - 2);
}

std::string body(const std::string& message) { return message.substr(message.find("\r\n\r\n") + 4); }

} // namespace

TEST_CASE("a message has its headers, and its text in base64")
{
    const auto message = io::rendered({"a@b.example", "Hello", "foobar", "id-1"}, "Rede <r@isp.example>", date);
    CHECK(header(message, "Date") == date);
    CHECK(header(message, "From") == "\"Rede\" <r@isp.example>");
    CHECK(header(message, "To") == "a@b.example");
    CHECK(header(message, "Subject") == "Hello");
    CHECK(header(message, "Message-ID") == "<id-1@isp.example>");
    CHECK(body(message) == "Zm9vYmFy\r\n");
    CHECK(body(io::rendered({"a@b.example", "x", "fooba", "i"}, "r@isp.example", date)) == "Zm9vYmE=\r\n");
    CHECK(body(io::rendered({"a@b.example", "x", "f\n", "i"}, "r@isp.example", date)) == "Zg0K\r\n");
    const auto lines = body(io::rendered({"a@b.example", "x", std::string(200, 'x'), "i"}, "r@isp.example", date));
    CHECK(lines.find("\r\n") == 76);
}

TEST_CASE("what is not ASCII is an encoded word, whole characters each")
{
    const std::string subject = "Ação de cobrança: débito em aberto há três meses, contrato é de João";
    const auto encoded = header(io::rendered({"a@b.example", subject, "x", "i"}, "r@isp.example", date), "Subject");
    std::size_t words = 0;
    for (std::size_t at = 0; (at = encoded.find("=?UTF-8?B?", at)) != std::string::npos; ++at) {
        CHECK(encoded.find("?=", at) + 2 - at <= 75);
        ++words;
    }
    CHECK(words >= 2);
    CHECK(header(io::rendered({"a@b.example", "x", "x", "i"}, "Olá <r@isp.example>", date), "From") ==
          "=?UTF-8?B?T2zDoQ==?= <r@isp.example>");
}

TEST_CASE("nothing adds a header")
{
    const auto message = io::rendered({"a@b.example\r\nBcc: c@d", "x\r\nBcc: e@f", "y", "i"}, "r@isp.example", date);
    CHECK(message.find("\r\nBcc") == std::string::npos);
}

TEST_CASE("the address of a mailbox")
{
    CHECK(io::address_of("r@isp.example") == "r@isp.example");
    CHECK(io::address_of("Rede Norte <r@isp.example>") == "r@isp.example");
    CHECK(io::address_of("odd > <") == "odd > <");
}

TEST_CASE("a program gets its input and is heard, whatever it does")
{
    struct Row {
        std::string name, script;
        int status;
        std::string out, err;
    };
    const Row rows[] = {
        {"repeats", "cat", 0, "hello", ""},
        {"does not read", "echo done", 0, "done\n", ""},
        {"fails", "echo no >&2; exit 65", 65, "", "no\n"},
        {"is killed", "kill -9 $$", -1, "", "ended by signal 9"},
        {"closes its output and goes on", "exec >&- 2>&-; sleep 0.2; exit 3", 3, "", ""},
        {"hangs", "sleep 60", -1, "", "took longer than 0 s and was ended"},
        {"leaves a child that holds its output", "sleep 5 & echo x", 0, "x\n", ""},
    };
    const Temporary directory;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto path = directory.path() + "/program";
        std::ofstream(path) << "#!/bin/sh\n" << row.script << '\n';
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        const bool hangs = row.status == -1 && row.err.starts_with("took");
        const auto ran = io::run_program(path, "hello", std::chrono::milliseconds{hangs ? 300 : 20'000}, never);
        CHECK(ran.status == row.status);
        CHECK(ran.out == row.out);
        CHECK(ran.err == row.err);
    }
    const auto much = std::string(1 << 20, 'x');
    const auto path = directory.path() + "/program";
    std::ofstream(path) << "#!/bin/sh\ncat\n";
    CHECK(io::run_program(path, much, std::chrono::seconds{20}, never).out.size() == 4096);
    CHECK(io::run_program(directory.path() + "/none", "", std::chrono::seconds{20}, never).status == 127);
    CHECK(io::run_program(path, much, std::chrono::seconds{20}, [] { return true; }).err ==
          "was ended, since the daemon stops");
}
