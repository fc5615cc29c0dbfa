#include "provisioning/enforcement.hpp"

namespace provisioning {

namespace {

constexpr const char* orders[] = {"coa", "disconnect"};
constexpr const char* results[] = {"acknowledged", "no_effect", "refused", "not_found", "no_answer", "not_sent"};

} // namespace

std::string_view name(EnforcementOrder order) noexcept { return orders[static_cast<std::size_t>(order)]; }
std::string_view name(EnforcementResult result) noexcept { return results[static_cast<std::size_t>(result)]; }

} // namespace provisioning
