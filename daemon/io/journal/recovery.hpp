// daemon/io/journal/recovery.hpp - finds out what a folder holds when a daemon starts.
#pragma once

#include "daemon/io/journal/catalogue.hpp"
#include "daemon/io/journal/disk_calls.hpp"
#include "daemon/io/journal/position.hpp"

namespace io::journal {

struct Recovered {
    Position position;
    Sequence next = 1; ///< no record that was ever acknowledged has this number or a higher one
};

/// Makes the folder if it is missing and fills the catalogue. Only segments that may hold records to be drained are
/// read, and the last; damaged ones are linked aside as NAME.bad. Throws std::runtime_error when the folder cannot be
/// used.
Recovered recover(const std::string& folder, DiskCalls& disk, Catalogue& catalogue, Log& log);

} // namespace io::journal
