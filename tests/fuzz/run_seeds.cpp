// tests/fuzz/run_seeds.cpp - runs a fuzz target over the files and folders named, where no libFuzzer is at hand:
// vectors
// (.txt) as the octets that they stand for, other files as they are.
#include "tests/unit/vectors.hpp"

#include <cstdio>
#include <memory>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// The octets and each prefix of them, every time in a block of just that size so that a read past it is seen.
void run(const tests::Bytes& octets)
{
    for (std::size_t n = 0; n <= octets.size(); ++n) {
        const auto block = std::make_unique<std::uint8_t[]>(n);
        std::copy_n(octets.begin(), n, block.get());
        LLVMFuzzerTestOneInput(block.get(), n);
    }
}

tests::Bytes seed(const std::filesystem::path& file)
{
    if (file.extension() == ".txt") return tests::octets_in(file);
    std::ifstream in{file, std::ios::binary};
    if (!in) throw std::runtime_error{"cannot read " + file.string()};
    const std::string octets{std::istreambuf_iterator<char>{in}, {}};
    return {octets.begin(), octets.end()};
}

}  // namespace

int main(int argc, char** argv)
{
    std::size_t files = 0;
    for (int i = 1; i < argc; ++i) {
        const std::filesystem::path path{argv[i]};
        if (!std::filesystem::is_directory(path)) {
            run(seed(path));
            ++files;
            continue;
        }
        for (const auto& entry : std::filesystem::directory_iterator{path}) {
            run(seed(entry.path()));
            ++files;
        }
    }
    std::printf("%zu seeds\n", files);
    return files == 0 ? 1 : 0;
}
