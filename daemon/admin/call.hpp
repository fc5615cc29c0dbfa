// daemon/admin/call.hpp - one command on its way: what a handler is given.
#pragma once

#include "daemon/admin/arguments.hpp"
#include "daemon/admin/context.hpp"

#include <boost/json/value.hpp>

namespace admin {

struct Call {
    Context& context;
    const Command& command;
    const Arguments& arguments;
    provisioning::store::Actor actor;
    io::SessionSource* sessions;  ///< null on the loop (Need::loop)

    /// Throws Unavailable when the database cannot be reached.
    provisioning::store::Session& session() { return sessions->get(); }
};

/// Gives the result, or throws a Refusal.
using Handler = boost::json::value (*)(Call&);

}  // namespace admin
