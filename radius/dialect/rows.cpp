// radius/dialect/rows.cpp - one table per vendor. A row is in the order of sending.
#include "radius/dialect/rows.hpp"

namespace radius::dialect {
namespace {

constexpr std::uint32_t cisco = 9, huawei = 2011, erx = 4874, wispr = 14122, mikrotik = 14988;

// Standard attributes, which every vendor below reads unless its table has another row for the term.
constexpr Row framed_ip_address{"Framed-IP-Address", 0, 8, Term::framed_ip, Form::octets};  // RFC 2865 s5.8
constexpr Row framed_pool{"Framed-Pool", 0, 88, Term::framed_pool, Form::text};             // RFC 2869 s5.18
constexpr Row framed_ipv6_prefix{"Framed-IPv6-Prefix", 0, 97, Term::framed_ipv6_prefix, Form::ipv6_prefix,
                                 Repeat::several};                                           // RFC 3162 s2.3
constexpr Row framed_ipv6_pool{"Framed-IPv6-Pool", 0, 100, Term::framed_ipv6_pool, Form::text};  // RFC 3162 s2.6
constexpr Row delegated_ipv6_prefix{"Delegated-IPv6-Prefix", 0, 123, Term::delegated_ipv6_prefix, Form::ipv6_prefix,
                                    Repeat::several};  // RFC 4818 s3
constexpr Row delegated_ipv6_pool{"Delegated-IPv6-Prefix-Pool", 0, 171, Term::delegated_ipv6_pool,
                                  Form::text}; // RFC 6911 s3.4
constexpr Row framed_route{"Framed-Route", 0, 22, Term::routes, Form::text, Repeat::several}; // RFC 2865 s5.22
// What is left of a validity: nothing that is spelled out may stand in its place. RFC 2865 s5.27
constexpr Row session_timeout{"Session-Timeout", 0, 27, Term::session_timeout, Form::integer, Repeat::several};
constexpr Row idle_timeout{"Idle-Timeout", 0, 28, Term::idle_timeout, Form::integer}; // RFC 2865 s5.28
constexpr Row interim{"Acct-Interim-Interval", 0, 85, Term::interim, Form::integer}; // RFC 2869 s5.16
constexpr Row filter_id{"Filter-Id", 0, 11, Term::filter, Form::text, Repeat::several}; // RFC 2865 s5.11
constexpr Row class_{"Class", 0, 25, Term::class_, Form::octets, Repeat::several}; // RFC 2865 s5.25

/// The same row for a vendor that takes it in a CoA-Request.
constexpr Row in_coa(Row row, Coa coa) noexcept
{
    row.coa = coa;
    return row;
}

// Wi-Fi Alliance, WISPr 1.0 (2003), annex C: bit/s. Its Bandwidth-Min is a guarantee, so there is no word for a burst.
constexpr Row wispr_up{"WISPr-Bandwidth-Max-Up", wispr, 7, Term::upload, Form::integer};
constexpr Row wispr_down{"WISPr-Bandwidth-Max-Down", wispr, 8, Term::download, Form::integer};
constexpr Row wispr_redirect{"WISPr-Redirection-URL", wispr, 4, Term::redirect, Form::text};

// A NAS of an unknown vendor may acknowledge a CoA-Request and not obey it, so none of these is said in one.
constexpr Row generic_rows[] = {
    framed_ip_address,
    framed_pool,
    framed_ipv6_prefix,
    framed_ipv6_pool,
    delegated_ipv6_prefix,
    delegated_ipv6_pool,
    framed_route,
    session_timeout,
    idle_timeout,
    interim,
    wispr_up,
    wispr_down,
    filter_id,
    wispr_redirect,
    class_,
};

constexpr Row mikrotik_rows[] = {
    // RouterOS manual, RADIUS: Framed-Pool is ignored when there is Framed-IP-Address; of the IPv6 pools it lists the
    // delegated one only.
    framed_ip_address,
    framed_pool,
    framed_ipv6_prefix,
    delegated_ipv6_prefix,
    {"Mikrotik-Delegated-IPv6-Pool", mikrotik, 22, Term::delegated_ipv6_pool, Form::text},
    framed_route,
    session_timeout,
    idle_timeout,
    interim,
    // CoA: RouterOS manual, RADIUS, "Change of Authorization": Rate-Limit and Filter-Id are listed; of address, pool
    // and
    // routes it says to disconnect first.
    {"Mikrotik-Rate-Limit", mikrotik, 8, Term::rates, Form::rate_limit, Repeat::once, {}, Coa::replaces},
    in_coa(filter_id, Coa::replaces),
    // Unverified: it is not in that list. Splynx, "Blocking customers", documents that a CoA sets it, and that the
    // address stays in the list until another CoA names another one.
    {"Mikrotik-Address-List", mikrotik, 19, Term::address_list, Form::text, Repeat::once, {}, Coa::list},
    class_,
};
constexpr Silence mikrotik_silences[] = {
    {Term::framed_ipv6_pool, "name it in the PPP profile (remote-ipv6-prefix-pool)"},
    {Term::redirect, "name an address list; its dst-nat rule sends web requests to the notice page"},
};

constexpr Row cisco_rows[] = {
    framed_ip_address,
    framed_pool,
    framed_ipv6_prefix,
    framed_ipv6_pool,
    delegated_ipv6_prefix,
    delegated_ipv6_pool,
    framed_route,
    session_timeout,
    idle_timeout,
    interim,
    // Cisco IOS, "QoS: Per-Session Shaping and Queuing": a subscriber's rate is that of a policy map which the router
    // has and RADIUS names. (`qos-policy-out=add-class(...)` carries a rate, but only changes a policy that is already
    // active in classes which the router names.) So the plan's rates have no words, and its filter is the policy map,
    // for both directions.
    // CoA: Cisco IOS XE, ISG Configuration Guide, "MQC Support for IP Sessions": a per-user push by CoA replaces the
    // per-user configuration of the same feature. Unverified on PPPoE without ISG.
    {"Cisco-AVPair", cisco, 1, Term::filter, Form::text, Repeat::once, "ip:sub-qos-policy-in=", Coa::replaces},
    {"Cisco-AVPair", cisco, 1, Term::filter, Form::text, Repeat::once, "ip:sub-qos-policy-out=", Coa::replaces},
    class_,
};
constexpr std::string_view cisco_policy = "name the policy map that has the rate as filter";
constexpr Silence cisco_silences[] = {
    {Term::download, cisco_policy},
    {Term::upload, cisco_policy},
    {Term::redirect, "name a pool or filter whose traffic the router redirects to the notice page"},
};

constexpr Row juniper_rows[] = {
    framed_ip_address,
    framed_pool,
    framed_ipv6_prefix,
    framed_ipv6_pool,
    delegated_ipv6_prefix,
    {"ERX-IPv6-Delegated-Pool-Name", erx, 161, Term::delegated_ipv6_pool, Form::text},
    framed_route,
    session_timeout,
    idle_timeout,
    interim,
    // Junos, "Configuring Predefined CoS Variables": $junos-cos-shaping-rate is the value after T02, in bit/s. Shaping
    // is of what leaves the router, so the upload needs a policer, which is named as filter.
    // CoA: Junos, "RADIUS Attributes and Juniper Networks VSAs Supported by the AAA Service Framework" has a column
    // "Dynamic CoA Support", and says that VSAs support ingress and egress policies there; the shaping rate is what
    // "adjustment-control-profiles" lets application radius-coa adjust. Unverified on a router.
    {"ERX-CoS-Shaping-Pmt-Type", erx, 108, Term::download, Form::digits, Repeat::once, "T02 ", Coa::replaces},
    {"ERX-Ingress-Policy-Name", erx, 10, Term::filter, Form::text, Repeat::once, {}, Coa::replaces},
    {"ERX-Egress-Policy-Name", erx, 11, Term::filter, Form::text, Repeat::once, {}, Coa::replaces},
    class_,
};
constexpr Silence juniper_silences[] = {
    {Term::upload, "name a filter that polices it as filter"},
    {Term::redirect, "name a filter whose traffic the router redirects to the notice page"},
};

constexpr Row huawei_rows[] = {
    framed_ip_address,
    framed_pool,
    framed_ipv6_prefix,
    framed_ipv6_pool,
    delegated_ipv6_prefix,
    {"Huawei-Delegated-IPv6-Prefix-Pool", huawei, 191, Term::delegated_ipv6_pool, Form::text},
    framed_route,
    session_timeout,
    idle_timeout,
    interim,
    // Huawei NetEngine, "RADIUS Attributes": bit/s in 32 bits; input is the subscriber's upload. A peak rate is read
    // together with its average (committed) rate only.
    // CoA: the same manual's tables of attributes in CoA packets are not quoted by anything public that we know, so
    // which it takes is unverified.
    {"Huawei-Input-Average-Rate", huawei, 2, Term::upload, Form::integer, Repeat::once, {}, Coa::replaces},
    {"Huawei-Input-Peak-Rate", huawei, 3, Term::burst_upload, Form::integer, Repeat::once, {}, Coa::replaces},
    {"Huawei-Output-Average-Rate", huawei, 5, Term::download, Form::integer, Repeat::once, {}, Coa::replaces},
    {"Huawei-Output-Peak-Rate", huawei, 6, Term::burst_download, Form::integer, Repeat::once, {}, Coa::replaces},
    in_coa(filter_id, Coa::replaces),
    {"Huawei-HTTP-Redirect-URL", huawei, 140, Term::redirect, Form::text, Repeat::once, {}, Coa::replaces},
    class_,
};

constexpr Row accel_ppp_rows[] = {
    framed_ip_address,
    framed_pool,
    framed_ipv6_prefix,
    framed_ipv6_pool,
    delegated_ipv6_prefix,
    delegated_ipv6_pool,
    framed_route,
    session_timeout,
    idle_timeout,
    interim,
    // accel-ppp.conf(5), [shaper] attr: Filter-Id is the rate, so no filter can be named by it.
    // CoA: the shaper module sets the session's rate anew from the same attribute of a CoA-Request (accel-ppp,
    // shaper.c).
    {"Filter-Id", 0, 11, Term::rates, Form::kilobits, Repeat::once, {}, Coa::replaces},
    class_,
};

constexpr Silence accel_ppp_silences[] = {
    {Term::filter, "its Filter-Id is the rate"},
    {Term::redirect, "name a pool; the host's firewall sends its web requests to the notice page"},
};

constexpr Vocabulary generic_words{generic_rows, {}}, mikrotik_words{mikrotik_rows, mikrotik_silences},
    cisco_words{cisco_rows, cisco_silences}, juniper_words{juniper_rows, juniper_silences},
    huawei_words{huawei_rows, {}}, accel_ppp_words{accel_ppp_rows, accel_ppp_silences};

} // namespace

const Vocabulary& vocabulary(Dialect dialect) noexcept
{
    switch (dialect) {
    case Dialect::generic:
        return generic_words;
    case Dialect::mikrotik:
        return mikrotik_words;
    case Dialect::cisco:
        return cisco_words;
    case Dialect::juniper:
        return juniper_words;
    case Dialect::huawei:
        return huawei_words;
    case Dialect::accel_ppp:
        return accel_ppp_words;
    }
    return generic_words;
}

bool says(const Row& row, Term term) noexcept
{
    const bool speed = term == Term::download || term == Term::upload;
    const bool burst = term == Term::burst_download || term == Term::burst_upload || term == Term::burst_time;
    if (row.form == Form::rate_limit) return speed || burst;
    if (row.form == Form::kilobits) return speed;
    return row.term == term;
}

std::optional<TermGroup> group_of(Term term) noexcept
{
    switch (term) {
    case Term::framed_ip:
    case Term::framed_pool:
    case Term::framed_ipv6_prefix:
    case Term::framed_ipv6_pool:
    case Term::delegated_ipv6_prefix:
    case Term::delegated_ipv6_pool:
    case Term::routes:
        return TermGroup::address;
    case Term::download:
    case Term::upload:
    case Term::burst_download:
    case Term::burst_upload:
    case Term::burst_time:
    case Term::rates:
        return TermGroup::rates;
    case Term::filter:
        return TermGroup::filter;
    case Term::address_list:
    case Term::redirect:
        return TermGroup::lists;
    case Term::session_timeout:
    case Term::idle_timeout:
    case Term::interim:
    case Term::class_:
        return {};
    }
    return {};
}

} // namespace radius::dialect
