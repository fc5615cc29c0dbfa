"""What the tests of sessions that follow their records ask of the daemon, and the gardens that they build."""
from porteiro import SLOWER
from radius import until

SOON = 10 * SLOWER   # for what takes a moment
LONG = 100 * SLOWER  # for what takes repetitions, pauses and giving up


def row_of(provider, session):
    """The open session as `session show` has it."""
    listed = provider.cli("session", "list", "--login", session.login)
    row = next((one for one in listed if one["mac"] == session.mac), None)
    assert row is not None, f"{session} is not online in {listed}"
    return provider.cli("session", "show", row["id"])


def stands(provider, session, state, timeout=SOON):
    """Until the daemon says of the session that it is in_force, pending or failed; its row."""
    last = {}
    def so():
        last.update(row_of(provider, session))
        return last if last["following"] == state else None
    return until(so, timeout, 0.05, what=lambda: f"not {state}: {last}\n{session}\n{session.nas.heard()}\n{provider.log_tail()}")


def attempts(provider, login, count=1, timeout=SOON):
    """What `session attempts` has of a login, oldest first, once there are so many (they are kept each second)."""
    found = []
    def there():
        found[:] = sorted(provider.cli("session", "attempts", "--login", login), key=lambda one: one["id"])
        return len(found) >= count
    until(there, timeout, 0.1, what=lambda: f"{len(found)} of {count} attempts are recorded: {found}")
    return found


def results(tried):
    return [(one["order"], one["result"]) for one in tried]


def has(session, **wanted):
    """Until the NAS gives the session this rate, list or filter."""
    def so():
        return all(session.in_force.get(name) == value for name, value in wanted.items())
    until(so, SOON, what=lambda: f"{session} does not get {wanted}: {session.nas.heard(session=session)}\n{session.nas.provider.log_tail()}")


def is_over(session, timeout=SOON):
    until(lambda: session.state == "over", timeout, what=lambda: f"{session} goes on: {session.nas.heard()}\n{session.nas.provider.log_tail()}")


def comes_back(session, state="online", timeout=SOON):
    """Who dialled again after the Disconnect, once it is online, or rejected."""
    is_over(session, timeout)
    again = until(lambda: session.successor, SOON, what=lambda: f"{session} does not redial")
    until(lambda: again.state == state, timeout, what=lambda: f"{again} is not {state}")
    return again


def garden(provider, nas, *flags, reason="debt", pool="garden", address_list="blocked", rate="256k"):
    """A garden of that NAS; `pool` None: the subscriber keeps its address, so that CoA opens and closes it."""
    where = ["--framed-pool", pool] if pool else ["--keep-address", "yes"]
    return provider.cli("garden", "add", provider.name("garden"), "--reason", reason, "--nas", nas.name, *where,
                        "--address-list", address_list, "--download", rate, "--upload", rate, *flags)


def suspend(provider, user, kind="debt"):
    if kind == "debt":
        provider.cut_without_notice()
    provider.cli("contract", "suspend", user["contract"], "--reason", "boleto unpaid", "--kind", kind)


def release(provider, user):
    provider.cli("contract", "release", user["contract"])


def set_rate(provider, user, download="10M", upload="5M"):
    """The plan is faster or slower from now on; the RouterOS words for it."""
    provider.cli("plan", "set", user["plan"], "--download", download, "--upload", upload)
    return f"{upload}/{download}"
