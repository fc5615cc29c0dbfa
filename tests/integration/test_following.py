"""Sessions that are online follow their records within a moment: by CoA where RouterOS can be told, else by Disconnect."""
import datetime

import pytest
from following import SOON, attempts, comes_back, garden, has, is_over, release, results, row_of, set_rate, stands, suspend
from radius import CLASS, until


@pytest.fixture
def nas(provider, concentrators):
    return concentrators(provider, redial=True)


@pytest.fixture
def user(provider):
    return provider.subscriber(plan=provider.plan("--framed-pool", "customers", "--address-list", "clients", download="300M", upload="150M")["name"])


def at(seconds):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).isoformat()


@pytest.mark.threaded
@pytest.mark.parametrize("method", ["pap", "chap"])
def test_a_new_rate_reaches_the_session_by_coa(provider, nas, user, method):
    session = nas.dial(user, method=method)
    shown = stands(provider, session, "in_force")
    assert shown["why"] in (None, "")
    rate = set_rate(provider, user)
    has(session, rate=rate)
    shown = stands(provider, session, "in_force")
    assert "10M/5M" in shown["wanted"] and shown["has"] == shown["wanted"]
    tried, = attempts(provider, user["login"])
    assert (tried["order"], tried["result"], tried["sent"], tried["error_cause"]) == ("coa", "acknowledged", 1, None)
    assert tried["session_id"] == shown["id"] and tried["nas"] == nas.name and tried["why"] == "rate" and tried["actor"] == "porteiro"
    request, = nas.heard()
    assert request.change() == {"rate": rate} and session.state == "online"


def test_what_the_session_has_already_is_not_sent_again(provider, nas, user):
    session, other = nas.dial(user), nas.dial(provider.subscriber())
    provider.cli("login", "set", user["login"], "--note", "nothing that a session has")
    provider.cli("plan", "set", user["plan"], "--price", "79.90", "--session-timeout", 86400)
    set_rate(provider, user, "300M", "150M")
    rate = set_rate(provider, user)
    has(session, rate=rate)
    session.report()
    provider.cli("nas", "reconcile", nas.name)
    provider.cli("nas", "set", nas.name, "--note", "the same NAS")
    stands(provider, session, "in_force")
    stands(provider, other, "in_force")
    assert len(nas.heard()) == 1, nas.heard()


def test_every_session_of_a_plan_follows(provider, nas):
    plan = provider.plan("--simultaneous", 0)["name"]
    one, two = provider.subscriber(plan=plan), provider.subscriber(plan=plan)
    sessions = [nas.dial(user) for user in (one, one, two)]
    rate = set_rate(provider, one)
    for session in sessions:
        has(session, rate=rate)
    assert len(nas.heard("coa")) == 3


REFUSALS = {
    "the contract is suspended for debt": lambda provider, user: suspend(provider, user),
    "the contract is suspended for fraud": lambda provider, user: suspend(provider, user, "fraud"),
    "the contract is cancelled": lambda provider, user: provider.cli("contract", "cancel", user["contract"], "--reason", "moves"),
    "the client is disabled": lambda provider, user: provider.cli("client", "disable", user["client"], "--reason", "by court"),
    "the login is disabled": lambda provider, user: provider.cli("login", "disable", user["login"]),
    "the login is removed": lambda provider, user: provider.cli("login", "remove", user["login"]),
    "the login is bound to another MAC": lambda provider, user: provider.cli("login", "set", user["login"], "--mac", "02:11:22:33:44:55"),
    "suspended by plain SQL": lambda provider, user: provider.psql(
        "update contract set status = 'suspended', suspension_kind = 'debt', suspension_reason = 'by hand' where id = %s", user["contract"]),
    "disabled by plain SQL": lambda provider, user: provider.psql("update login set enabled = false where login = %s", user["login"])}


@pytest.mark.parametrize("change", REFUSALS)
def test_a_session_that_may_not_be_ends(provider, nas, user, change):
    """Without a garden: Disconnect, and the redial is rejected."""
    session = nas.dial(user)
    REFUSALS[change](provider, user)
    comes_back(session, "rejected")
    tried, = attempts(provider, user["login"])
    assert (tried["order"], tried["result"]) == ("disconnect", "acknowledged"), tried
    assert len(nas.heard()) == 1


def test_debt_leads_into_the_garden_and_payment_out_of_it_with_a_redial(provider, nas, user):
    """A garden with its own pool: no CoA changes an address; the release restores the original Accept."""
    garden(provider, nas)
    session = nas.dial(user)
    assert session.in_force["pool"] == "customers"
    suspend(provider, user)
    inside = comes_back(session)
    assert inside.in_force == {"pool": "garden", "list": "blocked", "rate": "256k/256k", "filter": None}
    shown = stands(provider, inside, "in_force")
    assert "garden" in shown["wanted"] and "debt" in shown["wanted"]
    logged = provider.cli("auth", "list", "--login", user["login"])
    assert any(one["result"] == "garden" and one["reason"] == "contract_suspended" for one in logged)
    release(provider, user)
    free = comes_back(inside)
    assert free.terms() == session.terms()
    stands(provider, free, "in_force")
    tried = attempts(provider, user["login"], 2)
    assert results(tried) == [("disconnect", "acknowledged")] * 2 and [one["why"] for one in tried] == ["garden debt", "released"]


def test_a_garden_that_keeps_the_address_opens_and_closes_by_coa(provider, nas, user):
    """What a CoA gave is taken back by another; the session goes on all the while."""
    garden(provider, nas, pool=None)
    session = nas.dial(user)
    original = dict(session.in_force)
    suspend(provider, user)
    has(session, list="blocked", rate="256k/256k")
    stands(provider, session, "in_force")
    release(provider, user)
    has(session, **original)
    stands(provider, session, "in_force")
    assert session.state == "online" and session.in_force == original and len(nas.heard("coa")) == 2 and nas.heard("disconnect") == []


@pytest.mark.parametrize("open_list, flags", [("porteiro-open", ()), ("allowed", ("--open-list", "allowed"))])
def test_routeros_keeps_an_address_in_a_list_unless_told_another(provider, concentrators, open_list, flags):
    """A plan without a list: the release names the list that stands for none."""
    nas, user = concentrators(provider, *flags), provider.subscriber()
    garden(provider, nas, pool=None)
    session = nas.dial(user)
    assert session.in_force["list"] is None
    suspend(provider, user)
    has(session, list="blocked")
    release(provider, user)
    has(session, list=open_list, rate="150M/300M")
    stands(provider, session, "in_force")


def test_without_an_open_list_the_release_disconnects(provider, concentrators):
    nas, user = concentrators(provider, redial=True), provider.subscriber()
    provider.cli("nas", "set", nas.name, "--open-list", "none")
    garden(provider, nas, pool=None)
    session = nas.dial(user)
    suspend(provider, user)
    has(session, list="blocked")
    release(provider, user)
    assert comes_back(session).terms() == session.terms()


def test_a_garden_for_the_expired_opens_when_the_time_comes(provider, nas, user):
    garden(provider, nas, reason="expired", pool=None)
    session = nas.dial(user)
    provider.cli("login", "set", user["login"], "--valid-until", at(3))
    assert session.in_force["list"] == "clients"
    has(session, list="blocked")
    provider.cli("login", "set", user["login"], "--clear", "valid_until")
    has(session, list="clients", rate="150M/300M")
    stands(provider, session, "in_force")


def test_without_a_garden_the_end_of_validity_disconnects(provider, nas, user):
    session = nas.dial(user)
    provider.cli("login", "set", user["login"], "--valid-until", at(3))
    comes_back(session, "rejected")
    tried, = attempts(provider, user["login"])
    assert tried["order"] == "disconnect" and tried["why"] == "expired"


def test_a_garden_is_built_around_those_who_are_suspended_already(provider, nas, user):
    """Rejected until the garden is there; let in after that; out of it when it is removed."""
    suspend(provider, user)
    assert nas.dial(user).state == "rejected"
    built = garden(provider, nas)
    until(lambda: nas.dial(user).state == "online", SOON)
    inside = nas.of(user["login"])
    assert inside.in_force["pool"] == "garden"
    provider.cli("garden", "remove", built["name"])
    comes_back(inside, "rejected")


def test_a_nas_without_gardens_disconnects(provider, concentrators, user):
    nas = concentrators(provider, "--gardens", "no", redial=True)
    garden(provider, nas)
    session = nas.dial(user)
    suspend(provider, user)
    comes_back(session, "rejected")


def test_a_login_that_nobody_knows_lands_in_its_garden(provider, nas):
    garden(provider, nas, reason="unknown")
    stranger = {"login": provider.name("nobody"), "password": "whatever"}
    inside = nas.dial(stranger)
    assert inside.state == "online" and inside.in_force["pool"] == "garden"


@pytest.mark.parametrize("kind", ["fraud", "court", "request"])
def test_only_debt_leads_into_the_garden_for_debt(provider, nas, user, kind):
    garden(provider, nas)
    session = nas.dial(user)
    suspend(provider, user, kind)
    comes_back(session, "rejected")


def test_another_address_needs_a_redial(provider, nas, user):
    session = nas.dial(user)
    provider.cli("login", "set", user["login"], "--ip", "100.64.9.9")
    again = comes_back(session)
    assert again.address == "100.64.9.9" and nas.heard("coa") == []
    stands(provider, again, "in_force")


@pytest.mark.parametrize("flags, expected", [(("--filter", "kids"), {"filter": "kids"}), (("--address-list", "vip"), {"list": "vip"})])
def test_a_filter_and_a_list_change_by_coa(provider, nas, user, flags, expected):
    session = nas.dial(user)
    provider.cli("login", "set", user["login"], *flags)
    has(session, **expected)
    stands(provider, session, "in_force")
    assert nas.heard("disconnect") == []


def test_plain_sql_reaches_the_session(provider, nas, user):
    session = nas.dial(user)
    provider.psql("update plan set download = 20000000, upload = 20000000 where name = %s", user["plan"])
    has(session, rate="20M/20M")
    tried, = attempts(provider, user["login"])
    assert tried["order"] == "coa"


def test_several_changes_at_once_are_one_request(provider, nas, user):
    session = nas.dial(user)
    with provider.sql() as connection, connection.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute("update plan set download = 30000000, upload = 30000000 where name = %s", (user["plan"],))
        cursor.execute("update login set filter = 'kids', address_list = 'vip' where login = %s", (user["login"],))
        cursor.execute("commit")
    has(session, rate="30M/30M", filter="kids", list="vip")
    stands(provider, session, "in_force")
    assert len(nas.heard()) == 1, nas.heard()


def test_a_session_that_ends_by_itself_is_not_told(provider, concentrators, user):
    nas = concentrators(provider, mode="by_hand")
    session = nas.dial(user)
    suspend(provider, user)
    request = until(lambda: nas.heard("disconnect"), SOON)[0]
    session.hang_up()
    until(lambda: provider.cli("session", "list", "--login", user["login"]) == [], SOON)
    nas.reply_to(request, 503)
    until(lambda: provider.cli("session", "pending", "--nas", nas.name) == [], SOON)
    assert nas.heard() == [request]


def test_a_change_taken_back_before_it_was_sent_leaves_the_queue(provider, concentrators, user):
    """It is what the session has at the end that counts."""
    nas = concentrators(provider, mode="by_hand")
    session = nas.dial(user)
    set_rate(provider, user)
    first = until(lambda: nas.heard("coa"), SOON)[0]
    set_rate(provider, user, "300M", "150M")
    nas.reply_to(first)
    def restored():
        for request in nas.heard("coa"):
            nas.reply_to(request)
        return session.in_force["rate"] == "150M/300M"
    until(restored, SOON)
    stands(provider, session, "in_force")


def test_coa_may_be_off_for_a_nas(provider, concentrators, user):
    nas = concentrators(provider, "--coa", "no")
    session = nas.dial(user)
    suspend(provider, user)
    shown = stands(provider, session, "failed")
    assert "coa is off" in shown["why"].lower() and nas.heard() == []
    provider.cli("nas", "set", nas.name, "--coa", "yes")
    is_over(session)


def test_the_class_says_what_a_session_has(provider, nas, user):
    """58 octets: magic, version 3, the login, the fingerprint, a seal."""
    session = nas.dial(user)
    class_ = session.accept.get(CLASS)
    assert len(class_) == 58 and class_[:2] == b"P\3"
    assert row_of(provider, session)["following"] == "in_force"
