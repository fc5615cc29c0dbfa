// provisioning/store/entries.hpp - rows of the views directory_* as directory entries.
#pragma once

#include "provisioning/store/feed.hpp"

namespace provisioning::store {

/// One kind of entry and the statements that read it. Rows of `everything` start with the entry's columns at 0; rows of
/// `changed` ($1: the snapshot) have the row's id first, then the entry's columns, which are null when it is gone.
struct EntryKindRows {
    EntryKind kind;
    std::string_view feed_kind;
    const char* declare; ///< a cursor named entries over all live rows
    const char* changed;
    /// The entry whose columns start at `at`; nothing when it cannot be used (the hook has reported why).
    std::optional<Change> (*read)(const pqxx::row& row, pqxx::row_size_type at, const EntryHooks& hooks);
};
/// In the order in which the directory is filled: what is referred to first.
std::span<const EntryKindRows> entry_kinds() noexcept;

} // namespace provisioning::store
