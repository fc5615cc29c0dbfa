"""From the ledger and the tables: is every acknowledged record in the database, once, and is nothing else?"""
import dataclasses

FIELDS = "acct_session_id, session_key, session_time_s, download_octets, upload_octets, ended_at is not null, start_seen"


@dataclasses.dataclass
class Told:
    """What the ledger says of one session: (kind, seconds, download, upload) in the order of sending."""
    sent: list = dataclasses.field(default_factory=list)
    acknowledged: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Proof:
    sent: int = 0
    acknowledged: int = 0
    lost: list = dataclasses.field(default_factory=list)
    doubled: list = dataclasses.field(default_factory=list)
    invented: list = dataclasses.field(default_factory=list)
    wrong: list = dataclasses.field(default_factory=list)
    octets_told: int = 0
    octets_stored: int = 0

    @property
    def holds(self):
        return not (self.lost or self.doubled or self.invented or self.wrong) and self.octets_told == self.octets_stored

    def figures(self):
        return {"sent": self.sent, "acknowledged": self.acknowledged, "lost": len(self.lost), "doubled": len(self.doubled),
                "invented": len(self.invented), "wrong": len(self.wrong), "octets_told": self.octets_told, "octets_stored": self.octets_stored}

    def __str__(self):
        examples = {name: getattr(self, name)[:5] for name in ("lost", "doubled", "invented", "wrong") if getattr(self, name)}
        return f"{self.figures()} {examples}"


def read_ledger(path):
    """Told by Acct-Session-Id; what a NAS says of itself (On, Off) is left out."""
    sessions = {}
    with open(path) as ledger:
        for line in ledger:
            what, name, kind, *numbers = line.split()
            if kind in ("on", "off"):
                continue
            told = sessions.setdefault(name, Told())
            (told.sent if what == "S" else told.acknowledged).append((kind, *map(int, numbers)))
    return sessions


def prove(provider, ledger, known_lost=()):
    """`known_lost`: (id, record) that a damage to the journal took, for which the caller accounts."""
    sessions, proof, rows = read_ledger(ledger), Proof(), {}
    for row in provider.psql(f"select {FIELDS} from session"):
        rows.setdefault(row[0], []).append(row[1:])
    proof.doubled = [name for name, found in rows.items() if len(found) > 1]
    proof.invented = [name for name in rows if name not in sessions]
    for name, told in sessions.items():
        proof.sent += len(told.sent)
        proof.acknowledged += len(told.acknowledged)
        kept = [record for record in told.acknowledged if (name, record) not in known_lost]
        found = rows.get(name, [None])[0]
        if found is None:
            proof.lost += [(name, record) for record in kept]
        else:
            check(name, told, kept, found, proof)
    refused = provider.psql("select count(*) from usage_refused")[0][0]
    if refused:
        proof.wrong.append(f"{refused} records were refused by the database")
    return proof


def check(name, told, kept, found, proof):
    _, seconds, download, upload, closed, start_seen = found
    counters = (seconds, int(download), int(upload))
    for record in kept:
        kind = record[0]
        there = all(a >= b for a, b in zip(counters, record[1:])) and (kind != "stop" or closed) and (kind != "start" or start_seen)
        if not there:
            proof.lost.append((name, record))
    if counters not in {record[1:] for record in told.sent}:
        proof.invented.append((name, counters))
    if closed and told.sent[-1][0] != "stop":
        proof.wrong.append(f"{name} is closed though it never ended")
    if kept and kept[-1] == told.sent[-1]:
        proof.octets_told += sum(kept[-1][2:])
        proof.octets_stored += sum(counters[1:])
