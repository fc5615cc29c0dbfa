// daemon/core/terms.hpp - where policy and protocol meet: a decision in the words of radius/dialect.
#pragma once

#include "provisioning/policy.hpp"
#include "radius/dialect/dialect.hpp"

namespace core {

radius::Dialect dialect_of(provisioning::Vendor vendor) noexcept;
/// Views into the decision, and as long-lived.
radius::Terms terms_of(const provisioning::Decision& decision, radius::Octets class_) noexcept;

}  // namespace core
