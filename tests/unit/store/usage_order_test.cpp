// tests/unit/store/usage_order_test.cpp - N-05, N-07: the tables depend on which records were delivered, not on their
// order, their repetition, or how they were cut into batches. Every arrangement is a session of its own on a NAS of its
// own, and all of them are stored side by side.
#include "usage_records.hpp"

#include <algorithm>
#include <random>

using namespace store_tests;

namespace {

/// A session over midnight (46,000 s in São Paulo), the closing of it and a reboot of its NAS.
std::vector<Usage> records_of(const std::string& key, std::int64_t nas_id)
{
    std::vector<Usage> records{usage(UsageKind::start, 45'800, 0, key),
                               usage(UsageKind::interim, 45'900, 5'000'000'000, key),
                               usage(UsageKind::interim, 46'100, 9'000'000'000, key),
                               usage(UsageKind::stop, 46'200, 9'500'000'000, key),
                               boot(UsageKind::nas_on, 46'300),
                               closing(46'150, Closing::lost, key)};
    for (auto& record : records) {
        if (record.began) record.began = after(45'800);
        if (record.session_time_s) record.session_time_s = *record.session_time_s - 45'800;
        record.nas_id = nas_id;
    }
    records[1].framed_ip = "100.64.0.7";
    records[2].framed_ip = "100.64.0.8";
    records[2].session_time_s = 305; // jitter: reckons an earlier start
    records[2].nat = {{"198.51.100.7", 1024, 2047}};
    records[3].terminate_cause = 1;
    return records;
}

/// The batches of every arrangement side by side.
struct Rounds {
    std::vector<std::vector<Usage>> batches;
    std::int64_t sessions = 0;
    std::mt19937 random{7}; // NOLINT(cert-msc32-c,cert-msc51-cpp): the same at every run

    enum class Cut { nowhere, everywhere, somewhere };
    enum class Repeated { no, yes };
    void add(const std::string& prefix, const std::vector<std::size_t>& order, Cut cut, Repeated repeated)
    {
        ++sessions;
        auto all = order;
        if (repeated == Repeated::yes) {
            for (const auto i : order) all.insert(all.begin() + static_cast<int>(random() % (all.size() + 1)), i);
            all.insert(all.end(), order.begin(), order.end());
        }
        std::vector<std::size_t> round(all.size());
        for (std::size_t i = 1; i < all.size(); ++i) {
            const bool next = cut == Cut::everywhere || (cut == Cut::somewhere && random() % 2 == 0);
            round[i] = round[i - 1] + (next ? 1 : 0);
        }
        // A closing that comes before its session is known is none: the tables are as if it had not been delivered.
        std::string delivered(6, '-');
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto heard = [&](std::size_t j) { return all[j] < 4 && round[j] <= round[i]; };
            bool known = all[i] != 5;
            for (std::size_t j = 0; j < all.size(); ++j) known = known || heard(j);
            if (known) delivered[all[i]] = static_cast<char>('0' + all[i]);
        }
        const auto records = records_of(prefix + delivered + ':' + std::to_string(sessions), sessions);
        if (!round.empty() && batches.size() <= round.back()) batches.resize(round.back() + 1);
        for (std::size_t i = 0; i < all.size(); ++i) batches[round[i]].push_back(records[all[i]]);
    }
};

/// Every order of every part of the six records.
void add_all(Rounds& rounds, const std::string& prefix)
{
    for (unsigned part = 1; part < 64; ++part) {
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < 6; ++i)
            if ((part >> i & 1U) != 0) order.push_back(i);
        do {
            rounds.add(prefix, order, Rounds::Cut::nowhere, Rounds::Repeated::no);
            rounds.add(prefix, order, Rounds::Cut::everywhere, Rounds::Repeated::no);
            rounds.add(prefix, order, Rounds::Cut::somewhere, Rounds::Repeated::yes);
        } while (std::ranges::next_permutation(order).found);
    }
}

constexpr auto rows_sql = R"(
select split_part(session_key, ':', 2) as delivered,
       (to_jsonb(s) - 'id' - 'session_key' - 'nas_id' - 'began')::text || coalesce((
           select string_agg((to_jsonb(d) - 'session_id')::text, '' order by day) from usage_day d
           where d.session_id = s.id), '') || coalesce((
           select string_agg((to_jsonb(h) - 'session_id')::text, '' order by hour) from usage_hour h
           where h.session_id = s.id), '') || coalesce((
           select string_agg((to_jsonb(n) - 'session_id' - 'began')::text, '') from session_nat n
           where n.session_id = s.id), '') as row
from session s)";

void check_every_arrangement(const std::string& prefix)
{
    Store store;
    store.sql("select partition_make(p, p || '_2026_09', '2026-09-01 00:00+00', '2026-10-01 00:00+00')"
              " from unnest('{session,session_nat,usage_day}'::text[]) p");
    Rounds rounds;
    add_all(rounds, prefix);
    for (const auto& batch : rounds.batches) CHECK(store_usage(store.session, batch) == 0);
    CHECK(store.value("select string_agg(delivered, ' ') from (select delivered from (" + std::string{rows_sql} +
                      ") r group by delivered having count(distinct row) > 1) d") == "");
    // 15 parts with some of the four records of a session, each with and without closing and reboot
    CHECK(store.value("select count(distinct delivered) from (" + std::string{rows_sql} + ") r") == "60");
    CHECK(store.value("select count(*) = count(distinct session_key) from session") == "t");
    const auto end_of = [&](const std::string& delivered) {
        return store.value("select " + seconds("ended_at") +
                           " || ' ' || coalesce(terminate_cause, '-') || ' ' ||"
                           " download_octets from session where session_key like '" +
                           prefix + delivered + ":%' limit 1");
    };
    CHECK(end_of("012345") == "46200 User-Request 9500000000");
    CHECK(end_of("012-45") == "46100 lost 9000000000");
    CHECK(end_of("012-4-") == "46100 NAS-Reboot 9000000000");
    CHECK(end_of("012---") == "- - 9000000000");
}

} // namespace

TEST_CASE("N-07: every order, repetition, loss and batching of a session's records gives the row of those delivered")
{
    check_every_arrangement("s:");
}

TEST_CASE("N-07: the same when the NAS does not send our Class") { check_every_arrangement("n:"); }

TEST_CASE("N-05: the whole journal stored again, and again in other batches, leaves the tables as they are")
{
    Store store;
    std::vector<Usage> journal;
    std::mt19937 random{11}; // NOLINT(cert-msc32-c,cert-msc51-cpp): the same at every run
    for (std::int64_t i = 0; i < 300; ++i) {
        const auto key = (i % 3 == 0 ? "s:" : "n:") + std::to_string(i % 60); // n: several sessions of a key
        const auto begins = i / 60 * 10'000 + i;
        for (auto record : records_of(key, i % 60 % 7)) {
            record.at += std::chrono::seconds{begins};
            if (record.began) record.began = *record.began + std::chrono::seconds{begins};
            if (record.kind == UsageKind::nas_on && i % 20 != 0) continue;
            if (random() % 5 != 0) journal.push_back(record); // one in five is lost
        }
        if (i % 50 == 0) journal.emplace_back(journal.back()).kind = UsageKind::malformed;
    }
    store_usage(store.session, journal);
    const auto once = tables(store);
    CHECK(once.size() > 100'000);
    for (const std::size_t size : {journal.size(), std::size_t{97}, std::size_t{13}}) {
        CAPTURE(size);
        for (std::span<const Usage> rest{journal}; !rest.empty(); rest = rest.subspan(std::min(size, rest.size())))
            store_usage(store.session, rest.first(std::min(size, rest.size())));
        CHECK((tables(store) == once)); // in parentheses: the text is long
    }
}
