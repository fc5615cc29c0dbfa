// daemon/main.cpp - porteirod: builds everything, owns everything, ends everything in order.
#include "daemon/admin/context.hpp"
#include "daemon/admin/dispatch.hpp"
#include "daemon/admin/provider_day.hpp"
#include "daemon/admin/uploads.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/manual.hpp"
#include "daemon/io/admin_socket.hpp"
#include "daemon/io/daemon_name.hpp"
#include "daemon/io/drain.hpp"
#include "daemon/io/embedded_postgres.hpp"
#include "daemon/io/entry_hooks.hpp"
#include "daemon/io/follower.hpp"
#include "daemon/io/postman.hpp"
#include "daemon/io/radius_service.hpp"
#include "daemon/io/snapshot.hpp"
#include "daemon/io/state_lock.hpp"
#include "radius/mschap.hpp"

#include <boost/asio/signal_set.hpp>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string_view>
#include <sys/random.h>
#include <systemd/sd-daemon.h>

namespace {

constexpr int exit_configuration = 78;  // EX_CONFIG of sysexits.h
constexpr std::chrono::seconds longest_drain{5};
constexpr std::size_t changes_a_slice = 1000;
constexpr std::chrono::milliseconds patience_with_database{700};  // then the snapshot serves (protocol F-01: 1 s)
constexpr std::chrono::hours oldest_snapshot{24};

constexpr const char* usage = "usage: porteirod --config FILE          run in the foreground, log to standard error\n"
                              "       porteirod --check --config FILE  say whether the configuration is right\n"
                              "       porteirod --version | --help | --man\n";

struct Options {
    std::string config;
    bool check = false;
};

/// Nothing: the program is done, with `status`.
std::optional<Options> options_of(std::span<char* const> arguments, int& status)
{
    Options options;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (argument == "--check") {
            options.check = true;
        } else if (argument == "--config" && i + 1 < arguments.size()) {
            options.config = arguments[++i];
        } else if (argument.starts_with("--config=")) {
            options.config = argument.substr(9);
        } else if (argument == "--version" || argument == "--help" || argument == "-h") {
            std::fputs(argument == "--version" ? "porteirod " PORTEIRO_VERSION "\n" : usage, stdout);
            return std::nullopt;
        } else if (argument == "--man") {
            std::fputs(config::manual().c_str(), stdout);
            return std::nullopt;
        } else {
            std::fprintf(stderr, "porteirod: unknown argument %s\n%s", arguments[i], usage);
            status = 2;
            return std::nullopt;
        }
    }
    if (options.config.empty()) {
        std::fprintf(stderr, "porteirod: --config FILE is missing\n%s", usage);
        status = 2;
        return std::nullopt;
    }
    return options;
}

void fill_random(std::span<std::uint8_t> out)
{
    while (!out.empty()) {
        const auto count = ::getrandom(out.data(), out.size(), 0);
        if (count > 0) out = out.subspan(static_cast<std::size_t>(count));
    }
}

/// Ours, and those that the provider added.
radius::Dictionary dictionary_of(const std::vector<std::string>& files)
{
    radius::Dictionary dictionary;
    const auto load = [&dictionary](const std::string& name, std::string_view text) {
        if (const auto error = dictionary.load(text))
            throw config::Error(name + ':' + std::to_string(error->line) + ": " + error->message);
    };
    load("etc/dictionary", radius::standard_dictionary);
    for (const auto& name : files) {
        std::ifstream file(name, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        if (!file.is_open() || file.bad())
            throw config::Error("radius.dictionaries: " + name + " cannot be read: " + std::strerror(errno));
        load(name, text);
    }
    return dictionary;
}

core::Engine::Zone zone_of(const std::string& timezone)
{
    return [timezone](std::chrono::system_clock::time_point now) { return provisioning::zone_offset(timezone, now); };
}

/// The built-in messages in the language chosen, and the provider's own over them.
core::Settings settings_of(const config::Config& config)
{
    using Language = decltype(config.messages.language);
    core::Settings settings;
    settings.close_stale_after = std::chrono::minutes{config.sessions.close_after};
    settings.upgrade_to = config.authentication.upgrade_storage;
    settings.messages = core::built_in_messages(
        config.messages.language == Language::english ? core::Language::english : core::Language::portuguese);
    if (config.messages.language == Language::none)
        for (auto& message : settings.messages) message.clear();
    for (const auto& text : provisioning::reasons()) {
        const auto name = provisioning::looks_like_wrong_credentials(text.reason) ? "credentials" : text.name;
        if (const auto own = config.messages.texts.find(name); own != config.messages.texts.end())
            settings.messages[static_cast<std::size_t>(text.reason)] = own->second;
    }
    return settings;
}

/// Each thread that stores a password has ciphers of its own.
std::optional<std::array<std::uint8_t, 16>> nt_hash_of(std::span<const std::uint8_t> password)
{
    thread_local radius::MsChap ms_chap;
    return ms_chap.nt_hash(password);
}

std::vector<core::KnownSession> known(std::vector<provisioning::store::OpenSession>&& open, std::string_view daemon)
{
    std::vector<core::KnownSession> sessions;
    sessions.reserve(open.size());
    for (auto& one : open)
        sessions.push_back({.session_key = std::move(one.session_key),
                            .login = std::move(one.login),
                            .login_id = one.login_id,
                            .nas_id = one.nas_id,
                            .mac = std::move(one.mac),
                            .nas_port_id = std::move(one.nas_port_id),
                            .nas_port = one.nas_port,
                            .open_for = one.open_for,
                            .silent_for = one.silent_for,
                            .interim_s = one.interim_s,
                            .session_time_s = one.session_time_s,
                            .download_octets = one.download_octets,
                            .upload_octets = one.upload_octets,
                            .began = one.began,
                            .acct_session_id = std::move(one.acct_session_id),
                            .framed_ip = std::move(one.framed_ip),
                            .nas_ip = std::move(one.nas_ip),
                            .nas_identifier = std::move(one.nas_identifier),
                            .ours = one.daemon.empty() || one.daemon == daemon,
                            .fingerprint = one.fingerprint,
                            .has = std::move(one.has)});
    return sessions;
}

io::JournalSettings journal_settings(const config::Config& config)
{
    io::JournalSettings settings;
    settings.directory = config.state_directory + "/journal";
    settings.quota_octets = static_cast<std::uint64_t>(config.journal.quota) << 20;
    settings.segment_octets = std::min(settings.segment_octets, settings.quota_octets / 8);
    settings.delay = std::chrono::milliseconds{config.journal.delay};
    settings.keep = std::chrono::hours{config.journal.keep};
    return settings;
}

/// How long ago a record of the journal came: by the monotonic clock, unless the machine was started anew since.
std::chrono::seconds age_of(const provisioning::Usage& usage, core::Now now)
{
    using std::chrono::seconds;
    const auto wall = std::chrono::duration_cast<seconds>(now.system - usage.arrived);
    const auto steady = std::chrono::duration_cast<seconds>(now.steady.time_since_epoch() - usage.arrived_steady);
    const bool same_boot = steady >= seconds{0} && std::chrono::abs(steady - wall) < std::chrono::hours{1};
    return std::max(same_boot ? steady : wall, seconds{0});
}

class Daemon {
public:
    Daemon(std::string config_path, config::Config config)
        : config_path_(std::move(config_path)), config_(config), log_(config.log.level), lock_(config.state_directory),
          daemon_name_(io::daemon_name(config.state_directory)),
          sealer_(provisioning::load_or_make_key(config.key_file)), forms_(nt_hash_of),
          dictionary_(dictionary_of(config.radius.dictionaries)),
          engine_(sealer_, fill_random, zone_of(config.timezone)),
          embedded_(config.database == "embedded" ? std::make_unique<io::EmbeddedPostgres>(config.state_directory, log_)
                                                  : nullptr),
          database_{embedded_ ? embedded_->connection() : config.database, config.timezone},
          snapshot_file_(config.state_directory + "/snapshot"), snapshot_(snapshot_file_, sealer_, log_),
          journal_(loop_, journal_settings(config), log_),
          drain_thread_(journal_, database_, daemon_name_, watchdog_, log_),
          clerk_(
              database_, [this] { return admin::provider_day(config_.get()); }, watchdog_, log_),
          postman_(
              database_, [this] { return postal_order(config_.get()); }, watchdog_, log_),
          decision_threads_("db-decisions", 1, 64, database_, watchdog_),
          admin_threads_("db-admin", 2, 256, database_, watchdog_),
          decisions_(loop_, decision_threads_, engine_.counters()),
          radius_(loop_, config, engine_, decisions_, journal_, decision_threads_, {sealer_, forms_}, log_),
          follower_(database_, embedded_.get(), io::entry_hooks(sealer_, dictionary_, log_), callbacks(), watchdog_,
                    log_),
          context_{loop_,   engine_, follower_, decisions_, drain_thread_, journal_, config_, dictionary_,
                   sealer_, forms_,  database_, log_,       clerk_,        postman_, uploads_},
          dispatcher_(context_, admin_threads_), admin_(loop_, config, engine_.counters(), log_, dispatcher_.handler()),
          signals_(loop_, SIGTERM, SIGINT, SIGHUP), ending_(loop_), snapshot_timer_(loop_)
    {
    }

    int run()
    {
        log_.info("starting", {{"version", PORTEIRO_VERSION},
                               {"config", config_path_},
                               {"state_directory", config_.get().state_directory}});
        engine_.configure(settings_of(config_.get()));
        if (!engine_.ms_chap_available())
            log_.warning(
                "ms_chap_not_served",
                {{"reason", "OpenSSL's legacy provider (MD4, DES) is not on this machine: package libssl3, file "
                            "ossl-modules/legacy.so"},
                 {"effect", "MS-CHAP is refused as method_not_possible; PAP, CHAP and EAP-MD5 are served"}});
        replay();
        drain_thread_.set_retention(std::chrono::days{config_.get().retention.days});
        wait_for_signal();
        admin_.start();
        radius_.start();
        follower_.start();
        snapshot_timer_.expires_after(patience_with_database);
        snapshot_timer_.async_wait([this](const boost::system::error_code& error) {
            if (!error) serve_from_snapshot();
        });
        loop_.run();
        watchdog_.finish_by(std::chrono::steady_clock::now() + longest_drain);
        decisions_.stop();
        journal_.stop();
        drain_thread_.stop();
        clerk_.stop();
        postman_.stop();
        follower_.stop();
        admin_threads_.stop();
        decision_threads_.stop();
        snapshot_.flush();
        if (embedded_) embedded_->stop();
        log_.info("stopped", {{"status", status_}});
        return status_;
    }

private:
    static io::Postman::Order postal_order(const config::Config& config)
    {
        return {admin::provider_day(config), config.notices};
    }
    io::Follower::Callbacks callbacks()
    {
        return {
            .loaded = [this](auto directory, auto sessions) { post_loaded(std::move(directory), std::move(sessions)); },
            .changed =
                [this](auto changes) {
                    snapshot_.append(changes);
                    post_changed(std::move(changes));
                },
            .up_to_date = [this] { return keep_snapshot(); },
            .away = [this] { boost::asio::post(loop_, [this] { serve_from_snapshot(); }); },
            .failed = [this](std::string reason) { boost::asio::post(loop_, [this, reason] { fail(reason); }); }};
    }

    /// What the database may not have yet of who is online.
    void replay()
    {
        const core::Now now{std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
        std::size_t records = 0;
        journal_.each_undrained([&](const provisioning::Usage& usage) {
            engine_.replay(usage, age_of(usage, now), now);
            ++records;
        });
        if (records > 0)
            log_.info("journal_read", {{"records", records}, {"sessions_online", engine_.sessions_online()}});
    }

    /// On the follower's thread. True: a disk that failed has cost the snapshot, and it is time to write it anew.
    bool keep_snapshot()
    {
        snapshot_.still_true();
        const auto now = std::chrono::steady_clock::now();
        if (!snapshot_.wants_rewrite() || now < next_rewrite_) return false;
        next_rewrite_ = now + std::chrono::minutes{1};
        return true;
    }

    /// On the loop, when the database has let us wait: once, and only while there is nothing better.
    void serve_from_snapshot()
    {
        if (engine_.directory() != nullptr || std::exchange(snapshot_asked_, true)) return;
        decision_threads_.post([this](io::SessionSource&) {
            auto loaded = io::Snapshot::load(snapshot_file_, sealer_, oldest_snapshot, log_);
            if (!loaded) return;
            auto shared = std::make_shared<io::Snapshot::Loaded>(std::move(*loaded));
            boost::asio::post(loop_, [this, shared] { take_snapshot(*shared); });
        });
    }

    void take_snapshot(io::Snapshot::Loaded& loaded)
    {
        if (engine_.directory() != nullptr) return;
        const auto sizes = loaded.directory->sizes();
        const auto age =
            std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now() - loaded.as_of);
        engine_.take(std::move(loaded.directory));
        context_.snapshot_as_of = loaded.as_of;
        log_.warning("serving_from_snapshot",
                     {{"age_s", age.count()},
                      {"logins", sizes.logins},
                      {"nas", sizes.nas},
                      {"effect", "the records as they were then, until the database is back"}});
        ready();
    }

    void ready()
    {
        if (std::exchange(ready_, true)) return;
        ::sd_notify(0, "READY=1");
        log_.info("ready", {{"version", PORTEIRO_VERSION}});
    }

    void post_loaded(std::unique_ptr<provisioning::Directory> directory,
                     std::vector<provisioning::store::OpenSession> open)
    {
        snapshot_.rewrite(*directory);
        auto fresh = std::make_shared<std::unique_ptr<provisioning::Directory>>(std::move(directory));
        auto sessions = std::make_shared<std::vector<core::KnownSession>>(known(std::move(open), daemon_name_));
        boost::asio::post(loop_, [this, fresh, sessions] {
            const auto sizes = (*fresh)->sizes();
            // The old one goes to a thread that may take its time to free it.
            std::shared_ptr<provisioning::Directory> old = engine_.take(std::move(*fresh));
            if (old) decision_threads_.post([old](io::SessionSource&) {});
            engine_.remember(*sessions, {std::chrono::steady_clock::now(), std::chrono::system_clock::now()});
            log_.info(
                "directory_loaded",
                {{"logins", sizes.logins}, {"contracts", sizes.contracts}, {"plans", sizes.plans}, {"nas", sizes.nas}});
            context_.snapshot_as_of.reset();
            radius_.records_loaded();
            if (!std::exchange(draining_, true)) {
                drain_thread_.start();
                clerk_.start();
                postman_.start();
            }
            ready();
        });
    }

    /// In slices, so that no packet waits for a bulk change to be applied.
    void post_changed(std::vector<provisioning::Change> changes)
    {
        for (std::size_t at = 0; at < changes.size(); at += changes_a_slice) {
            const auto begin = changes.begin() + static_cast<std::ptrdiff_t>(at);
            const auto end =
                changes.begin() + static_cast<std::ptrdiff_t>(std::min(changes.size(), at + changes_a_slice));
            auto slice = std::make_shared<std::vector<provisioning::Change>>(std::make_move_iterator(begin),
                                                                             std::make_move_iterator(end));
            boost::asio::post(loop_, [this, slice] {
                engine_.apply(std::move(*slice));
                radius_.records_changed();
            });
        }
    }

    void fail(const std::string& reason)
    {
        log_.error("cannot_start", {{"reason", reason}});
        std::fprintf(stderr, "porteirod: %s\n", reason.c_str());
        status_ = 1;
        loop_.stop();
    }

    void wait_for_signal()
    {
        signals_.async_wait([this](const boost::system::error_code& error, int signal) {
            if (error) return;
            if (signal == SIGHUP) {
                reload();
                wait_for_signal();
                return;
            }
            log_.info("stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
            ::sd_notify(0, "STOPPING=1");
            snapshot_timer_.cancel();
            admin_.stop();
            radius_.stop();
            end_by(std::chrono::steady_clock::now() + longest_drain);
        });
    }

    /// Accounting that is on its way to the disk still gets its answer, and so does a command.
    void end_by(std::chrono::steady_clock::time_point until)
    {
        if ((radius_.idle() && admin_.idle()) || std::chrono::steady_clock::now() > until) {
            loop_.stop();
            return;
        }
        ending_.expires_after(std::chrono::milliseconds{20});
        ending_.async_wait([this, until](const boost::system::error_code& error) {
            if (!error) end_by(until);
        });
    }

    void reload()
    {
        ::sd_notify(0, "RELOADING=1");
        try {
            auto loaded = config::load(config_path_);
            for (const auto& key : config::needs_restart(config_.get(), loaded))
                log_.warning("restart_needed",
                             {{"key", key}, {"effect", "keeps its old value until the daemon is restarted"}});
            log_.set_level(loaded.log.level);
            admin_.reload_groups(loaded);
            config_.set(config::applied(config_.get(), std::move(loaded)));
            engine_.configure(settings_of(config_.get()));
            drain_thread_.set_retention(std::chrono::days{config_.get().retention.days});
            log_.info("reloaded", {{"config", config_path_}});
        } catch (const config::Error& error) {
            log_.error("reload_failed", {{"reason", error.what()}, {"effect", "the old configuration stays in force"}});
        }
        ::sd_notify(0, "READY=1");
    }

    boost::asio::io_context loop_{1};
    std::string config_path_;
    admin::CurrentConfig config_;
    io::Log log_;
    io::StateLock lock_;
    std::string daemon_name_;
    provisioning::Sealer sealer_;
    provisioning::PasswordForms forms_;
    radius::Dictionary dictionary_;
    core::Engine engine_;
    std::unique_ptr<io::EmbeddedPostgres> embedded_;
    io::DatabaseAddress database_;
    io::Watchdog watchdog_;
    std::string snapshot_file_;
    io::Snapshot snapshot_;
    io::Journal journal_;
    io::Drain drain_thread_;
    io::Clerk clerk_;
    io::Postman postman_;
    io::DatabaseThreads decision_threads_, admin_threads_;
    io::DecisionLog decisions_;
    io::RadiusService radius_;
    io::Follower follower_;
    admin::Uploads uploads_;
    admin::Context context_;
    admin::Dispatcher dispatcher_;
    io::AdminSocket admin_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer ending_, snapshot_timer_;
    std::chrono::steady_clock::time_point next_rewrite_{}; ///< of the snapshot; the follower's
    bool ready_ = false, draining_ = false, snapshot_asked_ = false;
    int status_ = 0;
};

}  // namespace

int main(int argc, char** argv)
{
    int status = 0;
    const auto options = options_of({argv, static_cast<std::size_t>(argc)}, status);
    if (!options) return status;
    ::signal(SIGPIPE, SIG_IGN);
    try {
        auto config = config::load(options->config);
        if (options->check) {
            dictionary_of(config.radius.dictionaries);
            std::printf("%s: the configuration is right\n", options->config.c_str());
            return 0;
        }
        return Daemon(options->config, std::move(config)).run();
    } catch (const config::Error& error) {
        std::fprintf(stderr, "porteirod: %s\n", error.what());
        return exit_configuration;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "porteirod: %s\n", error.what());
        return 1;
    }
}
