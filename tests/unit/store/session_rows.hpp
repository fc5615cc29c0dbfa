// tests/unit/store/session_rows.hpp - sessions written straight into their table, and rows of a view as one text.
#pragma once

#include "database.hpp"

#include "provisioning/store/journal.hpp"

namespace store_tests {

/// Columns and values of one more session, over what every session has: nas 1, login joao@isp, from 10:00 to 12:00 UTC.
inline void add_session(Store& store, const std::string& key, const std::string& columns = "",
                        const std::string& values = "")
{
    std::string names = "session_key, began, acct_session_id, start_seen, session_time_s, upload_octets,"
                        " download_packets, upload_packets";
    std::string all = "'" + key + "', '2025-03-10T10:00:00Z', 'a1', true, 0, 100, 10, 5";
    const auto otherwise = [&](const std::string& name, const std::string& value) {
        if ((", " + columns + ",").find(", " + name + ",") != std::string::npos) return;
        names += ", " + name;
        all += ", " + value;
    };
    otherwise("nas_id", "1");
    otherwise("download_octets", "1000");
    otherwise("login", "'joao@isp'");
    otherwise("login_id", "1");
    otherwise("started_at", "'2025-03-10T10:00:00Z'");
    otherwise("updated_at", "'2025-03-10T12:00:00Z'");
    if (!columns.empty()) {
        names += ", " + columns;
        all += ", " + values;
    }
    store.sql("insert into session (" + names + ") values (" + all + ")");
}

inline void add_nas(Store& store, int count)
{
    store.sql("insert into nas (name, address, secret) select 'bras' || i, ('10.0.0.' || i)::cidr, '\\x01' ||"
              " convert_to(repeat('x', 40), 'UTF8') from generate_series(1, " +
              std::to_string(count) + ") i");
}

inline std::string in(const Row& row, std::string_view name)
{
    for (const auto& [column, value] : row)
        if (column == name) return value.value_or("-");
    return "(absent)";
}

/// "a b;c d;": those columns of each row.
inline std::string shown(const std::vector<Row>& rows, const std::vector<std::string_view>& columns)
{
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (const auto name : columns) line += (line.empty() ? "" : " ") + in(row, name);
        text += line + ';';
    }
    return text;
}

} // namespace store_tests
