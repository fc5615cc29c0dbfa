// tests/unit/provisioning/allocations.cpp - replaces the global operator new and OpenSSL's allocator.
#include "allocations.hpp"

#include <openssl/crypto.h>

#include <cstdlib>
#include <new>

namespace {

thread_local std::size_t count = 0;

void* counted_malloc(std::size_t size, const char*, int)
{
    ++count;
    return std::malloc(size);
}
void* counted_realloc(void* old, std::size_t size, const char*, int)
{
    ++count;
    return std::realloc(old, size);
}
void plain_free(void* old, const char*, int) { std::free(old); }

const bool openssl_counted = CRYPTO_set_mem_functions(counted_malloc, counted_realloc, plain_free) == 1;

}  // namespace

std::size_t allocations() noexcept { return count; }
bool openssl_is_counted() noexcept { return openssl_counted; }

void* operator new(std::size_t size)
{
    ++count;
    if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
