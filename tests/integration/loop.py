"""One thread that serves the sockets and clocks of many simulated concentrators."""
import concurrent.futures
import heapq
import itertools
import selectors
import socket
import threading
import time


class Loop:
    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.due = []  # (when, number, function): a heap
        self.numbers = itertools.count()
        self.calls = []
        self.guard = threading.Lock()
        self.waker, self.woken = socket.socketpair()
        self.woken.setblocking(False)
        self.selector.register(self.woken, selectors.EVENT_READ, self.wake_up)
        self.problems = []  # what a concentrator could not bear; a test looks at its end
        self.ends = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    # -- from any thread

    def post(self, function):
        with self.guard:
            self.calls.append(function)
        self.waker.send(b"!")

    def call(self, function, timeout=10):
        """Runs `function` on the loop; what it returns."""
        done = concurrent.futures.Future()

        def run():
            try:
                done.set_result(function())
            except Exception as error:
                done.set_exception(error)
        self.post(run)
        return done.result(timeout)

    def close(self):
        if not self.ends:
            self.ends = True
            self.waker.send(b"!")
            self.thread.join(10)
            self.selector.close()
            self.waker.close()
            self.woken.close()

    # -- on the loop

    def later(self, seconds, function):
        heapq.heappush(self.due, (time.monotonic() + seconds, next(self.numbers), function))

    def serve(self, served, on_readable):
        served.setblocking(False)
        self.selector.register(served, selectors.EVENT_READ, on_readable)

    def forget(self, served):
        self.selector.unregister(served)
        served.close()

    # -- its thread

    def wake_up(self):
        self.woken.recv(65536)
        with self.guard:
            calls, self.calls = self.calls, []
        for function in calls:
            self.safely(function)

    def safely(self, function):
        try:
            function()
        except Exception as error:
            self.problems.append(f"{type(error).__name__}: {error}")

    def run(self):
        while not self.ends:
            wait = max(self.due[0][0] - time.monotonic(), 0) if self.due else 5
            for key, _ in self.selector.select(wait):
                self.safely(key.data)
            while self.due and self.due[0][0] <= time.monotonic():
                self.safely(heapq.heappop(self.due)[2])
