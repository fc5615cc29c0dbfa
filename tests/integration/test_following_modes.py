"""Concentrators that misbehave, each in its way: what the session ends up with is right, what the daemon says of it is
true, and every attempt is recorded. All of them begin at once, since most of what they do is to let time pass."""
import types

import pytest
from following import LONG, SOON, attempts, has, is_over, results, row_of, set_rate, stands, suspend
from porteiro import SLOWER
from radius import until

MODES = ["obeys", "ack_without_effect", "nak_503", "nak_404", "loses_half", "answers_after_5s", "wrong_secret", "answers_wrong_secret", "dead"]
SESSIONS = 6  # of each mode: half get another rate, half are suspended


@pytest.fixture(scope="module")
def scenes(provider, shared_concentrators):
    """By mode: its NAS, a plan that became slower with its sessions, and the sessions of those that were suspended."""
    made = {}
    for mode in MODES:
        nas = shared_concentrators(provider, mode=mode, seed=MODES.index(mode) + 1)
        plan = provider.plan()["name"]
        slowed = [provider.subscriber(plan=plan) for _ in range(SESSIONS // 2)]
        suspended = [provider.subscriber() for _ in range(SESSIONS // 2)]
        scene = types.SimpleNamespace(nas=nas, plan=plan, slowed=[nas.dial(user, demand=1_000_000_000) for user in slowed],
                                      suspended=[nas.dial(user) for user in suspended])
        made[mode] = scene
        nas.keep_reporting(1.0)
        for user in suspended:
            suspend(provider, user)
        scene.rate = set_rate(provider, slowed[0])
    return made


def tried_for(provider, session, count):
    return attempts(provider, session.login, count, LONG)


def ends_well(provider, session):
    """Its last attempt did what it should; an ACK that was lost ends in 503."""
    until(lambda: tried_for(provider, session, 1)[-1]["result"] in ("acknowledged", "not_found"), SOON, 0.2, what=lambda: f"{tried_for(provider, session, 1)}")


def comes_to(provider, session, expected):
    """Its first attempts, with what came of them in the end."""
    def so():
        return results(tried_for(provider, session, len(expected)))[:len(expected)] == expected
    until(so, LONG, 0.2, what=lambda: f"{results(tried_for(provider, session, 1))} instead of {expected}")


def follows(provider, scene):
    """All as the records say, in the end."""
    for session in scene.suspended:
        is_over(session, LONG)
    for session in scene.slowed:
        until(lambda one=session: one.state == "over" or one.in_force["rate"] == scene.rate, LONG, what=lambda one=session: f"{one}: {one.nas.heard(session=one)}")
        if session.state == "online":
            stands(provider, session, "in_force", LONG)
    until(lambda: provider.cli("session", "pending", "--nas", scene.nas.name) == [], LONG, 0.1)
    assert provider.cli("status")["nas"][scene.nas.name]["coa"]["in_flight"] == 0


def each_sent_as_rfc5080_says(nas, requests):
    """(O-06) The same octets (the simulator compares), at most six times, with pauses that grow."""
    for request in requests:
        assert len(request.times) <= 6, request
        pauses = [after - before for before, after in zip(request.times, request.times[1:])]
        assert all(later > earlier for earlier, later in zip(pauses, pauses[1:])), (pauses, request)
    assert nas.peak_outstanding <= 32


def test_obeys(provider, scenes):
    scene = scenes["obeys"]
    follows(provider, scene)
    assert [results(tried_for(provider, one, 1)) for one in scene.slowed] == [[("coa", "acknowledged")]] * len(scene.slowed)
    assert [results(tried_for(provider, one, 1)) for one in scene.suspended] == [[("disconnect", "acknowledged")]] * len(scene.suspended)
    assert len(scene.nas.heard()) == SESSIONS


def test_loses_half_O06(provider, scenes):
    """(O-06) Repetitions get through; a repetition of what was applied gets the same answer, not another effect."""
    scene = scenes["loses_half"]
    follows(provider, scene)
    each_sent_as_rfc5080_says(scene.nas, scene.nas.heard())
    for session in scene.slowed + scene.suspended:
        ends_well(provider, session)
    assert max(one["sent"] for session in scene.slowed + scene.suspended for one in tried_for(provider, session, 1)) > 1


def test_answers_after_5s_O06(provider, scenes):
    """(O-03, O-06) A slow answer is an answer; the one to the repetition comes late and is discarded."""
    scene = scenes["answers_after_5s"]
    follows(provider, scene)
    each_sent_as_rfc5080_says(scene.nas, scene.nas.heard())
    for session in scene.slowed + scene.suspended:
        tried, = tried_for(provider, session, 1)
        assert tried["result"] == "acknowledged" and tried["sent"] == 2 and tried["took_ms"] >= 5000 and tried["error_cause"] is None
    until(lambda: provider.cli("status")["nas"][scene.nas.name]["coa"]["acknowledged"] == SESSIONS, SOON)


def test_nak_404_is_permanent_O05(provider, scenes):
    """(O-04, O-05) Invalid Request: a CoA gives way to a Disconnect at once, a Disconnect is not tried again."""
    scene = scenes["nak_404"]
    for session in scene.slowed:
        shown = stands(provider, session, "failed", LONG)
        assert "404" in shown["why"] and "Invalid-Request" in shown["why"]
        assert results(tried_for(provider, session, 2)) == [("coa", "refused"), ("disconnect", "refused")]
    for session in scene.suspended:
        shown = stands(provider, session, "failed", LONG)
        assert "404" in shown["why"]
        tried, = tried_for(provider, session, 1)
        assert (tried["order"], tried["result"], tried["error_cause"], tried["error_cause_name"], tried["sent"]) == ("disconnect", "refused", 404, "Invalid-Request", 1)
    pending = provider.cli("session", "pending", "--nas", scene.nas.name)
    assert {one["following"] for one in pending} == {"failed"} and len(pending) == SESSIONS
    assert len(scene.nas.heard()) == SESSIONS + SESSIONS // 2
    before = len(scene.nas.heard())
    scene.nas.mode = "obeys"
    provider.cli("nas", "reconcile", scene.nas.name)
    follows(provider, scene)
    assert len(scene.nas.heard()) == before + SESSIONS


def test_nak_503_is_stale_and_tried_again_when_it_is_heard_O05(provider, scenes):
    """(O-04, O-05) The session is not deleted: its row stays, and its next Interim has it tried again."""
    scene = scenes["nak_503"]
    for session in scene.slowed + scene.suspended:
        for tried in tried_for(provider, session, 2):
            assert tried["result"] == "not_found" and tried["error_cause"] == 503 and tried["error_cause_name"] == "Session-Context-Not-Found"
        listed = provider.cli("session", "list", "--login", session.login)
        assert [one["mac"] for one in listed] == [session.mac] and listed[0]["ended_at"] is None
    scene.nas.mode = "obeys"
    provider.cli("nas", "reconcile", scene.nas.name)
    follows(provider, scene)


def test_ack_without_effect_is_not_believed(provider, scenes):
    """An ACK is believed when accounting agrees: traffic above the new rate, or a session that goes on after its
    Disconnect, is no effect; CoA becomes Disconnect, and Disconnect is given up with a reason."""
    scene = scenes["ack_without_effect"]
    for session in scene.suspended:
        shown = stands(provider, session, "failed", LONG)
        assert shown["why"], shown
        comes_to(provider, session, [("disconnect", "no_effect")] * 3)
    for session in scene.slowed:
        comes_to(provider, session, [("coa", "no_effect"), ("disconnect", "no_effect")])
    scene.nas.mode = "obeys"
    provider.cli("nas", "reconcile", scene.nas.name)
    for session in scene.suspended:
        is_over(session, LONG)
    for session in scene.slowed:
        until(lambda one=session: one.state == "over" or one.in_force["rate"] == scene.rate, LONG,
              what=lambda one=session: f"{one}: {tried_for(provider, one, 1)}")


@pytest.mark.parametrize("mode", ["dead", "wrong_secret", "answers_wrong_secret"])
def test_silence_is_shown_and_ends_when_the_nas_answers_O05(provider, scenes, mode):
    """(O-05, O-08) No valid answer for 30 s: the line rests but for one request each 5 s, the sessions say why, and all
    of them follow once it answers. (O-03) What another secret signed is no answer."""
    scene = scenes[mode]
    for session in scene.slowed + scene.suspended:
        shown = stands(provider, session, "failed", LONG)
        assert "not answered" in shown["why"], shown
    line = provider.cli("status")["nas"][scene.nas.name]["coa"]
    assert line["answers"] is False and line["acknowledged"] == 0 and line["unanswered"] > 0
    assert (line["bad_replies"] > 0) == (mode == "answers_wrong_secret")
    first = tried_for(provider, scene.suspended[0], 1)[0]
    assert first["result"] == "no_answer" and 1 < first["sent"] <= 6
    each_sent_as_rfc5080_says(scene.nas, scene.nas.heard()[:SESSIONS])  # those that followed are sent each 5 s
    scene.nas.mode = "obeys"
    follows(provider, scene)
    assert provider.cli("status")["nas"][scene.nas.name]["coa"]["answers"] is True
    for session in scene.suspended:
        ends_well(provider, session)


@pytest.mark.slow
def test_a_dead_nas_does_not_delay_the_others_O08_F23(provider, concentrators):
    """(O-08, F-23) One is dead with everybody on it suspended; the others are told while it is waited for, and no more
    than 32 requests wait for it."""
    plan = provider.plan("--simultaneous", 0)["name"]
    many = provider.subscriber(plan=plan)
    dead, others = concentrators(provider, mode="dead"), [concentrators(provider) for _ in range(3)]
    queued = [dead.begin(many["login"], many["password"]) for _ in range(2000)]
    until(lambda: all(one.state == "online" for one in queued), 60 * SLOWER)
    users = [provider.subscriber() for _ in others]
    sessions = [nas.dial(user) for nas, user in zip(others, users)]
    suspend(provider, many)
    until(lambda: len(dead.heard()) >= 32, SOON)
    for user in users:
        suspend(provider, user)
    for session in sessions:
        is_over(session)
    line = provider.cli("status")["nas"][dead.name]["coa"]
    assert line["queued"] + line["in_flight"] + line["failed"] >= 2000 and line["in_flight"] <= 32 and line["peak_in_flight"] == 32
    assert len(dead.heard()) == 32, "the first requests are still waited for"
    tried = [attempts(provider, user["login"])[0] for user in users]
    assert all(one["sent"] == 1 and one["result"] == "acknowledged" for one in tried)
    dead.mode = "obeys"
    def progress():
        return f"{sum(one.state == 'online' for one in queued)} are still online; {provider.cli('status')['nas'][dead.name]}"
    until(lambda: all(one.state == "over" for one in queued), LONG, 0.1, what=progress)
    assert dead.peak_outstanding <= 64, "32 that were given up may still be unanswered"
