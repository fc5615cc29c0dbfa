// daemon/admin/uploads.hpp - rows of a file that come in several requests, since one holds 1 MiB at most.
#pragma once

#include "daemon/admin/call.hpp"

#include <map>
#include <mutex>

namespace admin {

/// The rows of one file, by column as the header names it.
struct Upload {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;
    std::string of(std::size_t row, std::string_view column) const; ///< empty where there is no such column
};

/// Every request of a transfer but the last says `more`: nothing is done yet. Threads of their own; what is not ended
/// within ten minutes is forgotten.
class Uploads {
public:
    /// The whole once its last part has come; nothing before. Refuses rows that are not as wide as the header, and a
    /// transfer that is too large.
    std::optional<Upload> take(const Call& call);

private:
    struct Part {
        Upload upload;
        std::chrono::steady_clock::time_point touched;
        std::size_t octets = 0;
    };
    std::mutex mutex_;
    std::map<std::string, Part> parts_; ///< by account and transfer
};

/// Refuses a column that is none of `known` (words), and a header without `required`.
void check_columns(const Upload& upload, std::string_view known, std::string_view required);

} // namespace admin
