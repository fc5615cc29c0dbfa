"""A simulated concentrator: it lets subscribers in as RADIUS says, accounts for them, and does as RFC 5176 requests say,
as RouterOS does it, or misbehaves in one of MODES. Many sessions, real UDP, an address and a CoA port of its own.
Sources: MikroTik's RADIUS page (what it sends, and which attributes a CoA changes), RFC 5176."""
import collections
import itertools
import os
import random
import socket
import time

import dynamic
import radius
from asker import Asker
from dynamic import DISCONNECT_REQUEST
from radius import INTERIM, attribute, integer, until
from subscriber import Session

MODES = {
    "obeys": "does as it is told",
    "ack_without_effect": "acknowledges, and nothing happens",
    "nak_503": "says that it knows no such session",
    "nak_404": "says that the request is invalid",
    "loses_half": "half of the requests and half of the replies are lost",
    "answers_after_5s": "is slow",
    "wrong_secret": "does not get past the Request Authenticator, and so says nothing (RFC 5176 s2.3)",
    "answers_wrong_secret": "does not look at authenticators, and signs with another secret",
    "dead": "says nothing",
    "by_hand": "a test answers"}
UNANSWERED_S = 30  # an identifier rests so long when its request was not answered
IDENTIFICATION = {1, 4, 5, 8, 30, 31, 32, 33, 44, 50, 55, 61, 80, 87, 97}
CHANGEABLE = {11, 27, 28, "14988/8", "14988/19"}


class Concentrator:
    def __init__(self, loop, provider, *flags, mode="obeys", redial=False, vendor="mikrotik", seed=1, says_it_is=None):
        """`redial`: subscribers who are disconnected dial again at once; `says_it_is`: NAS-IP-Address, of a NAS
        behind NAT; "": it has none but its NAS-Identifier."""
        self.loop, self.mode, self.redial = loop, mode, redial
        self.dice = random.Random(seed)
        address = provider.free_address()
        self.coa = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.coa.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.coa.bind((address, 0))
        self.coa_port = self.coa.getsockname()[1]
        self.nas = provider.nas("--vendor", vendor, "--coa-port", self.coa_port, *flags, address=address)
        self.nas_ip = address if says_it_is is None else says_it_is
        self.name, self.address, self.secret, self.vendor = self.nas.name, address, self.nas.secret, vendor
        self.sessions = {}       # online, by Acct-Session-Id
        self.ended_by = {}       # requests that disconnected, by Acct-Session-Id
        self.requests = {}       # heard, by (source, identifier, authenticator)
        self.violations = []     # of RFC 5176 and of "what was applied is not sent again"
        self.outstanding, self.peak_outstanding = collections.OrderedDict(), 0
        self.sign_replies, self.clock_skew = True, None  # seconds: Event-Timestamp in replies
        self.numbers, self.boot = itertools.count(1), f"{os.getpid() % 256:02x}"
        self.reporting = None
        self.turn_to(provider)
        loop.serve(self.coa, self.hear)

    def turn_to(self, provider):
        """Asks that daemon from now on."""
        self.provider = provider
        def move():
            self.auth = Asker(self.loop, self.address, ("127.0.0.1", provider.auth_port), self.secret)
            self.acct = Asker(self.loop, self.address, ("127.0.0.1", provider.acct_port), self.secret)
        self.loop.call(move)

    # -- subscribers

    def begin(self, login, password, **options):
        """Lets a subscriber dial; the Session, not yet online."""
        session = Session(self, login, password, f"81{self.boot}{next(self.numbers):05x}", **options)
        self.loop.post(session.dial)
        return session

    def dial(self, user, **options):
        """A subscriber's session once it is online and its Start was acknowledged; or rejected."""
        session = self.begin(user["login"], user["password"], **options)
        until(lambda: session.state in ("online", "rejected", "silent"), 20, what=lambda: f"{session} does not come online")
        return session

    def of(self, login):
        """Its session that is online now, or None."""
        return next((one for one in list(self.sessions.values()) if one.login == login), None)

    def keep_reporting(self, every=1.0):
        """Interims of all that are online, each so many seconds, with the traffic that they ask for and get."""
        def report():
            for session in list(self.sessions.values()):
                session.grow(every)
                session.account(INTERIM)
            if self.reporting is not None:
                self.loop.later(self.reporting, report)
        first, self.reporting = self.reporting is None, every
        if first:
            self.loop.post(report)

    def forget_all(self):
        """Its power fails: nobody is online, and nothing is said."""
        self.loop.call(self.sessions.clear)

    # -- what the server asks

    def heard(self, kind=None, session=None):
        """Requests, oldest first, repetitions not counted."""
        found = list(self.requests.values())
        return [one for one in found if kind in (None, one.kind) and (session is None or one.text(44) == session.id)]

    def hear(self):
        while True:
            try:
                raw, source = self.coa.recvfrom(65536)
            except BlockingIOError:
                return
            except OSError:
                continue
            self.take(raw, source)

    def take(self, raw, source):
        now = time.monotonic()
        try:
            request = dynamic.Request(raw, source, now)
        except dynamic.Malformed as error:
            self.violations.append(f"malformed: {error}: {raw.hex()}")
            return
        key = source, request.identifier, request.authenticator
        if (known := self.requests.get(key)) is not None:
            known.times.append(now)
            if known.octets != raw:
                self.violations.append(f"a repetition has other octets: {known} {raw.hex()}")
            request = known
        else:
            self.note_new(key, request, now)
        self.treat(request)

    def note_new(self, key, request, now):
        self.requests[key] = request
        while self.outstanding:
            oldest = next(iter(self.outstanding))
            if now - self.outstanding[oldest].times[0] < UNANSWERED_S:
                break
            del self.outstanding[oldest]
        holder = self.outstanding.get(key[:2])
        if holder is not None:
            self.violations.append(f"identifier {key[1]} is used again while {holder} is outstanding")
        self.outstanding[key[:2]] = request
        self.peak_outstanding = max(self.peak_outstanding, len(self.outstanding))

    def treat(self, request):
        lossy = self.mode == "loses_half"
        if self.mode in ("dead", "by_hand") or lossy and self.dice.random() < 0.5:
            return
        if self.mode == "wrong_secret" or self.mode != "answers_wrong_secret" and not request.verifies(self.secret):
            request.verdict = "dropped"
            if self.mode != "wrong_secret":
                self.violations.append(f"an authenticator does not verify: {request}")
            return
        if self.mode == "answers_after_5s":
            self.loop.later(5.0, lambda: self.answer(request))
        else:
            self.answer(request, lost=lossy and self.dice.random() < 0.5)

    def answer(self, request, lost=False):
        effect = None
        if self.mode == "answers_wrong_secret":
            self.coa.sendto(dynamic.reply(request.octets, request.code + 1, "another secret"), request.source)
            return
        if request.reply is None:
            cause, effect = self.judge(request)
            self.decide(request, cause)
        if not lost:
            self.send(request)
        if effect is not None:
            effect()

    def decide(self, request, cause):
        """Its reply from now on, for repetitions as well: ACK, or NAK with that Error-Cause."""
        attributes = [] if cause is None else [dynamic.error_cause(cause)]
        if self.clock_skew is not None:
            attributes.append(attribute(dynamic.EVENT_TIMESTAMP, integer(int(time.time()) + self.clock_skew)))
        code = request.code + (1 if cause is None else 2)
        request.verdict = "ack" if cause is None else f"nak {cause}"
        request.reply = dynamic.reply(request.octets, code, self.secret, *attributes, signed=self.sign_replies)

    def send(self, request):
        self.coa.sendto(request.reply, request.source)
        request.answered = True
        self.outstanding.pop((request.source, request.identifier), None)

    def judge(self, request):
        """(Error-Cause or None, what is to be done once the reply has left)."""
        if self.mode in ("nak_503", "nak_404"):
            return int(self.mode[-3:]), None
        if request.text(44) is None or request.text(1) is None:
            return 402, None  # Missing-Attribute
        named = {4: radius.address(self.nas_ip) if self.nas_ip else None, 32: self.name.encode()}
        if not request.kinds() & named.keys() or any(request.get(kind) not in (None, value) for kind, value in named.items()):
            return 403, None  # NAS-Identification-Mismatch
        if (before := self.ended_by.get(request.text(44))) is not None and before.answered:
            self.violations.append(f"sent although the session was disconnected: {request}")
        session = request.session = self.sessions.get(request.text(44))
        if session is None or session.login != request.text(1) or request.get(8) not in (None, radius.address(session.address)):
            return 503, None  # Session-Context-Not-Found
        if request.code == DISCONNECT_REQUEST:
            if not request.kinds() <= IDENTIFICATION:
                self.violations.append(f"a Disconnect-Request has more than identification: {request}")
            if self.mode == "ack_without_effect":
                return None, None
            self.ended_by[session.id] = request
            return None, session.disconnected
        if not request.kinds() <= IDENTIFICATION | CHANGEABLE:
            return 401, None  # Unsupported-Attribute: no address, pool or route by CoA
        if self.mode != "ack_without_effect":
            self.apply(session, request)
        return None, None

    def apply(self, session, request):
        before, change = session.last_request, request.change()
        if before is not None and before.answered and before.change() == change:
            self.violations.append(f"sent again although it was applied: {request}")
        session.last_request = request
        session.in_force.update(change)

    # -- answers by a test (mode by_hand)

    def reply_to(self, request, cause=None):
        """The right answer, with its effect."""
        def run():
            if request.reply is None:
                found, effect = self.judge(request) if cause is None else (cause, None)
                self.decide(request, found)
                self.send(request)
                if effect is not None:
                    effect()
        self.loop.call(run)

    def say(self, octets, request):
        """Any octets, from the CoA port to where the request came from."""
        self.coa.sendto(octets, request.source)

    def close(self):
        def end():
            self.reporting = None
            self.auth.close()
            self.acct.close()
            self.loop.forget(self.coa)
        self.loop.call(end)
