// daemon/admin/arguments.hpp - a request's arguments, checked against the command's row.
#pragma once

#include "daemon/admin/table/command.hpp"

#include <boost/json/object.hpp>

#include <optional>

namespace admin {

class Arguments {
public:
    /// Refuses unknown names (the nearest is named), wrong JSON types, several values for one, what is missing (all at
    /// once); makes the values that fill no record's field canonical. A record's own checks come later. null is a
    /// cleared field.
    Arguments(const Command& command, const boost::json::object& given);

    bool has(std::string_view name) const noexcept { return values_.contains(name); }
    /// The value; the table's default when it is not given; else empty.
    std::string text(std::string_view name) const;
    bool on(std::string_view name) const;
    std::int64_t number(std::string_view name) const; ///< 0 when it is not given and has no default
    std::vector<std::string> all(std::string_view name) const;

    /// What was given of `type`'s fields, as typed.
    provisioning::Record fields() const;

private:
    void take(const Argument& argument, const boost::json::value& value);
    void check_missing() const;

    const Command& command_;
    provisioning::Record values_;
};

} // namespace admin
