// When requests to one NAS leave, are repeated, and are given up.
#include "daemon/core/reconcile/line.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using core::Line;

namespace {

struct LineFixture {
    Line line{[this] { return jitter; }};
    double jitter = 0;
    Line::Time now{1000s};
    std::uint64_t owner = 0;

    std::optional<std::uint8_t> start()
    {
        const auto identifier = line.free_identifier(now);
        if (identifier) line.start({.owner = ++owner, .identifier = *identifier}, now);
        return identifier;
    }
    struct Seen {
        std::vector<std::chrono::milliseconds> sendings; ///< since the first
        std::vector<std::chrono::milliseconds> given_up;
    };
    Seen watch(std::chrono::milliseconds time)
    {
        Seen seen;
        const auto first = now;
        for (const auto end = now + time; now <= end; now += 10ms) {
            const auto at = std::chrono::duration_cast<std::chrono::milliseconds>(now - first);
            const auto gone = line.run(now, [&](const Line::Flight&) { seen.sendings.push_back(at); });
            for (std::size_t i = 0; i < gone.size(); ++i) seen.given_up.push_back(at);
        }
        return seen;
    }
};

} // namespace

TEST_CASE_FIXTURE(LineFixture, "O-06 a request is repeated after 2, 4, 8 and 16 s, and given up after 30")
{
    start();
    const auto seen = watch(60s);
    CHECK(seen.sendings == std::vector<std::chrono::milliseconds>{2s, 6s, 14s});
    CHECK(seen.given_up == std::vector<std::chrono::milliseconds>{30s});
}

TEST_CASE("O-06 with a tenth more or less")
{
    LineFixture early, late;
    early.jitter = -1;
    early.start();
    CHECK(early.watch(60s).sendings == std::vector<std::chrono::milliseconds>{1800ms, 5220ms, 11'720ms, 24'070ms});
    late.jitter = 1;
    late.start();
    CHECK(late.watch(60s).sendings == std::vector<std::chrono::milliseconds>{2200ms, 6820ms, 16'530ms});
}

TEST_CASE_FIXTURE(LineFixture,
                  "O-07 an identifier is in flight once, and rests for 30 s after a request without an answer")
{
    for (int i = 0; i < 256; ++i) CHECK(start() == static_cast<std::uint8_t>(i));
    CHECK_FALSE(start());
    line.answered(77, now);
    CHECK(line.free_identifier(now) == 77);
    watch(30s);
    CHECK(line.in_flight() == 0);
    CHECK(line.free_identifier(now) == 77);
    start();
    CHECK_FALSE(line.free_identifier(now + 29s));
    CHECK(line.free_identifier(now + 30s));
}

TEST_CASE_FIXTURE(LineFixture, "O-08 32 are in flight, those by hand on top, and they go first")
{
    for (std::uint32_t session = 0; session < 100; ++session) line.enqueue(session, Line::Urgency::usual);
    std::uint32_t sent = 0;
    while (const auto session = line.next(now)) {
        CHECK(*session == sent++);
        start();
    }
    CHECK(sent == 32);
    CHECK(line.queued() == 68);
    line.enqueue(500, Line::Urgency::by_hand);
    CHECK(line.next(now) == 500);
    CHECK_FALSE(line.next(now));
    line.answered(3, now);
    CHECK(line.next(now) == 32);
}

TEST_CASE_FIXTURE(LineFixture, "O-08 a silent NAS is tried each 5 s by one request, until it answers anything")
{
    for (std::uint32_t session = 0; session < 10; ++session) line.enqueue(session, Line::Urgency::usual);
    start();
    start();
    watch(30s);
    CHECK_FALSE(line.answers());
    CHECK(line.silent_since() == Line::Time{1000s});
    CHECK(line.next(now) == 0);
    const auto identifier = start();
    CHECK_FALSE(line.next(now));
    const auto seen = watch(25s);
    CHECK(seen.sendings == std::vector<std::chrono::milliseconds>{5s, 10s, 15s, 20s});
    CHECK(seen.given_up == std::vector<std::chrono::milliseconds>{25s});
    CHECK(line.next(now) == 1);
    const auto next = start();
    CHECK(next != identifier);
    line.answered(*next, now);
    CHECK(line.answers());
    CHECK(line.next(now) == 2);
    CHECK(line.next(now) == 3);
}

TEST_CASE_FIXTURE(LineFixture, "one lost request among answered ones does not make a NAS silent")
{
    start();
    now += 20s;
    const auto other = start();
    line.answered(*other, now);
    watch(20s);
    CHECK(line.unanswered == 1);
    CHECK(line.answers());
}
