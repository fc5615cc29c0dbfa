"""The daemon's ends: killed, killed with its database, started again on a damaged journal, cut off from its power."""
import os
import pathlib
import random
import shutil
import signal

import porteiro
from network import network
from proof import prove, read_ledger
from radius import until

ENDLESS = 100_000_000  # sessions


def steps(interims):
    return f"login,start,interim*{interims},stop"


def uniform_moment(chance, net, run, longest):
    """Passes so many octets of ledger: a moment that is uniform in the work done, whatever the machine's pace."""
    net.wait_for_work(chance.randrange(1, longest), run)


def kill_database(provider, chance):
    """SIGKILL of the postmaster (its children end by themselves), or an immediate stop."""
    pid = provider.postmaster()
    if pid is not None:
        os.kill(pid, chance.choice([signal.SIGKILL, signal.SIGQUIT]))


def kill(kills=20, seed=1, octets_between=3_000_000, rate=0, nas=8, interims=3):
    """kill -9 at random moments of accounting at full speed, of the database as well; nothing acknowledged is lost."""
    chance, counts = random.Random(seed), {"daemon": 0, "database": 0, "both": 0}
    with network(nas=nas, seed=seed) as net:
        provider = net.provider
        run = net.start(sessions=ENDLESS, rate=rate, steps=steps(interims))
        while counts["daemon"] + counts["both"] < kills:
            uniform_moment(chance, net, run, octets_between)
            victim = chance.choice(["daemon", "daemon", "both", "database"])
            counts[victim] += 1
            if victim != "daemon":
                kill_database(provider, chance)
            if victim != "database":
                provider.kill9()
                provider.start()
        uniform_moment(chance, net, run, octets_between)
        played = net.end(run)
        net.wait_drained()
        proof = prove(provider, net.ledger)
        ends = counts["daemon"] + counts["both"]
        return proof.holds, {"kills": counts, **proof.figures(), "upper_bound": f"3/{ends}", "load": played}, str(proof)


def open_table(provider):
    wanted = ("id", "login", "nas", "ip", "mac", "state", "started_at", "download_octets", "upload_octets")
    rows = provider.cli("session", "list", "--limit", 1_000_000)
    return sorted([row[name] for name in wanted] for row in rows)


def restart(sessions=20_000, seed=1):
    """Who is online is the same before and after a kill -9."""
    with network(seed=seed) as net:
        provider = net.provider
        net.play(sessions=sessions, steps="login,start,interim*2")
        net.play(sessions=sessions // 10, first=sessions, steps=steps(1))
        net.wait_drained()
        before, online = open_table(provider), provider.cli("status")["sessions_online"]
        provider.kill9()
        provider.start()
        def is_back():
            return provider.cli("status")["sessions_online"] == online and open_table(provider) == before
        until(is_back, 30 * porteiro.SLOWER, 0.2, what=lambda: f"{online} online before, {provider.cli('status')['sessions_online']} after")
        proof = prove(provider, net.ledger)
        right = len(before) == online == sessions
        return proof.holds and right, {"online": online, "listed": len(before), **proof.figures()}, str(proof)


# -- a damaged tail

def last_segment(provider):
    return sorted((provider.state / "journal").glob("*.journal"))[-1]


SEGMENT_HEADER, RECORD_HEADER, RECORD_MARKER = 40, 24, bytes.fromhex("f54ac39e")  # daemon/io/journal/README.md


def used_octets(content):
    """Up to the end of the last record, which may end in zeros itself: in this folder records follow each other."""
    end = SEGMENT_HEADER
    while content[end:end + 4] == RECORD_MARKER:
        end += RECORD_HEADER + int.from_bytes(content[end + 4:end + 8], "big")
    return end


def flipped(content, chance, octets):
    end = used_octets(content)
    for at in range(max(end - octets, 0), end):
        content[at] ^= chance.randrange(1, 256)
    return content


def cut(content, chance, octets):
    return content[:used_octets(content) - octets]


def zeroed(content, chance, octets):
    end = used_octets(content)
    content[end - octets:end] = bytes(octets)
    return content


def garbage(content, chance, octets):
    end = used_octets(content)
    content[end:end + octets] = chance.randbytes(octets)
    return content


def one_bit(content, chance, octets):
    content[used_octets(content) - chance.randrange(1, octets)] ^= 1 << chance.randrange(8)
    return content


SHORTEST_RECORD = 100  # a Start is longer


def tail(variants=15, sessions=200, seed=1, cluster=None):
    """The end of the journal flipped, cut, zeroed or followed by garbage: the daemon starts, says what it dropped, and
    what came before arrives."""
    chance, known_lost, dropped = random.Random(seed), set(), []
    with network(database=cluster.start().connection, nas=1, seed=seed) as net:
        provider = net.provider
        cluster.stop()
        damages = [(damage, octets) for octets in (60, 3, 700) for damage in (flipped, cut, zeroed, garbage, one_bit)][:variants]
        for number, (damage, octets) in enumerate(damages):
            # One request at a time: the order of the ledger is that of the journal.
            net.play(sessions=sessions // variants + 2, first=number * sessions, window=1, foreign=0, steps=steps(1))
            before = [line.split() for line in open(net.ledger) if line.startswith("A ")]
            provider.kill9()
            segment = last_segment(provider)
            content = bytearray(segment.read_bytes())
            segment.write_bytes(damage(content, chance, octets))
            provider.start(records=False)  # the database is away
            dropped.append((damage.__name__, octets, net.journal()["damaged_octets"]))
            if damage is not garbage:
                lost = before[-(octets // SHORTEST_RECORD + 2):]
                known_lost |= {(name, (kind, *map(int, numbers))) for _, name, kind, *numbers in lost}
        cluster.start()
        net.wait_drained()
        proof = prove_damaged(provider, net.ledger, known_lost)
        unsaid = [one for one in dropped if one[2] == 0 and one[0] not in ("cut", "zeroed")]
        figures = {"variants": len(damages), "unsaid": unsaid, "may_be_lost": len(known_lost), **proof.figures()}
        return proof.holds and not unsaid, figures, f"{proof} {dropped}"


def prove_damaged(provider, ledger, known_lost):
    """A session whose Stop was lost is open though it ended; its counters are those of the record before."""
    proof = prove(provider, ledger, known_lost)
    touched = {name for name, _ in known_lost}
    proof.wrong = [one for one in proof.wrong if one.split()[0] not in touched]
    return proof


# -- power

def hold_writes(net, remains):
    remains.mkdir(exist_ok=True)
    net.provider.environment |= {"LD_PRELOAD": str(porteiro.BUILD / "tests" / "libhold_writes.so"), "HELD_REMAINS": str(remains),
                                 "HELD_FOLDER": str(net.provider.state / "journal")}


def lose_power(journal: pathlib.Path, remains):
    """Leaves of the journal what was synced. How many octets of records that cost."""
    before = sum(used_octets(file.read_bytes()) for file in journal.glob("*.journal"))
    names = [line.split() for line in (remains / "names").read_text().splitlines()]
    left = {name: (remains / inode).read_bytes() for name, inode in names if (remains / inode).exists()}
    shutil.rmtree(journal)
    shutil.rmtree(remains)
    journal.mkdir(mode=0o700)
    remains.mkdir()
    # What is left was synced: a second loss of power, before anybody touches it, takes none of it.
    with open(remains / "names", "w") as kept:
        for name, content in left.items():
            (journal / name).write_bytes(content)
            (journal / name).chmod(0o600)
            inode = (journal / name).stat().st_ino
            (remains / str(inode)).write_bytes(content)
            kept.write(f"{name} {inode}\n")
    return before - sum(used_octets(file.read_bytes()) for file in journal.glob("*.journal"))


def power_loss(kills=10, seed=1, octets_between=500_000, rate=0):
    """What was not synced when the daemon was killed is gone; what was acknowledged is not."""
    chance, gone = random.Random(seed), []
    with network(seed=seed) as net:
        provider = net.provider
        hold_writes(net, net.folder / "remains")
        provider.restart()
        run = net.start(sessions=ENDLESS, rate=rate, steps=steps(3))
        for _ in range(kills):
            uniform_moment(chance, net, run, octets_between)
            provider.kill9()
            gone.append(lose_power(provider.state / "journal", net.folder / "remains"))
            provider.start()
        net.end(run)
        net.wait_drained()
        proof = prove(provider, net.ledger)
        return proof.holds, {"power_losses": kills, "octets_gone": gone, **proof.figures(), "upper_bound": f"3/{kills}"}, str(proof)
