// tests/unit/provisioning/allocations.hpp - counts what this thread takes from the heap: operator new and OpenSSL's
// own.
#pragma once

#include <cstddef>

/// Allocations of this thread so far.
std::size_t allocations() noexcept;
/// False where OpenSSL had allocated before it could be told to count.
bool openssl_is_counted() noexcept;

template <class Act>
std::size_t allocations_of(Act act)
{
    const auto before = allocations();
    act();
    return allocations() - before;
}
