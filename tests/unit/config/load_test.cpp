// tests/unit/config/load_test.cpp - what a good file gives, and what is said of each bad one.
#include "tests/unit/config/written_file.hpp"

#include <doctest/doctest.h>

using config::load;
using Language = decltype(config::Config::messages.language);

TEST_CASE("an empty file, and sections without keys, give the defaults")
{
    for (const char* text :
         {"", "# nothing\n", "---\n", "radius:\nbilling: {}\nadmin:\n  # all commented out\nlog:\n"}) {
        CAPTURE(std::string{text});
        const auto config = loaded(text);
        CHECK(config.state_directory == "/var/lib/porteiro");
        CHECK(config.key_file == "/var/lib/porteiro/key");
        CHECK(config.database == "embedded");
        CHECK(config.timezone == "America/Sao_Paulo");
        REQUIRE(config.radius.auth.list.size() == 2);
        CHECK(config.radius.auth.list[0] == config::Endpoint{*provisioning::parse_address("0.0.0.0"), 1812});
        CHECK(config.radius.acct.list[1] == config::Endpoint{*provisioning::parse_address("::"), 1813});
        CHECK_FALSE(config.radius.auth.configured);
        CHECK_FALSE(config.radius.acct.configured);
        CHECK(config.radius.workers == 1);
        CHECK(config.radius.hash_threads == 2);
        CHECK(config.radius.dictionaries.empty());
        CHECK(config.authentication.upgrade_storage == std::nullopt);
        CHECK(config.messages.language == Language::portuguese);
        CHECK(config.messages.texts.empty());
        CHECK(config.billing.pending_days == 5);
        CHECK(config.billing.block_days == 15);
        CHECK(config.admin.socket == "/run/porteiro/admin.sock");
        CHECK(config.admin.admin_group == "porteiro-admin");
        CHECK(config.admin.billing_group == "porteiro-billing");
        CHECK(config.admin.read_group == "porteiro-read");
        CHECK(config.log.level == config::LogLevel::info);
    }
}

TEST_CASE("every key arrives where it belongs")
{
    const auto config = loaded(R"(state_directory: /srv/radius/
database: "host=db1,db2 dbname=isp password='a b'"
timezone: America/Manaus
radius:
  auth: "127.0.0.1:18120"
  acct: ["127.0.0.1:18130", "[::1]:18130"]
  workers: 1
  hash_threads: 64
  dictionaries: [/etc/porteiro/dictionary.acme, /srv/other]
authentication: {upgrade_storage: crypt}
messages:
  language: en
  texts:
    - "contract_suspended: Acesso suspenso. Ligue: 0800 123 4567."
    - 'credentials:  Usuário ou senha?  '
    - "outside_schedule:"
billing: {pending_days: 0, block_days: 365}
admin: {socket: /srv/radius/a.sock, admin_group: adm, billing_group: caixa, read_group: Painel_1}
log: {level: debug}
)");
    CHECK(config.state_directory == "/srv/radius");
    CHECK(config.key_file == "/srv/radius/key");
    CHECK(config.database == "host=db1,db2 dbname=isp password='a b'");
    CHECK(config.timezone == "America/Manaus");
    REQUIRE(config.radius.auth.list.size() == 1);
    CHECK(config.radius.auth.configured);
    CHECK(config.radius.auth.list[0].port == 18120);
    REQUIRE(config.radius.acct.list.size() == 2);
    CHECK(config.radius.acct.list[1] == config::Endpoint{*provisioning::parse_address("::1"), 18130});
    CHECK(config.radius.hash_threads == 64);
    CHECK(config.radius.dictionaries == std::vector<std::string>{"/etc/porteiro/dictionary.acme", "/srv/other"});
    CHECK(config.authentication.upgrade_storage == provisioning::Storage::crypt);
    CHECK(config.messages.language == Language::english);
    const decltype(config.messages.texts) texts = {{"contract_suspended", "Acesso suspenso. Ligue: 0800 123 4567."},
                                                   {"credentials", "Usuário ou senha?"},
                                                   {"outside_schedule", ""}};
    CHECK(config.messages.texts == texts);
    CHECK(loaded("radius: {dictionaries: /one}").radius.dictionaries == std::vector<std::string>{"/one"});
    CHECK(loaded("messages: {language: none}").messages.language == Language::none);
    CHECK(config.billing.pending_days == 0);
    CHECK(config.billing.block_days == 365);
    CHECK(config.admin.socket == "/srv/radius/a.sock");
    CHECK(config.admin.read_group == "Painel_1");
    CHECK(config.log.level == config::LogLevel::debug);
    CHECK(loaded("state_directory: /srv\nkey_file: /etc/porteiro/key\n").key_file == "/etc/porteiro/key");
    CHECK(loaded("key_file: /etc/porteiro/key\n").state_directory == "/var/lib/porteiro");
}

TEST_CASE("a bad file is refused with its line, its key, what is wrong and what was expected")
{
    struct Row {
        const char* text;
        const char* complaint;
    };
    const Row rows[] = {
        {"state_directory: var", "porteiro.yaml:1: state_directory: var is a relative path; expected an absolute path"},
        {"state_directory: \"\"", "porteiro.yaml:1: state_directory: is empty; expected an absolute path"},
        {"state_directory: \"/a\\nb\"",
         "porteiro.yaml:1: state_directory: holds a control character; expected an absolute path"},
        {"\nkey_file: [a, b]", "porteiro.yaml:2: key_file: is a list; expected an absolute path"},
        {"key_file: {a: b}", "porteiro.yaml:1: key_file: is a section of keys; expected an absolute path"},
        {"key_file:", "porteiro.yaml:1: key_file: has no value; expected an absolute path"},
        {"database: ''", "porteiro.yaml:1: database: is empty; expected embedded, or a libpq connection string "
                         "(host=... dbname=..., or postgresql://...)"},
        {"database: hunter2", "porteiro.yaml:1: database: is not a connection string; expected embedded, or a libpq "
                              "connection string (host=... dbname=..., or postgresql://...)"},
        {"timezone: Brazil/Sampa", "porteiro.yaml:1: timezone: Brazil/Sampa is not in the time zone database; expected "
                                   "a name like America/Sao_Paulo"},
        {"timezone: ../../../etc/passwd", "porteiro.yaml:1: timezone: ../../../etc/passwd is not in the time zone "
                                          "database; expected a name like America/Sao_Paulo"},
        {"radius:\n  auth: []", "porteiro.yaml:2: radius.auth: is an empty list; expected \"ADDRESS:PORT\" or a list "
                                "of them, IPv6 as \"[ADDRESS]:PORT\", ports 1 to 65535"},
        {"radius:\n  workers: 4",
         "porteiro.yaml:2: radius.workers: 4 is out of range; expected 1, since this version runs 1 of these threads"},
        {"radius:\n  workers: 0",
         "porteiro.yaml:2: radius.workers: 0 is out of range; expected 1, since this version runs 1 of these threads"},
        {"radius:\n\n  worker: 1", "porteiro.yaml:3: radius.worker: is no key; did you mean workers?"},
        {"radius: 1812", "porteiro.yaml:1: radius: is not a section; expected keys below it, like auth acct workers "
                         "hash_threads dictionaries"},
        {"radius: [auth]", "porteiro.yaml:1: radius: is not a section; expected keys below it, like auth acct workers "
                           "hash_threads dictionaries"},
        {"log: info", "porteiro.yaml:1: log: is not a section; expected keys below it, like level"},
        {"billing: {pending_days: five}", "porteiro.yaml:1: billing.pending_days: five is not a whole number; expected "
                                          "a whole number of days, 0 to 365"},
        {"billing: {pending_days: \"5\"}", "porteiro.yaml:1: billing.pending_days: 5 in quotes is not a whole number; "
                                           "expected a whole number of days, 0 to 365"},
        {"billing: {pending_days: 1.5}",
         "porteiro.yaml:1: billing.pending_days: 1.5 is not a whole number; expected a whole number of days, 0 to 365"},
        {"billing: {pending_days: -1}",
         "porteiro.yaml:1: billing.pending_days: -1 is out of range; expected a whole number of days, 0 to 365"},
        {"billing: {block_days: 99999999999}",
         "porteiro.yaml:1: billing.block_days: 99999999999 is out of range; expected a whole number of days, 0 to 365"},
        {"retention: {days: 365}", "porteiro.yaml:1: retention.days: 365 days is less than the year that connection "
                                   "records must be kept; expected 366 or more, or retention.accept_legal_risk: yes"},
        {"retention: {accept_legal_risk: maybe}",
         "porteiro.yaml:1: retention.accept_legal_risk: maybe is neither; expected yes or no"},
        {"journal: {quota: 15}",
         "porteiro.yaml:1: journal.quota: 15 is out of range; expected a whole number of mebibytes, 16 to 16777216"},
        {"billing:\n  pending_days: 9\n  block_days: 3", "porteiro.yaml:3: billing.block_days: 3 days until the block, "
                                                         "9 until pending; expected block_days not below pending_days"},
        {"billing:\n  pending_days: 16", "porteiro.yaml:2: billing.pending_days: 15 days until the block, 16 until "
                                         "pending; expected block_days not below pending_days"},
        {"admin: {socket: run.sock}",
         "porteiro.yaml:1: admin.socket: run.sock is a relative path; expected an absolute path of at most 107 octets"},
        {"admin: {read_group: \"two words\"}", "porteiro.yaml:1: admin.read_group: \"two words\" is not a group's "
                                               "name; expected the name of a group, at most 32 letters, digits, _ - ."},
        {"admin: {read_group: 12}", "porteiro.yaml:1: admin.read_group: 12 is not a group's name; expected the name of "
                                    "a group, at most 32 letters, digits, _ - ."},
        {"log:\n  level: loud",
         "porteiro.yaml:2: log.level: loud is not a level; expected debug, info, warning or error"},
        {"log:\n  level:", "porteiro.yaml:2: log.level: has no value; expected debug, info, warning or error"},
        {"radius: {hash_threads: 65}", "porteiro.yaml:1: radius.hash_threads: 65 is out of range; expected a whole "
                                       "number of threads, 1 to 64"},
        {"radius:\n  dictionaries: [/a, b]",
         "porteiro.yaml:2: radius.dictionaries: b is a relative path; expected absolute paths, one or a list"},
        {"radius: {dictionaries: [/a, /a]}",
         "porteiro.yaml:1: radius.dictionaries: /a is there twice; expected absolute paths, one or a list"},
        {"authentication: {upgrade_storage: md5}", "porteiro.yaml:1: authentication.upgrade_storage: md5 is no storage "
                                                   "to upgrade to; expected no, encrypted, crypt or nt"},
        {"authentication: {upgrade_storage: yes}", "porteiro.yaml:1: authentication.upgrade_storage: yes is no storage "
                                                   "to upgrade to; expected no, encrypted, crypt or nt"},
        {"messages: {language: fr}", "porteiro.yaml:1: messages.language: fr is not known; expected pt, en or none"},
        {"databse: embedded", "porteiro.yaml:1: databse: is no key; did you mean database?"},
        {"colour: blue",
         "porteiro.yaml:1: colour: is no key; expected one: state_directory, key_file, database, "
         "timezone, radius, authentication, messages, journal, sessions, retention, billing, notices, admin, log"},
        {"admin: {mode: 1}", "porteiro.yaml:1: admin.mode: is no key; expected one of admin: socket, admin_group, "
                             "billing_group, read_group"},
        {"radius.auth: \"1.2.3.4:5\"", "porteiro.yaml:1: radius.auth: is no key; write it as auth below radius"},
        {"\"a\\nb\": 1",
         "porteiro.yaml:1: a?b: is no key; expected one: state_directory, key_file, database, "
         "timezone, radius, authentication, messages, journal, sessions, retention, billing, notices, admin, log"},
        {"[a]: 1", "porteiro.yaml:1: a key is not a word; expected \"key: value\" lines"},
        {"database: embedded\ntimezone: UTC\ndatabase: embedded",
         "porteiro.yaml:3: database: is there twice; expected once"},
        {"log: {level: info}\nlog: {level: info}", "porteiro.yaml:2: log: is there twice; expected once"},
        {"log:\n  level: info\n  level: info", "porteiro.yaml:3: log.level: is there twice; expected once"},
        {"just words", "porteiro.yaml:1: not a list of keys; expected \"key: value\" lines"},
        {"- a\n- b", "porteiro.yaml:1: not a list of keys; expected \"key: value\" lines"},
        {"log: {level: info}\n---\nlog: {}", "porteiro.yaml:3: a second YAML document begins; expected one"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.text});
        CHECK(complaint(row.text) == std::string{row.complaint});
    }
}

TEST_CASE("A-13: a message for a reason that is none, or that would tell a guesser which part was wrong, is refused")
{
    struct Row {
        std::string line, problem;
    };
    const Row rows[] = {
        {"contract_suspended", "contract_suspended has no colon"},
        {"suspended: x", "suspended is no reason"},
        {": x", "\"\" is no reason"},
        {"unknown_login: x", "unknown_login must look to the subscriber like every other refusal of credentials: write "
                             "credentials: TEXT for all of them"},
        {"throttled: x", "throttled must look to the subscriber like every other refusal of credentials: write "
                         "credentials: TEXT for all of them"},
        {"expired: " + std::string(201, 'x'), "the text of expired is over 200 octets, or has control characters"},
        {"expired: a\\tb", "the text of expired is over 200 octets, or has control characters"},
    };
    const std::string expected = "; expected \"REASON: TEXT\" or a list of them, REASON being credentials or one that "
                                 "`porteiro auth list` shows";
    for (const auto& row : rows) {
        CAPTURE(row.line);
        CHECK(complaint("messages:\n  texts: [\"" + row.line + "\"]") ==
              "porteiro.yaml:2: messages.texts: " + row.problem + expected);
    }
    CHECK(complaint("messages: {texts: ['expired: a', 'expired: b']}") ==
          "porteiro.yaml:1: messages.texts: expired is there twice" + expected);
    CHECK(complaint("messages:\n  texts:\n    - expired: a\n") ==
          "porteiro.yaml:3: messages.texts: holds something other than text" + expected);
}

TEST_CASE("an endpoint that is none is refused, whatever is wrong with it")
{
    const std::string expected =
        "expected \"ADDRESS:PORT\" or a list of them, IPv6 as \"[ADDRESS]:PORT\", ports 1 to 65535";
    for (const char* endpoint :
         {"1.2.3.4", "1.2.3.4:0", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3.4:18x", "1.2.3.4:", ":1812", "::1:1812",
          "[::1]", "[::1]:", "[1.2.3.4]:1812", "[::1:1812", "localhost:1812", "1812"}) {
        CAPTURE(std::string{endpoint});
        const auto text = std::string{"radius:\n  auth:\n    - \"127.0.0.1:1\"\n    - \""} + endpoint + "\"\n";
        CHECK(complaint(text) ==
              std::string{"porteiro.yaml:2: radius.auth: "} + endpoint + " is not an address and a port; " + expected);
    }
    CHECK(complaint("radius:\n  acct: [\"[::1]:99\", \"[::1]:99\"]") ==
          "porteiro.yaml:2: radius.acct: [::1]:99 is there twice; " + expected);
    CHECK(complaint("radius:\n  acct:\n    - [a]\n") ==
          "porteiro.yaml:3: radius.acct: holds something other than text; " + expected);
    CHECK(complaint("radius:\n  auth: \"127.0.0.1:99\"\n  acct: \"127.0.0.1:99\"\n") ==
          "porteiro.yaml:3: radius.acct: 127.0.0.1:99 is in both lists; expected a port for each");
}

TEST_CASE("a socket path longer than a Unix socket may have is refused")
{
    const std::string longest = '/' + std::string(106, 'a');
    CHECK(loaded("admin: {socket: " + longest + "}").admin.socket == longest);
    CHECK(complaint("admin: {socket: " + longest + "a}") ==
          "porteiro.yaml:1: admin.socket: 108 octets are more than a Unix socket's path may have; expected an absolute "
          "path of at most 107 octets");
}

TEST_CASE("YAML that is none is refused with its line")
{
    for (const char* text :
         {"log:\n  level: [info\n", "log:\n\tlevel: info\n", "log: {level: info\n", "log: *nowhere\n"}) {
        CAPTURE(std::string{text});
        const auto said = complaint(text);
        CAPTURE(said);
        CHECK(said.starts_with("porteiro.yaml:"));
        CHECK(said.find(": not YAML: ") != std::string::npos);
    }
}

TEST_CASE("a file that cannot be read is refused")
{
    CHECK_THROWS_WITH_AS(
        load("/nonexistent/porteiro.yaml"),
        "/nonexistent/porteiro.yaml: cannot be read: No such file or directory; expected a configuration file",
        config::Error);
    CHECK_THROWS_WITH_AS(load("/tmp"), "/tmp: cannot be read: Is a directory; expected a configuration file",
                         config::Error);
    CHECK_THROWS_WITH_AS(load("/dev/zero"), "/dev/zero: is larger than 1 MiB; expected a configuration file",
                         config::Error);
}
