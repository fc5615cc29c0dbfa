// provisioning/store/session.hpp - one connection to PostgreSQL and its deadlines. Only the database threads hold one.
// libpq blocks; a server that is stopped, not gone, never trips its own time-outs. So every transaction registers its
// socket and a deadline with a Watch, which shuts the socket down when it passes: libpq then fails and the thread is
// free.
#pragma once

#include "provisioning/refusal.hpp"

#include <pqxx/pqxx>

#include <chrono>
#include <memory>
#include <string>
#include <type_traits>

namespace provisioning::store {

/// Shuts `socket` down (SHUT_RDWR) once `until` has passed, unless released before. Implemented in daemon/io.
class Watch {
public:
    virtual ~Watch() = default;
    virtual void arm(int socket, std::chrono::steady_clock::time_point until) = 0;
    virtual void release(int socket) noexcept = 0;
};

/// owner: migrates. application: DML only (`SET ROLE porteiro_app`, by the connection's options).
enum class Role { owner, application };

inline constexpr std::chrono::seconds default_deadline{5};

class Session {
public:
    /// `connection` is a libpq connection string; connect_timeout 2 s, keepalives, tcp_user_timeout and
    /// target_session_attrs=read-write are added unless it sets them. `timezone` (empty: the server's) is the one that
    /// today's date and shown instants are in. Throws Unavailable.
    Session(const std::string& connection, Role role, Watch& watch, const std::string& timezone = {});
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    pqxx::connection& connection() noexcept { return *connection_; }
    Watch& watch() noexcept { return watch_; }
    bool broken() const noexcept; ///< a deadline passed or the link died: throw it away and make another
    void mark_broken() noexcept { broken_ = true; }

private:
    std::unique_ptr<pqxx::connection> connection_;
    Watch& watch_;
    bool broken_ = false;
};

/// The connection string that Session uses: what `connection` leaves open, and the session's settings in `options`.
std::string completed(const std::string& connection, Role role, const std::string& timezone);

/// The database is away, did not answer in time, or another transaction holds the record. Code `unavailable`.
class Unavailable : public Refusal {
public:
    explicit Unavailable(const std::string& detail)
        : Refusal(ErrorCode::unavailable, "", "the database is away: " + detail + "; nothing was changed")
    {
    }
    struct Held {};
    explicit Unavailable(Held)
        : Refusal(ErrorCode::unavailable, "", "another transaction holds the record; nothing was changed, try again")
    {
    }
    struct InDoubt {};
    /// The link died while committing: it may or may not have happened.
    Unavailable(InDoubt, const std::string& detail)
        : Refusal(ErrorCode::unavailable, "",
                  "the database went away during the commit (" + detail +
                      "); look whether the change is there before you repeat it")
    {
    }
};

/// Who changes something: goes into the history through the settings porteiro.actor, .operator, .address.
struct Actor {
    std::string name; ///< the peer's user name
    std::string operator_; ///< on_behalf_of.operator
    std::string address; ///< on_behalf_of.address
};

/// A transaction with a deadline and an actor. Statements run with statement_timeout a little below the deadline, and
/// lock_timeout below that, so that a wait for a lock is told as such. Commit or roll back (destructor).
class Transaction {
public:
    enum class Mode { read_write, read_snapshot }; ///< read_snapshot: REPEATABLE READ READ ONLY
    Transaction(Session& session, const Actor& actor, Mode mode = Mode::read_write,
                std::chrono::milliseconds deadline = default_deadline);
    ~Transaction();
    pqxx::transaction_base& work() noexcept { return *work_; }
    void extend(); ///< the deadline starts anew: for work in many steps, each of which must answer in time
    void commit();

private:
    /// Holds the watch over the socket, also while the transaction rolls back.
    class Armed {
    public:
        Armed(Session& session, std::chrono::milliseconds deadline);
        ~Armed();
        Armed(const Armed&) = delete;
        Armed& operator=(const Armed&) = delete;
        void extend() { extend(deadline_); }
        void extend(std::chrono::milliseconds deadline);

    private:
        Session& session_;
        std::chrono::milliseconds deadline_;
        int socket_;
        std::chrono::steady_clock::time_point until_;
    };
    Armed armed_;
    std::unique_ptr<pqxx::transaction_base> work_;
};

/// In a catch block: throws what a pqxx exception means. Broken link or no answer in time -> Unavailable (and marks the
/// session broken), in doubt -> Unavailable in doubt, unique/foreign key/check violations -> conflict/invalid Refusals
/// whose field is read from the constraint's name (see schema/). Anything else is thrown on as it is.
[[noreturn]] void throw_refusal(Session& session);

/// The reason that the history keeps beside whatever the transaction changes from here on; empty: none.
void because(Transaction& transaction, std::string_view reason);

/// Runs `body(Transaction&)` and commits; errors as throw_refusal().
template <class Body>
auto in_transaction(Session& session, const Actor& actor, Transaction::Mode mode, std::chrono::milliseconds deadline,
                    Body body)
{
    try {
        Transaction transaction(session, actor, mode, deadline);
        if constexpr (std::is_void_v<decltype(body(transaction))>) {
            body(transaction);
            transaction.commit();
        } else {
            auto result = body(transaction);
            transaction.commit();
            return result;
        }
    } catch (...) {
        throw_refusal(session);
    }
}

} // namespace provisioning::store
