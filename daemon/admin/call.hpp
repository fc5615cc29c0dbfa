// daemon/admin/call.hpp - one command on its way: what a handler is given.
#pragma once

#include "daemon/admin/arguments.hpp"
#include "daemon/admin/context.hpp"

#include <boost/json/value.hpp>

#include <functional>

namespace admin {

/// Gives the result, or throws a Refusal.
using Give = std::function<boost::json::value()>;
/// To be called once, on the loop.
using Answer = std::function<void(const Give& give)>;

struct Call {
    Context& context;
    const Command& command;
    const Arguments& arguments;
    provisioning::store::Actor actor;
    io::SessionSource* sessions;  ///< null on the loop (Need::loop)
    /// Set by a handler whose result is long in coming (its NAS's answer, say); what the handler returns does not count
    /// then. It is called on the loop and returns at once, so that no database thread waits with it. Does not throw.
    std::function<void(Answer answer)> wait{};

    /// Throws Unavailable when the database cannot be reached.
    provisioning::store::Session& session() { return sessions->get(); }
};

/// Gives the result, or throws a Refusal.
using Handler = boost::json::value (*)(Call&);

} // namespace admin
