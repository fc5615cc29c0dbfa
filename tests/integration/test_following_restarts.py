"""Daemons that die, are away, or are two: what a session has is known from its Class and the records. And allowances."""
import pytest
from following import SOON, attempts, comes_back, garden, has, is_over, release, results, set_rate, stands, suspend
from porteiro import Provider
from radius import until


@pytest.fixture
def pair(cluster):
    """Two daemons on one database."""
    one = Provider(database=cluster.start().connection)
    other = None
    try:
        one.start()
        other = Provider(database=cluster.connection, config={"key_file": one.settings["key_file"]}).start()
        yield one, other
    finally:
        for provider in (other, one):
            if provider is not None:
                provider.close()


def drained(provider):
    until(lambda: provider.cli("status")["journal"]["depth"] == 0, SOON)


@pytest.mark.parametrize("drain", [True, False], ids=["its records are in the database", "its records are in the journal only"])
def test_killed_between_accept_and_suspension(lone, concentrators, drain):
    """It still knows what the session has: no request for those that have it, one for who was suspended."""
    nas, user, calm = concentrators(lone), lone.subscriber(), lone.subscriber()
    garden(lone, nas, pool=None)
    session, other = nas.dial(user), nas.dial(calm)
    if drain:
        drained(lone)
    lone.kill9()
    lone.start()
    stands(lone, session, "in_force")
    suspend(lone, user)
    has(session, list="blocked")
    lone.cli("nas", "reconcile", nas.name)
    assert [one.text(44) for one in nas.heard()] == [session.id]
    stands(lone, other, "in_force")
    release(lone, user)
    has(session, rate="150M/300M", list="porteiro-open")


def test_killed_after_a_coa_that_was_acknowledged(lone, concentrators):
    """The last CoA counts more than the Accept: it is not sent again, and taken back when the records are."""
    nas, user = concentrators(lone), lone.subscriber()
    session = nas.dial(user)
    rate = set_rate(lone, user)
    has(session, rate=rate)
    attempts(lone, user["login"])
    lone.kill9()
    lone.start()
    stands(lone, session, "in_force")
    session.report()
    stands(lone, session, "in_force")
    assert len(nas.heard()) == 1
    rate = set_rate(lone, user, "300M", "150M")
    has(session, rate=rate)


def test_a_suspension_while_the_daemon_was_away_is_enforced_at_its_start(cluster, concentrators):
    provider = Provider(database=cluster.start().connection)
    try:
        provider.start()
        nas, user = concentrators(provider, redial=True), provider.subscriber()
        session = nas.dial(user)
        drained(provider)
        provider.stop()
        provider.psql("update contract set status = 'suspended', suspension_kind = 'debt', suspension_reason = 'x' where id = %s", user["contract"])
        assert session.state == "online"
        provider.start()
        comes_back(session, "rejected")
        assert results(attempts(provider, user["login"])) == [("disconnect", "acknowledged")]
    finally:
        provider.close()


def test_of_two_daemons_the_one_that_hears_the_accounting_sends(pair, concentrators):
    one, other = pair
    nas, users = concentrators(one), [one.subscriber() for _ in range(2)]
    for user in users:
        other.wait_login(user["login"])
    other.wait_nas(nas.name)
    first = nas.dial(users[0])
    nas.turn_to(other)
    second = nas.dial(users[1])
    for provider in pair:
        drained(provider)
    before = [provider.counters()["coa.requests"] for provider in pair]
    suspend(other, users[0])
    is_over(first)
    suspend(one, users[1])
    is_over(second)
    assert [provider.counters()["coa.requests"] for provider in pair] == [before[0] + 1, before[1] + 1]
    assert [len(one.times) for one in nas.heard()] == [1, 1]


def test_a_session_that_moves_to_the_other_daemon_is_that_ones(pair, concentrators):
    """The NAS fails over: from the first Interim that the other hears, the other sends."""
    one, other = pair
    nas, user = concentrators(one), one.subscriber()
    other.wait_login(user["login"])
    other.wait_nas(nas.name)
    session = nas.dial(user)
    drained(one)
    nas.turn_to(other)
    session.report()
    drained(other)
    one.kill9()
    suspend(other, user)
    is_over(session)
    assert other.counters()["coa.requests"] == 1
    one.start()


# -- allowances

def allowance(provider, user):
    return provider.cli("login", "allowance", user["login"])


@pytest.fixture
def small(provider):
    """A plan with an allowance of ten million octets a month, one megabit after it."""
    plan = provider.plan("--allowance", "10M", "--allowance-period", "month", "--allowance-warning", 80,
                         "--allowance-download", "1M", "--allowance-upload", "512k")
    return provider.subscriber(plan=plan["name"])


def test_an_allowance_that_is_used_up_slows_the_session(provider, concentrators, small):
    nas = concentrators(provider)
    session = nas.dial(small)
    since = provider.log_size()
    session.report(download=5_000_000, upload=100_000)
    stands(provider, session, "in_force")
    assert allowance(provider, small)["state"] == "ok"
    assert provider.log("allowance_warning", since) == []
    session.report(download=8_500_000)
    warned = until(lambda: provider.log("allowance_warning", since), SOON)
    assert [one["login"] for one in warned] == [small["login"]] and nas.heard() == []
    assert allowance(provider, small)["state"] == "warning"
    session.report(download=10_900_000)
    has(session, rate="512k/1M")
    assert [one["login"] for one in until(lambda: provider.log("allowance_used_up", since), SOON)] == [small["login"]]
    tried, = attempts(provider, small["login"])
    assert tried["order"] == "coa" and "allowance" in tried["why"] + tried["wanted"], tried
    assert allowance(provider, small)["state"] == "used_up" and allowance(provider, small)["used_octets"] == 11_000_000
    assert "allowance" in provider.cli("usage", "show", small["login"], json=False).lower()
    session.report(download=12_000_000)
    stands(provider, session, "in_force")
    session.hang_up()
    until(lambda: provider.cli("session", "list", "--login", small["login"]) == [], SOON)
    again = nas.dial(small)
    assert again.in_force["rate"] == "512k/1M", "the next login has it as well"
    assert len(nas.heard()) == 1


def test_a_greater_allowance_restores_the_rate(provider, concentrators, small):
    nas = concentrators(provider)
    session = nas.dial(small)
    session.report(download=20_000_000)
    has(session, rate="512k/1M")
    provider.cli("plan", "set", small["plan"], "--allowance", "1G")
    has(session, rate="150M/300M")
    provider.cli("plan", "set", small["plan"], "--allowance", "10M")
    has(session, rate="512k/1M")
    provider.cli("plan", "set", small["plan"], "--clear", "allowance")
    has(session, rate="150M/300M")
    stands(provider, session, "in_force")


def test_an_allowance_may_lead_into_a_garden(provider, concentrators, small):
    nas = concentrators(provider)
    garden(provider, nas, reason="quota", pool=None)
    provider.cli("plan", "set", small["plan"], "--allowance-then", "garden")
    session = nas.dial(small)
    session.report(download=20_000_000)
    has(session, list="blocked", rate="256k/256k")
    stands(provider, session, "in_force")


def test_what_was_used_is_known_after_a_restart(lone, concentrators):
    plan = lone.plan("--allowance", "10M", "--allowance-download", "1M", "--allowance-upload", "1M")
    nas, user = concentrators(lone), lone.subscriber(plan=plan["name"])
    session = nas.dial(user)
    session.report(download=9_000_000)
    drained(lone)
    lone.kill9()
    lone.start()
    stands(lone, session, "in_force")
    session.report(download=9_500_000)
    stands(lone, session, "in_force")
    assert nas.heard() == []
    session.report(download=10_500_000)
    has(session, rate="1M/1M")
