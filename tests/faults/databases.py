"""The database's absences, the disk's fullness, and the failover to a standby that lagged."""
import contextlib
import os
import subprocess
import time

import porteiro
import radius
from network import PASSWORD, network
from proof import prove
from radius import until

STEPS = "login,start,interim*3,stop"


def database_away(seconds=30, seed=1, cluster=None, rate=0):
    """The database is down under load: everything is acknowledged as fast as before, and is there afterwards."""
    with network(database=cluster.start().connection, seed=seed) as net:
        with_it = play_for(net, seconds / 3, rate, first=0)
        cluster.stop()
        until(lambda: net.provider.cli("status")["database"]["state"] != "up", 10 * porteiro.SLOWER)
        without_it = play_for(net, seconds, rate, first=100_000_000)
        depth = net.journal()["depth"]
        cluster.start()
        net.wait_drained()
        proof = prove(net.provider, net.ledger)
        all_acknowledged = without_it["gave_up"] == 0 and without_it["logins_gave_up"] == 0 and depth >= without_it["acknowledged"]
        figures = {"with_it": with_it["acct_ms"], "without_it": without_it["acct_ms"], "timed_out": without_it["timed_out"],
                   "records_per_s": without_it["records_per_s"], "depth": depth, **proof.figures()}
        return proof.holds and all_acknowledged, figures, f"{proof} {without_it}"


def play_for(net, seconds, rate, **options):
    run = net.start(sessions=50_000_000, rate=rate, steps=STEPS, **options)
    with contextlib.suppress(subprocess.TimeoutExpired):
        run.wait(seconds)
    return net.end(run)


def failover(sessions=3000, seed=1, cluster=None):
    """The primary is gone with the last commits; the standby that takes its place gets them from the journal."""
    with network(database=cluster.start().connection, seed=seed) as net:
        net.play(sessions=sessions, steps=STEPS)
        net.wait_drained()
        cluster.stop()
        copy = cluster.copy()
        cluster.start()
        net.play(sessions=sessions, first=sessions, steps=STEPS)
        net.play(sessions=sessions // 10, first=2 * sessions, steps="login,start,interim")
        net.wait_drained()
        cluster.stop()
        cluster.fail_over_to(copy)
        until(lambda: net.journal()["replayed"] > 0, 60 * porteiro.SLOWER, what=lambda: f"not replayed: {net.journal()}")
        net.wait_drained()
        until(lambda: prove(net.provider, net.ledger).holds, 30 * porteiro.SLOWER, 0.2, what=lambda: str(prove(net.provider, net.ledger)))
        proof = prove(net.provider, net.ledger)
        return proof.holds, {"replayed": net.journal()["replayed"], **proof.figures()}, str(proof)


def first_accept_after_exec(net):
    """Seconds from exec to the first Access-Accept."""
    provider, nas = net.provider, net.nas[0]
    began = time.monotonic()
    provider.start(wait=False)
    while True:
        reply = nas.login(net.logins[0], PASSWORD, timeout=0.05)
        if reply is not None and reply.code == radius.ACCESS_ACCEPT:
            return time.monotonic() - began
        assert time.monotonic() - began < 10 * porteiro.SLOWER, provider.log_tail()


def snapshot(accounts=20_000, sessions=2000, seed=1, cluster=None):
    """Killed and started while the database is away: logins are answered within a second, accounting is acknowledged."""
    with network(database=cluster.start().connection, seed=seed, accounts=accounts) as net:
        net.play(sessions=sessions, steps=STEPS)
        net.wait_drained()
        cluster.stop()
        net.provider.kill9()
        took = first_accept_after_exec(net)
        source = net.provider.cli("status")["directory"]["source"]
        played = net.play(sessions=sessions, first=sessions, steps=STEPS, give_up=20)
        cluster.start()
        net.wait_drained()
        proof = prove(net.provider, net.ledger)
        right = source == "snapshot" and took < 1.0 * porteiro.SLOWER and played["gave_up"] + played["logins_gave_up"] + played["rejected"] == 0
        return proof.holds and right, {"first_accept_s": round(took, 3), "source": source, **proof.figures(), "load": played}, str(proof)


# -- a full disk

@contextlib.contextmanager
def small_disk(folder, mebibytes):
    """A tmpfs at `folder`, which is the journal's."""
    folder.mkdir(mode=0o700, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=0700", "porteiro-faults", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def disk_full(mebibytes=24, seed=1, cluster=None, logins=500):
    """No room and no database: nothing is acknowledged that is not kept, logins go on, and it all resumes by itself."""
    if os.getuid() != 0:
        return None, {}, "mounting a small disk needs root"
    with network(database=cluster.start().connection, seed=seed) as net:
        provider = net.provider
        assert provider.stop() == 0
        with small_disk(provider.state / "journal", mebibytes):
            provider.start()
            return fill_and_free(net, cluster, logins)


def quota(mebibytes=16, seed=1, cluster=None, logins=500):
    """The same where the quota is what is used up."""
    with network(database=cluster.start().connection, seed=seed, config={"journal": {"quota": mebibytes}}) as net:
        return fill_and_free(net, cluster, logins)


def fill_and_free(net, cluster, logins):
    provider = net.provider
    cluster.stop()
    run = net.start(sessions=50_000_000, foreign=100, steps="start,interim*3,stop", window=16)
    until(lambda: net.journal()["state"] == "full", 120 * porteiro.SLOWER, 0.05, what=lambda: f"it did not fill: {net.journal()}")
    health = provider.cli("status")["state"]
    acknowledged = net.acknowledged()
    auth = net.play(sessions=logins, steps="login", foreign=0, ledger=net.folder / "logins", tries=3)
    still = net.acknowledged() - acknowledged  # what was on its way, or fitted into the last octets
    cluster.start()
    back = time.monotonic()
    acknowledged = net.acknowledged()
    until(lambda: net.acknowledged() > acknowledged + 100, 60 * porteiro.SLOWER, what=lambda: f"it does not resume: {net.journal()}")
    resumed = time.monotonic() - back
    net.end(run)
    net.wait_drained()
    proof = prove(provider, net.ledger)
    state = net.journal()["state"]
    right = health == "degraded" and auth["accepted"] == logins and auth["timed_out"] == 0 and state == "ok"
    figures = {"accepted": auth["accepted"], "of": logins, "auth_ms": auth["auth_ms"], "acknowledged_while_full": still,
               "resumed_s": round(resumed, 2), "state": state, **proof.figures()}
    return proof.holds and right, figures, f"{proof} {health} {auth}"
