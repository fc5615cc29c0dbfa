// daemon/admin/dispatch.hpp - from a request line to its reply: which command, may this peer, are the arguments right,
// and on which thread. Commands that need no database are answered at once, on the loop.
#pragma once

#include "daemon/admin/call.hpp"
#include "daemon/admin/line.hpp"
#include "daemon/admin/table/command.hpp"

namespace admin {

class Dispatcher {
public:
    /// Both outlive it; so do the replies' owners. Dies (assert) when a row of the table has no handler.
    Dispatcher(Context& context, io::DatabaseThreads& threads);

    /// To be called on the loop.
    void on_line(const io::Peer& peer, std::string_view line, const io::AdminSocket::Reply& reply);
    io::AdminSocket::Handler handler();

private:
    struct Job;
    void start(std::shared_ptr<Job> job);
    void answer(const std::shared_ptr<Job>& job, io::SessionSource* sessions);
    /// Replies with what is given, a refusal too; nothing: it comes later.
    void conclude(Job& job, const std::function<std::optional<boost::json::value>()>& give);
    void wait_until_in_force();
    void log(const io::Peer& peer, const Command& command, const Request& request, std::string_view result);

    Context& context_;
    io::DatabaseThreads& threads_;
};

/// Refuses (denied, naming the group that may) a peer whose scope does not hold the command.
void check_scope(const io::Peer& peer, const Command& command, const config::Config& config);

}  // namespace admin
