// provisioning/store/resolve.cpp - finding a record by what a person has at hand.
#include "provisioning/store/resolve.hpp"

#include "provisioning/rules/documents.hpp"
#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace provisioning::store {
namespace {

struct Candidate {
    std::int64_t id;
    std::string label;
    bool removed;
};

bool is_id(std::string_view what)
{
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(what.data(), what.data() + what.size(), id);
    return error == std::errc{} && end == what.data() + what.size() && id > 0;
}

/// The ways that make sense for a type, in the order in which they are tried.
std::vector<Way> ways(const RecordType& type)
{
    if (!type.key.empty()) return {Way::key, Way::id};
    if (type.name == "client") return {Way::id, Way::document, Way::name};
    if (type.name == "contract") return {Way::id, Way::login, Way::client_document};
    return {Way::id};
}

/// `what` as that way compares it; nothing when it cannot be one.
std::optional<std::string> sought(Way way, std::string_view what)
{
    switch (way) {
    case Way::id:
        return is_id(what) ? std::optional{std::string{what}} : std::nullopt;
    case Way::document:
    case Way::client_document:
        if (auto digits = cpf(what)) return digits;
        if (auto characters = cnpj(what)) return characters;
        return std::string{what};  // a foreigner's
    case Way::key:
    case Way::name:
    case Way::login:
        return std::string{what};
    }
    return std::nullopt;
}

std::vector<Candidate> found(Transaction& t, const RecordType& type, Way way, std::string_view value, Rows rows,
                             Lock lock)
{
    const auto closed = rows == Rows::removed_too ? Closed::included : Closed::left_out;
    std::vector<Candidate> all;
    for (const auto& row : run(t, candidates(type, way, value, closed, lock)))
        all.push_back({row[0].as<std::int64_t>(), row[1].as<std::string>(), row[2].as<bool>()});
    return all;
}

std::size_t distance(std::string_view one, std::string_view other)
{
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < other.size(); ++j) {
            const auto swap = diagonal + (one[i] == other[j] ? 0U : 1U);
            diagonal = std::exchange(row[j + 1], std::min({swap, row[j] + 1, row[j + 1] + 1}));
        }
    }
    return row.back();
}

std::string nearest(Transaction& t, const RecordType& type, std::string_view what)
{
    if (type.key.empty()) return "";
    std::string best;
    auto least = std::max<std::size_t>(2, what.size() / 2);
    for (const auto& row : run(t, near_keys(type, what))) {
        const std::string_view name{row[0].c_str(), row[0].size()};
        const bool longer = name.starts_with(what) || what.starts_with(name);
        const auto far = longer ? 0 : distance(what, name);
        if (far > least || (!best.empty() && far == least)) continue;
        least = far;
        best = name;
    }
    return best.empty() ? "" : "; nearest: \"" + best + '"';
}

[[noreturn]] void refuse_ambiguous(std::string_view field, std::string_view what, const std::vector<Candidate>& all)
{
    std::string list;
    constexpr std::size_t most = 10;
    for (std::size_t i = 0; i < std::min(all.size(), most); ++i) list += (i > 0 ? ", " : "") + all[i].label;
    if (all.size() > most) list += " and more";
    throw Refusal(ErrorCode::conflict, std::string{field}, shown(what) + " may be " + list + "; give the id");
}

}  // namespace

std::int64_t resolve_locked(Transaction& t, const RecordType& type, std::string_view typed, Rows rows, Lock lock,
                            std::string_view field)
{
    const auto what = trimmed(typed);
    if (field.empty()) field = type.name;
    if (!clean_text(what)) throw Refusal(ErrorCode::invalid, std::string{field}, "has control characters in it");
    for (const auto way : ways(type)) {
        const auto value = sought(way, what);
        if (!value) continue;
        const auto all = found(t, type, way, *value, rows, lock);
        if (all.empty()) continue;
        const bool one_is_live = !all.front().removed && (all.size() == 1 || all[1].removed);
        if (all.size() > 1 && !one_is_live) refuse_ambiguous(field, what, all);
        return all.front().id;
    }
    throw Refusal(ErrorCode::not_found, std::string{field},
                  "there is no " + std::string{type.name} + " \"" + std::string{what} + '"' + nearest(t, type, what));
}

std::int64_t resolve(Transaction& transaction, const RecordType& type, std::string_view what, Rows rows)
{
    return resolve_locked(transaction, type, what, rows, Lock::none);
}

}  // namespace provisioning::store
