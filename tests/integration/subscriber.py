"""One subscriber of a simulated concentrator: dials, is online with what the Accept gave, reports, and ends."""
import os
import re
import time

import radius
from dynamic import ADDRESS_LIST, MIKROTIK, RATE_LIMIT
from radius import ACCESS_ACCEPT, INTERIM, START, STOP, attribute, integer

UNITS = {"": 1, "k": 1_000, "M": 1_000_000}
NOT_TERMS = {80, 25, 27, 85}  # Message-Authenticator, Class; timeouts and intervals follow clocks, not records


def text(value):
    return None if value is None else value.decode()


def bits(rate):
    """Download and upload of a Mikrotik-Rate-Limit (rx/tx: upload first); None: unlimited."""
    if not rate:
        return None, None
    upload, _, download = rate.split()[0].partition("/")
    def number(text):
        digits, unit = re.fullmatch(r"(\d+)([kM]?)", text).groups()
        return int(digits) * UNITS[unit]
    return number(download or upload), number(upload)


class Session:
    def __init__(self, nas, login, password, identifier, method="pap", mac=None, demand=None):
        """`demand`: bits a second that the subscriber would like to receive."""
        self.nas, self.login, self.password, self.id, self.method, self.demand = nas, login, password, identifier, method, demand
        self.port = int(identifier[-5:], 16)
        self.mac = mac or "02:00:{:02X}:{:02X}:{:02X}:{:02X}".format(*(self.port % (1 << 16)).to_bytes(2, "big"), *os.urandom(2))
        self.state = "dialling"  # rejected, silent, online, over
        self.accept, self.in_force, self.address, self.class_ = None, {}, None, None
        self.download = self.upload = 0
        self.began = time.monotonic()
        self.successor = None    # who dialled again after a Disconnect
        self.last_request = None  # the CoA-Request that was applied last
        self.known = None        # attributes that every packet about it carries

    def common(self):
        """What RouterOS says of a PPPoE session in requests of both kinds."""
        if self.known is None:
            self.known = [
                attribute(radius.SERVICE_TYPE, integer(2)), attribute(radius.FRAMED_PROTOCOL, integer(1)),
                attribute(radius.NAS_PORT, integer(15728640 + self.port)), attribute(radius.NAS_PORT_TYPE, integer(15)),
                attribute(radius.CALLING_STATION_ID, self.mac), attribute(30, "service1"), attribute(87, "ether2"),
                attribute(radius.NAS_IDENTIFIER, self.nas.name)]
            if self.nas.nas_ip:
                self.known.append(attribute(radius.NAS_IP_ADDRESS, radius.address(self.nas.nas_ip)))
        return self.known

    # -- on the loop

    def dial(self):
        self.nas.auth.ask(self.access_request, self.decided)

    def access_request(self, identifier):
        parts = [*self.common(), attribute(radius.ACCT_SESSION_ID, self.id)]
        if self.method == "pap":
            return radius.access_request(self.nas.secret, *parts, login=self.login, password=self.password, identifier=identifier)
        challenge = os.urandom(16)
        proof = attribute(radius.CHAP_PASSWORD, radius.chap(self.password, challenge)), attribute(radius.CHAP_CHALLENGE, challenge)
        return radius.access_request(self.nas.secret, *parts, *proof, login=self.login, identifier=identifier)

    def decided(self, reply):
        if reply is None or reply.code != ACCESS_ACCEPT:
            self.state = "silent" if reply is None else "rejected"
            return
        self.accept = reply
        self.class_ = reply.get(radius.CLASS)
        self.in_force = {
            "pool": text(reply.get(radius.FRAMED_POOL)), "filter": text(reply.get(radius.FILTER_ID)),
            "rate": text(next(iter(reply.vendor(MIKROTIK, RATE_LIMIT)), None)),
            "list": text(next(iter(reply.vendor(MIKROTIK, ADDRESS_LIST)), None))}
        given = reply.get(radius.FRAMED_IP_ADDRESS)
        self.address = ".".join(map(str, given)) if given else f"10.{self.port >> 16 & 255}.{self.port >> 8 & 255}.{self.port & 255}"
        self.nas.sessions[self.id] = self
        self.account(START, self.started)

    def started(self):
        if self.state == "dialling":
            self.state = "online"

    def account(self, status, done=None, cause=None):
        """One record; `done`() once it was acknowledged."""
        parts = [*self.common(), attribute(45, integer(1)), attribute(radius.FRAMED_IP_ADDRESS, radius.address(self.address))]
        if self.class_ is not None:
            parts.append(attribute(radius.CLASS, self.class_))
        numbers = {}
        if status != START:
            numbers = {"download": self.download, "upload": self.upload, "seconds": int(time.monotonic() - self.began)}
        if cause is not None:
            parts.append(attribute(radius.ACCT_TERMINATE_CAUSE, integer(cause)))
        def packet(identifier):
            return radius.usage(self.nas.secret, self.login, self.id, status, *parts, nas=None, identifier=identifier, **numbers)
        def answered(reply):
            if reply is not None and done is not None:
                done()
        self.nas.acct.ask(packet, answered)

    def grow(self, seconds):
        """Traffic of so many seconds: what is asked for, as far as the rate in force allows."""
        if self.demand is not None:
            most = bits(self.in_force.get("rate"))[0]
            self.download += int((self.demand if most is None else min(self.demand, most)) * seconds / 8)
            self.upload += int(1000 * seconds)

    def end(self, cause):
        self.nas.sessions.pop(self.id, None)
        self.state = "over"
        self.account(STOP, cause=cause)

    def disconnected(self):
        """Admin-Reset."""
        self.end(6)
        if self.nas.redial:
            self.successor = self.nas.begin(self.login, self.password, method=self.method, mac=self.mac, demand=self.demand)

    # -- from a test

    def report(self, **numbers):
        """An Interim, acknowledged."""
        for name, value in numbers.items():
            setattr(self, name, value)
        acknowledged = []
        self.nas.loop.post(lambda: self.account(INTERIM, lambda: acknowledged.append(True)))
        radius.until(lambda: acknowledged, 20, what=f"an Interim of {self} is not acknowledged")

    def hang_up(self):
        """User-Request."""
        self.nas.loop.call(lambda: self.end(1))

    def terms(self):
        """The attributes of its Accept that say what it has, for comparison."""
        return sorted((kind, value) for kind, value in self.accept.attributes if kind not in NOT_TERMS)

    def __repr__(self):
        return f"session {self.id} of {self.login} at {self.nas.name}: {self.state} {self.in_force}"
