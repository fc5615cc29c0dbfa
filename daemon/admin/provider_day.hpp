// daemon/admin/provider_day.hpp - today in the provider's time zone, and the billing days of the configuration.
#pragma once

#include "daemon/admin/call.hpp"
#include "daemon/admin/today.hpp"

#include "provisioning/settings.hpp"

namespace admin {

struct ProviderDay {
    std::string today; ///< ISO
    provisioning::BillingDefaults defaults;
};

inline ProviderDay provider_day(const Call& call)
{
    const auto config = call.context.config.get();
    return {day_in(config.timezone, std::chrono::system_clock::now()),
            {config.billing.pending_days, config.billing.block_days}};
}

} // namespace admin
