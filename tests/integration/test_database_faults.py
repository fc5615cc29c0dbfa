"""The answer never waits for the database: killed, stopped, away at the start."""
import os
import signal
import threading
import time

import pytest
import radius
from porteiro import SLOWER, Provider
from radius import ACCESS_ACCEPT, ACCOUNTING_RESPONSE, Reply, until

pytestmark = pytest.mark.threaded


class Load(threading.Thread):
    """Access-Requests one after the other until stopped; notes what was not answered rightly, and the longest wait."""

    def __init__(self, nas, user):
        super().__init__()
        self.nas, self.user, self.ending = nas, user, threading.Event()
        self.sent, self.wrong, self.longest = 0, [], 0.0

    def run(self):
        with self.nas.auth() as peer:
            while not self.ending.is_set():
                packet = radius.access_request(self.nas.secret, login=self.user["login"], password=self.user["password"], identifier=self.sent % 256)
                began = time.monotonic()
                peer.send(packet)
                raw = peer.receive(2)
                self.longest = max(self.longest, time.monotonic() - began)
                self.sent += 1
                if raw is None or Reply(raw, packet, self.nas.secret).code != ACCESS_ACCEPT:
                    self.wrong.append(raw)
                time.sleep(0.002)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.join()


def test_the_embedded_server_is_killed_under_load(lone):
    nas, user = lone.nas(), lone.subscriber()
    first = lone.postmaster()
    with Load(nas, user) as load:
        until(lambda: load.sent > 50)
        os.kill(first, signal.SIGKILL)
        until(lambda: lone.run("client", "list", "--limit", 1).code == 3, 10 * SLOWER, 0.001, "nobody noticed")
        until(lambda: lone.postmaster() not in (None, first) and lone.run("client", "list", "--limit", 1).code == 0, 15 * SLOWER, what=lone.log_tail)
        sent = load.sent
        until(lambda: load.sent > sent + 50)
    assert load.wrong == [], f"{len(load.wrong)} of {load.sent} requests"
    assert load.longest < 0.5 * SLOWER
    lone.cli("login", "disable", user["login"])
    until(lambda: nas.login(user["login"], user["password"]).code == 3, 5)


def test_the_server_hangs_under_load(lone):
    nas, user = lone.nas(), lone.subscriber()
    with Load(nas, user) as load:
        until(lambda: load.sent > 50)
        with lone.database_hangs():
            assert nas.account(user["login"], "hang", radius.START).code == ACCOUNTING_RESPONSE, "the journal has it"
            began = time.monotonic()
            answer = lone.run("client", "list", "--limit", 1)
            assert time.monotonic() - began < 7
            assert answer.code == 3 and answer.error["code"] == "unavailable"
            assert lone.run("status").code == 0, "status needs no database"
            sent = load.sent
            until(lambda: load.sent > sent + 100)
        until(lambda: lone.run("client", "list", "--limit", 1).code == 0, 15 * SLOWER)
        until(lambda: lone.cli("status")["journal"]["depth"] == 0, 15 * SLOWER)
    assert load.wrong == [], f"{len(load.wrong)} of {load.sent} requests"
    assert load.longest < 0.5 * SLOWER
    assert len(lone.cli("session", "list", "--login", user["login"])) == 1


def test_accounting_is_acknowledged_from_the_journal_while_the_database_is_away(cluster):
    """(N-01, F-03)"""
    provider = Provider(database=cluster.start().connection)
    try:
        provider.start()
        nas, user = provider.nas(), provider.subscriber()
        assert nas.account(user["login"], "one", radius.START).code == ACCOUNTING_RESPONSE
        assert len(provider.cli("session", "list", "--login", user["login"])) == 1
        cluster.stop()
        assert nas.account(user["login"], "two", radius.START).code == ACCOUNTING_RESPONSE
        assert nas.login(user["login"], user["password"]).code == ACCESS_ACCEPT
        journal = provider.cli("status")["journal"]
        assert (journal["state"], journal["depth"]) == ("ok", 1)
        provider.kill9()
        cluster.start()
        provider.start()
        until(lambda: provider.cli("status")["journal"]["depth"] == 0, 15 * SLOWER)
        assert len(provider.cli("session", "list", "--login", user["login"])) == 2
    finally:
        provider.close()


def test_an_external_database_that_is_away_at_the_start(cluster):
    provider = Provider(database=cluster.connection)
    try:
        provider.start(wait=False)
        until(lambda: provider.socket.exists() and provider.run("status").code == 0, 10 * SLOWER)
        assert provider.cli("status")["database"]["state"] != "up"
        answer = provider.run("client", "list")
        assert answer.code == 3 and answer.error["code"] == "unavailable"
        before = provider.counters()
        with radius.Peer("127.0.0.9", ("127.0.0.1", provider.auth_port)) as peer:
            peer.send(radius.access_request("x", login="x", password="x"))
            until(lambda: provider.counters()["auth.not_ready"] == before["auth.not_ready"] + 1)
            assert peer.rest() == [], "silent, so that the NAS asks another"
        assert not provider.log("ready")
        cluster.start()
        provider.wait_ready()
        until(lambda: all(provider.run("client", "list").code == 0 for _ in range(6)), 5, what="some thread still thinks the database away")
        nas, user = provider.nas(), provider.subscriber()
        until(lambda: nas.login(user["login"], user["password"]).code == ACCESS_ACCEPT, 5)
    finally:
        provider.close()


def test_two_daemons_share_a_database(cluster):
    one = Provider(database=cluster.start().connection)
    other = None
    try:
        one.start()
        other = Provider(database=cluster.connection, config={"key_file": one.settings["key_file"]}).start()
        nas, user = one.nas(), one.subscriber()
        with radius.Peer(nas.address, ("127.0.0.1", other.auth_port)) as peer:
            def accepted():
                reply = peer.ask(radius.access_request(nas.secret, login=user["login"], password=user["password"]), nas.secret, 0.2)
                return reply and reply.code == ACCESS_ACCEPT
            until(accepted, 3 * SLOWER)
            other.cli("login", "disable", user["login"])
        until(lambda: nas.login(user["login"], user["password"]).code == 3, 3 * SLOWER)
    finally:
        for provider in (other, one):
            if provider is not None:
                provider.close()


def test_a_postmaster_left_by_a_killed_daemon_is_adopted(lone):
    nas, user = lone.nas(), lone.subscriber()
    before = lone.postmaster()
    lone.kill9()
    assert lone.postmaster() == before
    lone.start()
    assert lone.postmaster() == before
    assert nas.login(user["login"], user["password"]).code == ACCESS_ACCEPT
    assert lone.stop() == 0
    assert lone.postmaster() is None, "an orderly end also ends the embedded server"
