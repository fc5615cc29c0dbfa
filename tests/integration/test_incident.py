"""The tools of whoever is on call: watch the decisions, count what stands out, see a password, see what a plan becomes."""
import json
import os
import subprocess

import pytest
import radius
from porteiro import BUILD
from radius import ACCESS_ACCEPT, CALLING_STATION_ID, attribute, until


@pytest.fixture(scope="module")
def nas(provider):
    return provider.nas("--vendor", "mikrotik")


@pytest.fixture(scope="module")
def plan(provider):
    return provider.plan("--simultaneous", 0)["name"]


class Watch:
    """`porteiro auth watch`, running."""

    def __init__(self, provider, *arguments):
        self.process = subprocess.Popen([BUILD / "porteiro", "--socket", provider.socket, *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.text = ""

    def until(self, condition):
        def enough():
            self.text += (self.process.stdout.read() or b"").decode()
            return condition(self.text)
        return until(enough, 20, what=lambda: f"watched only: {self.text}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()  # SIGINT may be ignored, as in a suite that runs in the background
        self.process.wait(10)


def test_watch_shows_decisions_as_they_are_made(provider, nas, plan):
    user = provider.subscriber(plan=plan)
    with Watch(provider, "auth", "watch", "--nas", nas.name) as people, \
            Watch(provider, "--json", "auth", "watch", "--login", user["login"], "--rejected") as program:
        people.until(lambda text: text.startswith("AT"))
        nas.login(user["login"], user["password"])
        people.until(lambda text: user["login"] in text and "accept" in text)
        nas.login(user["login"], "wrong")
        people.until(lambda text: "bad_password" in text)
        program.until(lambda text: text.count("\n") == 1)
        (row,) = map(json.loads, program.text.splitlines())
        assert row["reason"] == "bad_password" and row["result"] == "reject" and row["login"] == user["login"]


@pytest.mark.parametrize("by", ["reason", "mac", "login", "nas"])
def test_top_counts_what_stands_out(provider, nas, plan, by):
    user = provider.subscriber(plan=plan)
    device = "66:66:66:00:%02X:01" % ["reason", "mac", "login", "nas"].index(by)
    for _ in range(5):
        nas.login(user["login"], "wrong", attribute(CALLING_STATION_ID, device))
    wanted = {"reason": "bad_password", "mac": device, "login": user["login"], "nas": nas.name}[by]
    rows = provider.cli("auth", "top", "--by", by, "--since", "10m")
    row = next(row for row in rows if row["value"] == wanted)
    assert row["times"] >= 5 and row["rejects"] >= 5 and row["last_at"] and float(row["share"]) > 0
    assert [row["times"] for row in rows] == sorted((row["times"] for row in rows), reverse=True)
    assert provider.cli("auth", "top", "--by", by, "--since", "2999-01-01") == []
    assert wanted in provider.cli("auth", "top", "--by", by, json=False)
    assert provider.refused("auth", "top", "--by", "colour")["field"] == "by"


def test_decisions_are_found_by_device_reason_and_result(provider, nas, plan):
    user = provider.subscriber(plan=plan)
    nas.login(user["login"], user["password"], attribute(CALLING_STATION_ID, "AA:00:00:00:0A:01"))
    nas.login(user["login"], "wrong", attribute(CALLING_STATION_ID, "AA:00:00:00:0A:01"))
    rows = provider.cli("auth", "list", "--mac", "aa00.0000.0a01")
    assert [row["result"] for row in rows] == ["reject", "accept"]
    assert len(provider.cli("auth", "list", "--login", user["login"], "--reason", "bad_password")) == 1
    assert len(provider.cli("auth", "list", "--login", user["login"], "--result", "accept", "--since", "5m")) == 1


def test_explain_is_one_screen(provider, nas, plan):
    user = provider.subscriber(plan=plan, password="right")
    device = attribute(CALLING_STATION_ID, "AA:00:00:00:0B:01")
    reply = nas.login(user["login"], "right", device)
    nas.account(user["login"], "e1", radius.START, device, attribute(radius.CLASS, reply.get(radius.CLASS)))
    nas.login(user["login"], "wrong", device)
    screen = provider.cli("login", "explain", user["login"], "--nas", nas.name, "--mac", "AA0000000B01", json=False)
    for part in ("accept", "was refused: bad_password", "Rules, in their order", "Password: kept as encrypted", "Mikrotik-Rate-Limit = 150M/300M",
                 "Last decisions", "Online", "AA:00:00:00:0B:01", "health"):
        assert part in screen, f"{part} is not in\n{screen}"
    told = provider.cli("login", "explain", user["login"])
    assert told["nas"]["name"] == nas.name and told["session"]["login"] == user["login"], "the session's NAS, where none was asked for"
    assert told["last_sentence"].startswith("The password is wrong")
    bound = provider.cli("login", "set", user["login"], "--mac", "AA:00:00:00:0B:01")
    assert bound["mac"] == ["AA:00:00:00:0B:01"]
    explained = provider.cli("login", "explain", user["login"], "--mac", "AA:00:00:00:0B:02")
    assert explained["reason"] == "wrong_mac" and "swap-mac" in explained["sentence"]


def test_explain_of_whoever_is_online(provider, nas):
    """His own redial would be let in, so he is not refused; another device is, and says why."""
    user = provider.subscriber(plan=provider.plan()["name"])
    device = attribute(CALLING_STATION_ID, "AA:00:00:00:0C:01")
    reply = nas.login(user["login"], user["password"], device)
    nas.account(user["login"], "o1", radius.START, device, attribute(radius.CLASS, reply.get(radius.CLASS)))
    ask = ["login", "explain", user["login"]]
    for more in ([], ["--nas", nas.name], ["--nas", nas.name, "--mac", "AA:00:00:00:0C:01"]):
        assert provider.cli(*ask, *more)["verdict"] == "accept", more
    other = provider.cli(*ask, "--nas", nas.name, "--mac", "AA:00:00:00:0C:02")
    assert other["reason"] == "session_limit" and other["session"]["mac"] == "AA:00:00:00:0C:01"


def test_decisions_come_with_what_to_do(provider, nas, plan):
    user = provider.subscriber("--mac", "AA:00:00:00:0D:01", plan=plan)
    nas.login(user["login"], user["password"])
    row = provider.cli("auth", "list", "--login", user["login"])[0]
    assert row["reason"] == "wrong_mac" and "swap-mac" in row["sentence"]
    assert row["sentence"] in provider.cli("auth", "list", "--login", user["login"], json=False)


def test_explain_while_the_database_is_away(lone):
    user = lone.subscriber()
    with lone.database_hangs():
        until(lambda: lone.cli("status")["database"]["state"] != "up" and lone.cli("status")["database"]["feed_lag_s"] > 4, 60)
        explained = lone.cli("login", "explain", user["login"])
        assert explained["verdict"] == "accept" and explained["last"] is None and explained["warnings"]


def test_what_a_concentrator_has_no_words_for_is_told(provider, plan):
    other = provider.nas("--vendor", "accel-ppp")
    user = provider.subscriber("--nas", other.name, plan=plan)
    changed = provider.cli("login", "set", user["login"], "--address-list", "devedores")
    assert any("address_list" in warning and other.name in warning for warning in changed["warnings"])


def test_explain_by_method(provider, plan):
    user = provider.subscriber("--storage", "md5", plan=plan)
    assert provider.cli("login", "explain", user["login"], "--method", "pap")["verdict"] == "accept"
    assert provider.cli("login", "explain", user["login"], "--method", "mschapv2")["reason"] == "method_not_possible"


def test_a_password_is_revealed_for_a_reason(provider, nas, plan):
    user = provider.subscriber(plan=plan, password="segredo 123")
    assert provider.run("login", "password", user["login"], "--reason", "x").code == 2
    assert provider.run("login", "password", user["login"], "--reveal").error["field"] == "reason"
    revealed = provider.cli("login", "password", user["login"], "--reveal", "--reason", "router replaced")
    assert revealed == {"login": user["login"], "password": "segredo 123"}
    row = next(row for row in provider.cli("history", "list", "--login", user["login"]) if row["reason"] == "router replaced")
    assert row["action"] and "segredo" not in json.dumps(row)
    provider.cli("login", "set", user["login"], "--storage", "md5")
    assert provider.refused("login", "password", user["login"], "--reveal", "--reason", "x")["code"] == "invalid"
    log = provider.log_file.read_text()
    assert "segredo" not in log


VENDORS = ["generic", "mikrotik", "cisco", "juniper", "huawei", "accel-ppp"]


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_is_rendered_is_what_is_sent(provider, vendor):
    """`plan render` prints, `explain` prints, and the packet holds, the same attributes."""
    nas = provider.nas("--vendor", vendor)
    plan = provider.plan("--framed-pool", "fibra", "--filter", "clientes", "--session-timeout", 86400, "--idle-timeout", 600)["name"]
    rendered = provider.cli("plan", "render", plan, "--nas", nas.name)
    assert rendered["vendor"] == vendor and rendered["nas"] == nas.name
    assert any(line.startswith("Session-Timeout = 86400") for line in rendered["attributes"])
    for line in rendered["attributes"]:
        assert line in provider.cli("plan", "render", plan, "--nas", nas.name, json=False)
    user = provider.subscriber(plan=plan)
    assert provider.cli("login", "explain", user["login"], "--nas", nas.name)["attributes"] == rendered["attributes"]
    status, text = provider.radclient(nas, "auth", [f'User-Name = "{user["login"]}"', f'User-Password = "{user["password"]}"',
                                                    "Message-Authenticator = 0x00"])
    assert status == 0, text
    received = [line.strip() for line in text.split("Received Access-Accept")[1].splitlines()[1:] if "=" in line]
    received = [line for line in received if not line.startswith(("Message-Authenticator", "Class"))]
    assert len(received) == len(rendered["attributes"])
    values = [line.split(" = ", 1)[1].strip('"') for line in received]
    assert values == [line.split(" = ", 1)[1].strip('"') for line in rendered["attributes"]]


def test_a_plan_that_a_concentrator_cannot_be_told_is_refused(provider):
    provider.nas("--vendor", "huawei")
    error = provider.refused("plan", "add", provider.name("fast"), "--download", "10G", "--upload", "10G")
    assert error["code"] == "invalid" and error["field"] in ("download", "upload") and "cannot be told" in error["message"]


@pytest.mark.parametrize("reply, octets", [
    ("Idle-Timeout=600", bytes([28, 6]) + (600).to_bytes(4, "big")), ("Filter-Id=a", b"\x0b\x03a"),
    ("Tunnel-Type:1=L2TP", bytes([64, 6, 1, 0, 0, 3])), ("Framed-IPv6-Prefix=2001:db8::/64", None),
    ("Mikrotik-Address-List=x", bytes([26, 9]) + (14988).to_bytes(4, "big") + b"\x13\x03x")])
def test_reply_attributes_of_every_type(provider, nas, reply, octets):
    user = provider.subscriber("--reply", reply, plan=provider.plan()["name"])
    got = nas.login(user["login"], user["password"])
    assert got.code == ACCESS_ACCEPT
    if octets:
        assert octets in got.raw
