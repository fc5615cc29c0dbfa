// provisioning/store/message_views.cpp - the log of messages.
#include "provisioning/store/messages.hpp"
#include "provisioning/store/resolve.hpp"
#include "provisioning/store/rows.hpp"

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;
constexpr std::chrono::seconds deadline{15};

Row one(Transaction& t, std::int64_t id)
{
    auto rows = rows_of(run(t, {R"(
select m.id as message, to_char(m.queued_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as queued_at, m.client_id,
       n.name as client, m.contract_id as contract, m.kind, array_to_string(m.charges, ' ') as charges, m.channel,
       m.address, m.state, m.attempts,
       case when m.state = 'queued' then to_char(m.next_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') end as next_at,
       to_char(m.sent_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as sent_at, m.result, m.notice_id as notice, m.text_hash,
       m.subject, m.body as text
from message m join client n on n.id = m.client_id where m.id = $1::bigint)",
                                {std::to_string(id)}}));
    if (rows.empty())
        throw Refusal(ErrorCode::not_found, "message",
                      "there is no message " + std::to_string(id) + ", see `porteiro message list`");
    return std::move(rows.front());
}

}  // namespace

std::vector<Row> message_list(Session& session, const MessageQuery& query, std::string_view timezone)
{
    return in_transaction(session, {}, Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        Value client;
        if (!query.client.empty()) client = std::to_string(resolve(t, client_type, query.client, Rows::removed_too));
        return rows_of(run(t, {R"(
select m.id as message, to_char(m.queued_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as queued_at, m.client_id,
       n.name as client, m.contract_id as contract, m.kind, m.channel, m.address, m.state, m.attempts,
       case when m.state = 'queued' then to_char(m.next_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') end as next_at,
       to_char(m.sent_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as sent_at, m.result
from message m join client n on n.id = m.client_id
where ($1::bigint is null or m.client_id = $1) and ($2::text is null or m.state = $2)
      and ($3::text is null or m.kind = $3) and ($4::timestamptz is null or m.queued_at >= $4)
order by m.id desc limit $5::bigint offset $6::bigint)",
                               {client, text_or_null(query.state), text_or_null(query.kind), since_value(query.since),
                                limit_value(query.limit), std::to_string(query.offset)}}));
    });
}

Row message_show(Session& session, std::int64_t id)
{
    return in_transaction(session, {}, Mode::read_snapshot, deadline, [&](Transaction& t) { return one(t, id); });
}

Row message_retry(Session& session, std::int64_t id, const Actor& actor)
{
    return in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        const auto number = std::to_string(id);
        const auto done = run(t, {"update message set state = 'queued', attempts = 0, next_at = now()"
                                  " where id = $1::bigint and state = 'failed'",
                                  {number}});
        auto row = one(t, id);
        if (done.affected_rows() == 0)
            throw Refusal(ErrorCode::conflict, "message",
                          number + " did not fail; a message that was sent or dropped is not sent again");
        return row;
    });
}

std::int64_t messages_waiting(Session& session)
{
    return in_transaction(session, {}, Mode::read_snapshot, default_deadline, [](Transaction& t) {
        return run(t, {"select count(*) from message where state in ('queued', 'sending')", {}})[0][0]
            .as<std::int64_t>();
    });
}

}  // namespace provisioning::store
