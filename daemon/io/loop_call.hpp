// daemon/io/loop_call.hpp - lets a database thread ask something of the loop, and wait for the answer.
#pragma once

#include "provisioning/store/session.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <future>
#include <memory>

namespace io {

/// Runs `ask` on the loop and returns what it gives; Unavailable when the loop does not get to it within 2 s (it is
/// stopping). Never called on the loop itself.
template <class Ask>
auto on_loop(boost::asio::io_context& loop, Ask ask) -> decltype(ask())
{
    auto task = std::make_shared<std::packaged_task<decltype(ask())()>>(std::move(ask));
    auto answer = task->get_future();
    boost::asio::post(loop, [task] { (*task)(); });
    if (answer.wait_for(std::chrono::seconds{2}) != std::future_status::ready)
        throw provisioning::store::Unavailable("the daemon is stopping");
    return answer.get();
}

}  // namespace io
