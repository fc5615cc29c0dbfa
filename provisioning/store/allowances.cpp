// provisioning/store/allowances.cpp - what logins have used of their allowances. usage_day holds what a session had
// counted by the end of a day, so what it counted in a period is its highest in it less its last before it.
#include "provisioning/store/enforcement.hpp"

#include "provisioning/store/rows.hpp"

namespace provisioning::store {
namespace {

constexpr std::chrono::seconds deadline{60};

// A session of which nothing was heard for two months before its period began counts from nothing: without that bound
// each session would be looked for in every month that is kept.
constexpr auto used_sql = R"(
with period as materialized (
    select id, allowance_since(allowance_period, allowance_day, current_date) as since
    from plan where removed_at is null and allowance is not null),
own as (
    select l.id, p.since, u.session_id, max(u.download_octets + u.upload_octets) as reached
    from period p join login l on l.plan_id = p.id and l.removed_at is null
    join usage_day u on u.login_id = l.id and u.day >= p.since
    where u.day >= (select min(since) from period)
    group by l.id, p.since, u.session_id)
select o.id, sum(greatest(0, o.reached - coalesce(b.before, 0)))::bigint
from own o left join lateral (
    select u.download_octets + u.upload_octets as before from usage_day u
    where u.session_id = o.session_id and u.day < o.since and u.day >= (select min(since) - 62 from period)
    order by u.day desc limit 1) b on true
group by o.id)";

} // namespace

std::vector<AllowanceUsed> allowances_used(Session& session, std::string_view timezone)
{
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        std::vector<AllowanceUsed> used;
        for (const auto& row : t.work().exec(used_sql))
            used.push_back({row[0].as<std::int64_t>(), row[1].as<std::uint64_t>()});
        return used;
    });
}

} // namespace provisioning::store
