// provisioning/store/partitions.cpp - the months of sessions and traffic, made ahead and dropped when they are past.
// The steps are functions of the schema (0006): names of tables are made there, from dates.
#include "provisioning/store/usage.hpp"

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;
constexpr std::chrono::minutes deadline{5};

struct Partition {
    std::string parent, name, low, high;
};
std::vector<Partition> read(const pqxx::result& rows)
{
    std::vector<Partition> partitions;
    for (const auto& row : rows)
        partitions.push_back(
            {row[0].as<std::string>(), row[1].as<std::string>(), row[2].as<std::string>(), row[3].as<std::string>()});
    return partitions;
}

/// One partition, one transaction. Whoever waits for the table to be free holds up all who come after: not for long.
template <class Step>
auto step(Session& owner, const Step& body)
{
    return in_transaction(owner, {}, Mode::read_write, deadline, [&](Transaction& t) {
        t.work().exec0("set local lock_timeout = '5s'");
        return body(t.work());
    });
}

} // namespace

std::vector<std::string> keep_partitions(Session& owner, std::chrono::days retention)
{
    const auto days = static_cast<std::int64_t>(retention.count());
    std::vector<std::string> done;
    const auto wanted = step(owner, [](auto& work) { return read(work.exec("select * from partition_wanted()")); });
    for (const auto& p : wanted) {
        const bool made = step(owner, [&](auto& work) {
            return work.exec_params1("select partition_make($1, $2, $3, $4)", p.parent, p.name, p.low, p.high)[0]
                .template as<bool>();
        });
        if (made) done.push_back(p.name + " made");
    }
    const auto past = step(owner, [&](auto& work) {
        return read(work.exec_params("select * from partition_past($1::bigint * interval '1 day')", days));
    });
    for (const auto& p : past) {
        const auto what = step(owner, [&](auto& work) {
            return work
                .exec_params1("select partition_retire($1, $2, $3, $4, $5::bigint * interval '1 day')", p.parent,
                              p.name, p.low, p.high, days)[0]
                .template as<std::string>("");
        });
        if (!what.empty()) done.push_back(p.name + ' ' + what);
    }
    step(owner, [&](auto& work) { work.exec_params1("select partition_sweep($1::bigint * interval '1 day')", days); });
    return done;
}

} // namespace provisioning::store
