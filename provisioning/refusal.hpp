// provisioning/refusal.hpp - how an operator's mistake is told: a code, the field, one sentence with the remedy.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace provisioning {

/// The codes of the admin socket; their exit statuses stand in daemon/ctl.
enum class ErrorCode { usage, invalid, not_found, conflict, denied, unavailable, guard };
constexpr std::string_view name(ErrorCode code) noexcept
{
    switch (code) {
    case ErrorCode::usage:
        return "usage";
    case ErrorCode::invalid:
        return "invalid";
    case ErrorCode::not_found:
        return "not_found";
    case ErrorCode::conflict:
        return "conflict";
    case ErrorCode::denied:
        return "denied";
    case ErrorCode::unavailable:
        return "unavailable";
    case ErrorCode::guard:
        return "guard";
    }
    return "invalid";
}

/// Thrown by rules and the store, caught once per command. what() is "FIELD: what is wrong, what would be right".
class Refusal : public std::runtime_error {
public:
    Refusal(ErrorCode code, std::string field, std::string message)
        : std::runtime_error(field.empty() ? message : field + ": " + message), code_(code), field_(std::move(field)),
          message_(std::move(message))
    {
    }
    ErrorCode code() const noexcept { return code_; }
    const std::string& field() const noexcept { return field_; }
    const std::string& message() const noexcept { return message_; }

private:
    ErrorCode code_;
    std::string field_;
    std::string message_;
};

}  // namespace provisioning
