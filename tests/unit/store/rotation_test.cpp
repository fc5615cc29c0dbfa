// tests/unit/store/rotation_test.cpp - C-07: a NAS's secret is changed, and for a while the old one is good too.
#include "database.hpp"

#include "provisioning/store/feed.hpp"

using namespace store_tests;

namespace {

struct Book {
    Store store;
    Book() { store.add(nas_type, {{"name", {"core"}}, {"address", {"10.0.0.1"}}, {"secret", {"first"}}}); }

    void set_nas(const Record& typed) { set(store.session, store.sealer, nas_type, "core", typed, store.actor); }
    /// "now/before for SECONDS", as the directory has them, opened.
    std::string secrets()
    {
        FeedPosition position;
        const auto directory =
            load(store.session,
                 {[](const std::vector<std::string>&, std::string_view) { return std::vector<std::uint8_t>{}; },
                  [this](std::int64_t id, std::span<const std::uint8_t> sealed) {
                      return store.sealer.open(sealed, {"nas", "secret", id});
                  }},
                 position);
        const auto& nas = *directory->find_nas(*parse_address("10.0.0.1"));
        const auto text = [](const Secret& secret) {
            return std::string{secret.octets().begin(), secret.octets().end()};
        };
        const auto until = std::chrono::floor<std::chrono::seconds>(nas.previous_secret_until).time_since_epoch();
        const auto left =
            until.count() == 0
                ? std::string{"-"}
                : store.value("select " + std::to_string(until.count()) +
                              " - extract(epoch from (select max(at) from history where field = 'secret'))::bigint");
        return text(nas.secret) + '/' + text(nas.previous_secret) + " for " + left;
    }
};

}  // namespace

TEST_CASE("C-07: without a grace the old secret ends at once; with one it stays good that long; set twice, the last")
{
    Book book;
    CHECK(book.secrets() == "first/ for -");
    book.set_nas({{"secret", {"second"}}});
    CHECK(book.secrets() == "second/ for -");
    book.set_nas({{"secret", {"third"}}, {"secret_grace", {"600"}}});
    CHECK(book.secrets() == "third/second for 600");
    book.set_nas({{"note", {"n"}}, {"secret_grace", {"60"}}});  // no other secret: the window stays as it is
    CHECK(book.secrets() == "third/second for 600");
    book.set_nas({{"secret", {"fourth"}}});
    CHECK(book.secrets() == "fourth/third for 60");
    book.set_nas({{"secret", {"fifth"}}, {"secret_grace", {"0"}}});
    CHECK(book.secrets() == "fifth/ for -");
}

TEST_CASE("C-07: plain SQL that changes a secret is given the same grace, and cannot bring a secret of its own")
{
    Book book;
    book.set_nas({{"secret_grace", {"600"}}});
    const auto sealed = "decode('" + book.store.value("select encode(secret, 'hex') from nas") + "', 'hex')";
    book.set_nas({{"secret", {"second"}}});
    book.store.sql("update nas set secret = " + sealed + ", previous_secret = null, previous_secret_until = null");
    CHECK(book.secrets() == "first/second for 600");
}

TEST_CASE("C-07: until when the old secret is good is shown and told; neither secret ever is")
{
    Book book;
    book.set_nas({{"secret", {"canary-two"}}, {"secret_grace", {"600"}}});
    const auto nas = show(book.store.session, nas_type, "core");
    CHECK(one(nas, "previous_secret_until").size() == std::string{"2026-01-01T00:00:00-03:00"}.size());
    CHECK(nas.find("previous_secret") == nas.end());
    CHECK(book.store.value("select string_agg(field || ': ' || coalesce(old, '-') || ' -> ' || case field when"
                           " 'previous_secret_until' then 'T' else new end, '; ' order by field) from history where"
                           " action = 'set'") ==
          "previous_secret: - -> set; previous_secret_until: - -> T; secret: set -> set; secret_grace: 0 -> 600");
    CHECK(book.store.value("select count(*) from history h where h::text like '%\\\\x%'") == "0");
    CHECK(refusal([&] {
              book.set_nas({{"previous_secret_until", {"2030-01-01T00:00:00Z"}}});
          }).starts_with("invalid previous_secret_until: is not typed here"));
}
