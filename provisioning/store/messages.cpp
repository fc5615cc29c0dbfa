// provisioning/store/messages.cpp
#include "provisioning/store/messages.hpp"
#include "provisioning/rules/text.hpp"
#include "provisioning/store/resolve.hpp"
#include "provisioning/store/rows.hpp"
#include "provisioning/store/situation.hpp"

#include <algorithm>

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;
using notices::Kind;

constexpr auto suspended_sql = R"(
insert into message (client_id, contract_id, kind, suspended_since, channel, address)
select k.client_id, k.id, 'suspended', s.since, a.channel, a.address
from suspension s
join contract k on k.id = s.contract_id and k.status = 'suspended' and k.suspension_kind = 'debt' and k.removed_at is null
cross join lateral message_addresses(k.client_id, 'suspended', $1::boolean, $2) a
where s.noted_at > now() - interval '1 day' and s.until is null and s.kind = 'debt'
      and not exists (select from setting where name = 'notice.suspended' and value = 'no')
      and not exists (select from message m where m.contract_id = k.id and m.suspended_since = s.since
                            and m.kind = 'suspended' and m.channel = a.channel and m.address = a.address)
on conflict do nothing)";

constexpr auto released_sql = R"(
insert into message (client_id, contract_id, kind, suspended_since, channel, address)
select k.client_id, k.id, 'released', s.since, a.channel, a.address
from suspension s join contract k on k.id = s.contract_id and k.status = 'active' and k.removed_at is null
cross join lateral message_addresses(k.client_id, 'released', $1::boolean, $2) a
where s.until > now() - interval '1 day' and s.kind = 'debt'
      and not exists (select from setting where name = 'notice.released' and value = 'no')
      and not exists (select from message m where m.contract_id = k.id and m.suspended_since = s.since
                            and m.kind = 'released' and m.channel = a.channel and m.address = a.address)
on conflict do nothing)";

// $1 the channels. One that another daemon was sending when it died is taken up once its time is over.
constexpr auto claim_sql = R"(
update message set state = 'sending', attempts = attempts + 1, next_at = now() + interval '10 minutes'
where id = (select id from message where state in ('queued', 'sending') and next_at <= now() and channel = any($1::text[])
            order by next_at, id limit 1 for update skip locked)
returning id, client_id, coalesce(contract_id, 0), kind, channel, address, charges)";

constexpr auto charges_sql =
    "select c.id, o.rest::text, o.due::text, coalesce(c.payable_line, ''), coalesce(c.pix_code, ''), coalesce(c.link, "
    "'')"
    " from open_charge o join charge c on c.id = o.id where o.id = any($1::bigint[]) order by o.due, o.id";

std::vector<std::string> channels_of(const Carriers& carriers)
{
    std::vector<std::string> channels;
    if (carriers.email) channels.emplace_back("email");
    if (!carriers.mobile_channel.empty()) channels.push_back(carriers.mobile_channel);
    return channels;
}

/// What a mail server or a command said, as a column takes it: one line of plain text.
std::string one_line(std::string_view said)
{
    constexpr std::size_t longest = 300;
    std::string text;
    while (!said.empty() && text.size() < longest) {
        const auto rest = said;
        const auto character = next_character(said);
        if (!character) {
            said = rest.substr(1);
            text += '?';
        } else if (*character < 0x20 || *character == 0x7f) {
            text += ' ';
        } else {
            text += rest.substr(0, rest.size() - said.size());
        }
    }
    return std::string{trimmed(text)};
}

/// The debts of the contract as they stand once this message has come.
Situation situation_of(Transaction& t, const Ladder& ladder, const Outgoing& message, ladder::Day today)
{
    auto found = situations(t, ladder, today + std::chrono::days{1}, message.contract_id);
    if (found.empty()) return {};
    for (auto& debt : found.front().debts) {
        const bool named = std::ranges::find(message.charges, debt.charge) != message.charges.end();
        if (named && !debt.notice && notices::is_evidence(message.kind)) debt.notice = today;
    }
    return std::move(found.front());
}

/// When access closes, and when the contract may end, if nobody pays.
void add_days(const Situation& now, const Ladder& ladder, ladder::Day today, notices::LetterFacts& facts)
{
    for (const auto& [day, action, before] :
         ladder::course(today, today + look_ahead, now.standing, now.debts, now.rules, ladder.holidays)) {
        if (action.what == ladder::What::release) break;
        if (ladder::cuts(action.what) && facts.suspension_day.empty()) {
            facts.suspension_day = ladder::text_of(day);
            facts.reduces = action.what == ladder::What::reduce;
        }
        if (action.what == ladder::What::terminate) facts.termination_day = ladder::text_of(day);
    }
}

void add_charges(Transaction& t, Outgoing& message)
{
    std::vector<std::int64_t> open;
    for (const auto& row : run(t, {charges_sql, {array_literal(message.charges)}})) {
        open.push_back(row[0].as<std::int64_t>());
        message.facts.charges.push_back({row[1].as<std::string>(), row[2].as<std::string>(), row[3].as<std::string>(),
                                         row[4].as<std::string>(), row[5].as<std::string>()});
    }
    message.charges = std::move(open);
    message.facts.total = run(t, {"select coalesce(sum(rest)::text, '') from open_charge where id = any($1::bigint[])",
                                  {array_literal(message.charges)}})[0][0]
                              .as<std::string>();
}

void add_facts(Transaction& t, const ProviderDay& day, Outgoing& message)
{
    const auto today = ladder::day_of(day.today).value();
    const auto ladder = ladder_in(t, day.defaults);
    const auto client = show_in(t, client_type, message.client_id);
    auto& facts = message.facts;
    facts.client = first_value(client, "name");
    facts.provider = ladder.settings.text("provider.name");
    facts.contact = ladder.settings.text("provider.contact");
    facts.today = day.today;
    if (message.language.empty()) message.language = first_value(client, "language");
    if (message.language == "default") message.language = ladder.settings.text("notice.language");
    if (message.contract_id != 0) {
        facts.contract = std::to_string(message.contract_id);
        for (const auto& row :
             run(t, {"select login from login where contract_id = $1::bigint and removed_at is null order by id",
                     {facts.contract}}))
            facts.logins += (facts.logins.empty() ? "" : ", ") + row[0].as<std::string>();
        const auto now = situation_of(t, ladder, message, today);
        add_days(now, ladder, today, facts);
        if (message.kind == Kind::suspended)
            for (const auto& debt : now.debts)
                if (debt.due < today) message.charges.push_back(debt.charge);
    }
    add_charges(t, message);
}

/// Why a message need not go out any more; empty: it has to.
std::string pointless(Transaction& t, const Outgoing& message)
{
    if (message.contract_id != 0) {
        const auto contract = show_in(t, contract_type, message.contract_id);
        const auto status = first_value(contract, "status");
        if (contract.contains("removed_at") || status == "cancelled") return "the contract has ended";
        if (message.kind == Kind::suspended && status != "suspended") return "access is open again";
        if (message.kind == Kind::released && status != "active") return "access is closed again";
    }
    const bool of_charges = message.kind != Kind::suspended && message.kind != Kind::released;
    return of_charges && message.charges.empty() ? "paid or settled meanwhile" : "";
}

Outgoing read_outgoing(const pqxx::row& row)
{
    Outgoing message{.id = row[0].as<std::int64_t>(),
                     .client_id = row[1].as<std::int64_t>(),
                     .contract_id = row[2].as<std::int64_t>(),
                     .kind = notices::kind_of(row[3].as<std::string>()).value_or(Kind::issued),
                     .channel = row[4].as<std::string>(),
                     .address = row[5].as<std::string>()};
    for (const auto& charge : read_list(row[6])) message.charges.push_back(std::stoll(charge));
    return message;
}

}  // namespace

void queue_outcomes(Session& session, const Carriers& carriers, const Actor& actor)
{
    in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        for (const auto* sql : {suspended_sql, released_sql})
            run(t, {sql, {carriers.email ? "true" : "false", carriers.mobile_channel}});
    });
}

std::optional<Outgoing> take_message(Session& session, const Carriers& carriers, const ProviderDay& day,
                                     const Actor& actor)
{
    for (;;) {
        bool dropped = false;
        auto taken = in_transaction(
            session, actor, Mode::read_write, default_deadline, [&](Transaction& t) -> std::optional<Outgoing> {
                const auto rows = run(t, {claim_sql, {array_literal(channels_of(carriers))}});
                if (rows.empty()) return std::nullopt;
                auto message = read_outgoing(rows[0]);
                add_facts(t, day, message);
                const auto why = pointless(t, message);
                if (why.empty()) return message;
                run(t, {"update message set state = 'dropped', result = $2 where id = $1::bigint",
                        {std::to_string(message.id), why}});
                dropped = true;
                return std::nullopt;
            });
        if (taken || !dropped) return taken;
    }
}

Outgoing imagined_message(Session& session, Kind kind, std::string_view contract, std::string_view language,
                          const ProviderDay& day)
{
    return in_transaction(session, {}, Mode::read_snapshot, default_deadline, [&](Transaction& t) {
        Outgoing message{.contract_id = resolve(t, contract_type, contract), .kind = kind};
        message.language = language;
        const auto record = show_in(t, contract_type, message.contract_id);
        message.client_id = std::stoll(record.at("client").front());
        const bool to_come = kind == Kind::issued || kind == Kind::due_soon;
        for (const auto& row : run(t, {"select id from open_charge where contract_id = $1::bigint"
                                       " and (due >= $2::date) = $3::boolean order by due, id",
                                       {std::to_string(message.contract_id), day.today, to_come ? "true" : "false"}}))
            message.charges.push_back(row[0].as<std::int64_t>());
        add_facts(t, day, message);
        return message;
    });
}

void message_sent(Session& session, std::int64_t id, const notices::Letter& letter, std::string_view said,
                  std::string_view today, const Actor& actor)
{
    const auto number = std::to_string(id);
    in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        const auto hash =
            run(t, {"select encode(sha256(convert_to($1, 'UTF8')), 'hex')", {letter.text}})[0][0].as<std::string>();
        const auto notice =
            run(t, {"insert into notice (client_id, contract_id, kind, \"on\", channel, address, result,"
                    " text_hash) select client_id, contract_id, kind, $2::date, channel, address,"
                    " nullif($3, ''), $4 from message where id = $1::bigint returning id::text",
                    {number, std::string{today}, one_line(said), hash}})[0][0]
                .as<std::string>();
        run(t, {"insert into notice_charge (notice_id, charge_id) select $2::bigint, unnest(charges) from message"
                " where id = $1::bigint",
                {number, notice}});
        run(t, {"update message set state = 'sent', sent_at = now(), result = nullif($2, ''), subject = $3, body = $4,"
                " text_hash = $5, notice_id = $6::bigint where id = $1::bigint",
                {number, one_line(said), letter.subject, letter.text, hash, notice}});
    });
}

void message_failed(Session& session, std::int64_t id, Failure failure, std::string_view said, const Actor& actor)
{
    // minutes after each attempt: nine of them take about two days
    constexpr auto sql = R"(
update message set result = nullif($2, ''),
    state = case when $3 = 'address' or ($3 = 'later' and attempts >= 9) then 'failed' else 'queued' end,
    attempts = attempts - case $3 when 'carrier' then 1 else 0 end,
    next_at = now() + case $3 when 'carrier' then interval '30 seconds'
        else interval '1 minute' * (array[1, 5, 15, 60, 180, 360, 720, 1440, 1440])[least(attempts, 9)] end
where id = $1::bigint)";
    const std::string how = failure == Failure::address ? "address" : failure == Failure::later ? "later" : "carrier";
    in_transaction(session, actor, Mode::read_write, default_deadline,
                   [&](Transaction& t) { run(t, {sql, {std::to_string(id), one_line(said), how}}); });
}

}  // namespace provisioning::store
