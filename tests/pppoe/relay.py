"""The wire between concentrator and daemon: it forwards datagrams, remembers them, and loses the replies that it is told to."""
import contextlib
import selectors
import socket
import threading

ACCESS_REQUEST, ACCESS_ACCEPT, ACCOUNTING_REQUEST, ACCOUNTING_RESPONSE = 1, 2, 4, 5


def value(datagram, attribute):
    """The octets of the first attribute of that number, or None (RFC 2865 s5)."""
    at = 20
    while at < len(datagram):
        if datagram[at] == attribute:
            return datagram[at + 2:at + datagram[at + 1]]
        at += datagram[at + 1]
    return None


class Relay:
    def __init__(self, *targets):
        """One port for each UDP port of the daemon."""
        self.lock = threading.Lock()
        self.passed, self.lost, self.to_lose = [], [], []
        self.selector = selectors.DefaultSelector()
        self.upstream = {}
        self.ports = [self.listen(target) for target in targets]
        self.bell, self.alarm = socket.socketpair()
        self.selector.register(self.alarm, selectors.EVENT_READ, None)
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def listen(self, target):
        door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        door.bind(("127.0.0.1", 0))
        self.selector.register(door, selectors.EVENT_READ, lambda: self.request(door, target))
        return door.getsockname()[1]

    def work(self):
        while True:
            for key, _ in self.selector.select():
                if key.data is None:
                    return
                with contextlib.suppress(ConnectionError):
                    key.data()

    def request(self, door, target):
        datagram, source = door.recvfrom(4096)
        with self.lock:
            self.passed.append(datagram)
        if (door, source) not in self.upstream:
            out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            out.connect(("127.0.0.1", target))
            self.selector.register(out, selectors.EVENT_READ, lambda: self.reply(out, door, source))
            self.upstream[door, source] = out
        self.upstream[door, source].send(datagram)

    def reply(self, out, door, source):
        datagram = out.recv(4096)
        with self.lock:
            if datagram[0] in self.to_lose:
                self.to_lose.remove(datagram[0])
                self.lost.append(datagram)
                return
            self.passed.append(datagram)
        door.sendto(datagram, source)

    def forget(self):
        with self.lock:
            self.passed, self.lost, self.to_lose = [], [], []

    def lose(self, *codes):
        """Loses the next reply of each code."""
        with self.lock:
            self.to_lose += codes

    def seen(self, code, lost=False):
        """The datagrams of a code that were forwarded, or lost, since forget()."""
        with self.lock:
            return [datagram for datagram in (self.lost if lost else self.passed) if datagram[0] == code]

    def close(self):
        self.bell.send(b".")
        self.thread.join(10)
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()
        self.bell.close()
