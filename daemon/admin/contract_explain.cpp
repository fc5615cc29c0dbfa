// daemon/admin/contract_explain.cpp - contract explain: the timeline of its debts, and what comes next.
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/provider_day.hpp"
#include "daemon/admin/typing.hpp"

#include "provisioning/store/contract_explain.hpp"

namespace admin {
namespace {

namespace json = boost::json;
namespace ladder = provisioning::ladder;
using provisioning::store::ContractExplanation;

json::object rules_json(const ladder::Rules& rules)
{
    json::object object{{"profile", ladder::name(rules.profile)}, {"pending_days", rules.pending_days},
                        {"block_days", rules.block_days},         {"notice_required", rules.notice_required},
                        {"notice_days", rules.notice_days},       {"termination_days", rules.termination_days}};
    object["reduced_days"] = rules.reduces ? json::value(rules.reduced_days) : json::value(nullptr);
    return object;
}

json::array debts_json(const std::vector<ladder::Debt>& debts)
{
    json::array array;
    for (const auto& debt : debts) {
        json::object object{{"charge", debt.charge}, {"due", ladder::text_of(debt.due)}, {"owed", debt.rest}};
        object["notice"] =
            debt.notice ? json::value(json::string(ladder::text_of(*debt.notice))) : json::value(nullptr);
        array.emplace_back(std::move(object));
    }
    return array;
}

json::array timeline_json(const std::vector<provisioning::store::Row>& rows)
{
    static constexpr Column columns[] = {
        {.name = "at", .type = FieldType::instant}, {.name = "what"}, {.name = "detail"}, {.name = "actor"}};
    return to_json(columns, rows);
}

}  // namespace

boost::json::value contract_explain(Call& call)
{
    const auto [today, defaults] = provider_day(call);
    const auto e = provisioning::store::contract_explain(call.session(), call.arguments.text("id"), today, defaults);
    json::array next, changes;
    for (const auto& [day, what, why] : e.next)
        next.emplace_back(json::object{{"day", day}, {"what", what}, {"why", why}});
    for (const auto& sentence : e.changes) changes.emplace_back(sentence);
    return json::object{{"contract", to_json(provisioning::contract_type, e.contract)},
                        {"stage", e.stage},
                        {"rules", rules_json(e.rules)},
                        {"debts", debts_json(e.debts)},
                        {"timeline", timeline_json(e.timeline)},
                        {"next", std::move(next)},
                        {"changes", std::move(changes)}};
}

}  // namespace admin
