"""By hand: disconnect, another rate, kick, probe, reconcile, the recipe, and what is pending; each says what came of it."""
import datetime
import json

import pytest
from dynamic import ADDRESS_LIST, MIKROTIK
from following import SOON, attempts, comes_back, garden, has, is_over, row_of, set_rate, stands, suspend
from porteiro import free_port
from radius import until


@pytest.fixture
def nas(provider, concentrators):
    return concentrators(provider)


@pytest.fixture
def user(provider):
    return provider.subscriber()


@pytest.mark.parametrize("by", ["id", "login"])
def test_disconnect_waits_for_the_stop(provider, nas, user, by):
    session = nas.dial(user)
    row = row_of(provider, session)
    said = provider.cli("session", "disconnect", *([row["id"]] if by == "id" else ["--login", user["login"]]))
    done = said[0] if isinstance(said, list) else said
    assert done["result"] == "acknowledged" and done["sent"] == 1 and session.state == "over"
    assert provider.cli("session", "list", "--login", user["login"]) == []
    tried, = attempts(provider, user["login"])
    assert tried["order"] == "disconnect" and tried["why"] == "by hand" and tried["actor"]


def test_a_refused_disconnect_says_why_O04(provider, concentrators, user):
    """(O-04) The Error-Cause by number and name, and an exit status for scripts."""
    nas = concentrators(provider, mode="nak_404")
    nas.dial(user)
    answer = provider.run("session", "disconnect", "--login", user["login"], json=False)
    said = answer.out + answer.err
    assert answer.code == 1 and "404" in said and "Invalid-Request" in said, answer


def test_no_wait_does_not_wait(provider, concentrators, user):
    nas = concentrators(provider, mode="by_hand")
    session = nas.dial(user)
    assert provider.run("session", "disconnect", "--login", user["login"], "--no-wait").code == 0
    request = until(lambda: nas.heard("disconnect"), SOON)[0]
    assert session.state == "online"
    nas.reply_to(request)
    is_over(session)


def test_another_rate_by_hand_holds_until_the_records_change(provider, nas, user):
    session = nas.dial(user)
    row = row_of(provider, session)
    said = provider.cli("session", "coa", row["id"], "--rate", "50M/20M")
    done = said[0] if isinstance(said, list) else said
    assert done["result"] == "acknowledged" and session.in_force["rate"] == "20M/50M"
    session.report()
    assert "50M/20M" in stands(provider, session, "in_force")["has"] and len(nas.heard()) == 1
    rate = set_rate(provider, user)
    has(session, rate=rate)
    stands(provider, session, "in_force")


@pytest.mark.parametrize("rate", ["fast", "50M", "50M/20M/1M", "0/0"])
def test_a_rate_that_is_none_is_refused(provider, nas, user, rate):
    session = nas.dial(user)
    answer = provider.run("session", "coa", "--login", user["login"], "--rate", rate)
    assert answer.code in (1, 2) and answer.error["field"] == "rate", answer
    assert nas.heard() == [] and session.in_force["rate"] == "150M/300M"


@pytest.mark.parametrize("arguments", [("session", "disconnect", "999999999"), ("session", "coa", "999999999", "--rate", "1M/1M"),
                                       ("session", "disconnect", "--login", "nobody@isp.example"), ("login", "kick", "nobody@isp.example"),
                                       ("nas", "probe", "no-such-nas"), ("nas", "reconcile", "no-such-nas"), ("nas", "recipe", "no-such-nas")])
def test_what_is_not_there_is_said(provider, arguments):
    assert provider.refused(*arguments)["code"] == "not_found"


def test_kick_ends_every_session_of_a_login(provider, concentrators):
    nas = concentrators(provider, redial=True)
    user = provider.subscriber(plan=provider.plan("--simultaneous", 0)["name"])
    sessions = [nas.dial(user) for _ in range(3)]
    provider.cli("login", "kick", user["login"])
    for session in sessions:
        comes_back(session)
    assert len(nas.heard("disconnect")) == 3


def test_a_new_password_may_end_the_session(provider, nas, user):
    session = nas.dial(user)
    provider.run("login", "password", user["login"], "--password", "-", stdin="uma senha nova")
    stands(provider, session, "in_force")
    assert nas.heard() == [], "only when asked"
    answer = provider.run("login", "password", user["login"], "--password", "-", "--kick", stdin="mais uma senha")
    assert answer.code == 0, answer
    is_over(session)


# -- nas probe

def probe(provider, nas):
    answer = provider.run("nas", "probe", nas.name)
    return answer, answer.json


@pytest.mark.parametrize("skew", [None, 0, 120, -120])
def test_probe_of_a_nas_that_is_well(provider, nas, skew):
    nas.clock_skew = skew
    answer, said = probe(provider, nas)
    assert answer.code == 0 and said["answers"] is True and said["secret"] == "right", said
    assert said["error_cause"] == 503
    if skew is None:
        assert said["clock_skew_s"] is None
    else:
        assert abs(said["clock_skew_s"] - skew) <= 2


def test_probe_of_another_secret(provider, concentrators):
    nas = concentrators(provider, mode="answers_wrong_secret")
    answer = provider.run("nas", "probe", nas.name, json=False)
    assert answer.code == 1 and "secret" in answer.out + answer.err, answer


@pytest.mark.parametrize("mode", ["dead", "wrong_secret"])
def test_probe_of_silence(provider, concentrators, mode):
    nas = concentrators(provider, mode=mode)
    answer = provider.run("nas", "probe", nas.name, json=False, timeout=120)
    said = answer.out + answer.err
    assert answer.code == 1 and "answer" in said and str(nas.coa_port) in said, answer


def test_probe_of_another_port(provider, nas):
    provider.cli("nas", "set", nas.name, "--coa-port", free_port())
    answer = provider.run("nas", "probe", nas.name, json=False, timeout=120)
    assert answer.code == 1 and nas.heard() == [], answer


# -- what is pending, and all of it anew

def test_pending_lists_who_does_not_have_what_they_should(provider, concentrators, user):
    nas = concentrators(provider, mode="by_hand")
    session, fine = nas.dial(user), nas.dial(provider.subscriber())
    assert provider.cli("session", "pending", "--nas", nas.name) == []
    suspend(provider, user)
    request = until(lambda: nas.heard("disconnect"), SOON)[0]
    row, = provider.cli("session", "pending", "--nas", nas.name)
    assert row["login"] == user["login"] and row["nas"] == nas.name and row["following"] == "pending" and row["why"]
    line = provider.cli("status")["nas"][nas.name]["coa"]
    assert line["in_flight"] == 1 and line["queued"] == 0 and line["peak_in_flight"] == 1 and line["answers"] is True
    nas.reply_to(request)
    is_over(session)
    until(lambda: provider.cli("session", "pending", "--nas", nas.name) == [], SOON)
    assert fine.state == "online"


def test_reconcile_waits_and_tells(provider, concentrators, user):
    nas = concentrators(provider, mode="nak_404")
    session = nas.dial(user)
    suspend(provider, user)
    stands(provider, session, "failed")
    nas.mode = "obeys"
    provider.cli("nas", "reconcile", nas.name)
    assert session.state == "over"
    assert provider.cli("nas", "reconcile", nas.name, "--no-wait") is not None


def test_attempts_are_filtered(provider, nas, concentrators, user):
    other = concentrators(provider, mode="nak_404")
    refused = provider.subscriber()
    nas.dial(user), other.dial(refused)
    for one in (user, refused):
        suspend(provider, one)
    attempts(provider, user["login"]), attempts(provider, refused["login"])
    def listed(*flags):
        return {one["login"] for one in provider.cli("session", "attempts", *flags)}
    assert listed("--nas", other.name) == {refused["login"]}
    assert {user["login"], refused["login"]} <= listed("--since", "1h")
    assert refused["login"] in listed("--result", "refused") and user["login"] not in listed("--result", "refused")
    later = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).isoformat()
    assert listed("--since", later) == set()


def test_show_has_the_last_attempts(provider, concentrators, user):
    nas = concentrators(provider, mode="nak_404")
    session = nas.dial(user)
    suspend(provider, user)
    stands(provider, session, "failed")
    attempts(provider, user["login"])
    text = provider.cli("session", "show", "--login", user["login"], json=False)
    assert "failed" in text and "404" in text and "contract_suspended" in text


# -- recipes

@pytest.mark.parametrize("vendor", ["mikrotik", "accel-ppp"])
def test_a_recipe_is_filled_in_and_has_no_secret(provider, concentrators, vendor):
    nas = concentrators(provider, vendor=vendor)
    garden(provider, nas, "--redirect", "http://aviso.isp.example/")
    text = provider.cli("nas", "recipe", nas.name, json=False)
    assert str(nas.coa_port) in text and "blocked" in text and "garden" in text
    assert nas.secret not in text
    assert "@@" not in text and "{{" not in text and "${" not in text, "a placeholder was left"


# -- gardens as records

@pytest.mark.parametrize("flags, field", [
    ((), "framed_pool"),                                     # no wall at all
    (("--download", "1M", "--upload", "1M"), "framed_pool"),  # a rate is no wall
    (("--framed-pool", "g", "--reason", "late"), "reason"),
    (("--framed-pool", "g", "--nas", "no-such-nas"), "nas"),
    (("--framed-pool", "g", "--reply", "No-Such-Attribute=1"), "reply"),
    (("--framed-pool", "g", "--download", "-1"), "download")])
def test_a_garden_that_is_none_is_refused(provider, nas, flags, field):
    reason = () if "--reason" in flags else ("--reason", "debt")
    where = () if "--nas" in flags else ("--nas", nas.name)
    answer = provider.run("garden", "add", provider.name("garden"), *reason, *where, *flags)
    assert answer.code in (1, 2), answer
    assert answer.error["field"] == field or field in answer.error["message"], answer


def test_one_garden_for_a_reason_and_nas(provider, nas):
    built = garden(provider, nas)
    second = provider.run("garden", "add", provider.name("garden"), "--reason", "debt", "--nas", nas.name, "--framed-pool", "other")
    assert second.code == 1 and second.error["code"] == "conflict", second
    assert garden(provider, nas, reason="expired")["reason"] == "expired"
    provider.cli("garden", "remove", built["name"])
    again = garden(provider, nas)
    assert provider.cli("garden", "show", again["name"])["nas"] == nas.name
    provider.cli("garden", "set", again["name"], "--address-list", "wall")
    assert provider.cli("garden", "show", again["name"])["address_list"] == "wall"


def test_a_change_of_the_garden_reaches_those_in_it(provider, nas, user):
    built = garden(provider, nas, pool=None)
    session = nas.dial(user)
    suspend(provider, user)
    has(session, list="blocked")
    provider.cli("garden", "set", built["name"], "--address-list", "wall")
    has(session, list="wall")
    stands(provider, session, "in_force")


def test_a_garden_speaks_each_nas_own_words(provider, concentrators, user):
    """A Huawei has no Mikrotik-Address-List."""
    nas = concentrators(provider, vendor="huawei")
    garden(provider, nas, "--filter", "walled")
    suspend(provider, user)
    inside = nas.dial(user)
    assert inside.state == "online" and inside.accept.vendor(MIKROTIK, ADDRESS_LIST) == [] and inside.in_force["pool"] == "garden"


def test_the_json_of_show_and_pending_is_one_document(provider, nas, user):
    nas.dial(user)
    for arguments in (("session", "pending"), ("session", "attempts"), ("session", "show", "--login", user["login"])):
        json.loads(provider.run(*arguments).out)
