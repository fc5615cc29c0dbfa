#include "daemon/admin/following.hpp"
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/orders.hpp"

#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"
#include "provisioning/store/records.hpp"
#include "provisioning/store/sessions.hpp"

#include <charconv>

namespace admin {
namespace {

namespace json = boost::json;
namespace store = provisioning::store;
using provisioning::ErrorCode;
using provisioning::Refusal;

/// As the records of attempts keep it: who asked the panel, where a panel asks.
std::string actor_of(const Call& call) { return call.actor.operator_.empty() ? call.actor.name : call.actor.operator_; }

/// What began just now is in the table of sessions.
store::Session& up_to_date(Call& call)
{
    call.context.drain.flush(std::chrono::seconds{2});
    return call.session();
}

std::vector<Order> orders_of(Call& call, const std::string& login)
{
    store::SessionQuery query;
    query.login = login;
    query.limit = 1000;
    auto& session = up_to_date(call);
    std::vector<Order> orders;
    for (const auto& row : store::list_sessions(session, query, call.context.config.get().timezone)) {
        const auto& digits = row.front().second.value();
        std::int64_t id = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), id);
        try {
            orders.push_back({id, store::online_session(session, id), {}, {}});
        } catch (const Refusal& refusal) {
            if (refusal.code() != ErrorCode::not_found) throw; // it has ended between the two questions
        }
    }
    if (orders.empty()) store::show(session, provisioning::login_type, login); // refuses one that there is not
    return orders;
}

Orders::Tell disconnect_by(std::string actor)
{
    return [actor](core::Reconciler& reconciler, const core::Sessions::Key& key, core::Reconciler::Done done,
                   core::Now now) { reconciler.disconnect(key, actor, std::move(done), now); };
}

json::value only_one(json::array each) { return std::move(each.front()); }

/// The one session that was asked for.
void order(Call& call, OrderKind kind, Orders::Tell tell)
{
    auto& session = up_to_date(call);
    const auto id = asked_session(call);
    std::vector<Order> one;
    one.push_back({id, store::online_session(session, id), {}, {}});
    Orders::set_out(call, kind, std::move(one), std::move(tell), only_one);
}

} // namespace

core::Reconciler::Rates rates_of(const std::string& typed)
{
    const auto slash = typed.find('/');
    const auto download = provisioning::rate(provisioning::trimmed(std::string_view{typed}.substr(0, slash)));
    const auto upload = slash == std::string::npos
                            ? std::nullopt
                            : provisioning::rate(provisioning::trimmed(std::string_view{typed}.substr(slash + 1)));
    if (!download || !upload || *download == 0 || *upload == 0)
        throw Refusal(ErrorCode::invalid, "rate",
                      provisioning::shown(typed) + " is no rate, give download and upload, like 100M/50M");
    return {*download, *upload};
}

std::int64_t asked_session(Call& call)
{
    if (call.arguments.has("id") && call.arguments.has("login"))
        throw Refusal(ErrorCode::usage, "login", "is given beside an id, give one of them");
    return call.arguments.has("id") ? call.arguments.number("id")
                                    : store::session_of(call.session(), call.arguments.text("login"));
}

boost::json::value session_disconnect(Call& call)
{
    order(call, OrderKind::disconnect, disconnect_by(actor_of(call)));
    return nullptr;
}

boost::json::value session_coa(Call& call)
{
    const auto rates = rates_of(call.arguments.text("rate"));
    order(call, OrderKind::coa,
          [rates, actor = actor_of(call)](core::Reconciler& reconciler, const core::Sessions::Key& key,
                                          core::Reconciler::Done done, core::Now now) {
              reconciler.set_rates(key, rates, actor, std::move(done), now);
          });
    return nullptr;
}

void kick(Call& call, const std::string& login, Made made, std::string before)
{
    Orders::set_out(call, OrderKind::disconnect, orders_of(call, login), disconnect_by(actor_of(call)), std::move(made),
                    std::move(before));
}

boost::json::value login_kick(Call& call)
{
    kick(call, call.arguments.text("login"), [](json::array each) { return json::value(std::move(each)); });
    return nullptr;
}

} // namespace admin
