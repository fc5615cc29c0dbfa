// daemon/admin/dispatch.cpp
#include "daemon/admin/dispatch.hpp"
#include "daemon/admin/handlers.hpp"

#include <cassert>

namespace admin {
namespace {

using provisioning::ErrorCode;
using provisioning::Refusal;

io::Scope scope_for(Access access) noexcept
{
    switch (access) {
    case Access::read:
        return io::Scope::read;
    case Access::billing:
        return io::Scope::billing;
    case Access::admin:
        return io::Scope::admin;
    }
    return io::Scope::admin;
}

std::string groups_for(Access access, const config::Config& config)
{
    const auto& [socket, admin, billing, read] = config.admin;
    switch (access) {
    case Access::admin:
        return admin;
    case Access::billing:
        return admin + " or " + billing;
    case Access::read:
        return admin + ", " + billing + " or " + read;
    }
    return admin;
}

const Command& known_command(const std::string& name)
{
    const auto* command = find_command(name);
    if (command == nullptr) throw Refusal(ErrorCode::usage, "command", unknown_command(name));
    if (command->need == Need::local)
        throw Refusal(ErrorCode::usage, "command", "`" + name + "` is answered by the program porteiro itself");
    return *command;
}

Refusal our_own_fault(const std::exception& fault)
{
    return {ErrorCode::unavailable, "",
            "the command failed inside the daemon (" + std::string{fault.what()} +
                "), which may or may not have done it; look before you repeat it"};
}

constexpr std::chrono::seconds longest_start{10}; // of our own PostgreSQL, also after a crash

}  // namespace

struct Dispatcher::Job {
    io::Peer peer;
    boost::json::value id;
    Request request;
    const Command* command;
    Arguments arguments;
    io::AdminSocket::Reply reply;
};

Dispatcher::Dispatcher(Context& context, io::DatabaseThreads& threads) : context_(context), threads_(threads)
{
    assert(unbound().empty());
}

io::AdminSocket::Handler Dispatcher::handler()
{
    return [this](const io::Peer& peer, const std::string& line, const io::AdminSocket::Reply& reply) {
        on_line(peer, line, reply);
    };
}

void Dispatcher::on_line(const io::Peer& peer, std::string_view line, const io::AdminSocket::Reply& reply)
{
    boost::json::value id = nullptr;
    Request request;
    const Command* command = nullptr;
    try {
        const auto object = parse_line(line);
        id = take_id(object);
        request = to_request(object, peer);
        command = &known_command(request.command);
        check_scope(peer, *command, context_.config.get());
        Arguments arguments(*command, request.arguments);
        start(std::make_shared<Job>(Job{peer, id, request, command, std::move(arguments), reply}));
    } catch (const Refusal& refusal) {
        if (refusal.code() == ErrorCode::denied) context_.engine.counters().add(core::Counter::admin_denied);
        if (command != nullptr && command->changes()) log(peer, *command, request, provisioning::name(refusal.code()));
        reply(error_line(id, refusal));
    }
}

void Dispatcher::start(std::shared_ptr<Job> job)
{
    if (job->command->need == Need::loop) return answer(job, nullptr);
    // Who asks while the database has been away for a while is told so at once, not after a time-out. Our own is on its
    // way up, if it is not there yet: a snapshot may have made the daemon ready before.
    constexpr double patience_s = 3;
    const auto database = context_.follower.state();
    const bool comes_up = database.state == "starting" && context_.config.get().database == "embedded";
    if (!job->command->without_database && database.state != "up" && database.lag_s > patience_s && !comes_up)
        throw provisioning::store::Unavailable(database.state == "starting" ? "it is not up yet"
                                                                            : "it does not answer");
    const bool taken = threads_.post([this, job](io::SessionSource& sessions) { answer(job, &sessions); });
    if (!taken)
        throw Refusal(ErrorCode::unavailable, "",
                      "too many commands wait for the database already; nothing was done, try again");
}

void Dispatcher::answer(const std::shared_ptr<Job>& job, io::SessionSource* sessions)
{
    const auto& command = *job->command;
    Call call{
        context_, command, job->arguments, {job->peer.user, job->request.operator_, job->request.address}, sessions};
    conclude(*job, [&]() -> std::optional<boost::json::value> {
        if (sessions != nullptr && !command.without_database && context_.config.get().database == "embedded")
            context_.follower.wait_until_up(longest_start);
        auto result = find_handler(command)(call);
        if (sessions != nullptr && command.changes()) wait_until_in_force();
        if (!call.wait) return result;
        boost::asio::post(context_.loop, [this, job, wait = std::move(call.wait)] {
            wait([this, job](const Give& give) { conclude(*job, [&give] { return std::optional{give()}; }); });
        });
        return std::nullopt;
    });
}

void Dispatcher::conclude(Job& job, const std::function<std::optional<boost::json::value>()>& give)
{
    const auto& command = *job.command;
    std::string line;
    std::string_view outcome = "done";
    const auto refuse = [&](const Refusal& refusal) {
        outcome = provisioning::name(refusal.code());
        line = error_line(job.id, refusal);
    };
    try {
        auto result = give();
        if (!result) return;
        const auto rows = command.changes() ? shorten(*result) : 0;
        if (rows > 0) context_.log.warning("result_shortened", {{"command", command.name()}, {"rows", rows}});
        line = result_line(job.id, *std::move(result), rows);
    } catch (const Refusal& refusal) {
        refuse(refusal);
    } catch (const std::exception& fault) {
        context_.log.error("command_failed", {{"command", command.name()}, {"fault", fault.what()}});
        refuse(our_own_fault(fault));
    }
    if (command.changes()) log(job.peer, command, job.request, outcome);
    job.reply(std::move(line));
}

/// A command that changed something returns when the next packet is decided by it, so that scripts may rely on that.
/// What keeps it from being so (the loop is stopping, the feed is late) does not undo the change.
void Dispatcher::wait_until_in_force()
{
    constexpr std::chrono::milliseconds longest{400};
    try {
        context_.follower.catch_up(longest);
        io::on_loop(context_.loop, [] { return true; });
    } catch (const Refusal&) {
    }
}

void Dispatcher::log(const io::Peer& peer, const Command& command, const Request& request, std::string_view result)
{
    context_.log.info("command", {{"command", command.name()},
                                  {"user", peer.user},
                                  {"uid", peer.uid},
                                  {"pid", peer.pid},
                                  {"operator", request.operator_},
                                  {"address", request.address},
                                  {"result", result}});
}

void check_scope(const io::Peer& peer, const Command& command, const config::Config& config)
{
    if (peer.scope >= scope_for(command.access)) return;
    throw Refusal(ErrorCode::denied, "",
                  "`" + command.name() + "` is not for " + peer.user + ", it is for members of " +
                      groups_for(command.access, config));
}

} // namespace admin
