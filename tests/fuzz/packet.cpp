// tests/fuzz/packet.cpp - any octets at all, as a datagram. With clang and PORTEIRO_FUZZ this is a libFuzzer program;
// its corpus is tests/vectors as octets:
//   for f in tests/vectors/*.txt; do sed 's/#.*//' $f | xxd -r -p > corpus/$(basename $f); done
#include "tests/fuzz/exercise_packet.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    tests::exercise_packet({data, size});
    return 0;
}
