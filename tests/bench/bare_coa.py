"""CoA round trips and nothing else, as fast as a concentrator answers: what tests/bench/following compares with.
  tests/bench/bare_coa.py < LINES     each line: address port and packets in hexadecimal, for one NAS
Prints the seconds that it took. 32 requests are in flight to each NAS, as the daemon's."""
import collections
import selectors
import socket
import sys
import time

IN_FLIGHT = 32


class Way:
    """To one NAS."""

    def __init__(self, address, port, packets):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect((address, port))
        self.socket.setblocking(False)
        self.waiting, self.pending = collections.deque(packets), {}

    def pump(self):
        while self.waiting and len(self.pending) < IN_FLIGHT and self.waiting[0][1] not in self.pending:
            packet = self.waiting.popleft()
            self.pending[packet[1]] = packet
            self.socket.send(packet)

    def hear(self):
        while True:
            try:
                raw = self.socket.recv(4096)
            except BlockingIOError:
                return self.pump()
            self.pending.pop(raw[1], None)

    def repeat(self):
        for packet in self.pending.values():
            self.socket.send(packet)


def main():
    ways, selector = [], selectors.DefaultSelector()
    for line in sys.stdin:
        address, port, *packets = line.split()
        ways.append(Way(address, int(port), map(bytes.fromhex, packets)))
        selector.register(ways[-1].socket, selectors.EVENT_READ, ways[-1].hear)
    began = time.perf_counter()
    for way in ways:
        way.pump()
    while any(way.pending for way in ways):
        ready = selector.select(2)
        for key, _ in ready:
            key.data()
        if not ready:
            for way in ways:
                way.repeat()
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main()
