"""What people ask of accounting: one session, a login's history and use, where they fell, who had an address."""
import csv
import datetime
import io

import pytest
import radius
from radius import INTERIM, START, STOP, attribute, integer


@pytest.fixture(scope="module")
def nas(provider):
    return provider.nas("--vendor", "huawei")


@pytest.fixture
def user(provider):
    return provider.subscriber()


def now(ago_s=0):
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=ago_s)).isoformat()


def ago(seconds):
    """Acct-Delay-Time: it happened so long ago."""
    return attribute(41, integer(seconds))


def vendor(number, kind, value):
    return attribute(26, number.to_bytes(4, "big") + bytes([kind, len(value) + 2]) + value)


def test_one_session_whole(provider, nas, user):
    seen = attribute(8, radius.address("100.70.1.1")), attribute(31, "aa-bb-cc-00-00-01"), attribute(87, "ether7"), attribute(97, b"\0\x40\x20\x01\x0d\xb8\0\x01\0\x02")
    nas.account(user["login"], "whole", START, *seen, ago(600))
    nas.account(user["login"], "whole", INTERIM, *seen, ago(300), download=9_000_000_000, upload=5, seconds=300)
    by_login = provider.cli("session", "show", "--login", user["login"])
    assert by_login["state"] == "open" and by_login["acct_session_id"] == "whole" and by_login["nas_port_id"] == "ether7"
    assert by_login["ipv6_prefix"] == "2001:db8:1:2::/64" and by_login["plan"] == user["plan"] and by_login["download_octets"] == 9_000_000_000
    by_number = provider.cli("session", "show", by_login["id"])
    assert {**by_number, "silent_s": None} == {**by_login, "silent_s": None}  # the silence grows between the two
    nas.account(user["login"], "whole", STOP, *seen, attribute(49, integer(2)), download=0, upload=0, seconds=600)
    row, = provider.cli("session", "history", user["login"])
    assert row["state"] == "closed" and row["terminate_cause"] == "Lost-Carrier" and row["download_octets"] == 9_000_000_000
    assert "interim" in provider.cli("session", "show", row["id"], json=False)  # its Stop counted less, in words
    assert provider.refused("session", "show", "999999999")["code"] == "not_found"


def test_traffic_by_day_month_and_hour(provider, nas, user):
    nas.account(user["login"], "use", START, ago(7200))
    nas.account(user["login"], "use", INTERIM, ago(3700), download=1000, upload=10, seconds=3500)
    nas.account(user["login"], "use", INTERIM, download=5000, upload=50, seconds=7200)
    for by in ("day", "month", "hour"):
        rows = provider.cli("usage", "show", user["login"], "--by", by)
        assert sum(row["download_octets"] for row in rows) == 5000 and sum(row["upload_octets"] for row in rows) == 50, by
    hours = provider.cli("usage", "show", user["login"], "--by", "hour")
    assert [row["download_octets"] for row in hours] == [1000, 4000]
    assert "5" in provider.cli("usage", "show", user["login"], json=False)


def test_how_many_are_online_and_where_they_fell(provider):
    place, user = provider.nas(), provider.subscriber(plan=provider.plan("--simultaneous", 0)["name"])
    for n in range(5):
        place.account(user["login"], f"fall{n}", START, attribute(87, "olt-1/3"), attribute(5, integer(n)))
    counted = {row["value"]: row["online"] for row in provider.cli("session", "count", "--by", "nas")}
    assert counted[place.name] == 5
    for n in range(4):
        place.account(user["login"], f"fall{n}", STOP, attribute(87, "olt-1/3"), attribute(5, integer(n)), attribute(49, integer(2)), seconds=1)
    compared = {row["value"]: row for row in provider.cli("session", "count", "--by", "plan", "--compare", "1h")}
    assert compared[user["plan"]]["online"] == 1 and compared[user["plan"]]["before"] == 0 and compared[user["plan"]]["change"] == 1
    fell = {row["value"]: row for row in provider.cli("session", "drops", "--since", "10m", "--by", "nas")}
    assert fell[place.name]["drops"] == 4 and fell[place.name]["logins"] == 1 and fell[place.name]["cause"] == "Lost-Carrier"
    assert any("olt-1/3" in row["value"] and row["drops"] == 4 for row in provider.cli("session", "drops", "--by", "port"))


def test_who_had_an_address(provider, nas, user):
    held = attribute(8, radius.address("100.70.2.2")), attribute(31, "aa-bb-cc-00-00-02")
    nas.account(user["login"], "had", START, *held, ago(3600))
    nas.account(user["login"], "had", STOP, *held, ago(1800), attribute(49, integer(1)), seconds=1800)
    other = provider.subscriber()
    nas.account(other["login"], "has", START, attribute(8, radius.address("100.70.2.2")), ago(600))
    then, = provider.cli("address", "who", "100.70.2.2", "--at", now(2700), "--reason", "Ofício 118/2026")
    assert then["login"] == user["login"] and then["mac"] == "AA:BB:CC:00:00:02" and then["certainty"] == "certain" and then["contract"] == user["contract"]
    assert then["client"] == "João da Silva" and then["document"] == user["document"]
    assert provider.cli("address", "who", "100.70.2.2", "--at", now(1000)) == []
    latest, = provider.cli("address", "who", "100.70.2.2", "--at", now(60))
    assert latest["login"] == other["login"] and latest["certainty"] == "uncertain" and "not heard of" in latest["why"]
    assert len(provider.cli("address", "who", "100.70.2.2", "--from", now(3000), "--to", now(300))) == 2
    asked = [row for row in provider.cli("history", "list") if row["record"] == "address"]
    assert any(row["reason"] == "Ofício 118/2026" and "100.70.2.2" in row["new"] and row["action"] == "ask" for row in asked)
    without_time = provider.run("address", "who", "100.70.2.2")
    assert without_time.code == 2 and without_time.error["field"] == "at"
    assert provider.refused("address", "who", "nonsense", "--at", now())["field"] == "ip"


def test_who_had_an_ipv6_prefix(provider, nas, user):
    delegated = attribute(123, b"\0\x38" + bytes.fromhex("20010db8770005"))
    nas.account(user["login"], "six", START, delegated, ago(60))
    nas.account(user["login"], "six", INTERIM, delegated, seconds=60)
    row, = provider.cli("address", "who", "2001:db8:7700:5aa:1::9", "--at", now(30))
    assert row["login"] == user["login"] and row["certainty"] == "certain"
    assert provider.cli("address", "who", "2001:db8:7700:600::1", "--at", now(30)) == []


def test_who_had_a_port_of_a_shared_address(provider, nas, user):
    """Logged by the NAS (Huawei's NAT attributes), and computed from a mapping that was declared once."""
    block = vendor(2011, 161, radius.address("203.0.113.77")), vendor(2011, 162, integer(2048)), vendor(2011, 163, integer(4095))
    nas.account(user["login"], "nat", START, attribute(8, radius.address("100.71.0.1")), *block, ago(60))
    nas.account(user["login"], "nat", INTERIM, attribute(8, radius.address("100.71.0.1")), *block, seconds=60)
    row, = provider.cli("address", "who", "203.0.113.77", "--at", now(30), "--port", 3000)
    assert row["login"] == user["login"] and row["how"] == "logged port block"
    assert provider.cli("address", "who", "203.0.113.77", "--at", now(30), "--port", 5000) == []
    assert provider.refused("address", "who", "203.0.113.77", "--at", now(30))["field"] == "port"

    other = provider.subscriber()
    provider.cli("nat", "add", "cgnat-1", "--inside", "100.72.0.0/29", "--outside", "198.51.100.8/31", "--ports", 16000)
    nas.account(other["login"], "mapped", START, attribute(8, radius.address("100.72.0.5")), ago(60))
    nas.account(other["login"], "mapped", INTERIM, attribute(8, radius.address("100.72.0.5")), seconds=60)
    # four blocks of 16,000 ports on each outside address: 100.72.0.5 is the sixth inside, so the second block of the second
    row, = provider.cli("address", "who", "198.51.100.9", "--at", now(30), "--port", 1024 + 16000 + 1)
    assert row["login"] == other["login"] and row["how"] == "computed port block"
    refusal = provider.refused("nat", "add", "too-small", "--inside", "100.73.0.0/24", "--outside", "198.51.100.16/31", "--ports", 16000)
    assert "8" in refusal["message"], "it says how many fit"


def test_export_and_legal_hold(provider, nas, user):
    nas.account(user["login"], 'quo"te, comma', START)
    text = provider.cli("export", "session", "--login", user["login"], json=False)
    header, row = list(csv.reader(io.StringIO(text)))
    assert header[:2] == ["id", "login"] and row[1] == user["login"]
    assert provider.cli("login", "set", user["login"], "--legal-hold", "yes")["legal_hold"] is True
    assert len(provider.cli("export", "session", "--format", "json", "--login", user["login"])) == 1


def test_F07_what_the_database_refuses_is_kept_for_a_person(provider, nas, user):
    before = len(provider.cli("session", "refused"))
    with nas.acct() as peer:
        peer.send(radius.accounting_request(nas.secret, attribute(40, integer(1)), attribute(1, user["login"]), attribute(4, bytes(4))))
        radius.until(lambda: len(provider.cli("session", "refused")) == before + 1)
        assert peer.rest() == []
    row = provider.cli("session", "refused")[0]
    assert row["kind"] == "malformed" and "Acct-Session-Id" in row["reason"] and user["login"].encode().hex() in row["attributes"]
