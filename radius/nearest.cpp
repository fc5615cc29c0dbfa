// radius/nearest.cpp - which names may have been meant.
#include "radius/notation.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace radius::notation {
namespace {

constexpr std::size_t most_names = 3;

struct Candidate {
    bool other_than_part;  ///< false, and so first: the name contains what was wanted
    std::size_t distance;
    std::string_view name;

    bool operator<(const Candidate& other) const noexcept
    {
        return std::tie(other_than_part, distance, name) < std::tie(other.other_than_part, other.distance, other.name);
    }
};

/// Levenshtein distance: how many letters must be added, removed or changed.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto above = row[j + 1];
            row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] != b[j])});
            diagonal = above;
        }
    }
    return row[b.size()];
}

}  // namespace

std::vector<std::string> nearest(std::string_view wanted, std::span<const std::string> names)
{
    std::vector<Candidate> candidates;
    const auto lower = lower_case(wanted.substr(0, 64));  // no name is that long; keeps the work small
    for (const auto& name : names) {
        const auto other = lower_case(name);
        const bool part = lower.size() >= 3 && other.find(lower) != std::string::npos;
        const auto away = distance(lower, other);
        if (part || away <= std::max<std::size_t>(2, lower.size() / 3)) candidates.push_back({!part, away, name});
    }
    std::sort(candidates.begin(), candidates.end());
    std::vector<std::string> found;
    for (const auto& candidate : candidates)
        if (found.size() < most_names) found.emplace_back(candidate.name);
    return found;
}

std::string alternatives(std::span<const std::string> names)
{
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
        text += names[i];
    }
    return text;
}

}  // namespace radius::notation
