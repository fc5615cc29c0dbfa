// radius/dialect/dialect.cpp - one row per vendor; a dialect differs from another in how it writes the rates.
#include "radius/dialect/dialect.hpp"

#include "radius/attributes.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace radius {
namespace {

constexpr std::uint8_t mikrotik_rate_limit_type = 8, wispr_bandwidth_max_up = 7, wispr_bandwidth_max_down = 8;

/// Appends to a caller's buffer that is long enough for whatever is written here.
struct Line {
    std::span<char> out;
    std::size_t used = 0;

    void add(std::uint64_t number) noexcept
    {
        const auto end = std::to_chars(out.data() + used, out.data() + out.size(), number).ptr;
        used = static_cast<std::size_t>(end - out.data());
    }
    void add(char letter) noexcept { out[used++] = letter; }
    std::string_view text() const noexcept { return {out.data(), used}; }
};

/// Whether encoded attributes hold that sub-attribute.
bool carries(Octets attributes, std::uint32_t vendor, std::uint8_t type) noexcept
{
    for (; attributes.size() >= 2 && attributes[1] >= 2 && attributes[1] <= attributes.size();
         attributes = attributes.subspan(attributes[1])) {
        if (attributes[0] != attribute::vendor_specific) continue;
        VendorWalk walk{attributes.first(attributes[1]).subspan(2)};
        while (const auto sub = walk.next())
            if (sub->vendor == vendor && sub->type == type) return true;
    }
    return false;
}

/// RouterOS manual, RADIUS client: "Mikrotik-Rate-Limit", rx/tx of the router, that is the subscriber's upload first.
/// One that the plan or the login spells out (with bursts, priorities) stands in its place, since RouterOS takes only
/// one.
void mikrotik_rate(const Terms& terms, ReplyBuilder& reply) noexcept
{
    for (const auto attributes : {terms.reply_attributes, terms.login_reply_attributes})
        if (carries(attributes, vendor::mikrotik, mikrotik_rate_limit_type)) return;
    std::array<char, 48> buffer;
    reply.add_vendor_text(vendor::mikrotik, mikrotik_rate_limit_type,
                          mikrotik_rate_limit(terms.upload_bps, terms.download_bps, buffer));
}

/// accel-ppp.conf(5), [shaper] attr, whose default is Filter-Id: "down/up" in kbit/s. A rate below 1 kbit/s is rounded
/// up: 0 is no limit.
void accel_ppp_rate(const Terms& terms, ReplyBuilder& reply) noexcept
{
    const auto kilobits = [](std::uint64_t bps) { return bps / 1000 + (bps % 1000 != 0); };
    std::array<char, 48> buffer;
    Line line{buffer};
    line.add(kilobits(terms.download_bps));
    line.add('/');
    line.add(kilobits(terms.upload_bps));
    reply.add_text(attribute::filter_id, line.text());
}

/// Wi-Fi Alliance, WISPr 1.0 (2003): bit/s in an integer of 32 bits; a faster rate is sent as the highest one.
void wispr_rate(const Terms& terms, ReplyBuilder& reply) noexcept
{
    const auto add = [&reply](std::uint8_t type, std::uint64_t bps) {
        constexpr std::uint64_t highest = std::numeric_limits<std::uint32_t>::max();
        if (bps != 0) reply.add_vendor_integer(vendor::wispr, type, static_cast<std::uint32_t>(std::min(bps, highest)));
    };
    add(wispr_bandwidth_max_up, terms.upload_bps);
    add(wispr_bandwidth_max_down, terms.download_bps);
}

struct Row {
    Dialect dialect;
    void (*rate)(const Terms&, ReplyBuilder&) noexcept;
};
constexpr Row rows[] = {
    {Dialect::generic, wispr_rate}, {Dialect::mikrotik, mikrotik_rate}, {Dialect::cisco, wispr_rate},
    {Dialect::juniper, wispr_rate}, {Dialect::huawei, wispr_rate},      {Dialect::accel_ppp, accel_ppp_rate},
};

const Row& row_of(Dialect dialect) noexcept
{
    const auto row = std::ranges::find(rows, dialect, &Row::dialect);
    return row == std::end(rows) ? rows[0] : *row;
}

}  // namespace

void render(Dialect dialect, const Terms& terms, ReplyBuilder& reply) noexcept
{
    if (terms.framed_ip)
        reply.add(attribute::framed_ip_address, *terms.framed_ip);
    else
        reply.add_text(attribute::framed_pool, terms.framed_pool);
    if (terms.session_timeout_s != 0) reply.add_integer(attribute::session_timeout, terms.session_timeout_s);
    if (terms.interim_s != 0) reply.add_integer(attribute::acct_interim_interval, terms.interim_s);
    if (terms.download_bps != 0 || terms.upload_bps != 0) row_of(dialect).rate(terms, reply);
    if (!terms.class_.empty()) reply.add(attribute::class_, terms.class_);
    reply.add_encoded(terms.reply_attributes);
    reply.add_encoded(terms.login_reply_attributes);
}

std::string_view mikrotik_rate_limit(std::uint64_t upload_bps, std::uint64_t download_bps,
                                     std::span<char, 48> out) noexcept
{
    Line line{out};
    const auto add = [&line](std::uint64_t bps) {
        const bool mega = bps != 0 && bps % 1'000'000 == 0;
        const bool kilo = bps != 0 && bps % 1'000 == 0;
        line.add(mega ? bps / 1'000'000 : kilo ? bps / 1'000 : bps);
        if (mega || kilo) line.add(mega ? 'M' : 'k');
    };
    add(upload_bps);
    line.add('/');
    add(download_bps);
    return line.text();
}

}  // namespace radius
