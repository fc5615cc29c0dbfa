"""Sessions as the concentrators report them: merged, never lost, never counted twice."""
import datetime

import pytest
import radius
from radius import ACCOUNTING_RESPONSE, INTERIM, START, STOP, attribute, integer, until


@pytest.fixture(scope="module")
def nas(provider):
    return provider.nas()


@pytest.fixture
def user(provider):
    return provider.subscriber()


def sessions(provider, user, *flags):
    return provider.cli("session", "list", "--login", user["login"], *flags)


def report(nas, user, session, status, *attributes, **numbers):
    reply = nas.account(user["login"], session, status, *attributes, **numbers)
    assert reply is not None and reply.code == ACCOUNTING_RESPONSE
    return reply


@pytest.mark.threaded
def test_start_interim_stop(provider, nas, user):
    seen = attribute(8, radius.address("100.64.3.4")), attribute(31, "aa-bb-cc-dd-ee-ff")
    report(nas, user, "81a", START, *seen)
    open_, = sessions(provider, user)
    assert set(open_) == {"id", "login", "nas", "ip", "mac", "started_at", "updated_at", "ended_at", "download_octets", "upload_octets", "terminate_cause", "state"}
    assert open_["login"] == user["login"] and open_["nas"] == nas.name and open_["ip"] == "100.64.3.4" and open_["mac"] == "AA:BB:CC:DD:EE:FF"
    assert open_["ended_at"] is None and open_["terminate_cause"] is None and open_["state"] == "open"
    assert abs((datetime.datetime.fromisoformat(open_["started_at"]) - datetime.datetime.now(datetime.timezone.utc)).total_seconds()) < 60
    report(nas, user, "81a", INTERIM, *seen, download=7_000_000_000, upload=1000, seconds=60)
    row, = sessions(provider, user)
    assert row["id"] == open_["id"] and row["download_octets"] == 7_000_000_000 and row["upload_octets"] == 1000
    report(nas, user, "81a", STOP, *seen, attribute(49, integer(1)), download=9_000_000_000, upload=2000, seconds=120)
    assert sessions(provider, user) == []
    closed, = sessions(provider, user, "--closed")
    assert closed["download_octets"] == 9_000_000_000 and closed["upload_octets"] == 2000 and closed["state"] == "closed"
    assert closed["ended_at"] is not None and closed["terminate_cause"] == "User-Request"


def test_gigawords_are_joined(provider, nas, user):
    report(nas, user, "giga", STOP, download=(1 << 64) - 1, upload=(5 << 32) + 17, seconds=9)
    row, = sessions(provider, user, "--closed")
    assert row["download_octets"] == (1 << 64) - 1 and row["upload_octets"] == (5 << 32) + 17


def test_any_order_gives_the_same_row(provider, nas, user):
    numbers = {START: {}, INTERIM: {"download": 500, "upload": 50, "seconds": 10}, STOP: {"download": 900, "upload": 90, "seconds": 20}}
    rows = []
    for n, order in enumerate(([START, INTERIM, STOP], [STOP, INTERIM, START], [INTERIM, STOP, START], [INTERIM, START, STOP, INTERIM, START])):
        mac = attribute(31, f"aa-bb-cc-dd-ee-{n:02x}")
        for status in order:
            report(nas, user, f"order{n}", status, mac, **numbers[status])
        row, = [row for row in sessions(provider, user, "--closed") if row["mac"] == f"AA:BB:CC:DD:EE:{n:02X}"]
        rows.append((row["download_octets"], row["upload_octets"], row["state"], row["ended_at"] is None))
    assert set(rows) == {(900, 90, "closed", False)}


def test_a_stop_of_zero_keeps_the_interims(provider, nas, user):
    report(nas, user, "zero", INTERIM, download=5000, upload=400, seconds=60)
    report(nas, user, "zero", STOP, download=0, upload=0, seconds=0)
    row, = sessions(provider, user, "--closed")
    assert (row["download_octets"], row["upload_octets"], row["state"]) == (5000, 400, "closed")


def test_repetitions_are_one_session(provider, nas, user):
    packet = radius.usage(nas.secret, user["login"], "rep", INTERIM, download=10, upload=1)
    with nas.acct() as peer:
        replies = [peer.ask(packet, nas.secret) for _ in range(3)]
    assert len({reply.raw for reply in replies}) == 1
    for delay in range(3):  # a retransmission with another Acct-Delay-Time is another packet
        report(nas, user, "rep", INTERIM, attribute(41, integer(delay)), download=10, upload=1)
    row, = sessions(provider, user)
    assert row["download_octets"] == 10


def test_class_binds_a_session_to_its_login(provider, nas, user):
    accept = nas.login(user["login"], user["password"])
    class_ = attribute(25, accept.get(25))
    report(nas, user, "classy", START, class_)
    report(nas, {"login": "renamed by the NAS"}, "other id", INTERIM, class_, download=77, upload=7)
    rows = sessions(provider, user)
    assert len(rows) == 1 and rows[0]["download_octets"] == 77
    forged = attribute(25, bytes(len(accept.get(25))))
    report(nas, user, "forged", START, forged)
    assert len(sessions(provider, user)) == 2


def test_three_users_under_one_id(provider, nas):
    users = [provider.subscriber() for _ in range(3)]
    for one in users:
        report(nas, one, "%lX0%hX", START)
    assert all(len(sessions(provider, one)) == 1 for one in users)


def test_unknown_login_is_recorded(provider, nas):
    report(nas, {"login": "ghost@isp.example"}, "ghost", START)
    assert len(provider.cli("session", "list", "--login", "ghost@isp.example")) == 1


@pytest.mark.parametrize("status", [7, 8, 9, 15, 4711])
def test_other_statuses_are_acknowledged(provider, nas, status):
    packet = radius.accounting_request(nas.secret, attribute(40, integer(status)), attribute(4, bytes(4)))
    with nas.acct() as peer:
        assert peer.ask(packet, nas.secret).code == ACCOUNTING_RESPONSE


@pytest.mark.parametrize("attributes", [[attribute(44, "x"), attribute(1, "u")], [attribute(40, integer(1)), attribute(1, "u")], [attribute(40, b"\1")]])
def test_N03_incomplete_records_are_not_acknowledged(provider, nas, attributes):
    before = provider.counters()
    with nas.acct() as peer:
        peer.send(radius.accounting_request(nas.secret, *attributes))
        until(lambda: provider.counters()["acct.malformed"] == before["acct.malformed"] + 1)
        assert peer.rest() == []


def test_hostile_texts_are_stored(provider, nas):
    for text in (b"\xff\xfe", b"nul\0nul", b"quote'\"\\", "漢字🔥".encode(), b"x" * 253):
        packet = radius.usage(nas.secret, text, b"id" + text[:200], START, attribute(87, text), attribute(31, text))
        with nas.acct() as peer:
            assert peer.ask(packet, nas.secret).code == ACCOUNTING_RESPONSE


def test_filters(provider, nas, user):
    other = provider.nas()
    report(nas, user, "f1", START, attribute(8, radius.address("100.99.1.1")))
    report(other, user, "f2", START, attribute(8, radius.address("100.99.1.2")))
    assert len(sessions(provider, user)) == 2
    assert [row["nas"] for row in sessions(provider, user, "--nas", other.name)] == [other.name]
    assert [row["ip"] for row in provider.cli("session", "list", "--ip", "100.99.1.1")] == ["100.99.1.1"]
    assert len(sessions(provider, user, "--limit", "1")) == 1


def test_radclient(provider, nas, user):
    status, text = provider.radclient(nas, "acct", [f'User-Name = "{user["login"]}"', "Acct-Status-Type = Start", 'Acct-Session-Id = "real"', "NAS-IP-Address = 127.0.0.1"])
    assert status == 0 and "Received Accounting-Response" in text, text
    wrong = type(nas)(provider, nas.name, nas.address, "not the secret")
    for one in (wrong, type(nas)(provider, "stranger", "127.254.2.2", nas.secret)):
        status, text = provider.radclient(one, "acct", [f'User-Name = "{user["login"]}"', "Acct-Status-Type = Start", 'Acct-Session-Id = "bad"'], timeout=1)
        assert status == 1 and "No reply" in text, text
    assert len(sessions(provider, user)) == 1


@pytest.mark.threaded
def test_many_at_once(provider, nas, user):
    with nas.acct() as peer:
        packets = {n: radius.usage(nas.secret, user["login"], f"many{n}", START, identifier=n) for n in range(200)}
        for packet in packets.values():
            peer.send(packet)
        for _ in packets:
            raw = peer.receive(10)
            assert raw is not None and radius.Reply(raw, packets[raw[1]], nas.secret)
    assert len(sessions(provider, user)) == 200
