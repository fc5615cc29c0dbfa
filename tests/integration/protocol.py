"""What every protocol test asserts: which counters moved, how many replies came, and that the process is the same."""
from radius import Reply, until

# They move with every datagram; looked at only when a test names them.
WITH_EVERYTHING = {"auth.requests", "acct.requests", "acct.responses", "auth.accepts", "auth.rejects", "radius.digests"}


def moved(before, after):
    return {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}


def exchange(provider, nas, packets, deltas, replies=0, service="auth", quiet=0.05, timeout=5.0, peer=None):
    """Sends `packets` from one socket of `nas`, waits until the counters have moved by `deltas` and `replies` have come;
    returns the replies. Nothing else may have moved, no further reply may come, and the daemon is the same process."""
    packets = [packets] if isinstance(packets, bytes) else packets
    pid, before = provider.pid, provider.counters()
    own = peer or getattr(nas, service)()
    raws = []
    try:
        for packet in packets:
            own.send(packet)
        for _ in range(replies):
            raw = own.receive(timeout)
            assert raw is not None, f"{len(raws)} of {replies} replies came; counters moved: {moved(before, provider.counters())}"
            raws.append(raw)

        def reached():
            now = moved(before, provider.counters())
            return all(now.get(name, 0) >= by for name, by in deltas.items())
        until(reached, timeout, what=lambda: f"wanted {deltas}, moved: {moved(before, provider.counters())}")
        raws += own.rest(quiet)
    finally:
        if peer is None:
            own.close()
    assert len(raws) == replies, f"{len(raws)} replies instead of {replies}"
    after = moved(before, provider.counters())
    expected = {name: by for name, by in deltas.items() if by}
    seen = {name: by for name, by in after.items() if name in deltas or name not in WITH_EVERYTHING}
    assert seen == expected, f"counters moved by {after}, expected {expected}"
    assert provider.pid == pid
    return raws


def discarded(provider, nas, packets, deltas, service="auth"):
    exchange(provider, nas, packets, deltas, 0, service)


def answered(provider, nas, packet, code, service="auth", deltas=None):
    """One packet, one reply with that code, no other counter; the checked reply."""
    raw, = exchange(provider, nas, packet, deltas or {}, 1, service)
    reply = Reply(raw, packet, nas.secret)
    assert reply.code == code, f"code {reply.code} instead of {code}: {reply.attributes}"
    return reply
