// daemon/io/embedded_postgres.cpp - one step after the other towards a database that answers, from wherever it is now.
#include "daemon/io/embedded_postgres.hpp"

#include "daemon/io/database_threads.hpp"
#include "daemon/io/postgres_binaries.hpp"
#include "daemon/io/postgres_cluster.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

namespace io {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

/// SQL as the superuser: the owner role and its database, where they are missing. Throws what pqxx throws.
void make_owner(const std::string& connection_string)
{
    constexpr auto longest = 30s;
    pqxx::connection connection(connection_string + " connect_timeout=2 application_name=porteirod");
    Watchdog watchdog;  // a server that hangs answers no time-out of its own
    watchdog.arm(connection.sock(), steady_clock::now() + longest);
    pqxx::nontransaction work(connection);  // CREATE DATABASE refuses to be in a transaction
    if (work.exec("SELECT FROM pg_roles WHERE rolname = 'porteiro'").empty())
        work.exec("CREATE ROLE porteiro LOGIN CREATEROLE NOSUPERUSER");
    if (work.exec("SELECT FROM pg_database WHERE datname = 'porteiro'").empty())
        work.exec("CREATE DATABASE porteiro OWNER porteiro");
    watchdog.release(connection.sock());
}

std::string one_line(std::string text)
{
    while (text.ends_with('\n')) text.pop_back();
    for (auto& c : text)
        if (c == '\n') c = ' ';
    return text;
}

}  // namespace

struct EmbeddedPostgres::State {
    State(std::string directory, Log& logged)
        : log(logged), account(postgres_account(directory + "/postgres/data")),
          paths(cluster_paths(directory, account.uid))
    {
    }

    bool step();
    void prepare();
    bool data_is_made();
    bool postmaster_is_ready();
    void start();
    void remove_stale_pid_file();
    void bury();
    bool answers();
    std::optional<pid_t> live() const;
    bool rest(std::chrono::milliseconds longest);
    bool stopping_now() { return !rest(std::chrono::milliseconds{0}); }
    std::optional<pid_t> postmaster();
    bool end_with(int signal, std::chrono::seconds longest);
    void complain(std::string_view event, const std::string& reason);

    Log& log;
    PostgresAccount account;
    ClusterPaths paths;

    std::mutex work;  ///< ensure_running() and stop() exclude each other; guards all below but `stopping`
    bool prepared = false;
    PostgresBinaries binaries;
    std::string making;             ///< the directory that initdb is filling
    pid_t initdb = 0, child = 0;    ///< our children, 0: none
    pid_t seen = 0;                 ///< the postmaster that was last found alive
    steady_clock::time_point next_start{};
    std::optional<steady_clock::time_point> socketless_since;
    std::string complaint;          ///< the last one, so that each is logged once

    std::mutex stop_mutex;
    std::condition_variable stop_changed;
    bool stopping = false;
};

/// Sleeps, unless stop() is called; false when it was.
bool EmbeddedPostgres::State::rest(std::chrono::milliseconds longest)
{
    std::unique_lock lock(stop_mutex);
    return !stop_changed.wait_for(lock, longest, [this] { return stopping; });
}

void EmbeddedPostgres::State::complain(std::string_view event, const std::string& reason)
{
    if (complaint == reason) return;
    complaint = reason;
    log.warning(event, {{"reason", reason}});
}

std::optional<pid_t> EmbeddedPostgres::State::live() const
{
    const auto file = read_pid_file(paths.data);
    if (!file || !is_postgres_of(file->pid, paths.data)) return {};
    return file->pid;
}

void EmbeddedPostgres::State::prepare()
{
    if (prepared) return;
    binaries = choose_postgres(installed_postgres(), paths.data);
    prepare_cluster(paths, account);
    prepared = true;
}

bool EmbeddedPostgres::State::data_is_made()
{
    if (initdb) {
        const auto status = take_exit(initdb);
        if (!status) return false;
        initdb = 0;
        if (*status != 0)
            throw EmbeddedError(fmt::format("the embedded database cannot be made: initdb ended with {}: {} (see {})",
                                            told(*status), last_words(paths.initdb_output), paths.initdb_output));
        finish_data(paths, making);
        log.info("postgres_made", {{"data", paths.data}, {"version", binaries.major}});
    }
    if (has_data(paths, account)) return true;
    making = begin_data(paths, account);
    initdb = spawn(initdb_command(binaries.directory, making, paths), account);
    return false;
}

/// Takes note of a postmaster of ours that has ended.
void EmbeddedPostgres::State::bury()
{
    if (!child) return;
    const auto status = take_exit(child);
    if (!status && ::kill(child, 0) == 0) return;
    const pid_t ended = std::exchange(child, 0);
    if (stopping_now()) return;
    const auto how = status ? told(*status) : "gone";
    complain("postgres_ended",
             seen == ended ? how + ", see " + paths.log : how + ": " + last_words(paths.start_output));
}

/// PostgreSQL refuses to start while the number in the file is some process's. After a reboot that may be anybody's; as
/// long as no process works in the directory, the file means nothing.
void EmbeddedPostgres::State::remove_stale_pid_file()
{
    const auto file = read_pid_file(paths.data);
    if (file && ::kill(file->pid, 0) == 0 && !is_in_use(paths.data)) ::unlink((paths.data + "/postmaster.pid").c_str());
}

void EmbeddedPostgres::State::start()
{
    constexpr auto pause = 500ms; // "pre-existing shared memory block": backends of a killed postmaster need a moment
    if (child || steady_clock::now() < next_start) return;
    next_start = steady_clock::now() + pause;
    if (::access(paths.run.c_str(), F_OK) != 0) prepare_cluster(paths, account); // /tmp was swept
    remove_stale_pid_file();
    child = spawn(postgres_command(binaries.directory, paths), account);
}

bool EmbeddedPostgres::State::postmaster_is_ready()
{
    constexpr auto patience = 5s;
    bury();
    const auto postmaster = live();
    if (!postmaster) {
        start();
        return false;
    }
    if (seen != *postmaster) {
        seen = *postmaster;
        const bool ours = child == seen;
        log.info(ours ? "postgres_started" : "postgres_adopted",
                 {{"pid", seen}, {"version", binaries.major}, {"account", account.name}});
    }
    const auto file = read_pid_file(paths.data);
    if (!file || !file->ready) return false;
    if (::access((paths.run + "/.s.PGSQL.5432").c_str(), F_OK) == 0) {
        socketless_since.reset();
        return true;
    }
    // It listens where we do not look (or its socket was swept away): it has to start anew.
    if (!socketless_since) socketless_since = steady_clock::now();
    if (steady_clock::now() - *socketless_since > patience) {
        log.warning("postgres_without_socket", {{"pid", seen}, {"socket", paths.run}});
        ::kill(seen, SIGINT);
        socketless_since.reset();
    }
    return false;
}

bool EmbeddedPostgres::State::answers()
{
    try {
        make_owner(cluster_connection(paths, "postgres", "postgres"));
        complaint.clear();
        return true;
    } catch (const pqxx::failure& failure) {
        complain("postgres_not_ready", one_line(failure.what()));
    } catch (const std::exception& failure) {
        complain("postgres_not_ready", one_line(failure.what()));
    }
    return false;
}

bool EmbeddedPostgres::State::step()
{
    prepare();
    return data_is_made() && postmaster_is_ready() && answers();
}

/// One that was just started has no pid file yet; an adopted one is no child.
std::optional<pid_t> EmbeddedPostgres::State::postmaster()
{
    bury();
    return child ? child : live();
}

bool EmbeddedPostgres::State::end_with(int signal, std::chrono::seconds longest)
{
    const auto end = steady_clock::now() + longest;
    if (const auto pid = postmaster()) ::kill(*pid, signal);
    while (postmaster()) {
        if (steady_clock::now() > end) return false;
        ::usleep(20'000);
    }
    return true;
}

EmbeddedPostgres::EmbeddedPostgres(std::string state_directory, Log& log)
    : state_(std::make_unique<State>(std::move(state_directory), log))
{
}

EmbeddedPostgres::~EmbeddedPostgres()
{
    // A postmaster stays for the next daemon; a half-made database does not.
    if (!state_->initdb) return;
    ::kill(-state_->initdb, SIGKILL);
    while (!take_exit(state_->initdb)) ::usleep(10'000);
}

std::string EmbeddedPostgres::connection() const { return cluster_connection(state_->paths, "porteiro", "porteiro"); }

bool EmbeddedPostgres::ensure_running(std::chrono::seconds longest)
{
    constexpr auto pause = 30ms;
    const auto end = steady_clock::now() + longest;
    const std::lock_guard lock(state_->work);
    while (!state_->stopping_now()) {
        if (state_->step()) return true;
        if (steady_clock::now() >= end) return false;
        state_->rest(pause);
    }
    return false; // stopping
}

void EmbeddedPostgres::stop()
{
    {
        const std::lock_guard lock(state_->stop_mutex);
        state_->stopping = true;
    }
    state_->stop_changed.notify_all();
    const std::lock_guard lock(state_->work);
    const auto postmaster = state_->postmaster();
    if (!postmaster) return;
    if (state_->end_with(SIGINT, 30s)) {
        state_->log.info("postgres_stopped", {{"pid", *postmaster}});
        return;
    }
    state_->log.warning("postgres_stop_forced", {{"pid", *postmaster}});
    state_->end_with(SIGQUIT, 5s);
}

} // namespace io
