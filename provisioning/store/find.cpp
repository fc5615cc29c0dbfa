// provisioning/store/find.cpp - one search over all that a person may have at hand.
#include "provisioning/store/rows.hpp"

#include "provisioning/rules/address.hpp"
#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"

#include <algorithm>
#include <cctype>

namespace provisioning::store {
namespace {

constexpr std::chrono::seconds deadline{15};

/// Without the marks that people put into documents and phone numbers.
std::string squeezed(std::string_view text)
{
    std::string bare;
    for (const char c : text)
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            bare += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return bare;
}

bool has_digit(std::string_view text)
{
    return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// $1 the text, $2 squeezed or null, $3 an address or null, $4 a MAC or null, $5 an id or null, $6 the limit.
// A closed session's address or MAC still finds its login: that is what a complaint names.
constexpr auto find_sql = R"(
with wanted (words) as (
    select string_agg('''' || replace(replace(w, '\', '\\'), '''', '''''') || ''':*', ' & ')::tsquery
    from unnest(case when position('@' in $1::text) > 0 then array[lower($1)] else search_words($1) end) w),
hit (client_id, contract_id, login_id, match, rank) as (
    select c.id, null::bigint, null::bigint, 'client', 2 from client c
    where c.removed_at is null and c.search @@ (select words from wanted)
    union all
    select c.id, null, null, case when starts_with(lower(c.document), $2::text) then 'document' else 'phone' end, 1 from client c
    where c.removed_at is null and c.search @@ ($2 || ':*')::tsquery
    union all
    select o.client_id, null, null, 'contact', 2 from contact o join client c on c.id = o.client_id
    where o.removed_at is null and c.removed_at is null and o.search @@ (select words from wanted)
    union all
    select o.client_id, null, null, 'contact', 1 from contact o join client c on c.id = o.client_id
    where o.removed_at is null and c.removed_at is null and o.search @@ ($2 || ':*')::tsquery
    union all
    select c.id, null, null, 'id', 0 from client c where c.removed_at is null and c.id = $5::bigint
    union all
    select k.client_id, k.id, null, 'contract', 0 from contract k where k.removed_at is null and k.id = $5::bigint
    union all
    select null, l.contract_id, l.id, 'login', 0 from login l
    where l.removed_at is null and lower(l.login) collate "C" >= lower($1)
          and lower(l.login) collate "C" < lower($1) || chr(1114111)
    union all
    select null, l.contract_id, l.id, 'ip', 0 from login l where l.removed_at is null and l.ip = $3::inet
    union all
    select null, l.contract_id, l.id, 'mac', 0 from login l
    where l.removed_at is null and $4::text is not null and l.mac @> array[$4::text]::clean_text[]
    union all
    select null, l.contract_id, l.id, s.match, 0
    from (select login_id, 'ip' as match from session where ip = $3::inet and ended_at is null
          union
          select login_id, 'mac' from session where mac = $4::text) s
    join login l on l.id = s.login_id and l.removed_at is null),
sheet as (
    select distinct on (c.id, k.id, l.id) c.id as client_id, k.id as contract_id, l.id as login_id, h.match, h.rank
    from hit h
    left join contract k on k.removed_at is null
                            and (k.id = h.contract_id or (h.contract_id is null and k.client_id = h.client_id))
    join client c on c.id = coalesce(k.client_id, h.client_id)
    left join login l on l.removed_at is null and l.contract_id = k.id and (h.login_id is null or l.id = h.login_id)
    order by c.id, k.id, l.id, h.rank, h.match)
select s.client_id, c.name as client, c.document, c.mobile, s.contract_id, k.status as contract_status, l.login,
       p.name as plan, case when l.id is null then null when o.id is null then 'no' else 'yes' end as online,
       host(coalesce(o.ip, l.ip)) as ip, o.mac, n.name as nas, s.match
from (select * from sheet order by rank, client_id, contract_id, login_id limit $6::bigint) s
join client c on c.id = s.client_id
left join contract k on k.id = s.contract_id
left join login l on l.id = s.login_id
left join plan p on p.id = l.plan_id
left join lateral (select x.id, x.ip, x.mac, x.nas_id from session x where x.login_id = l.id and x.ended_at is null
                   order by x.updated_at desc limit 1) o on true
left join nas n on n.id = o.nas_id
order by s.rank, s.client_id, s.contract_id, s.login_id)";

}  // namespace

std::vector<Row> find(Session& session, std::string_view typed, std::int64_t limit)
{
    const auto text = trimmed(typed);
    if (text.empty() || !clean_text(text)) throw Refusal(ErrorCode::invalid, "text", "is empty, give what to look for");
    const auto bare = squeezed(text);
    const auto ip = parse_address(text);
    constexpr std::size_t longest_id = 18;
    const bool is_number = text.size() <= longest_id && text.find_first_not_of("0123456789") == std::string_view::npos;
    const bool is_code = has_digit(bare) && text.find('@') == std::string_view::npos;  // document or phone
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        return rows_of(
            run(t, {find_sql,
                    {std::string{text}, is_code ? Value{bare} : std::nullopt, ip ? Value{to_text(*ip)} : std::nullopt,
                     mac(text), is_number ? Value{std::string{text}} : std::nullopt, limit_value(limit)}}));
    });
}

}  // namespace provisioning::store
