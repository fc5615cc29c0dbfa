// daemon/admin/orders.hpp - orders by hand about sessions that are online, and the wait for what comes of each.
#pragma once

#include "daemon/admin/following.hpp"
#include "provisioning/store/enforcement.hpp"

#include <boost/asio/steady_timer.hpp>

namespace admin {

struct Order {
    std::int64_t session_id = 0;
    provisioning::store::OnlineRef session{};
    std::string nas{}; ///< its name; found on the loop
    std::optional<core::Reconciler::Outcome> outcome{}; ///< nothing: none yet
};
enum class OrderKind : std::uint8_t { disconnect, coa };
/// It came of it what was ordered: for people's scripts, exit status 0.
bool worked(OrderKind kind, const Order& order) noexcept;
/// What came of it, in words. `waits` false: nobody waits for it.
std::string text_of(OrderKind kind, const Order& order, bool waits);

/// One command's. Lives until it has been answered and the reconciler has forgotten it.
class Orders : public std::enable_shared_from_this<Orders> {
public:
    using Tell = std::function<void(core::Reconciler&, const core::Sessions::Key&, core::Reconciler::Done, core::Now)>;

    /// Makes the call wait for them (--no-wait: for nothing but that they can be sent), 60 s at most. Its result is
    /// what `made` makes of them, or a refusal (conflict) where one of them came to nothing.
    static void set_out(Call& call, OrderKind kind, std::vector<Order> orders, Tell tell, Made made,
                        std::string before = {});

private:
    Orders(Context& context, OrderKind kind, bool waits, std::vector<Order> orders, Made made, std::string before);
    void begin(const Tell& tell, Answer answer);
    void told(Order& order, const core::Reconciler::Outcome& outcome);
    void conclude();
    boost::json::value result();
    boost::json::object to_json(const Order& order) const;

    Context& context_;
    OrderKind kind_;
    bool waits_;
    std::vector<Order> orders_;
    std::size_t open_; ///< without an outcome
    Made made_;
    std::string before_;
    boost::asio::steady_timer timer_;
    Answer answer_; ///< empty once it is given
};

/// What to look at when a NAS does not answer.
std::string advice_on_silence(const std::string& nas);

} // namespace admin
