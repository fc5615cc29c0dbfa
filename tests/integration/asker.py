"""A NAS's own requests to one port of the server: identifiers, a window, repetitions until an answer comes."""
import collections
import socket
import time

from radius import Reply


class Asker:
    def __init__(self, loop, source, target, secret, window=64, every=1.1, tries=30):
        self.loop, self.target, self.secret = loop, target, secret
        self.window, self.every, self.tries = window, every, tries
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.socket.bind((source, 0))
        self.waiting, self.pending, self.next = collections.deque(), {}, 0
        self.ticking = False
        loop.serve(self.socket, self.hear)

    def ask(self, make, done):
        """`make`(identifier) is the packet; `done`(Reply, or None when all tries were in vain)."""
        self.waiting.append((make, done))
        self.pump()

    def pump(self):
        while self.waiting and len(self.pending) < self.window:
            make, done = self.waiting.popleft()
            while self.next in self.pending:
                self.next = (self.next + 1) % 256
            packet = make(self.next)
            self.pending[self.next] = [packet, done, 1, time.monotonic()]
            self.next = (self.next + 1) % 256
            self.send(packet)
        if self.pending and not self.ticking:
            self.ticking = True
            self.loop.later(self.every / 4, self.tick)

    def send(self, packet):
        try:
            self.socket.sendto(packet, self.target)
        except OSError:
            pass  # nobody listens there now; it is sent again

    def tick(self):
        self.ticking = False
        now = time.monotonic()
        for identifier, entry in list(self.pending.items()):
            packet, done, tries, at = entry
            if now - at < self.every:
                continue
            if tries >= self.tries:
                del self.pending[identifier]
                done(None)
                continue
            entry[2:] = [tries + 1, now]
            self.send(packet)
        self.pump()

    def hear(self):
        while True:
            try:
                raw = self.socket.recv(65536)
            except BlockingIOError:
                break
            except OSError:
                continue  # an ICMP error about an earlier packet
            entry = self.pending.get(raw[1])
            if entry is None:
                continue  # the second answer to a repetition
            try:
                reply = Reply(raw, entry[0], self.secret)
            except AssertionError:
                continue  # an answer to an earlier holder of the identifier; a wrong one shows as silence
            del self.pending[raw[1]]
            entry[1](reply)
        self.pump()

    def close(self):
        self.loop.forget(self.socket)
