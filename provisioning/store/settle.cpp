// provisioning/store/settle.cpp - a debt that went away, by whatever way, opens access at once.
#include "provisioning/store/suspension.hpp"

#include <algorithm>

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;

struct Waiting {
    std::int64_t contract;
    double since_s;
};

std::vector<Waiting> waiting(Transaction& t, std::size_t most)
{
    std::vector<Waiting> all;
    for (const auto& row :
         t.work().exec_params("select contract_id, extract(epoch from clock_timestamp() - min(at)) from settlement"
                              " group by contract_id order by min(id) limit $1",
                              most))
        all.push_back({row[0].as<std::int64_t>(), row[1].as<double>()});
    return all;
}

}  // namespace

Settled settle(Session& session, std::string_view today, const BillingDefaults& defaults, std::size_t most,
               const Actor& actor)
{
    const auto day = ladder::day_of(today).value();
    Settled settled;
    Ladder ladder;
    const auto contracts = in_transaction(session, {}, Mode::read_snapshot, default_deadline, [&](Transaction& t) {
        auto all = waiting(t, most);
        if (!all.empty()) ladder = ladder_in(t, defaults);
        return all;
    });
    for (const auto& [contract, since_s] : contracts) {
        const bool opened = in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
            t.work().exec_params("select from contract where id = $1 for update", contract);
            return settle_in(t, contract, ladder, day);
        });
        ++settled.looked_at;
        if (!opened) continue;
        settled.released.push_back(contract);
        settled.slowest_s = std::max(settled.slowest_s, since_s);
    }
    return settled;
}

}  // namespace provisioning::store
