// tests/unit/vectors.hpp - reads tests/vectors/NAME.txt: octets in hexadecimal, '#' up to the end of a line
// says whence they come. The same files feed the unit tests, the fuzz seeds and the benchmark.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

using Bytes = std::vector<std::uint8_t>;

/// "01 0a ff" or "010aff"; blanks and comments are skipped. Throws on anything else.
inline Bytes hex(std::string_view text)
{
    Bytes octets;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '#') {
            at = std::min(text.find('\n', at), text.size());
        } else if (text[at] == ' ' || text[at] == '\n') {
            ++at;
        } else {
            std::uint8_t octet{};
            const auto pair = text.substr(at, 2);
            const auto [end, error] = std::from_chars(pair.data(), pair.data() + pair.size(), octet, 16);
            if (error != std::errc{} || end != pair.data() + 2) throw std::invalid_argument{"not hexadecimal"};
            octets.push_back(octet);
            at += 2;
        }
    }
    return octets;
}

inline Bytes octets_in(const std::filesystem::path& file)
{
    std::ifstream in{file};
    if (!in) throw std::runtime_error{"cannot read " + file.string()};
    return hex(std::string{std::istreambuf_iterator<char>{in}, {}});
}

inline std::filesystem::path vectors_folder() { return std::filesystem::path{PORTEIRO_SOURCE} / "tests/vectors"; }

inline Bytes octets_of(const std::string& name) { return octets_in(vectors_folder() / (name + ".txt")); }

/// Every vector's name, sorted.
inline std::vector<std::string> vector_names()
{
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{vectors_folder()})
        if (entry.path().extension() == ".txt") names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace tests
