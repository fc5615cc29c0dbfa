#include "daemon/admin/orders.hpp"

#include "radius/request.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace admin {

namespace json = boost::json;
using provisioning::EnforcementResult;
using provisioning::ErrorCode;
using provisioning::Refusal;

namespace {

constexpr std::chrono::seconds longest_wait{60}; // 30 s for an answer, as much for one to an earlier request

core::Now now() { return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()}; }

std::string text_of_answer(OrderKind kind, const Order& order)
{
    const auto& outcome = *order.outcome;
    switch (outcome.result) {
    case EnforcementResult::acknowledged: {
        if (outcome.sent == 0) return "it has that already, nothing was sent";
        const auto said = "acknowledged by " + order.nas + " after " + seconds_text(outcome.took);
        if (kind == OrderKind::coa) return said + "; it holds until the session's records change or it ends";
        return said + (outcome.over ? "; the session ended"
                                    : "; its Stop has not come in 10 s: porteiro session show " +
                                          std::to_string(order.session_id));
    }
    case EnforcementResult::no_effect:
        return "acknowledged by " + order.nas + ", but its accounting says that nothing has changed";
    case EnforcementResult::not_found:
        return order.nas + " refused: " + cause_text(outcome.error_cause) + " (it does not know this session)";
    case EnforcementResult::refused:
        return order.nas + " refused: " + cause_text(outcome.error_cause);
    case EnforcementResult::no_answer:
        return fmt::format("no answer from {} in {} s ({} requests): {} Try: porteiro nas probe {}", order.nas,
                           std::chrono::round<std::chrono::seconds>(outcome.took).count(), outcome.sent,
                           advice_on_silence(order.nas), order.nas);
    case EnforcementResult::not_sent:
        break;
    }
    return "nothing was sent: " + outcome.problem;
}

} // namespace

bool worked(OrderKind kind, const Order& order) noexcept
{
    if (!order.outcome) return false;
    if (kind == OrderKind::disconnect && order.outcome->over) return true;
    return order.outcome->result == EnforcementResult::acknowledged &&
           (kind == OrderKind::disconnect || !order.outcome->over);
}

std::string text_of(OrderKind kind, const Order& order, bool waits)
{
    const auto id = std::to_string(order.session_id);
    if (!order.outcome && !waits) return "it is on its way to " + order.nas + ": porteiro session show " + id;
    if (!order.outcome)
        return fmt::format("{} has not answered in {} s, or other requests to it come first; it goes on: porteiro "
                           "session show {}",
                           order.nas, longest_wait.count(), id);
    const auto& outcome = *order.outcome;
    if (kind == OrderKind::coa && outcome.over) return "the session has ended meanwhile";
    if (outcome.over && outcome.result != EnforcementResult::acknowledged)
        return outcome.sent == 0 ? "the session ended before " + order.nas + " was told"
                                 : "the session ended; " + order.nas + " gave no answer that counts";
    return text_of_answer(kind, order);
}

void Orders::set_out(Call& call, OrderKind kind, std::vector<Order> orders, Tell tell, Made made, std::string before)
{
    const bool waits = !call.arguments.on("no_wait");
    const std::shared_ptr<Orders> all{
        new Orders(call.context, kind, waits, std::move(orders), std::move(made), std::move(before))};
    call.wait = [all, tell = std::move(tell)](Answer answer) { all->begin(tell, std::move(answer)); };
}

Orders::Orders(Context& context, OrderKind kind, bool waits, std::vector<Order> orders, Made made, std::string before)
    : context_(context), kind_(kind), waits_(waits), orders_(std::move(orders)), open_(orders_.size()),
      made_(std::move(made)), before_(std::move(before)), timer_(context.loop)
{
}

void Orders::begin(const Tell& tell, Answer answer)
{
    answer_ = std::move(answer);
    auto& engine = context_.engine;
    for (auto& order : orders_) {
        const auto* nas = engine.directory() ? engine.directory()->find_nas(order.session.nas_id) : nullptr;
        order.nas = nas ? nas->name : "nas " + std::to_string(order.session.nas_id);
    }
    for (auto& order : orders_) {
        tell(
            engine.reconciler(), engine.key_of(order.session.session_key),
            [self = shared_from_this(), &order](const core::Reconciler::Outcome& outcome) {
                self->told(order, outcome);
            },
            now());
    }
    if (orders_.empty() || !waits_) return conclude();
    timer_.expires_after(longest_wait);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
        if (!error) self->conclude();
    });
}

void Orders::told(Order& order, const core::Reconciler::Outcome& outcome)
{
    order.outcome = outcome;
    if (--open_ == 0 && waits_) conclude();
}

void Orders::conclude()
{
    if (const auto answer = std::exchange(answer_, nullptr)) {
        timer_.cancel();
        answer([this] { return result(); });
    }
}

boost::json::value Orders::result()
{
    std::string failures;
    std::size_t failed = 0;
    json::array each;
    for (const auto& order : orders_) {
        each.emplace_back(to_json(order));
        if (!order.outcome && !waits_) continue;
        if (worked(kind_, order)) continue;
        ++failed;
        if (!failures.empty()) failures += "; ";
        if (orders_.size() > 1) failures += "session " + std::to_string(order.session_id) + ": ";
        failures += text_of(kind_, order, waits_);
    }
    if (failed == 0) return made_(std::move(each));
    const auto count = orders_.size() == 1 ? "" : fmt::format("{} of {} came to nothing: ", failed, orders_.size());
    throw Refusal(ErrorCode::conflict, "", before_ + count + failures);
}

boost::json::object Orders::to_json(const Order& order) const
{
    json::object object{{"session", order.session_id}, {"login", order.session.login}, {"nas", order.nas}};
    const auto outcome = order.outcome.value_or(core::Reconciler::Outcome{});
    object["result"] = order.outcome ? json::value(provisioning::name(outcome.result)) : json::value(nullptr);
    add_cause(object, outcome.error_cause);
    object["sent"] = outcome.sent;
    object["took_ms"] = outcome.took.count();
    object["over"] = outcome.over;
    object["text"] = text_of(kind_, order, waits_);
    return object;
}

std::string cause_text(std::optional<std::uint32_t> cause)
{
    if (!cause) return "no Error-Cause";
    const auto name = radius::error_cause_name(*cause);
    return std::to_string(*cause) + (name.empty() ? "" : ' ' + std::string{name});
}

void add_cause(json::object& object, std::optional<std::uint32_t> cause)
{
    object["error_cause"] = cause ? json::value(*cause) : json::value(nullptr);
    const auto name = cause ? radius::error_cause_name(*cause) : std::string_view{};
    object["error_cause_name"] = name.empty() ? json::value(nullptr) : json::value(name);
}

std::string seconds_text(std::chrono::milliseconds took)
{
    return fmt::format("{:.2f} s", std::chrono::duration<double>(took).count());
}

std::string advice_on_silence(const std::string& nas)
{
    return "is its CoA port right (porteiro nas show " + nas +
           "), does it accept (RouterOS: /radius incoming set accept=yes), is the secret the same?";
}

} // namespace admin
