// tests/unit/provisioning/refusals.hpp - what an operator would read.
#pragma once

#include "provisioning/records/field.hpp"

#include <string>

namespace provisioning {

/// The whole sentence of the Refusal that `act` throws; "" when it throws none.
template <class Act>
std::string refusal_of(Act act)
{
    try {
        act();
    } catch (const Refusal& refusal) {
        return refusal.what();
    }
    return {};
}

/// A field that stands in for many, for tests of its type alone.
inline Field field_of(FieldType type) { return Field{.name = "f", .type = type, .help = "test"}; }

}  // namespace provisioning
