"""Everybody at once: a power cut whose subscribers all come back, and the reboots of a concentrator."""
import time

import porteiro
from network import network
from proof import prove, read_ledger
from radius import until


def open_and_closed(provider):
    """Ids of the sessions that the database has as open, and as closed."""
    rows = provider.psql("select acct_session_id, ended_at is null from session")
    return {name for name, is_open in rows if is_open}, {name for name, is_open in rows if not is_open}


def wait_open(net, expected, what):
    """Until exactly these are open: a takeover is written a moment after the Start that caused it."""
    def right():
        net.wait_drained()
        return open_and_closed(net.provider)[0] == expected
    until(right, 30 * porteiro.SLOWER, 0.2, what=lambda: f"{what}: {difference(net, expected)}")


def difference(net, expected):
    opened, _ = open_and_closed(net.provider)
    return f"{len(expected - opened)} of {len(expected)} are not open, {len(opened - expected)} others are, such as {sorted(opened ^ expected)[:3]}"


def of_boot(ledger, *boots):
    return {name for name in read_ledger(ledger) if name.split("-")[0] in boots}


def prove_last_counters(net):
    """That nothing is lost, and that sessions which never said goodbye keep their last counters."""
    proof = prove(net.provider, net.ledger)
    proof.wrong = [one for one in proof.wrong if not one.endswith("is closed though it never ended")]  # wait_open() knows better
    return proof


def power_cut(logins=20_000, within_ms=10_000, seed=1, nas=20):
    """All come back within ten seconds: nobody sees a time-out, and exactly they are online."""
    with network(nas=nas, accounts=logins, simultaneous=1, seed=seed) as net:
        first = net.play(sessions=logins, steps="login,start,interim", foreign=0, boot="a", ports=logins)
        net.wait_drained()
        back = net.play(sessions=logins, first=logins, steps="login,start", foreign=0, boot="b", ports=logins, within=within_ms, window=0, tries=3)
        wait_open(net, of_boot(net.ledger, "b"), "after the power cut")
        proof = prove_last_counters(net)
        answered = first["accepted"] == back["accepted"] == back["acknowledged"] == logins
        right = answered and back["timed_out"] == 0 and len(of_boot(net.ledger, "b")) == logins
        figures = {"logins": logins, "timed_out": back["timed_out"], "rejected": back["rejected"], "auth_ms": back["auth_ms"],
                   "acct_ms": back["acct_ms"], "seconds": back["seconds"], "online": net.provider.cli("status")["sessions_online"], **proof.figures()}
        return proof.holds and right, figures, f"{proof} {back}"


class Reboots:
    """One concentrator with many sessions, and another that nothing happens to."""

    def __init__(self, net, sessions):
        self.net, self.sessions, self.number = net, sessions, 0
        self.boots, self.rejected = 0, 0
        self.elsewhere = {"nas": net.write("elsewhere", [f"{net.nas[1].address} a-secret-of-the-faults"]),
                          "accounts": net.write("accounts-elsewhere", [f"{login} a-password" for login in net.logins[sessions:]])}
        self.here = {"nas": net.write("here", [f"{net.nas[0].address} a-secret-of-the-faults"]),
                     "accounts": net.write("accounts-here", [f"{login} a-password" for login in net.logins[:sessions]])}
        others = len(net.logins) - sessions
        net.play(**self.elsewhere, sessions=others, ports=others, boot="other", steps="login,start,interim", foreign=0)

    def log_in(self, begin, end, steps="login,start,interim"):
        """Callers begin..end of this boot, each with the port and MAC that it always has."""
        first = self.boots * self.sessions + begin
        played = self.net.play(**self.here, sessions=end - begin, first=first, ports=self.sessions, boot=f"boot{self.boots}", steps=steps, foreign=0)
        self.rejected += played["rejected"] + played["logins_gave_up"]

    def say_on(self, ago=0):
        self.net.play(**self.here, sessions=1, first=self.number, boot=f"on{self.boots}", steps="on", age=ago, foreign=0)
        self.number += 1

    def reboot(self):
        self.boots += 1
        return time.monotonic()

    def check(self, what):
        wait_open(self.net, of_boot(self.net.ledger, f"boot{self.boots}", "other"), what)


def next_second(since):
    """Acct-Delay-Time counts whole seconds: what came before and after a boot is told apart by more than one."""
    until(lambda: time.monotonic() > since + 1.1, 5)


def reboot(sessions=10_000, seed=1):
    """A concentrator boots: with an Accounting-On, with one that comes late, without any. The right sessions are open."""
    with network(nas=2, accounts=sessions + sessions // 10, simultaneous=1, seed=seed) as net:
        nas = Reboots(net, sessions)
        nas.log_in(0, sessions)
        nas.check("before")

        nas.reboot()
        nas.say_on()
        nas.log_in(0, sessions)
        nas.check("with an Accounting-On")

        next_second(time.monotonic())
        booted = nas.reboot()
        next_second(time.monotonic())
        nas.log_in(0, sessions // 2)
        nas.say_on(ago=int(time.monotonic() - booted))
        nas.log_in(sessions // 2, sessions)
        nas.check("with an Accounting-On that came late")

        nas.reboot()
        nas.log_in(0, sessions)
        nas.check("without an Accounting-On")
        proof = prove_last_counters(net)
        twice = ids_used_again(net, min(sessions // 10, 500))
        figures = {"sessions": sessions, "refused": nas.rejected, "ids_used_again": twice, **proof.figures()}
        return proof.holds and nas.rejected == 0 and not twice["wrong"], figures, f"{proof} {twice}"


def ids_used_again(net, sessions):
    """Without Class: after a boot the same Acct-Session-Id, login and port are another session."""
    again = {"sessions": sessions, "steps": "start,interim", "foreign": 100, "boot": "again", "interval": 3000, "ledger": net.folder / "again"}
    net.play(**again, age=7200)
    net.play(sessions=len(net.nas), steps="on", age=60, boot="again-on", ledger=net.folder / "again-on")
    net.play(**again)
    net.wait_drained()
    rows = net.provider.psql("select acct_session_id, ended_at is null, download_octets from session where acct_session_id like 'again-%' "
                             "order by acct_session_id, started_at")
    told = {name: told.sent[1][2] for name, told in read_ledger(net.folder / "again").items()}
    expected = [(name, is_open, download) for name, download in sorted(told.items()) for is_open in (False, True)]
    return {"rows": len(rows), "wrong": [row for row in zip(rows, expected) if tuple(row[0]) != row[1]][:5] or len(rows) != len(expected)}
