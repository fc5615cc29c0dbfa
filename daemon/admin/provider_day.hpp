// daemon/admin/provider_day.hpp - today in the provider's time zone, and the billing days of the configuration.
#pragma once

#include "daemon/admin/call.hpp"
#include "daemon/admin/today.hpp"

#include "provisioning/settings.hpp"

namespace admin {

inline provisioning::ProviderDay provider_day(const config::Config& config)
{
    return {day_in(config.timezone, std::chrono::system_clock::now()),
            {config.billing.pending_days, config.billing.block_days}};
}
inline provisioning::ProviderDay provider_day(const Call& call) { return provider_day(call.context.config.get()); }

} // namespace admin
