"""What a test holds: the guest, the daemon that its concentrator asks, the relay between them."""
import re
import shlex

import pytest

from guest import PATIENCE, Guest, image
from porteiro import Provider
from radius import until
from relay import Relay

CONCENTRATOR = "10.255.0.1"
SECRET = "a-secret-of-the-test"
METHODS = {"pap": "pap", "chap": "chap", "mschap-v2": "mschapv2"}  # pppd's name: ours


class Line:
    def __init__(self):
        image.require_programs()
        self.guest = self.relay = None
        self.provider = Provider()
        try:
            self.provider.start(wait=False)
            self.guest = Guest()
            self.provider.wait_ready()
            self.nas = self.provider.nas("--vendor", "mikrotik", address="127.0.0.1", secret=SECRET)
            self.relay = Relay(self.provider.auth_port, self.provider.acct_port)
            self.guest.run(f"serve {self.relay.ports[0]} {self.relay.ports[1]} {SECRET}")
        except BaseException:
            self.close()
            raise

    def close(self):
        try:
            if self.guest is not None:
                self.guest.close()
            if self.relay is not None:
                self.relay.close()
        finally:
            self.provider.close()

    def rest(self):
        self.guest.run("rest")
        self.relay.forget()

    # -- the subscriber's side

    def dial(self, login, password, method="pap", home=1):
        """pppd's exit status (0 online, 19 not authenticated) and what it told the subscriber."""
        status, _ = self.guest.shell(f"dial {home} {method} {shlex.quote(login)} {shlex.quote(password)}")
        return status, self.said(home)

    def connect(self, subscriber, method="pap"):
        status, said = self.dial(subscriber["login"], subscriber["password"], method)
        assert status == 0, f"{said}\n{self.guest.run('cat /run/concentrator.log')}\n{self.provider.log_tail()}"

    def said(self, home=1):
        return self.guest.run(f"cat /run/home/{home}")

    def at_home(self, command, home=1):
        return self.guest.run(f"at_home {home} {command}")

    def address(self, home=1):
        return re.search(r"inet (\S+) peer", self.at_home("ip -4 address show ppp0", home)).group(1)

    def ping(self, home=1):
        self.at_home(f"ping -c 1 -w 20 {CONCENTRATOR}", home)

    def check_octets(self, session, home=1):
        """The daemon counted what the subscriber's pppd says that it sent and received, once it has hung up."""
        sent, received = re.search(r"Sent (\d+) bytes, received (\d+) bytes", self.said(home)).groups()
        assert session["upload_octets"] == pytest.approx(int(sent), rel=0.02)
        assert session["download_octets"] == pytest.approx(int(received), rel=0.02)

    # -- the provider's side

    def received(self, address):
        """The attributes that reached the concentrator with this address: {name: text}."""
        lines = self.guest.run(f"received {address}").splitlines()
        return dict(line.split(" ", 1) for line in lines if " " in line)

    def sessions(self, login, state="open"):
        return [session for session in self.provider.cli("session", "list", "--login", login, "--closed") if session["state"] == state]

    def open_session(self, login):
        until(lambda: self.sessions(login), PATIENCE, what=lambda: f"no session of {login}:\n{self.provider.log_tail()}")
        return self.sessions(login)[0]

    def closed_session(self, login):
        """The only session that the login had."""
        until(lambda: self.sessions(login, "closed"), PATIENCE, what=lambda: f"{login} has no closed session:\n{self.provider.log_tail()}")
        session, = self.provider.cli("session", "list", "--login", login, "--closed")
        return session

    def decisions(self, login):
        until(lambda: self.provider.cli("auth", "list", "--login", login), PATIENCE, what=f"no decision about {login}")
        return self.provider.cli("auth", "list", "--login", login)
