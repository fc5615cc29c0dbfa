"""Rows D-01 to D-05, R-01 to R-05, S-01, S-02: repetitions, and what a reply looks like."""
import os
import signal

import pytest
import radius
from porteiro import free_port
from protocol import answered, discarded, exchange, moved
from radius import ACCESS_ACCEPT, ACCESS_REJECT, ACCOUNTING_RESPONSE, PROXY_STATE, Peer, Reply, attribute, until


@pytest.fixture(scope="module")
def nas(provider):
    return provider.nas("--message-authenticator", "ignore", "--limit-proxy-state", "no", "--vendor", "mikrotik")


@pytest.fixture(scope="module")
def user(provider):
    """Dials at every NAS of these tests at once."""
    return provider.subscriber(plan=provider.plan("--simultaneous", 0)["name"])


def request(nas, user, *attributes, **options):
    return radius.access_request(nas.secret, *attributes, login=user["login"], password=options.pop("password", user["password"]), **options)


@pytest.mark.parametrize("password, code, counter", [("senha do teste", ACCESS_ACCEPT, "auth.accepts"), ("wrong", ACCESS_REJECT, "auth.rejects")])
def test_D01_a_repetition_gets_the_identical_octets(provider, nas, user, password, code, counter):
    packet = request(nas, user, password=password)
    with nas.auth() as peer:
        first, = exchange(provider, nas, packet, {counter: 1}, 1, peer=peer)
        assert Reply(first, packet, nas.secret).code == code
        again = exchange(provider, nas, [packet] * 3, {"auth.dup": 3, counter: 0}, 3, peer=peer)
        assert again == [first] * 3


def test_D01_a_repetition_from_another_port_is_new(provider, nas, user):
    packet = request(nas, user)
    one = answered(provider, nas, packet, ACCESS_ACCEPT)
    other = answered(provider, nas, packet, ACCESS_ACCEPT)
    assert one.get(radius.CLASS) != other.get(radius.CLASS)


def test_D01_accounting(provider, nas, user):
    packet = radius.usage(nas.secret, user["login"], "D01", radius.START)
    with nas.acct() as peer:
        first, = exchange(provider, nas, packet, {"acct.responses": 1}, 1, peer=peer, service="acct")
        again, = exchange(provider, nas, packet, {"acct.dup": 1, "acct.responses": 0}, 1, peer=peer, service="acct")
    assert again == first
    assert len(provider.cli("session", "list", "--login", user["login"])) == 1


@pytest.mark.threaded
def test_D02_a_repetition_of_what_is_in_work_is_dropped(provider, nas, user):
    packet = radius.usage(nas.secret, user["login"], "D02", radius.START)
    pid, before = provider.pid, provider.counters()
    with nas.acct() as peer:
        provider.signal(signal.SIGSTOP)
        try:
            for _ in range(3):  # read in one go, before the first is on disk
                peer.send(packet)
        finally:
            os.kill(pid, signal.SIGCONT)
        raw = peer.receive(10)
        assert raw is not None and Reply(raw, packet, nas.secret).code == ACCOUNTING_RESPONSE
        assert peer.rest() == []
        peer.send(packet)
        assert peer.receive() == raw
        assert peer.rest() == []
    after = moved(before, provider.counters())
    assert after["acct.dup"] == 3 and after["acct.responses"] == 1
    assert provider.pid == pid


def test_D03_a_new_request_under_an_old_key(provider, nas, user):
    with nas.auth() as peer:
        for password, code in (("wrong", ACCESS_REJECT), ("senha do teste", ACCESS_ACCEPT), ("wrong", ACCESS_REJECT)):
            packet = request(nas, user, password=password, identifier=9)
            raw, = exchange(provider, nas, packet, {"auth.requests": 1}, 1, peer=peer)
            assert Reply(raw, packet, nas.secret).code == code
        unsigned = request(nas, user, password="wrong", identifier=9, signed=False)
        raw, = exchange(provider, nas, unsigned, {"auth.requests": 1}, 1, peer=peer)
        assert Reply(raw, unsigned, nas.secret).code == ACCESS_REJECT


def test_D04_one_port_whose_identifiers_wrap(provider, nas, user):
    """16 rounds of all identifiers from one port as fast as they are answered: no reply belongs to an older request."""
    pid, before = provider.pid, provider.counters()
    with nas.auth() as peer:
        for _ in range(16):
            asked = {}
            for identifier in range(256):
                asked[identifier] = request(nas, user, identifier=identifier)
                peer.send(asked[identifier])
                if identifier % 64 == 63:
                    for _ in range(64):
                        raw = peer.receive()
                        assert raw is not None
                        assert Reply(raw, asked.pop(raw[1]), nas.secret).code == ACCESS_ACCEPT  # a stale one does not verify
            assert not asked
        assert peer.rest() == []
    after = moved(before, provider.counters())
    assert after["auth.requests"] == after["auth.accepts"] == 4096
    assert "auth.dup" not in after and "auth.dropped" not in after
    assert provider.pid == pid


def test_D05_repetitions_of_an_unanswered_request(provider, nas, user):
    """Each is refused again for its own sake, and room for others is left (its expiry: tests/unit/core)."""
    silent = radius.accounting_request(nas.secret, attribute(radius.USER_NAME, user["login"]), attribute(radius.ACCT_SESSION_ID, "D05"))
    before = provider.counters()
    with nas.acct() as peer:
        for _ in range(20):
            peer.send(silent)
        until(lambda: (now := moved(before, provider.counters())).get("acct.malformed", 0) + now.get("acct.dup", 0) == 20)
        assert peer.rest() == []
        good = radius.usage(nas.secret, user["login"], "D05", radius.START, identifier=silent[1])
        assert Reply(exchange(provider, nas, good, {"acct.responses": 1}, 1, "acct", peer=peer)[0], good, nas.secret)


def test_R01_the_reply_comes_from_where_the_request_went(lone):
    lone.stop()
    port = free_port()
    lone.settings["radius"]["auth"] = [f"0.0.0.0:{port}"]
    lone.write_config()
    lone.start()
    nas, user = lone.nas(), lone.subscriber()
    for target in ("127.0.0.1", "127.0.0.5", "127.77.1.2"):
        with Peer(nas.address, (target, port)) as peer:
            for identifier in (0, 1, 255):
                reply = peer.ask(request(nas, user, identifier=identifier), nas.secret)
                assert reply.code == ACCESS_ACCEPT and peer.came_from == (target, port)


def test_R02_proxy_states_are_echoed_in_order(provider, nas, user):
    states = [b"", b"one", os.urandom(253), b"one", b"\0last\xff"]
    proxies = [attribute(PROXY_STATE, state) for state in states]
    mixed = [part for state in proxies for part in (state, attribute(222, "between"))]
    accept = answered(provider, nas, request(nas, user, *mixed), ACCESS_ACCEPT)
    reject = answered(provider, nas, request(nas, user, *mixed, password="wrong"), ACCESS_REJECT)
    stored = answered(provider, nas, radius.usage(nas.secret, user["login"], "R02", radius.START, *mixed), ACCOUNTING_RESPONSE, "acct")
    for reply in (accept, reject, stored):
        assert reply.all(PROXY_STATE) == states


def test_R03_a_reply_that_would_be_too_long_is_a_reject(provider, nas):
    long = [flag for n in range(2) for flag in ("--reply", f"Reply-Message={n}" + "x" * 250)]
    user = provider.subscriber(*long, plan=provider.plan(*long)["name"])
    fits = answered(provider, nas, request(nas, user), ACCESS_ACCEPT)
    assert len(fits.all(radius.REPLY_MESSAGE)) == 4
    proxies = [attribute(PROXY_STATE, bytes([n]) * 253) for n in range(15)]
    reply = answered(provider, nas, request(nas, user, *proxies), ACCESS_REJECT)
    assert reply.all(PROXY_STATE) == [bytes([n]) * 253 for n in range(15)]
    until(lambda: [row for row in provider.cli("auth", "list", "--login", user["login"]) if row["reason"] == "reply_too_long"])


def test_R03_an_attribute_that_is_too_long_is_refused_when_typed(provider, user):
    error = provider.refused("login", "set", user["login"], "--reply", "Reply-Message=" + "x" * 254)
    assert error["code"] == "invalid" and error["field"] == "reply"


def test_R04_what_a_reject_may_carry(provider, nas):
    plan = provider.plan("--framed-pool", "pool1", "--reply", "Filter-Id=night", "--session-timeout", "3600")
    user = provider.subscriber("--reply", "Idle-Timeout=60", plan=plan["name"])
    for login in (user["login"], "nobody@isp.example"):
        packet = radius.access_request(nas.secret, attribute(PROXY_STATE, "p"), login=login, password="wrong")
        reply = answered(provider, nas, packet, ACCESS_REJECT)
        kinds = [kind for kind, _ in reply.attributes]
        assert set(kinds) <= {radius.REPLY_MESSAGE, PROXY_STATE, radius.MESSAGE_AUTHENTICATOR, 101}
    shapes = {tuple(kind for kind, _ in nas.login(login, "wrong").attributes) + (nas.login(login, "wrong").get(radius.REPLY_MESSAGE),)
              for login in (user["login"], "nobody@isp.example")}
    assert len(shapes) == 1, "an unknown login and a wrong password look alike"


def test_R05_every_accept_has_a_class_of_its_own(provider, nas, user):
    classes = [answered(provider, nas, request(nas, user), ACCESS_ACCEPT).all(radius.CLASS) for _ in range(20)]
    assert all(len(found) == 1 and len(found[0]) >= 16 for found in classes)
    assert len({found[0] for found in classes}) == 20


def test_S01_status_server(provider, user):
    nas = provider.nas()
    for extra in ([], [attribute(222, "unknown"), attribute(32, "bras")]):
        reply = answered(provider, nas, radius.status_server(nas.secret, *extra), ACCESS_ACCEPT, deltas={"auth.status_server": 1})
        assert reply.signed
        answered(provider, nas, radius.status_server(nas.secret, *extra), ACCOUNTING_RESPONSE, "acct", {"acct.status_server": 1})


def test_S01_status_server_is_limited_by_client(provider, user):
    nas, neighbour = provider.nas(), provider.nas()
    before = provider.counters()
    with nas.auth() as peer:
        for identifier in range(40):
            peer.send(radius.status_server(nas.secret, identifier=identifier))
        until(lambda: provider.counters()["auth.status_server"] - before["auth.status_server"] == 40)
        assert 5 <= len(peer.rest()) <= 8  # five at once, one a second after
    answered(provider, neighbour, radius.status_server(neighbour.secret), ACCESS_ACCEPT, deltas={"auth.status_server": 1})
    answered(provider, nas, request(nas, user), ACCESS_ACCEPT)


def test_S02_status_server_from_a_stranger_or_forged(provider, nas):
    with Peer("127.254.3.3", ("127.0.0.1", provider.auth_port)) as stranger:
        exchange(provider, nas, radius.status_server(nas.secret), {"auth.invalid": 1}, peer=stranger)
    discarded(provider, nas, radius.status_server("another secret"), {"auth.bad_authenticator": 1})
    discarded(provider, nas, radius.status_server("another secret"), {"acct.bad_authenticator": 1}, "acct")


@pytest.mark.parametrize("code", [2, 3, 4, 5, 11, 13, 40, 43, 45, 52, 255])
def test_P20_codes_that_do_not_belong_to_the_socket(provider, nas, code):
    discarded(provider, nas, radius.frame(code, 1, os.urandom(16), attribute(1, "x")), {"auth.unknown_type": 1})
    if code != 4:
        discarded(provider, nas, radius.frame(code, 1, os.urandom(16), attribute(1, "x")), {"acct.unknown_type": 1}, "acct")
