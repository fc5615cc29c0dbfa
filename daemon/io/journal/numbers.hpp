// daemon/io/journal/numbers.hpp - whole numbers as octets in network order, at a place that is known to be large
// enough.
#pragma once

#include <cstddef>
#include <cstdint>

namespace io::journal {

template <class Number>
void put_number(std::uint8_t* at, Number number) noexcept
{
    for (std::size_t i = sizeof number; i > 0; --i, number = static_cast<Number>(number >> 8))
        at[i - 1] = static_cast<std::uint8_t>(number);
}

template <class Number>
Number number_at(const std::uint8_t* at) noexcept
{
    Number number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i) number = static_cast<Number>(number << 8 | at[i]);
    return number;
}

} // namespace io::journal
