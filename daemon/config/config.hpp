// daemon/config/config.hpp - the configuration as one value, made from the table of keys (keys.hpp) by load().
#pragma once

#include "provisioning/methods.hpp"
#include "provisioning/rules/address.hpp"

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace config {

struct Endpoint {
    provisioning::Address address;  ///< 0.0.0.0 and :: are distinct families here
    std::uint16_t port = 0;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct Endpoints {
    std::vector<Endpoint> list;
    bool configured = false;  ///< false: the default, whose families that the host lacks are skipped with a warning
    friend bool operator==(const Endpoints&, const Endpoints&) = default;
};

enum class LogLevel { debug, info, warning, error };

/// How messages to clients are delivered; an empty text: not given.
struct Notices {
    std::string smtp, smtp_user, smtp_password_file, smtp_ca_file, from;
    bool smtp_tls = true;
    std::string command, command_channel = "sms";
    std::string templates;
};

/// Fields are named like the keys; defaults and units: keys.hpp and etc/porteiro.yaml.
struct Config {
    std::string state_directory;
    std::string key_file;
    std::string database;  ///< "embedded" or a libpq connection string
    std::string timezone;
    struct {
        Endpoints auth, acct;
        int workers = 1;
        int hash_threads = 2;
        std::vector<std::string> dictionaries;
    } radius;
    struct {
        std::optional<provisioning::Storage> upgrade_storage;
    } authentication;
    struct {
        enum class Language { none, portuguese, english } language = Language::portuguese;
        /// By the name of a reason; "credentials" for those that must look alike to the subscriber.
        std::map<std::string, std::string, std::less<>> texts;
    } messages;
    struct {
        int delay = 2, quota = 8192, keep = 24;
    } journal;
    struct {
        int close_after = 60;
    } sessions;
    struct {
        int days = 400;
        bool accept_legal_risk = false;
    } retention;
    struct {
        int pending_days = 5, block_days = 15;
    } billing;
    Notices notices;
    struct {
        std::string socket, admin_group, billing_group, read_group;
    } admin;
    struct {
        LogLevel level = LogLevel::info;
    } log;
};

/// One line for people: "FILE:LINE: KEY: what is wrong, what was expected".
class Error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Reads `path`; throws Error at the first thing that is wrong. A missing key has its default.
Config load(const std::string& path);

/// The keys that differ and take effect only at a restart ("radius.auth", ...): what a reload must report.
std::vector<std::string> needs_restart(const Config& running, const Config& loaded);

/// What is in force after a reload: `loaded`, but for those keys, which keep their running value.
Config applied(const Config& running, Config loaded);

}  // namespace config
