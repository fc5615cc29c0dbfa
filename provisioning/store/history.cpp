// provisioning/store/history.cpp - history list. The triggers write it (schema/0001_initial.sql, 0004).
#include "provisioning/store/resolve.hpp"
#include "provisioning/store/rows.hpp"

namespace provisioning::store {
namespace {

constexpr std::chrono::seconds deadline{15};

}  // namespace

std::vector<Row> list_history(Session& session, const HistoryQuery& query, std::string_view timezone)
{
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        Value client;
        if (!query.client.empty()) client = std::to_string(resolve(t, client_type, query.client, Rows::removed_too));
        // a login's name may have had several owners: all of them
        return rows_of(run(t, {R"(
select id, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as at, actor, operator, address, record, record_id, action,
       field, old, new, reason
from history
where ($1::bigint is null or client_id = $1)
      and ($2::text is null or (record = 'login' and record_id in (select l.id from login l where l.login = $2)))
      and ($3::text is null or actor = $3) and ($4::timestamptz is null or history.at >= $4)
order by id desc limit $5::bigint offset $6::bigint)",
                               {client, text_or_null(query.login), text_or_null(query.actor), since_value(query.since),
                                limit_value(query.limit), std::to_string(query.offset)}}));
    });
}

}  // namespace provisioning::store
