#include "daemon/core/terms.hpp"

namespace core {

using provisioning::Decision;
using radius::Octets;

namespace {

std::optional<radius::Ipv6Prefix> prefix_of(const std::optional<provisioning::Prefix>& prefix) noexcept
{
    if (!prefix) return std::nullopt;
    return radius::Ipv6Prefix{prefix->length, prefix->network.octets};
}

}  // namespace

radius::Dialect dialect_of(provisioning::Vendor vendor) noexcept
{
    switch (vendor) {
    case provisioning::Vendor::generic:
        return radius::Dialect::generic;
    case provisioning::Vendor::mikrotik:
        return radius::Dialect::mikrotik;
    case provisioning::Vendor::cisco:
        return radius::Dialect::cisco;
    case provisioning::Vendor::juniper:
        return radius::Dialect::juniper;
    case provisioning::Vendor::huawei:
        return radius::Dialect::huawei;
    case provisioning::Vendor::accel_ppp:
        return radius::Dialect::accel_ppp;
    }
    return radius::Dialect::generic;
}

radius::Terms terms_of(const Decision& decision, Octets class_) noexcept
{
    return {.download_bps = decision.download_bps,
            .upload_bps = decision.upload_bps,
            .burst_download_bps = decision.burst_download_bps,
            .burst_upload_bps = decision.burst_upload_bps,
            .burst_time_s = decision.burst_time_s,
            .framed_pool = decision.framed_pool,
            .framed_ip = decision.framed_ip,
            .framed_ipv6_prefix = prefix_of(decision.ipv6_prefix),
            .delegated_ipv6_prefix = prefix_of(decision.delegated_ipv6_prefix),
            .framed_ipv6_pool = decision.ipv6_pool,
            .delegated_ipv6_pool = decision.delegated_ipv6_pool,
            .routes = decision.routes,
            .filter = decision.filter,
            .address_list = decision.address_list,
            .redirect = decision.redirect,
            .session_timeout_s = decision.session_timeout_s,
            .idle_timeout_s = decision.idle_timeout_s,
            .interim_s = decision.interim_s,
            .class_ = class_,
            .reply_attributes = decision.plan_reply,
            .login_reply_attributes = decision.login_reply};
}

}  // namespace core
