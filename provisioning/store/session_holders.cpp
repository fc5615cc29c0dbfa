#include "provisioning/store/session_holders.hpp"

namespace provisioning::store {
namespace {

// Each branch has both ends of a session as conditions: a month before the asked time is probed by what lasted
// (session_ip_held), the months after it by what had begun (session_ip). A branch that is not asked for is gone from
// the plan, since the parameters are known when it is made.
//
// In `judged`, known: it is on record that the session had it within the asked stretch.
//
// $1 address, $2 from, $3 to, $4 port or null, $5 to $9 the blocks that declared mappings give, $10 the prefixes that
// an IPv6 address is in, or null.
constexpr auto holders_sql = R"(
with candidate as (
    select s.id, s.login, s.login_id, s.nas_id, s.mac, s.started_at, s.updated_at, s.stop_at, s.closed_cause, s.ended_at,
           s.held_until, s.interim, host(s.ip) as had, 'session' as how, null::integer as first_port,
           null::integer as last_port, null::timestamptz as block_from, null::timestamptz as block_until
    from session s
    where $10::cidr[] is null and s.ip = $1::inet and s.started_at <= $3::timestamptz and s.held_until >= $2::timestamptz
    union all
    select s.id, s.login, s.login_id, s.nas_id, s.mac, s.started_at, s.updated_at, s.stop_at, s.closed_cause, s.ended_at,
           s.held_until, s.interim, host(s.ip), 'logged port block', b.first_port, b.last_port, b.from_at, b.until_at
    from session_nat b
    join session s on s.id = b.session_id and s.began = b.began
    where $4::integer is not null and b.address = $1 and b.first_port <= $4 and b.last_port >= $4
          and b.until_at >= $2 - interval '2 days' and b.from_at <= $3 + interval '2 days'
          and s.started_at <= $3 and s.held_until >= $2
    union all
    select s.id, s.login, s.login_id, s.nas_id, s.mac, s.started_at, s.updated_at, s.stop_at, s.closed_cause, s.ended_at,
           s.held_until, s.interim, host(s.ip), 'computed port block', m.first_port, m.last_port, null, null
    from unnest($5::inet[], $6::integer[], $7::integer[], $8::timestamptz[], $9::timestamptz[])
         m (inside, first_port, last_port, valid_from, valid_until)
    join session s on s.ip = m.inside and s.started_at <= $3 and s.held_until >= $2
                      and s.started_at < m.valid_until and s.held_until >= m.valid_from
    where $4 is not null
    union all
    select s.id, s.login, s.login_id, s.nas_id, s.mac, s.started_at, s.updated_at, s.stop_at, s.closed_cause, s.ended_at,
           s.held_until, s.interim, host(s.ipv6), 'session', null, null, null, null
    from session s
    where $10 is not null and s.ipv6 = $1 and s.started_at <= $3 and s.held_until >= $2
    union all
    select s.id, s.login, s.login_id, s.nas_id, s.mac, s.started_at, s.updated_at, s.stop_at, s.closed_cause, s.ended_at,
           s.held_until, s.interim, s.ipv6_prefix::text, 'session', null, null, null, null
    from session s
    where $10 is not null and s.ipv6_prefix = any($10) and s.started_at <= $3 and s.held_until >= $2 and s.ipv6 is distinct from $1
    union all
    select s.id, s.login, s.login_id, s.nas_id, s.mac, s.started_at, s.updated_at, s.stop_at, s.closed_cause, s.ended_at,
           s.held_until, s.interim, s.delegated_ipv6_prefix::text, 'session', null, null, null, null
    from session s
    where $10 is not null and s.delegated_ipv6_prefix = any($10) and s.started_at <= $3 and s.held_until >= $2
          and s.ipv6 is distinct from $1 and (s.ipv6_prefix = any($10)) is not true),
known as (
    select c.*, coalesce(c.stop_at, c.updated_at) as last_at,
           coalesce(c.stop_at, c.updated_at) >= $2
               and (c.block_from is null or (c.block_from <= $3 and c.block_until >= $2)) as known
    from candidate c),
judged as (
    select k.*, (select count(*) from known o
                 where o.known and o.id <> k.id
                       and ($2 = $3 or (o.started_at < k.last_at and k.started_at < o.last_at))) as others
    from known k),
shown as (
    select j.*, j.known and j.others = 0 as certain,
           nullif(concat_ws('; ',
               case when j.known and j.others > 0
                    then j.others || case when j.others = 1 then ' other session' else ' other sessions' end
                         || ' had it at that time too' end,
               case when not (j.block_from <= $3 and j.block_until >= $2)
                    then 'the port block is on record from ' || to_char(j.block_from, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM')
                         || ' to ' || to_char(j.block_until, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') || ' only' end,
               case when j.stop_at is null and $3 > j.last_at
                    then 'not heard of after ' || to_char(j.last_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM')
                         || case when j.held_until = 'infinity'
                                 then ', still ' || session_state(j.ended_at, j.updated_at, j.interim)
                                 else ', closed without a Stop at '
                                      || to_char(j.held_until, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM')
                                      || coalesce(' (' || j.closed_cause || ')', '') end end), '') as why
    from judged j)
select s.login, c.id as client_id, c.name as client, c.document, l.contract_id as contract, s.mac,
       coalesce(n.name, s.nas_id::text) as nas,
       to_char(s.started_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as started_at,
       to_char(s.ended_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as ended_at,
       case when s.certain then 'certain' else 'uncertain' end as certainty, s.how, s.why, s.id as session_id,
       s.had as ip, s.first_port, s.last_port
from shown s
left join nas n on n.id = s.nas_id
left join login l on l.id = s.login_id
left join contract k on k.id = l.contract_id
left join client c on c.id = k.client_id
order by not s.certain, not s.known, s.started_at desc, s.id)";

/// Nobody is given more than a /32; one look-up for each length, so that the indexes serve.
Value prefixes_of(const Address& ip)
{
    if (ip.is_ipv4()) return std::nullopt;
    constexpr std::uint8_t longest = 128, shortest = 32;
    std::vector<std::string> prefixes;
    for (std::uint8_t length = shortest; length <= longest; ++length)
        prefixes.push_back(to_text(Prefix{masked(ip, length), length}));
    return array_literal(prefixes);
}

}  // namespace

std::vector<Row> holders_of(Transaction& t, const AddressQuestion& question, const std::vector<MappedBlock>& blocks)
{
    std::vector<std::string> inside, from, until;
    std::vector<std::int64_t> first, last;
    for (const auto& block : blocks) {
        inside.push_back(block.inside);
        first.push_back(block.first_port);
        last.push_back(block.last_port);
        from.push_back(block.from);
        until.push_back(block.until);
    }
    return rows_of(run(t, {holders_sql,
                           {to_text(question.ip), question.from, question.to,
                            question.port ? Value{std::to_string(*question.port)} : std::nullopt, array_literal(inside),
                            array_literal(first), array_literal(last), array_literal(from), array_literal(until),
                            prefixes_of(question.ip)}}));
}

}  // namespace provisioning::store
