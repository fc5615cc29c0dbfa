// radius/dialect/speak.cpp - a term's value in the form that a row asks for.
#include "radius/dialect/rows.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace radius::dialect {
namespace {

constexpr std::size_t vendor_head_octets = 6;  // RFC 2865 s5.26: vendor id, type, length

/// Writes text into a scratch, which is longer than anything that is written here.
struct Line {
    Scratch& out;
    std::size_t used = 0;

    void add(std::string_view text) noexcept
    {
        std::ranges::copy(text, out.begin() + static_cast<std::ptrdiff_t>(used));
        used += text.size();
    }
    void add(std::uint64_t number) noexcept
    {
        std::array<char, 20> digits;
        const auto* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        add(std::string_view{digits.data(), end});
    }
    Octets octets() const noexcept { return Octets{out}.first(used); }
};

std::uint64_t number(const Terms& terms, Term term) noexcept
{
    switch (term) {
    case Term::session_timeout:
        return terms.session_timeout_s;
    case Term::idle_timeout:
        return terms.idle_timeout_s;
    case Term::interim:
        return terms.interim_s;
    case Term::download:
        return terms.download_bps;
    case Term::upload:
        return terms.upload_bps;
    case Term::burst_download:
        return terms.burst_download_bps;
    case Term::burst_upload:
        return terms.burst_upload_bps;
    case Term::burst_time:
        return terms.burst_time_s;
    case Term::framed_ip:
    case Term::framed_pool:
    case Term::framed_ipv6_prefix:
    case Term::framed_ipv6_pool:
    case Term::delegated_ipv6_prefix:
    case Term::delegated_ipv6_pool:
    case Term::routes:
    case Term::rates:
    case Term::filter:
    case Term::address_list:
    case Term::redirect:
    case Term::class_:
        return 0;
    }
    return 0;
}

std::string_view text(const Terms& terms, Term term, std::size_t index) noexcept
{
    switch (term) {
    case Term::framed_pool:
        return terms.framed_ip ? std::string_view{} : terms.framed_pool;
    case Term::framed_ipv6_pool:
        return terms.framed_ipv6_prefix ? std::string_view{} : terms.framed_ipv6_pool;
    case Term::delegated_ipv6_pool:
        return terms.delegated_ipv6_prefix ? std::string_view{} : terms.delegated_ipv6_pool;
    case Term::routes:
        return terms.routes[index];
    case Term::filter:
        return terms.filter;
    case Term::address_list:
        return terms.address_list;
    case Term::redirect:
        return terms.redirect;
    case Term::framed_ip:
    case Term::framed_ipv6_prefix:
    case Term::delegated_ipv6_prefix:
    case Term::session_timeout:
    case Term::idle_timeout:
    case Term::interim:
    case Term::download:
    case Term::upload:
    case Term::burst_download:
    case Term::burst_upload:
    case Term::burst_time:
    case Term::rates:
    case Term::class_:
        return {};
    }
    return {};
}

Octets octets(const Terms& terms, Term term) noexcept
{
    if (term == Term::framed_ip && terms.framed_ip) return *terms.framed_ip;
    return term == Term::class_ ? terms.class_ : Octets{};
}

const std::optional<Ipv6Prefix>& prefix(const Terms& terms, Term term) noexcept
{
    return term == Term::framed_ipv6_prefix ? terms.framed_ipv6_prefix : terms.delegated_ipv6_prefix;
}

/// Each in M when divisible by 10^6, else k when by 10^3, else digits (RouterOS manual: k and M are decimal).
void add_rate(Line& line, std::uint64_t bps) noexcept
{
    const bool mega = bps != 0 && bps % 1'000'000 == 0;
    const bool kilo = bps != 0 && bps % 1'000 == 0;
    line.add(mega ? bps / 1'000'000 : kilo ? bps / 1'000 : bps);
    if (kilo) line.add(mega ? "M" : "k");
}

/// RouterOS manual, RADIUS, Mikrotik-Rate-Limit: rx/tx of the router, that is the subscriber's upload first. Left out,
/// thresholds are the rates and burst times 1 s; a burst time stands after the thresholds, which must then be written.
void add_rate_limit(Line& line, const Terms& terms) noexcept
{
    const auto add_pair = [&line](std::uint64_t rx, std::uint64_t tx) {
        add_rate(line, rx);
        line.add("/");
        add_rate(line, tx);
    };
    add_pair(terms.upload_bps, terms.download_bps);
    if (terms.burst_upload_bps == 0 && terms.burst_download_bps == 0) return;
    line.add(" ");
    add_pair(terms.burst_upload_bps, terms.burst_download_bps);
    if (terms.burst_time_s == 0) return;
    line.add(" ");
    add_pair(terms.upload_bps, terms.download_bps);
    line.add(" ");
    line.add(std::uint64_t{terms.burst_time_s});
    line.add("/");
    line.add(std::uint64_t{terms.burst_time_s});
}

/// accel-ppp.conf(5): a rate below 1 kbit/s is rounded up, because 0 is no limit.
void add_kilobits(Line& line, const Terms& terms) noexcept
{
    const auto kilobits = [](std::uint64_t bps) { return bps / 1000 + (bps % 1000 != 0); };
    line.add(kilobits(terms.download_bps));
    line.add("/");
    line.add(kilobits(terms.upload_bps));
}

void add_prefix(Line& line, const Ipv6Prefix& prefix) noexcept
{
    line.out[line.used++] = 0;
    line.out[line.used++] = prefix.length;
    // All octets are sent, also those past the length: RFC 3162 s2.3 allows it and every NAS has seen it.
    std::ranges::copy(prefix.octets, line.out.begin() + 2);
    line.used += prefix.octets.size();
}

Spoken integer(std::uint64_t number, Line& line) noexcept
{
    constexpr std::uint64_t highest = std::numeric_limits<std::uint32_t>::max();
    const auto sent = std::min(number, highest);
    for (const unsigned shift : {24U, 16U, 8U, 0U}) line.out[line.used++] = static_cast<std::uint8_t>(sent >> shift);
    return {line.octets(), number <= highest, number, highest};
}

}  // namespace

std::size_t count(const Terms& terms, Term term) noexcept
{
    if (term == Term::routes) return terms.routes.size();
    if (term == Term::rates) return terms.download_bps != 0 || terms.upload_bps != 0 ? 1 : 0;
    if (term == Term::framed_ipv6_prefix || term == Term::delegated_ipv6_prefix) return prefix(terms, term) ? 1 : 0;
    const bool set = number(terms, term) != 0 || !text(terms, term, 0).empty() || !octets(terms, term).empty();
    return set ? 1 : 0;
}

Spoken speak(const Row& row, const Terms& terms, std::size_t index, Scratch& scratch) noexcept
{
    Line line{scratch};
    std::size_t wanted = 0;
    const std::size_t most = max_value_octets - (row.vendor != 0 ? vendor_head_octets : 0);
    switch (row.form) {
    case Form::integer:
        return integer(number(terms, row.term), line);
    case Form::octets:
        wanted = octets(terms, row.term).size();
        return {wanted <= most ? octets(terms, row.term) : Octets{}, wanted <= most, wanted, most};
    case Form::text: {
        const auto value = text(terms, row.term, index);
        // A name that was cut would be another name, so one that is too long is not sent at all.
        wanted = value.size();
        if (wanted > most - row.before.size()) return {{}, false, wanted, most - row.before.size()};
        line.add(row.before);
        line.add(value);
        break;
    }
    case Form::digits:
        line.add(row.before);
        line.add(number(terms, row.term));
        break;
    case Form::ipv6_prefix:
        add_prefix(line, *prefix(terms, row.term));
        break;
    case Form::rate_limit:
        add_rate_limit(line, terms);
        break;
    case Form::kilobits:
        add_kilobits(line, terms);
        break;
    }
    return {line.octets(), true, line.used, most};
}

}  // namespace radius::dialect
