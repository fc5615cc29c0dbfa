// radius/dialect/fit.cpp - what an operator is told about terms that a vendor cannot be told.
#include "radius/dialect/rows.hpp"

#include <algorithm>

namespace radius {
namespace {

using dialect::Form;
using dialect::Term;

struct Name {
    Term term;
    std::string_view field;
};
/// The fields of plans and logins that set a term. Class has none: it is the daemon's own.
constexpr Name names[] = {
    {Term::download, "download"},
    {Term::upload, "upload"},
    {Term::burst_download, "burst_download"},
    {Term::burst_upload, "burst_upload"},
    {Term::burst_time, "burst_time"},
    {Term::framed_ip, "ip"},
    {Term::framed_pool, "framed_pool"},
    {Term::framed_ipv6_prefix, "ipv6_prefix"},
    {Term::framed_ipv6_pool, "ipv6_pool"},
    {Term::delegated_ipv6_prefix, "delegated_ipv6_prefix"},
    {Term::delegated_ipv6_pool, "delegated_ipv6_pool"},
    {Term::routes, "route"},
    {Term::filter, "filter"},
    {Term::address_list, "address_list"},
    {Term::redirect, "redirect"},
    {Term::session_timeout, "session_timeout"},
    {Term::idle_timeout, "idle_timeout"},
    {Term::interim, "interim"},
};

/// Empty for a term that no operator sets.
std::string_view field_of(Term term) noexcept
{
    const auto* const name = std::ranges::find(names, term, &Name::term);
    return name == std::end(names) ? std::string_view{} : name->field;
}

std::string too_much(const dialect::Row& row, const dialect::Spoken& spoken)
{
    const auto given = std::to_string(spoken.given), most = std::to_string(spoken.most);
    if (row.form == Form::integer)
        return "the highest that " + std::string{row.attribute} + " carries is " + most + ", not " + given;
    return std::string{row.attribute} + " takes at most " + most + " octets here; this value has " + given;
}

}  // namespace

std::vector<Misfit> misfits(Dialect dialect, const Terms& terms)
{
    std::vector<Misfit> found;
    dialect::Scratch scratch;
    for (const auto& row : dialect::vocabulary(dialect).rows) {
        const auto field = field_of(row.term);
        const auto values = field.empty() ? 0 : dialect::count(terms, row.term);
        for (std::size_t i = 0; i < values; ++i)
            if (const auto spoken = dialect::speak(row, terms, i, scratch); !spoken.fits)
                found.push_back({field, too_much(row, spoken)});
    }
    return found;
}

std::vector<Misfit> unsaid(Dialect dialect, const Terms& terms)
{
    const auto& words = dialect::vocabulary(dialect);
    std::vector<Misfit> found;
    for (const auto& [term, field] : names) {
        const auto says_it = [term](const dialect::Row& row) { return dialect::says(row, term); };
        if (dialect::count(terms, term) == 0 || std::ranges::any_of(words.rows, says_it)) continue;
        std::string message = "no attribute of this vendor says it, so it is not sent";
        const auto silence = std::ranges::find(words.silences, term, &dialect::Silence::term);
        if (silence != words.silences.end()) message += "; " + std::string{silence->remedy};
        found.push_back({field, std::move(message)});
    }
    return found;
}

}  // namespace radius
