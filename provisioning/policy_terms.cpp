// provisioning/policy_terms.cpp - what somebody gets who is let in: of the plan and the login, or of a garden.
#include "provisioning/policy_rules.hpp"

#include <algorithm>

namespace provisioning {
namespace {

using std::chrono::seconds;
using Instant = std::chrono::system_clock::time_point;

void end_by(Decision& decision, std::chrono::sys_seconds end) noexcept
{
    // The clock counts nanoseconds and ends in 2262, a validity may not.
    if (end < std::chrono::floor<seconds>(Instant::max()))
        decision.valid_until = std::min(decision.valid_until, Instant{end});
}

/// The session ends when the validity or the schedule does; a validity that is over ends nothing more.
void cut_to_time(Decision& decision, const Facts& f) noexcept
{
    const auto now = std::chrono::floor<seconds>(f.query.now);
    const auto until = [&](std::chrono::sys_seconds end) {
        end_by(decision, end);
        const auto left = std::max(seconds{1}, end - std::chrono::ceil<seconds>(f.query.now));
        if (left.count() >= UINT32_MAX) return;
        const auto left_s = static_cast<std::uint32_t>(left.count());
        if (decision.session_timeout_s == 0 || left_s < decision.session_timeout_s) decision.session_timeout_s = left_s;
    };
    if (const auto& end = f.bindings().valid_until; end && now < *end) until(*end);
    if (trusted(f)) {
        if (f.contract->status == ContractStatus::suspended)
            until(*f.contract->trust_until);
        else if (f.contract->reduced)
            end_by(decision, *f.contract->trust_until);
    }
    const auto open = open_for(schedule_of(f), f.query.now, f.query.utc_offset);
    if (open && *open != seconds::max()) until(now + *open);
}

/// Address, pools, prefixes and routes: what the login has of its own goes before the plan's, an address before a pool.
void add_addresses(Decision& decision, const Facts& f) noexcept
{
    if (f.plan != nullptr) {
        decision.framed_pool = f.plan->framed_pool;
        decision.ipv6_pool = f.plan->ipv6_pool;
        decision.delegated_ipv6_pool = f.plan->delegated_ipv6_pool;
    }
    const auto& terms = f.terms();
    if (!f.login->framed_pool.empty()) decision.framed_pool = f.login->framed_pool;
    decision.framed_ip = f.login->ip;
    if (f.login->ip) decision.framed_pool = {};
    decision.ipv6_prefix = terms.ipv6_prefix;
    if (terms.ipv6_prefix) decision.ipv6_pool = {};
    decision.delegated_ipv6_prefix = terms.delegated_ipv6_prefix;
    if (terms.delegated_ipv6_prefix) decision.delegated_ipv6_pool = {};
    decision.routes = terms.routes;
}

void add_login(Decision& decision, const Facts& f) noexcept
{
    const auto& terms = f.terms();
    decision.login_reply = f.login->reply_octets;
    add_addresses(decision, f);
    if (!terms.filter.empty()) decision.filter = terms.filter;
    if (!terms.address_list.empty()) decision.address_list = terms.address_list;
    const bool learns = f.login->learn_mac.value_or(f.plan != nullptr && f.plan->learn_mac);
    decision.learn_mac = learns && f.bindings().macs.empty() && f.query.mac && mac_of_station(*f.query.mac);
}

void add_garden(Decision& decision, const GardenEntry& garden) noexcept
{
    decision.garden = &garden;
    decision.download_bps = garden.download_bps;
    decision.upload_bps = garden.upload_bps;
    decision.framed_pool = garden.framed_pool;
    decision.filter = garden.filter;
    decision.address_list = garden.address_list;
    decision.redirect = garden.redirect;
    decision.session_timeout_s = garden.session_timeout_s;
    decision.interim_s = garden.interim_s;
    decision.login_reply = garden.reply_octets;
}

/// Never above what it is already, and without a burst, which would undo it.
void reduce(Decision& decision, std::uint64_t download_bps, std::uint64_t upload_bps) noexcept
{
    const auto lower = [](std::uint64_t& rate, std::uint64_t to) {
        if (to != 0 && (rate == 0 || to < rate)) rate = to;
    };
    lower(decision.download_bps, download_bps);
    lower(decision.upload_bps, upload_bps);
    decision.burst_download_bps = decision.burst_upload_bps = 0;
    decision.burst_time_s = 0;
}

bool is_reduced(const Facts& f) noexcept { return f.contract != nullptr && f.contract->reduced && !trusted(f); }

const GardenEntry* quota_garden(const Facts& f) noexcept
{
    if (!f.plan->allowance.garden || f.query.nas == nullptr) return nullptr;
    return f.directory.garden(GardenReason::quota, *f.query.nas);
}

} // namespace

void add_plan(Decision& decision, const PlanEntry& plan) noexcept
{
    decision.download_bps = plan.download_bps;
    decision.upload_bps = plan.upload_bps;
    decision.burst_download_bps = plan.burst_download_bps;
    decision.burst_upload_bps = plan.burst_upload_bps;
    decision.burst_time_s = plan.burst_time_s;
    decision.framed_pool = plan.framed_pool;
    decision.ipv6_pool = plan.ipv6_pool;
    decision.delegated_ipv6_pool = plan.delegated_ipv6_pool;
    decision.filter = plan.filter;
    decision.address_list = plan.address_list;
    decision.session_timeout_s = plan.session_timeout_s;
    decision.idle_timeout_s = plan.idle_timeout_s;
    decision.interim_s = plan.interim_s;
    decision.plan_reply = plan.reply_octets;
}

void add_terms(Decision& decision, const Facts& f, const GardenEntry* garden) noexcept
{
    decision.allowance_used = garden == nullptr && f.plan != nullptr && f.plan->allowance.octets != 0 &&
                              f.query.used_octets >= f.plan->allowance.octets;
    if (decision.allowance_used) {
        end_by(decision, period_of(f.plan->allowance, f.query.now, f.query.utc_offset).until);
        garden = quota_garden(f);
    }
    if (garden != nullptr) {
        add_garden(decision, *garden);
        if (garden->keep_address && f.login != nullptr) add_addresses(decision, f);
    } else {
        if (f.plan != nullptr) add_plan(decision, *f.plan);
        add_login(decision, f);
        if (decision.allowance_used) reduce(decision, f.plan->allowance.download_bps, f.plan->allowance.upload_bps);
        if (f.plan != nullptr && is_reduced(f))
            reduce(decision, f.plan->reduced_download_bps, f.plan->reduced_upload_bps);
    }
    if (f.login == nullptr) return;
    cut_to_time(decision, f);
    decision.simultaneous = limit_of(f);
}

Decision terms_of_garden(const GardenEntry& garden) noexcept
{
    Decision decision;
    add_garden(decision, garden);
    return decision;
}

} // namespace provisioning
