// tests/unit/admin/refused.hpp - what a call is refused with, as "code field: message".
#pragma once

#include "provisioning/refusal.hpp"

#include <string>

namespace tests {

template <class Call>
std::string refused(Call call)
{
    try {
        call();
    } catch (const provisioning::Refusal& refusal) {
        return std::string{provisioning::name(refusal.code())} + ' ' + refusal.field() + ": " + refusal.message();
    }
    return "";
}

inline bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace tests
