// provisioning/store/columns.hpp - many rows as one parameter for each column, and what to do when one of them is bad.
#pragma once

#include "provisioning/store/statement.hpp"

#include <span>

namespace provisioning::store {

/// Rows turned into array literals, one for each column, for unnest().
class Columns {
public:
    void add(const std::vector<Value>& row)
    {
        if (literals_.empty()) literals_.assign(row.size(), "{");
        for (std::size_t i = 0; i < row.size(); ++i) append(literals_[i], row[i]);
    }
    std::vector<Value> literals() const
    {
        std::vector<Value> all;
        for (const auto& literal : literals_) all.emplace_back(literal + '}');
        return all;
    }

private:
    static void append(std::string& literal, const Value& value)
    {
        if (literal.size() > 1) literal += ',';
        if (!value) {
            literal += "null";
            return;
        }
        literal += '"';
        for (const char c : *value) {
            if (c == '"' || c == '\\') literal += '\\';
            literal += c;
        }
        literal += '"';
    }
    std::vector<std::string> literals_;
};

/// Stores a batch; when the data are refused, its halves, down to the row that is bad, which goes to `refuse(row,
/// why)`. The rows must bear repetition. Anything but refused data (the database away) is thrown on.
template <class Row, class Store, class Refuse>
void store_in_halves(std::span<const Row> batch, const Store& store, const Refuse& refuse)
{
    if (batch.empty()) return;
    try {
        store(batch);
        return;
    } catch (const Refusal& refusal) {
        if (refusal.code() != ErrorCode::invalid) throw;
        if (batch.size() == 1) {
            const std::string why = refusal.what();
            refuse(batch.front(), why);
            return;
        }
    }
    store_in_halves(batch.first(batch.size() / 2), store, refuse);
    store_in_halves(batch.subspan(batch.size() / 2), store, refuse);
}

}  // namespace provisioning::store
