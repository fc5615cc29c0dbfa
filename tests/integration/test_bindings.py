"""What binds a login to a device, a place, a name and a time, and how many may be online; through real packets."""
import datetime

import pytest
import radius
from radius import ACCESS_ACCEPT, ACCESS_REJECT, CALLING_STATION_ID, SESSION_TIMEOUT, START, STOP, attribute, until, vendor

NAS_PORT_ID = 87
ADSL_FORUM, AGENT_CIRCUIT_ID, AGENT_REMOTE_ID = 3561, 1, 2  # RFC 4679 s3.3
NOW = datetime.datetime.now(datetime.timezone.utc)


@pytest.fixture(scope="module")
def nas(provider):
    return provider.nas()


@pytest.fixture(scope="module")
def plan(provider):
    return provider.plan("--simultaneous", 0)["name"]


def mac(text):
    return attribute(CALLING_STATION_ID, text)


def last_reason(provider, login):
    return until(lambda: [row["reason"] for row in provider.cli("auth", "list", "--login", login, "--limit", 1)])[0]


def refused(provider, nas, user, reason, *attributes, login=None):
    assert nas.login(login or user["login"], user["password"], *attributes).code == ACCESS_REJECT
    assert last_reason(provider, login or user["login"]) == reason
    assert nas.login(login or user["login"], "wrong", *attributes).code == ACCESS_REJECT
    assert last_reason(provider, login or user["login"]) == "bad_password", "a wrong password is told before anything else"


# -- the device

@pytest.mark.parametrize("stored", ["AA:BB:CC:00:11:22", "aa-bb-cc-00-11-22", "aabb.cc00.1122", "AABBCC001122"])
def test_a_mac_in_any_notation(provider, nas, plan, stored):
    user = provider.subscriber("--mac", stored, plan=plan)
    for dialled in ("AA:BB:CC:00:11:22", "aa-bb-cc-00-11-22", "aabb.cc00.1122", "aabbcc001122"):
        assert nas.login(user["login"], user["password"], mac(dialled)).code == ACCESS_ACCEPT
    refused(provider, nas, user, "wrong_mac", mac("AA:BB:CC:00:11:23"))
    refused(provider, nas, user, "wrong_mac")  # none in the request: it cannot be the right one
    assert provider.cli("login", "show", user["login"])["mac"] == ["AA:BB:CC:00:11:22"]


def test_several_macs_and_an_exchanged_device(provider, nas, plan):
    user = provider.subscriber("--mac", "AA:BB:CC:00:00:01", "--mac", "AA:BB:CC:00:00:02", plan=plan)
    for last in ("01", "02"):
        assert nas.login(user["login"], user["password"], mac(f"AA:BB:CC:00:00:{last}")).code == ACCESS_ACCEPT
    error = provider.refused("login", "swap-mac", user["login"], "AA:BB:CC:00:00:03")
    assert error["field"] == "old" and "AA:BB:CC:00:00:01" in error["message"]
    swapped = provider.cli("login", "swap-mac", user["login"], "aabb.cc00.0003", "--old", "AA-BB-CC-00-00-01")
    assert swapped["mac"] == ["AA:BB:CC:00:00:02", "AA:BB:CC:00:00:03"]
    refused(provider, nas, user, "wrong_mac", mac("AA:BB:CC:00:00:01"))
    assert nas.login(user["login"], user["password"], mac("AA:BB:CC:00:00:03")).code == ACCESS_ACCEPT
    assert provider.refused("login", "swap-mac", user["login"], "nonsense", "--old", "AA-BB-CC-00-00-02")["field"] == "mac"


@pytest.mark.threaded
def test_the_first_device_is_learned(provider, nas):
    user = provider.subscriber(plan=provider.plan("--learn-mac", "yes", "--simultaneous", 0)["name"])
    assert nas.login(user["login"], user["password"], mac("4c-5e-0c-00-00-07")).code == ACCESS_ACCEPT
    refused(provider, nas, user, "wrong_mac", mac("4C:5E:0C:00:00:08"))  # at once, before the records have it
    until(lambda: provider.cli("login", "show", user["login"])["mac"] == ["4C:5E:0C:00:00:07"], 5)
    assert nas.login(user["login"], user["password"], mac("4C:5E:0C:00:00:07")).code == ACCESS_ACCEPT
    rows = provider.cli("history", "list", "--login", user["login"])
    assert any(row["field"] == "mac" and row["actor"] == "porteirod" for row in rows)
    assert provider.cli("login", "set", user["login"], "--learn-mac", "no", "--clear", "mac")["mac"] == []
    assert nas.login(user["login"], user["password"], mac("4C:5E:0C:00:00:08")).code == ACCESS_ACCEPT


# -- the place

def test_the_concentrator(provider, nas, plan):
    other = provider.nas()
    user = provider.subscriber("--nas", nas.name, plan=plan)
    assert nas.login(user["login"], user["password"]).code == ACCESS_ACCEPT
    refused(provider, other, user, "wrong_nas")


@pytest.mark.parametrize("flag, right, wrong", [
    ("--nas-port", attribute(NAS_PORT_ID, "ether3/vlan100"), attribute(NAS_PORT_ID, "ether3/vlan200")),
    ("--circuit-id", vendor(ADSL_FORUM, AGENT_CIRCUIT_ID, "olt1 1/1/3 vlan100"), vendor(ADSL_FORUM, AGENT_CIRCUIT_ID, "olt1 1/1/3 vlan200")),
    ("--remote-id", vendor(ADSL_FORUM, AGENT_REMOTE_ID, "onu-17-vlan100"), vendor(ADSL_FORUM, AGENT_REMOTE_ID, "onu-17"))])
def test_the_port(provider, nas, plan, flag, right, wrong):
    user = provider.subscriber(flag, "*vlan100", plan=plan)
    assert nas.login(user["login"], user["password"], right).code == ACCESS_ACCEPT
    refused(provider, nas, user, "wrong_port", wrong)
    refused(provider, nas, user, "wrong_port")


# -- the name

def test_the_realm(provider, nas, plan):
    strip = provider.subscriber("--realm", "isp.example", "--realm-rule", "strip", plan=plan, login=provider.name("joao"))
    assert nas.login(strip["login"] + "@isp.example", strip["password"]).code == ACCESS_ACCEPT
    assert nas.login(strip["login"], strip["password"]).code == ACCESS_ACCEPT
    assert nas.login(strip["login"] + "@other.example", strip["password"]).code == ACCESS_REJECT
    required = provider.subscriber("--realm", "isp.example", "--realm-rule", "require", plan=plan, login=provider.name("ana"))
    assert nas.login(required["login"] + "@isp.example", required["password"]).code == ACCESS_ACCEPT
    refused(provider, nas, required, "wrong_realm")


# -- the time

def instant(**delta):
    return (NOW + datetime.timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_validity(provider, nas, plan):
    early = provider.subscriber("--valid-from", instant(days=1), plan=plan)
    refused(provider, nas, early, "not_yet_valid")
    late = provider.subscriber("--valid-until", instant(days=-1), plan=plan)
    refused(provider, nas, late, "expired")
    soon = provider.subscriber("--valid-until", instant(hours=1), plan=plan)
    left = nas.login(soon["login"], soon["password"]).integer(SESSION_TIMEOUT)
    assert 3000 < left <= 3600, "Session-Timeout is cut to what remains"
    provider.cli("login", "set", late["login"], "--clear", "valid-until")
    assert nas.login(late["login"], late["password"]).code == ACCESS_ACCEPT
    with provider.sql() as connection, connection.cursor() as cursor:
        cursor.execute("update login set valid_until = now() - interval '1 minute' where login = %s", (late["login"],))
    until(lambda: nas.login(late["login"], late["password"]).code == ACCESS_REJECT, 3)


def test_the_schedule(provider, nas, plan):
    days = "mon tue wed thu fri sat sun".split()
    zone = datetime.timezone(datetime.timedelta(hours=-3))  # America/Sao_Paulo, the default, has had no summer time since 2019
    today, elsewhere = days[NOW.astimezone(zone).weekday()], days[(NOW.astimezone(zone).weekday() + 3) % 7]
    open_ = provider.subscriber("--schedule", "mon-sun 00:00-24:00", plan=plan)
    assert nas.login(open_["login"], open_["password"]).code == ACCESS_ACCEPT
    shut = provider.subscriber("--schedule", f"{elsewhere} 08:00-18:00", plan=plan)
    refused(provider, nas, shut, "outside_schedule")
    by_plan = provider.subscriber(plan=provider.plan("--schedule", f"{elsewhere} 08:00-18:00")["name"])
    refused(provider, nas, by_plan, "outside_schedule")
    error = provider.refused("login", "set", open_["login"], "--schedule", f"{today} 25:00-26:00")
    assert error["field"] == "schedule"


# -- how many at once

@pytest.mark.threaded
def test_one_session_at_a_time(provider, nas):
    """A-15 and A-16: the second device is refused, the same device redials; when the first is gone the next comes in."""
    other = provider.nas()
    user = provider.subscriber(plan=provider.plan()["name"])
    first, second = mac("AA:00:00:00:00:01"), mac("AA:00:00:00:00:02")
    reply = nas.login(user["login"], user["password"], first)
    assert reply.code == ACCESS_ACCEPT
    session = attribute(radius.CLASS, reply.get(radius.CLASS))
    refused(provider, nas, user, "session_limit", second)  # reserved at the Accept, before any Start
    refused(provider, other, user, "session_limit", first)
    nas.account(user["login"], "s1", START, first, session)
    assert nas.login(user["login"], user["password"], first).code == ACCESS_ACCEPT, "a redial takes its ghost over"
    provider.cli("login", "set", user["login"], "--simultaneous", 2)
    assert nas.login(user["login"], user["password"], second).code == ACCESS_ACCEPT


def test_a_stop_makes_room(provider, nas):
    user = provider.subscriber(plan=provider.plan()["name"])
    one = mac("AA:00:00:00:01:01")
    reply = nas.login(user["login"], user["password"], one)
    session = attribute(radius.CLASS, reply.get(radius.CLASS))
    nas.account(user["login"], "s1", START, one, session)
    refused(provider, nas, user, "session_limit", mac("AA:00:00:00:01:02"))
    nas.account(user["login"], "s1", STOP, one, session, seconds=1)
    assert nas.login(user["login"], user["password"], mac("AA:00:00:00:01:02")).code == ACCESS_ACCEPT


def test_sessions_count_after_a_restart(lone):
    nas = lone.nas()
    user = lone.subscriber(plan=lone.plan()["name"])
    one = mac("AA:00:00:00:02:01")
    reply = nas.login(user["login"], user["password"], one)
    nas.account(user["login"], "s1", START, one, attribute(radius.CLASS, reply.get(radius.CLASS)))
    lone.restart()
    refused(lone, nas, user, "session_limit", mac("AA:00:00:00:02:02"))
    assert nas.login(user["login"], user["password"], one).code == ACCESS_ACCEPT


# -- who guesses

def test_guessing_is_throttled_and_locks_nobody_out(provider, nas, plan):
    """L-04: ten failures in a minute from one device; the subscriber at home does not notice."""
    user = provider.subscriber(plan=plan)
    guesser, home = mac("66:66:66:00:00:01"), mac("AA:00:00:00:03:01")
    for _ in range(10):
        nas.login(user["login"], "guess", guesser)
    assert nas.login(user["login"], user["password"], guesser).code == ACCESS_REJECT
    assert last_reason(provider, user["login"]) == "throttled"
    assert nas.login(user["login"], user["password"], home).code == ACCESS_ACCEPT
    explained = provider.cli("login", "explain", user["login"], "--nas", nas.name, "--mac", "66:66:66:00:00:01")
    assert explained["verdict"] == "reject" and explained["reason"] == "throttled"
    provider.cli("login", "set", user["login"], "--password", "-", stdin="new one")
    assert nas.login(user["login"], "new one", guesser).code == ACCESS_ACCEPT, "a new password ends it at once"
