// What becomes of sessions at concentrators of every kind.
#include "tests/unit/core/reconciler_fixture.hpp"

using namespace tests;
using Result = EnforcementResult;

namespace {

struct Row {
    const char* name;
    Mode mode;
    std::vector<Result> results; ///< empty: many
    std::optional<State> state;
    std::string why;
};

} // namespace

TEST_CASE("a session whose contract is suspended is made to end, or it shows why not (O-03, O-05)")
{
    const Row rows[] = {
        {"obeys", Mode::obeys, {Result::acknowledged}, {}, ""},
        {"says yes and does nothing",
         Mode::without_effect,
         {Result::acknowledged, Result::no_effect, Result::acknowledged, Result::no_effect, Result::acknowledged,
          Result::no_effect},
         State::failed,
         "contract_suspended: acknowledged without effect"},
        {"does not know it, but goes on accounting for it",
         Mode::nak_503,
         {Result::not_found, Result::not_found, Result::not_found},
         State::failed,
         "contract_suspended: not known to the NAS"},
        {"finds the request invalid",
         Mode::nak_404,
         {Result::refused},
         State::failed,
         "contract_suspended: NAK 404 Invalid-Request"},
        {"loses half of all packets", Mode::loses_half, {}, {}, ""},
        {"answers after 5 s", Mode::slow, {Result::acknowledged}, {}, ""},
        {"has another secret",
         Mode::wrong_secret,
         {},
         State::failed,
         "contract_suspended: its NAS has not answered CoA requests for 10 min"},
        {"is dead",
         Mode::dead,
         {},
         State::failed,
         "contract_suspended: its NAS has not answered CoA requests for 10 min"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        ReconcilerFixture world;
        world.put_nas(1, row.mode);
        world.dial(1, 1);
        world.run(1s);
        CHECK(world.state(1) == State::in_force);
        CHECK(world.attempts.empty());
        world.suspend(1);
        for (int minute = 0; minute < 10; ++minute) {
            world.run(60s);
            if (world.state(1)) world.hear(1);
        }
        CHECK(world.state(1) == row.state);
        if (row.state) CHECK(world.following(1)->why == row.why);
        CHECK_FALSE(world.attempts.empty());
        if (!row.results.empty()) CHECK(world.results() == row.results);
        for (const auto& attempt : world.attempts) {
            CHECK(attempt.order == EnforcementOrder::disconnect);
            CHECK(attempt.why == "contract_suspended");
            CHECK(attempt.wanted == "offline");
        }
        CHECK(world.unknown.contains(ReconcilerFixture::key_of(1)) == (row.mode == Mode::nak_503));
        const bool late_or_forged = row.mode == Mode::wrong_secret || row.mode == Mode::slow;
        if (row.mode != Mode::loses_half) CHECK((world.counters.get(Counter::coa_bad_reply) > 0) == late_or_forged);
        if (!row.state) continue;
        world.nas_of(1).mode = Mode::obeys; // what was given up needs a person, or a record
        if (row.mode != Mode::dead && row.mode != Mode::wrong_secret) world.reconciler.look_again(1);
        world.run(60s);
        CHECK_FALSE(world.state(1));
    }
}

TEST_CASE("a session whose plan has another rate gets it by CoA, or by dialling again")
{
    const Row rows[] = {
        {"obeys", Mode::obeys, {Result::acknowledged}, State::in_force, ""},
        {"finds the request invalid",
         Mode::nak_404,
         {Result::refused, Result::refused},
         State::failed,
         "rate: NAK 404 Invalid-Request"},
        {"has no room",
         Mode::nak_506,
         {Result::refused, Result::refused},
         State::failed,
         "rate: NAK 506 Resources-Unavailable"},
        {"answers after 5 s", Mode::slow, {Result::acknowledged}, State::in_force, ""},
        {"loses half of all packets", Mode::loses_half, {}, State::in_force, ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        ReconcilerFixture world;
        world.put_nas(1, row.mode);
        world.dial(1, 1);
        world.run(1s);
        world.set_plan_rate(100'000'000);
        world.run(600s);
        CHECK(world.state(1) == row.state);
        const auto following = world.following(1);
        REQUIRE(following);
        CHECK(following->why == row.why);
        if (row.state == State::in_force) CHECK(following->has == "100M/150M");
        if (!row.results.empty()) CHECK(world.results() == row.results);
        CHECK(world.attempts.front().order == EnforcementOrder::coa);
        CHECK(world.attempts.front().why == "rate");
        // Nothing is sent to a session that has it.
        const auto sent = world.nas_of(1).received;
        world.reconciler.everything_changed();
        world.run(600s);
        CHECK(world.nas_of(1).received == sent);
    }
}

TEST_CASE_FIXTURE(ReconcilerFixture, "an acknowledged rate that traffic disproves is enforced by dialling again")
{
    put_nas(1, Mode::without_effect);
    dial(1, 1);
    run(1s);
    set_plan_rate(10'000'000);
    run(60s);
    CHECK(state(1) == State::in_force);
    hear(1, 1'000'000'000);
    run(60s);
    hear(1, 1'000'000'000 + 60 * 1'250'000); // 10 Mbit/s
    run(60s);
    CHECK(state(1) == State::in_force);
    CHECK(results() == std::vector{Result::acknowledged});
    nas_of(1).mode = Mode::obeys;
    hear(1, 4'000'000'000); // 300 Mbit/s
    run(60s);
    CHECK_FALSE(state(1));
    CHECK(results() == std::vector{Result::acknowledged, Result::no_effect, Result::acknowledged});
    CHECK(attempts[1].order == EnforcementOrder::coa);
    CHECK(attempts[2].order == EnforcementOrder::disconnect);
}
