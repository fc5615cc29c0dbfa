// Many sessions, changes that overtake each other, replies that are none.
#include "tests/unit/core/reconciler_fixture.hpp"

using namespace tests;
using Result = EnforcementResult;

TEST_CASE_FIXTURE(ReconcilerFixture, "O-08 F-23 10,000 that wait for a dead NAS keep nobody else waiting")
{
    constexpr std::int64_t dead = 50, queued = 10'000;
    for (std::int64_t nas = 1; nas <= dead; ++nas) put_nas(nas, nas == dead ? Mode::dead : Mode::obeys);
    for (std::int64_t session = 1; session <= queued; ++session) dial(session, dead);
    for (std::int64_t nas = 1; nas < dead; ++nas) dial(queued + nas, nas);
    run(5s);
    for (std::int64_t session = 1; session <= queued; ++session) suspend(session);
    run(40s);
    const auto line = reconciler.line(dead);
    CHECK_FALSE(line.answers);
    CHECK(line.in_flight == 1);
    CHECK(line.peak_in_flight == 32);
    CHECK(line.queued + line.in_flight == queued);
    CHECK(line.failed == queued);
    for (std::int64_t nas = 1; nas < dead; ++nas) suspend(queued + nas);
    run(100ms);
    CHECK(ended == 49);
    CHECK(reconciler.totals(0).failed == queued);
    nas_of(dead).mode = Mode::obeys;
    run(60s);
    CHECK(ended == queued + 49);
    CHECK(reconciler.totals(0).pending + reconciler.totals(0).failed == 0);
}

TEST_CASE_FIXTURE(ReconcilerFixture, "O-07 20,000 sessions at 10 NAS are ended by one billing run, each told once")
{
    constexpr std::int64_t all = 20'000;
    for (std::int64_t nas = 1; nas <= 10; ++nas) put_nas(nas);
    for (std::int64_t session = 1; session <= all; ++session) dial(session, 1 + session % 10);
    run(5s);
    for (std::int64_t session = 1; session <= all; ++session) suspend(session);
    run(60s);
    CHECK(ended == all);
    CHECK(attempts.size() == all);
    std::size_t told = 0;
    for (const auto& [address, nas] : concentrators) {
        for (const auto& [session, requests] : nas.requests) told += requests.size();
        CHECK(nas.received == 2000);
    }
    CHECK(told == all);
    for (std::int64_t nas = 1; nas <= 10; ++nas) CHECK(reconciler.line(nas).peak_in_flight <= 32);
}

TEST_CASE_FIXTURE(ReconcilerFixture, "a change that is taken back before its turn sends nothing")
{
    put_nas(1, Mode::dead);
    for (std::int64_t session = 1; session <= 40; ++session) dial(session, 1);
    run(1s);
    for (std::int64_t session = 1; session <= 40; ++session) suspend(session);
    run(1s);
    CHECK(reconciler.line(1).queued == 8);
    std::size_t waiting = 0;
    for (std::int64_t session = 1; session <= 40; ++session)
        if (following(session)->why == "contract_suspended: waits for its turn") {
            ++waiting;
            release(session);
        }
    CHECK(waiting == 8);
    run(1s);
    CHECK(reconciler.line(1).queued == 0);
    CHECK(reconciler.totals(1).in_force == 8);
    CHECK(nas_of(1).requests.size() == 32);
}

TEST_CASE_FIXTURE(ReconcilerFixture, "a session that ends while it waits leaves the queue")
{
    put_nas(1, Mode::dead);
    for (std::int64_t session = 1; session <= 40; ++session) dial(session, 1);
    run(1s);
    for (std::int64_t session = 1; session <= 40; ++session) suspend(session);
    run(1s);
    for (std::int64_t session = 1; session <= 40; ++session) reconciler.ended(key_of(session), now);
    CHECK(reconciler.line(1).queued == 0);
    run(3s);
    CHECK(reconciler.line(1).in_flight == 0);
    CHECK(reconciler.totals(0).pending == 0);
}

TEST_CASE_FIXTURE(ReconcilerFixture, "what is wanted by the time of the answer counts")
{
    put_nas(1, Mode::slow);
    dial(1, 1);
    run(1s);
    set_plan_rate(100'000'000);
    run(1s);
    CHECK(state(1) == State::pending);
    set_plan_rate(300'000'000);
    run(30s);
    CHECK(state(1) == State::in_force);
    CHECK(following(1)->has == "300M/150M");
    CHECK(results() == std::vector{Result::acknowledged, Result::acknowledged});
    CHECK(attempts[1].wanted == "300M/150M");
}

TEST_CASE_FIXTURE(ReconcilerFixture, "O-01 O-09 a Disconnect says who it is for, and nothing else")
{
    put_nas(1);
    dial(1, 1);
    run(1s);
    suspend(1);
    run(1s);
    const auto request = view(nas_of(1).last);
    CHECK(request.code() == static_cast<std::uint8_t>(radius::Code::disconnect_request));
    std::vector<int> types;
    for (const auto& one : request) types.push_back(one.type);
    CHECK(types == std::vector<int>{attr::message_authenticator, attr::user_name, attr::nas_ip_address,
                                    attr::acct_session_id, attr::framed_ip_address, attr::event_timestamp});
    CHECK(copy(*request.find(attr::nas_ip_address)) == Bytes{10, 0, 1, 1});
    CHECK(copy(*request.find(attr::framed_ip_address)) == Bytes{100, 64, 0, 9});
    CHECK(copy(*request.find(attr::user_name)) == octets("login1"));
}

TEST_CASE_FIXTURE(ReconcilerFixture, "O-02 O-03 O-11 what is no answer to a request in flight is discarded")
{
    put_nas(1, Mode::dead);
    dial(1, 1);
    run(1s);
    suspend(1);
    run(1s);
    const auto request = nas_of(1).last;
    core::Path from;
    from.remote = *provisioning::parse_address(address_of(1));
    from.remote_port = 3799;
    const auto reply = [&](radius::Code code, const Bytes& key, std::uint8_t identifier) {
        auto asked = request;
        asked[1] = identifier;
        Bytes buffer(radius::max_packet_octets);
        radius::ReplyBuilder builder(buffer, code, view(asked), radius::PacketWriter::Sign::authenticator_only);
        return copy(*builder.finish(digester, key));
    };
    const auto id = request[1];
    const auto other = static_cast<std::uint8_t>(id + 1);
    struct Row {
        const char* name;
        Bytes octets;
        Counter counter;
        std::uint16_t port = 3799;
    };
    using radius::Code;
    const Row rows[] = {
        {"signed by another", reply(Code::disconnect_ack, octets("other"), id), Counter::coa_bad_reply},
        {"another identifier", reply(Code::disconnect_ack, secret, other), Counter::coa_bad_reply},
        {"the answer to a CoA", reply(Code::coa_ack, secret, id), Counter::coa_bad_reply},
        {"nothing", Bytes{}, Counter::coa_bad_reply},
        {"from another port", reply(Code::disconnect_ack, secret, id), Counter::coa_unexpected, 1700},
        {"a request", request, Counter::coa_unexpected},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto before = counters.get(row.counter);
        from.remote_port = row.port;
        reconciler.on_reply(from, row.octets, now);
        CHECK(counters.get(row.counter) == before + 1);
        CHECK(state(1) == State::pending);
    }
    from.remote_port = 3799;
    const auto right = reply(Code::disconnect_ack, secret, id);
    reconciler.on_reply(from, right, now);
    CHECK(following(1)->why == "contract_suspended: acknowledged, its end is to come");
    reconciler.on_reply(from, right, now);
    CHECK(counters.get(Counter::coa_bad_reply) == 5);
}

TEST_CASE_FIXTURE(ReconcilerFixture, "by hand: the outcome is told, once, and a session is its records' again")
{
    struct Row {
        const char* name;
        Mode mode;
        Result result;
        std::optional<std::uint32_t> cause;
        bool over;
    };
    for (const auto& row : {Row{"obeys", Mode::obeys, Result::acknowledged, {}, true},
                            Row{"no Stop", Mode::without_effect, Result::acknowledged, {}, false},
                            Row{"not there", Mode::nak_503, Result::not_found, 503, false},
                            Row{"refused", Mode::nak_404, Result::refused, 404, false},
                            Row{"dead", Mode::dead, Result::no_answer, {}, false}}) {
        CAPTURE(row.name);
        ReconcilerFixture world;
        world.put_nas(1, row.mode);
        world.dial(1, 1);
        world.run(1s);
        std::vector<Reconciler::Outcome> told;
        world.reconciler.disconnect(
            ReconcilerFixture::key_of(1), "maria", [&](const Reconciler::Outcome& outcome) { told.push_back(outcome); },
            world.now);
        world.run(60s);
        REQUIRE(told.size() == 1);
        CHECK(told[0].result == row.result);
        CHECK(told[0].error_cause == row.cause);
        CHECK(told[0].over == row.over);
        REQUIRE(world.attempts.size() == 1);
        CHECK(world.attempts[0].actor == "maria");
        CHECK(world.attempts[0].why == "by hand");
    }
}

TEST_CASE_FIXTURE(ReconcilerFixture, "by hand: another rate holds until the records change")
{
    put_nas(1);
    dial(1, 1);
    run(1s);
    std::optional<Reconciler::Outcome> told;
    reconciler.set_rates(
        key_of(1), {20'000'000, 10'000'000}, "maria", [&](const Reconciler::Outcome& outcome) { told = outcome; }, now);
    run(1s);
    REQUIRE(told);
    CHECK(told->result == Result::acknowledged);
    CHECK(following(1)->has == "20M/10M");
    reconciler.everything_changed();
    run(1s);
    CHECK(following(1)->has == "20M/10M");
    set_plan_rate(100'000'000);
    run(1s);
    CHECK(following(1)->has == "100M/150M");
    CHECK(attempts.size() == 2);
}

TEST_CASE_FIXTURE(ReconcilerFixture, "a probe tells whether a NAS answers, and whether it has the secret")
{
    struct Row {
        Mode mode;
        bool answered, signed_right;
        std::optional<std::uint32_t> cause;
    };
    for (const auto& row : {Row{Mode::nak_503, true, true, 503}, Row{Mode::wrong_secret, true, false, {}},
                            Row{Mode::dead, false, true, {}}}) {
        CAPTURE(static_cast<int>(row.mode));
        ReconcilerFixture world;
        world.put_nas(1, row.mode);
        std::optional<Reconciler::Probed> told;
        core::Path to;
        to.remote = *provisioning::parse_address(address_of(1));
        world.reconciler.probe(
            *world.directory.find_nas(std::int64_t{1}), to, [&](const Reconciler::Probed& probed) { told = probed; },
            world.now);
        world.run(15s);
        REQUIRE(told);
        CHECK(told->answered == row.answered);
        CHECK(told->signed_right == row.signed_right);
        CHECK(told->error_cause == row.cause);
        CHECK(world.reconciler.line(1).answers); // a port that is asked by hand says nothing of the one in use
        CHECK(world.reconciler.line(1).unanswered == 0);
    }
}
