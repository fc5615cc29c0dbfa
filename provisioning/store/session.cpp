// provisioning/store/session.cpp - connections, transactions and their deadlines.
#include "provisioning/store/session.hpp"

#include <algorithm>

namespace provisioning::store {
namespace {

using Clock = std::chrono::steady_clock;

std::unique_ptr<pqxx::connection> connected(const std::string& settings)
{
    try {
        auto connection = std::make_unique<pqxx::connection>(settings);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
        connection->inhibit_reactivation(true);  // a new link is a new Session: a silent one would lose LISTEN
#pragma GCC diagnostic pop
        return connection;
    } catch (const pqxx::failure& error) {
        std::string_view detail = error.what();
        while (!detail.empty() && (detail.back() == '\n' || detail.back() == ' ')) detail.remove_suffix(1);
        throw Unavailable(std::string{detail});
    }
}

pqxx::connection& usable(Session& session)
{
    if (session.broken()) throw Unavailable("the connection was lost");
    return session.connection();
}

std::unique_ptr<pqxx::transaction_base> begun(Session& session, Transaction::Mode mode)
{
    auto& connection = usable(session);
    if (mode == Transaction::Mode::read_write) return std::make_unique<pqxx::work>(connection);
    return std::make_unique<pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>>(connection);
}

}  // namespace

Session::Session(const std::string& connection, Role role, Watch& watch, const std::string& timezone)
    : connection_(connected(completed(connection, role, timezone))), watch_(watch)
{
}

Session::~Session() = default;

bool Session::broken() const noexcept { return broken_ || !connection_->is_open(); }

Transaction::Armed::Armed(Session& session, std::chrono::milliseconds deadline)
    : session_(session), deadline_(deadline), socket_(usable(session).sock()), until_(Clock::now() + deadline)
{
    session_.watch().arm(socket_, until_);
}

Transaction::Armed::~Armed()
{
    session_.watch().release(socket_);
    if (Clock::now() >= until_) session_.mark_broken();  // the socket may have been shut down meanwhile
}

void Transaction::Armed::extend(std::chrono::milliseconds deadline)
{
    session_.watch().release(socket_);
    if (Clock::now() >= until_) session_.mark_broken();
    deadline_ = deadline;
    until_ = Clock::now() + deadline_;
    session_.watch().arm(socket_, until_);
}

Transaction::Transaction(Session& session, const Actor& actor, Mode mode, std::chrono::milliseconds deadline)
    : armed_(session, std::min<std::chrono::milliseconds>(deadline, default_deadline)), work_(begun(session, mode))
{
    // The server gives up first where it can: then the connection stays good.
    const auto tenths = [&](int n) {
        return std::to_string(std::max<std::chrono::milliseconds::rep>(1, deadline.count() * n / 10));
    };
    work_->exec_params("select set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true),"
                       " set_config('porteiro.actor', $3, true), set_config('porteiro.operator', $4, true),"
                       " set_config('porteiro.address', $5, true)",
                       tenths(9), tenths(8), actor.name, actor.operator_, actor.address);
    armed_.extend(deadline);  // the server lives: a long statement may take its time
}

Transaction::~Transaction() = default;

void Transaction::extend() { armed_.extend(); }

void Transaction::commit() { work_->commit(); }

void because(Transaction& transaction, std::string_view reason)
{
    transaction.work().exec_params1("select set_config('porteiro.reason', $1, true)", std::string{reason});
}

}  // namespace provisioning::store
