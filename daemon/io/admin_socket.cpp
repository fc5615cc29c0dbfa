// daemon/io/admin_socket.cpp - accepts, asks who it is, and serves or refuses.
#include "daemon/io/admin_socket.hpp"

#include "daemon/io/admin_bind.hpp"
#include "daemon/io/admin_connection.hpp"
#include "daemon/io/admin_peer.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace io {

using boost::asio::local::stream_protocol;
using Connection = std::shared_ptr<AdminConnection>;

namespace {

constexpr std::size_t most_refused = 16;  // beyond the served ones, each for a second

AdminGroups known_groups(const config::Config& config, Log& log)
{
    auto groups = find_groups(config);
    for (const auto& name : groups.missing) log.warning("admin_group_missing", {{"group", name}});
    return groups;
}

}  // namespace

struct AdminSocket::Inside : std::enable_shared_from_this<AdminSocket::Inside> {
    Inside(boost::asio::io_context& io, const config::Config& config, core::Counters& counted, Log& logged,
           Handler handles, std::chrono::milliseconds longest_idle_time)
        : loop(io), counters(counted), log(logged), handler(std::move(handles)), longest_idle(longest_idle_time),
          path(config.admin.socket), groups(known_groups(config, log)), bound(bind_admin_socket(path)),
          acceptor(loop, stream_protocol{}, bound.descriptor), pause(loop)
    {
        set_access();
        acceptor.listen();
    }

    void set_access()
    {
        const auto problem = open_to_groups(path, groups);
        if (!problem.empty()) log.warning("admin_socket_access", {{"path", path}, {"problem", problem}});
    }

    void accept()
    {
        acceptor.async_accept(
            [weak = weak_from_this()](const boost::system::error_code& error, stream_protocol::socket socket) {
                const auto self = weak.lock();
                if (!self || self->stopping) return;
                if (!error) self->greet(std::move(socket));
                if (!error || error == boost::asio::error::connection_aborted) return self->accept();
                self->log.warning("admin_accept_failed", {{"reason", error.message()}});
                self->pause.expires_after(std::chrono::milliseconds{200});  // out of descriptors, most likely
                self->pause.async_wait([weak](const boost::system::error_code& cancelled) {
                    const auto again = weak.lock();
                    if (again && !cancelled && !again->stopping) again->accept();
                });
            });
    }

    void greet(stream_protocol::socket socket)
    {
        const auto credentials = credentials_of(socket.native_handle());
        if (!credentials) return;
        const auto scope = scope_of(*credentials, groups);
        const auto connection = std::make_shared<AdminConnection>(loop, std::move(socket),
                                                                  [weak = weak_from_this()](AdminConnection& gone) {
                                                                      if (const auto self = weak.lock())
                                                                          self->forget(gone);
                                                                  });
        if (scope == Scope::none) {
            counters.add(core::Counter::admin_denied);
            log.warning("admin_denied", {{"uid", credentials->uid}, {"pid", credentials->pid}});
            return turn_away(connection, "denied", "your account is in none of the groups that may use this socket");
        }
        if (const auto problem = no_place(open_by_account(), credentials->uid); !problem.empty())
            return turn_away(connection, "unavailable", problem);
        served.emplace(connection, credentials->uid);
        name_and_serve(connection, {credentials->uid, credentials->pid, "", scope, is_trusted(credentials->uid)});
    }

    std::map<uid_t, std::size_t> open_by_account() const
    {
        std::map<uid_t, std::size_t> open;
        for (const auto& [connection, uid] : served) ++open[uid];
        return open;
    }

    void turn_away(const Connection& connection, std::string_view code, std::string_view message)
    {
        if (refused.size() >= most_refused) return connection->close();
        refused.insert(connection);
        connection->refuse(transport_error(code, message));
    }

    /// Names come from wherever nsswitch.conf says, which may take its time: not on the loop.
    void name_and_serve(const Connection& connection, Peer peer)
    {
        const auto known = users.find(peer.uid);
        if (known != users.end()) {
            peer.user = known->second;
            return connection->serve(std::move(peer), handler, longest_idle);
        }
        boost::asio::post(
            names, [weak = weak_from_this(), &io = loop, connection = std::weak_ptr(connection), peer]() mutable {
                peer.user = user_name(peer.uid);
                boost::asio::post(io, [weak, connection, peer = std::move(peer)]() mutable {
                    const auto self = weak.lock();
                    const auto alive = connection.lock();
                    if (!self || !alive) return;
                    self->users[peer.uid] = peer.user;
                    alive->serve(std::move(peer), self->handler, self->longest_idle);
                });
            });
    }

    void forget(AdminConnection& gone)
    {
        std::erase_if(served, [&](const auto& one) { return one.first.get() == &gone; });
        std::erase_if(refused, [&](const Connection& one) { return one.get() == &gone; });
    }

    void stop()
    {
        if (std::exchange(stopping, true)) return;
        unbind_admin_socket(path, bound);
        boost::system::error_code ignored;
        acceptor.close(ignored);
        pause.cancel();
        for (const auto& [connection, uid] : std::map(served)) connection->finish();
    }

    ~Inside()
    {
        names.stop();
        names.join();
        for (const auto& [connection, uid] : std::map(served)) connection->close();
        for (const auto& connection : std::set(refused)) connection->close();
    }

    boost::asio::io_context& loop;
    core::Counters& counters;
    Log& log;
    Handler handler;
    std::chrono::milliseconds longest_idle;
    std::string path;
    AdminGroups groups;
    BoundSocket bound;
    stream_protocol::acceptor acceptor;
    boost::asio::steady_timer pause;
    std::map<Connection, uid_t> served;
    std::set<Connection> refused;
    std::map<uid_t, std::string> users;  ///< names looked up so far
    bool stopping = false;
    boost::asio::thread_pool names{1};
};

AdminSocket::AdminSocket(boost::asio::io_context& loop, const config::Config& config, core::Counters& counters,
                         Log& log, Handler handler, std::chrono::milliseconds longest_idle)
    : inside_(std::make_shared<Inside>(loop, config, counters, log, std::move(handler), longest_idle))
{
}

AdminSocket::~AdminSocket() { stop(); }

void AdminSocket::start() { inside_->accept(); }

void AdminSocket::stop() { inside_->stop(); }

bool AdminSocket::idle() const
{
    return std::ranges::none_of(inside_->served, [](const auto& one) { return one.first->owes(); });
}

void AdminSocket::reload_groups(const config::Config& config)
{
    auto inside = inside_;
    inside->groups = known_groups(config, inside->log);
    inside->users.clear();
    inside->set_access();
}

}  // namespace io
