// provisioning/store/address.cpp - who had an address: every session that may have, with how sure that is. RFC 6302 s2
// is why a port and an exact time are asked for.
#include "provisioning/store/address_question.hpp"
#include "provisioning/store/session_holders.hpp"

#include "provisioning/rules/port_mapping.hpp"

namespace provisioning::store {
namespace {

constexpr std::chrono::seconds deadline{15};

struct Mapping {
    PortMapping ports;
    std::string valid_from, valid_until;
};

/// The declared mappings that the address was an outside one of.
std::vector<Mapping> mappings_of(Transaction& t, const AddressQuestion& question)
{
    std::vector<Mapping> all;
    for (const auto& row :
         run(t, {"select inside::text, outside::text, first_port, last_port, ports,"
                 " coalesce(valid_from, '-infinity')::text, coalesce(valid_until, 'infinity')::text from nat"
                 " where removed_at is null and outside >>= $1::inet"
                 " and tstzrange(valid_from, valid_until) && tstzrange($2::timestamptz, $3::timestamptz, '[]')",
                 {to_text(question.ip), question.from, question.to}}))
        all.push_back({{.inside = parse_prefix(row[0].as<std::string>()).value(),
                        .outside = parse_prefix(row[1].as<std::string>()).value(),
                        .first_port = row[2].as<std::uint32_t>(),
                        .last_port = row[3].as<std::uint32_t>(),
                        .ports = row[4].as<std::uint32_t>()},
                       row[5].as<std::string>(),
                       row[6].as<std::string>()});
    return all;
}

std::vector<MappedBlock> blocks_of(const std::vector<Mapping>& mappings, const AddressQuestion& question)
{
    std::vector<MappedBlock> blocks;
    if (!question.port) return blocks;
    for (const auto& mapping : mappings) {
        if (const auto block = mapping.ports.block_of(question.ip, static_cast<std::uint32_t>(*question.port)))
            blocks.push_back(
                {to_text(block->inside), block->first_port, block->last_port, mapping.valid_from, mapping.valid_until});
    }
    return blocks;
}

bool has_logged_blocks(Transaction& t, const AddressQuestion& question)
{
    return run(t, {"select exists (select from session_nat where address = $1::inet"
                   " and until_at >= $2::timestamptz - interval '2 days' and from_at <= $3::timestamptz"
                   " + interval '2 days')",
                   {to_text(question.ip), question.from, question.to}})[0][0]
        .as<bool>();
}

/// Nobody had it, or nothing is known of that time: these are two answers.
void refuse_before_memory(Transaction& t, const AddressQuestion& question)
{
    const auto row =
        run(t, {"select min(o.first) > $1::timestamptz, to_char(min(o.first), 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM')"
                " from nas n cross join lateral (select min(s.started_at) as first from session s"
                " where s.nas_id = n.id) o",
                {question.to}})[0];
    if (row[0].is_null() || !row[0].as<bool>()) return;
    throw Refusal(ErrorCode::not_found, "ip",
                  "nothing is known of that time: the oldest session that is kept began at " +
                      row[1].as<std::string>());
}

}  // namespace

std::vector<Row> who_had(Session& session, const Actor& actor, const AddressQuery& query, std::string_view timezone)
{
    const auto question = asked(session, actor, query, timezone);
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        const auto mappings = mappings_of(t, question);
        auto rows = holders_of(t, question, blocks_of(mappings, question));
        if (!rows.empty()) return rows;
        if (!question.port && (!mappings.empty() || has_logged_blocks(t, question)))
            throw Refusal(ErrorCode::invalid, "port",
                          "missing: " + to_text(question.ip) + " was shared by many at that time, give --port");
        refuse_before_memory(t, question);
        return rows;
    });
}

}  // namespace provisioning::store
