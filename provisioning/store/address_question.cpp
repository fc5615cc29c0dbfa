#include "provisioning/store/address_question.hpp"

#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"

namespace provisioning::store {
namespace {

[[noreturn]] void refuse(ErrorCode code, std::string_view field, std::string message)
{
    throw Refusal(code, std::string{field}, std::move(message));
}

Address address_of(std::string_view typed)
{
    if (const auto ip = parse_address(trimmed(typed))) return *ip;
    refuse(ErrorCode::invalid, "ip",
           shown(typed) + " is not an address, give it like 203.0.113.5 or 2001:db8::1, without a prefix length");
}

void check_form(const AddressQuery& query, const Address& ip)
{
    const bool stretch = !query.from.empty() || !query.to.empty();
    if (query.at.empty() && !stretch)
        refuse(ErrorCode::usage, "at", "missing: at, or from and to: an address has another holder at another time");
    if (!query.at.empty() && stretch) refuse(ErrorCode::usage, "at", "is given beside from and to, give one of them");
    if (stretch && (query.from.empty() || query.to.empty()))
        refuse(ErrorCode::usage, query.from.empty() ? "from" : "to", "missing: from and to go together");
    if (query.port && !ip.is_ipv4()) refuse(ErrorCode::invalid, "port", "IPv6 addresses are not shared, leave it out");
}

/// A day is the whole of it in from and to; at needs the time of day.
std::string time_of(std::string_view field, std::string_view typed)
{
    const auto what = trimmed(typed);
    if (field != "at") {
        if (auto day = date(what)) return *std::move(day);
    }
    if (auto moment = instant(what)) return *std::move(moment);
    refuse(ErrorCode::invalid, field,
           shown(what) + (field == "at" ? " is not an instant, give it like 2026-11-20T21:14:05-03:00"
                                        : " is neither a day nor an instant, give it like 2026-11-20 or "
                                          "2026-11-20T21:14:05-03:00"));
}

constexpr auto span_sql = R"(
select to_char(f, 'YYYY-MM-DD"T"HH24:MI:SS.USTZH:TZM'), to_char(t, 'YYYY-MM-DD"T"HH24:MI:SS.USTZH:TZM'),
       to_char(f, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM'), to_char(t, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM'), t < f, f > now()
from (select $1::timestamptz as f,
             case when $3::boolean then ($2::timestamptz::date + 1)::timestamptz - interval '1 microsecond'
                  else $2::timestamptz end as t) x)";

} // namespace

AddressQuestion asked(Session& session, const Actor& actor, const AddressQuery& query, std::string_view timezone)
{
    const auto ip = address_of(query.ip);
    check_form(query, ip);
    const bool at_once = !query.at.empty();
    const auto from = at_once ? time_of("at", query.at) : time_of("from", query.from);
    const auto to = at_once ? from : time_of("to", query.to);
    return in_transaction(session, actor, Transaction::Mode::read_write, default_deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        const auto span = run(t, {span_sql, {from, to, date(to) ? "true" : "false"}})[0];
        if (span[4].as<bool>()) refuse(ErrorCode::invalid, "to", "is before from, give a later one");
        if (span[5].as<bool>())
            refuse(ErrorCode::invalid, at_once ? "at" : "from", "is yet to come, give an instant of the past");
        auto question = to_text(ip);
        if (query.port) question += " port " + std::to_string(*query.port);
        question += at_once ? " at " + span[2].as<std::string>()
                            : " from " + span[2].as<std::string>() + " to " + span[3].as<std::string>();
        because(t, query.reason);
        t.work().exec_params1("select address_asked($1)", question);
        return AddressQuestion{ip, span[0].as<std::string>(), span[1].as<std::string>(), query.port};
    });
}

} // namespace provisioning::store
