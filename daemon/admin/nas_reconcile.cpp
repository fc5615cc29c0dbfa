// daemon/admin/nas_reconcile.cpp - every session of a concentrator looked at anew, and how they stand after it.
#include "daemon/admin/following.hpp"
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/warnings.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

namespace admin {
namespace {

namespace json = boost::json;
using provisioning::Refusal;

constexpr std::chrono::milliseconds pause{100};
constexpr std::chrono::seconds longest_wait{60};
constexpr int quiet_pauses = 3; // the loop looks at many sessions a few at a time
constexpr std::size_t most_failures = 5;

core::Now now() { return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()}; }

class Reconciliation : public std::enable_shared_from_this<Reconciliation> {
public:
    Reconciliation(Context& context, std::string nas, bool waits)
        : context_(context), wanted_(std::move(nas)), waits_(waits), timer_(context.loop)
    {
    }

    void begin(Answer answer)
    {
        answer_ = std::move(answer);
        try {
            const auto& nas = nas_called(context_.engine, wanted_);
            name_ = nas.name;
            id_ = nas.id;
        } catch (const Refusal& refusal) {
            return answer_([&refusal]() -> json::value { throw refusal; });
        }
        reconciler().look_again(id_);
        if (!waits_) return conclude();
        until_ = now().steady + longest_wait;
        wait();
    }

private:
    core::Reconciler& reconciler() const { return context_.engine.reconciler(); }

    void wait()
    {
        timer_.expires_after(pause);
        timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
            if (!error) self->look();
        });
    }

    void look()
    {
        quiet_ = reconciler().totals(id_).pending == 0 ? quiet_ + 1 : 0;
        if (quiet_ >= quiet_pauses || now().steady >= until_) return conclude();
        wait();
    }

    void conclude()
    {
        answer_([this] { return result(); });
    }

    json::value result() const
    {
        const auto totals = reconciler().totals(id_);
        json::array failures;
        reconciler().each_unsettled(id_, SIZE_MAX, now(), [&](const auto& session, const core::Following& following) {
            if (following.state != core::Following::State::failed || failures.size() == most_failures) return;
            failures.emplace_back(json::object{{"login", session.user_name}, {"why", following.why}});
        });
        json::object object{{"nas", name_},
                            {"in_force", totals.in_force},
                            {"pending", totals.pending},
                            {"failed", totals.failed},
                            {"failures", failures}};
        if (!waits_) {
            object["text"] =
                "every session of " + name_ + " is looked at anew: porteiro session pending --nas " + name_;
            return object;
        }
        auto text = fmt::format("{}: {} sessions have what their records say, {} wait to be told, {} could not be told",
                                name_, totals.in_force, totals.pending, totals.failed);
        for (const auto& failure : failures)
            text += fmt::format("\n  {}: {}", std::string_view{failure.at("login").as_string()},
                                std::string_view{failure.at("why").as_string()});
        if (totals.failed > failures.size()) text += "\n  all of them: porteiro session pending --nas " + name_;
        object["text"] = std::move(text);
        return object;
    }

    Context& context_;
    std::string wanted_, name_;
    bool waits_;
    std::int64_t id_ = 0;
    int quiet_ = 0;
    core::Reconciler::Time until_{};
    boost::asio::steady_timer timer_;
    Answer answer_;
};

} // namespace

boost::json::value nas_reconcile(Call& call)
{
    const auto all =
        std::make_shared<Reconciliation>(call.context, call.arguments.text("name"), !call.arguments.on("no_wait"));
    call.wait = [all](Answer answer) { all->begin(std::move(answer)); };
    return nullptr;
}

} // namespace admin
