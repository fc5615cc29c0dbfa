// daemon/io/journal/position.hpp - the file "position": up to where the journal was drained, and the reader's note. A
// line with the sequence number and a checksum, then the note.
#pragma once

#include "daemon/io/journal/record.hpp"

#include <string>

namespace io::journal {

struct Position {
    Sequence sequence = 0; ///< of the last record that was drained
    std::string note;
};

/// Nothing: there is none, or it is damaged.
std::optional<Position> read_position(const std::string& folder);
/// Throws std::runtime_error when it is not on disk.
void write_position(const std::string& folder, const Position& position);

} // namespace io::journal
