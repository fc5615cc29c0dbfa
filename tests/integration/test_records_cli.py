"""The command line: every noun and verb, what is refused and how it is said."""
import json
import subprocess

import pytest
from porteiro import BUILD, fresh_cpf


def test_nas(provider):
    name = provider.name("bras")
    added = provider.cli("nas", "add", name, "--address", "10.9.0.0/24", "--secret", "-", "--vendor", "mikrotik", stdin="a long enough secret")
    assert isinstance(added["id"], int) and added["name"] == name and added["address"] == "10.9.0.0/24" and added["vendor"] == "mikrotik"
    assert added["secret"] == "set" and added["message_authenticator"] == "auto" and added["limit_proxy_state"] is True
    assert provider.cli("nas", "show", name) == provider.cli("nas", "show", added["id"])
    assert added["id"] in [row["id"] for row in provider.cli("nas", "list", "--vendor", "mikrotik")]
    changed = provider.cli("nas", "set", name, "--limit-proxy-state", "no", "--note", "torre norte")
    assert changed["limit_proxy_state"] is False and changed["note"] == "torre norte"
    assert provider.cli("nas", "set", name, "--clear", "note")["note"] is None
    provider.cli("nas", "remove", name)
    assert provider.refused("nas", "show", name)["code"] == "not_found"
    assert name not in [row["name"] for row in provider.cli("nas", "list")]
    assert name in [row["name"] for row in provider.cli("nas", "list", "--removed")]
    provider.cli("nas", "add", name, "--address", "10.9.0.0/24", "--secret", "-", stdin="a long enough secret")
    provider.cli("nas", "remove", name)


def test_plan(provider):
    added = provider.plan("--price", "99,90", "--reply", "Idle-Timeout=600", "--reply", "Filter-Id=x", download="300M", upload="512k")
    assert added["download"] == 300_000_000 and added["upload"] == 512_000 and added["price"] == "99.90"
    assert added["reply"] == ["Idle-Timeout=600", "Filter-Id=x"] and added["interim"] == 300
    assert provider.cli("plan", "set", added["name"], "--price", "1.234,5")["price"] == "1234.50"
    for flag, value in (("--download", "fast"), ("--download", "0"), ("--price", "-1"), ("--interim", "5")):
        error = provider.refused("plan", "set", added["name"], flag, value)
        assert error["code"] == "invalid" and error["field"] == flag[2:]


def test_client(provider):
    document = fresh_cpf()
    masked = f"{document[:3]}.{document[3:6]}.{document[6:9]}-{document[9:]}"
    added = provider.cli("client", "add", "--name", "  José de Souza ", "--person", "natural", "--document", masked, "--mobile", "(11) 91234-5678",
                         "--email", "jose@x.example;ze@y.example")
    assert added["name"] == "José de Souza" and added["document"] == document and added["mobile"] == "+5511912345678" and added["active"] is True
    assert provider.cli("client", "show", masked)["id"] == added["id"] == provider.cli("client", "show", document)["id"]
    company = provider.cli("client", "add", "--name", "Padaria", "--person", "legal", "--document", "12.abc.345/01DE-35", "--trade-name", "Pão")
    assert company["document"] == "12ABC34501DE35"
    for person, bad in (("natural", "529.982.247-26"), ("natural", "111.111.111-11"), ("legal", "12ABC34501DE36"), ("natural", "12ABC34501DE35")):
        error = provider.refused("client", "add", "--name", "x", "--person", person, "--document", bad)
        assert error["code"] == "invalid" and error["field"] == "document" and bad[:2] in error["message"]
    again = provider.cli("client", "add", "--name", "Twin", "--person", "natural", "--document", document)
    error = provider.refused("client", "show", document)
    assert error["code"] == "conflict" and str(added["id"]) in error["message"] and str(again["id"]) in error["message"]


def test_control_characters_are_refused(provider):
    assert provider.refused("client", "add", "--name", "a\nb", "--person", "foreign")["field"] == "name"


def test_contract(provider):
    client, plan, other = provider.client(), provider.plan(), provider.plan()
    added = provider.cli("contract", "add", "--client", client["document"], "--plan", plan["name"], "--plan", other["name"], "--due-day", "10")
    assert added["client"] == client["id"] and sorted(added["plan"]) == sorted([plan["name"], other["name"]]) and added["due_day"] == 10
    assert added["status"] == "active" and added["auto_suspend"] == "default"
    assert provider.refused("contract", "add", "--client", client["id"], "--plan", "no-such-plan", "--due-day", "10")["code"] == "not_found"
    assert provider.refused("contract", "add", "--client", client["id"], "--plan", plan["name"], "--due-day", "32")["field"] == "due_day"
    error = provider.refused("contract", "set", added["id"], "--status", "suspended")
    assert error["field"] == "status" and "contract suspend" in error["message"]
    assert provider.cli("contract", "suspend", added["id"], "--reason", "moved", "--kind", "request")["suspension_kind"] == "request"
    assert provider.cli("contract", "release", added["id"])["status"] == "active"
    assert provider.refused("contract", "release", added["id"])["code"] == "conflict"
    assert provider.cli("contract", "cancel", added["id"], "--reason", "left")["status"] == "cancelled"


def test_login(provider):
    user = provider.subscriber("--ip", "100.64.9.9")
    shown = provider.cli("login", "show", user["login"])
    assert shown["login"] == user["login"] and shown["contract"] == user["contract"] and shown["plan"] == user["plan"]
    assert shown["password"] == "set" and shown["enabled"] is True and shown["ip"] == "100.64.9.9"
    error = provider.refused("login", "add", user["login"], "--contract", user["contract"], "--generate")
    assert error["code"] == "conflict" and error["field"] == "login"
    stranger = provider.plan()
    error = provider.refused("login", "add", provider.name("u"), "--contract", user["contract"], "--plan", stranger["name"], "--generate")
    assert error["code"] == "invalid" and error["field"] == "plan" and user["plan"] in error["message"]
    assert provider.refused("login", "add", "two words", "--contract", user["contract"], "--generate")["field"] == "login"
    made = provider.cli("login", "add", provider.name("gen"), "--contract", user["contract"], "--generate")
    assert len(made["password"]) == 12 and made["password"] != "set"
    assert provider.cli("login", "show", made["id"])["password"] == "set"
    provider.cli("login", "remove", user["login"])
    assert provider.refused("login", "show", user["login"])["code"] == "not_found"
    provider.cli("login", "add", user["login"], "--contract", user["contract"], "--generate")


def test_secrets_from_a_file(provider, tmp_path):
    file = tmp_path / "secret"
    file.write_text("from a file\n")
    user = provider.subscriber()
    provider.cli("login", "set", user["login"], "--password", f"@{file}")
    answer = provider.run("login", "set", user["login"], "--password", "@/no/such/file")
    assert answer.code in (1, 2) and "/no/such/file" in answer.out


def test_what_others_refer_to_is_not_removed(provider):
    user = provider.subscriber()
    for command in (["plan", "remove", user["plan"]], ["client", "remove", user["client"]], ["contract", "remove", user["contract"]]):
        assert provider.refused(*command)["code"] == "conflict"


def test_charge(provider):
    user = provider.subscriber()
    added = provider.cli("charge", "add", "--client", user["client"], "--contract", user["contract"], "--amount", "99,90", "--due", "10/12/2026")
    assert added["amount"] == "99.90" and added["due"] == "2026-12-10" and added["client"] == user["client"] and added["contract"] == user["contract"]
    paid = provider.cli("charge", "pay", added["id"], "--amount", "50", "--on", "2026-01-31")
    assert paid["paid"] == "50.00"
    paid = provider.cli("charge", "pay", added["id"])
    assert paid["paid"] == "99.90"
    assert provider.run("charge", "pay", added["id"]).code == 1
    assert provider.refused("charge", "add", "--client", user["client"], "--amount", "0", "--due", "2026-12-10")["field"] == "amount"
    assert provider.refused("charge", "add", "--client", user["client"], "--amount", "1", "--due", "31/02/2026")["field"] == "due"
    assert [row["id"] for row in provider.cli("charge", "list", "--client", user["document"])] == [added["id"]]


def test_subscriber_add(provider):
    plan, document, login = provider.plan(), fresh_cpf(), provider.name("slip") + "@isp.example"
    made = provider.cli("subscriber", "add", "--name", "Ana Souza", "--document", document, "--plan", plan["name"], "--due-day", "10", "--login", login, "--generate")
    assert len(json.dumps(made)) > 20 and login in json.dumps(made)
    assert provider.cli("login", "show", login)["contract"]
    assert provider.cli("client", "show", document)["person"] == "natural"
    other = provider.name("slip")
    slip = provider.cli("subscriber", "add", "--name", "Bia Lima", "--document", fresh_cpf(), "--plan", plan["name"], "--due-day", "5", "--login", other,
                        "--generate", json=False)
    assert other in slip and "Bia Lima" in slip and plan["name"] in slip
    clients = len(provider.cli("client", "list"))
    assert provider.refused("subscriber", "add", "--name", "Eva", "--document", fresh_cpf(), "--plan", plan["name"], "--due-day", "5", "--login", other,
                            "--generate")["code"] == "conflict"
    assert len(provider.cli("client", "list")) == clients, "all three or nothing"


def test_set_where(provider):
    old, new = provider.plan(), provider.plan()
    client = provider.client()
    contract = provider.cli("contract", "add", "--client", client["id"], "--plan", old["name"], "--plan", new["name"], "--due-day", 10)
    logins = [provider.name("many") for _ in range(3)]
    for login in logins:
        provider.cli("login", "add", login, "--contract", contract["id"], "--plan", old["name"], "--generate")
    would = provider.cli("login", "set", "--where", f"plan={old['name']}", "--plan", new["name"], "--dry-run")
    assert sorted(row["login"] for row in would) == sorted(logins)
    assert provider.cli("login", "show", logins[0])["plan"] == old["name"]
    provider.cli("login", "set", "--where", f"plan={old['name']}", "--plan", new["name"])
    assert {provider.cli("login", "show", login)["plan"] for login in logins} == {new["name"]}


def test_list_limit_offset_sort(provider):
    names = sorted(provider.plan("--note", "paged")["name"] for _ in range(3))
    rows = [row["name"] for row in provider.cli("plan", "list", "--note", "paged", "--sort", "-name")]
    assert rows == sorted(names, reverse=True)
    assert [row["name"] for row in provider.cli("plan", "list", "--note", "paged", "--sort", "name", "--limit", 1, "--offset", 1)] == [names[1]]
    assert provider.run("plan", "list", "--sort", "colour").code in (1, 2)


@pytest.mark.parametrize("arguments, code, words", [
    (["client", "add"], 2, ["name", "person"]),
    (["contract", "add"], 2, ["client", "plan", "due"]),
    (["plan", "ad", "x"], 2, ["add"]),
    (["lgin", "show", "x"], 2, ["login"]),
    (["client", "add", "--nmae", "x", "--person", "natural"], 2, ["name"]),
    (["client", "show"], 2, []),
    (["client", "show", "x", "y"], 2, []),
    (["frobnicate"], 2, ["help"]),
    (["client", "show", "999999999"], 1, ["999999999"])])
def test_mistakes(provider, arguments, code, words):
    for as_json in (True, False):
        answer = provider.run(*arguments, json=as_json)
        assert answer.code == code, answer
        text = answer.out if as_json else answer.err
        if as_json:
            assert set(answer.error) == {"code", "field", "message"}
            assert answer.error["code"] == ("usage" if code == 2 else "not_found")
        else:
            assert answer.err.startswith("error: ") and answer.out == ""
        for word in words:
            assert word in text


def test_no_daemon(provider, tmp_path):
    for as_json in (True, False):
        command = [BUILD / "porteiro", "--socket", tmp_path / "none.sock", *(["--json"] if as_json else []), "status"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 3
        assert (json.loads(done.stdout)["error"]["code"] == "unavailable") if as_json else done.stderr.startswith("error: ")


def test_help_needs_no_daemon():
    for words in (["help"], ["--help"], ["nas", "--help"], ["nas", "add", "--help"], ["login", "add", "--help"], ["completion", "bash"], ["man"]):
        done = subprocess.run([BUILD / "porteiro", *words], capture_output=True, text=True)
        assert done.returncode == 0 and len(done.stdout) > 40, (words, done)
    text = subprocess.run([BUILD / "porteiro", "login", "add", "--help"], capture_output=True, text=True).stdout
    assert "--password" in text and "ps" in text and "@FILE" in text


def test_socket_from_the_environment(provider):
    done = subprocess.run([BUILD / "porteiro", "status", "--json"], capture_output=True, text=True, env={"PORTEIRO_SOCKET": str(provider.socket), "PATH": "/usr/bin"})
    assert done.returncode == 0 and json.loads(done.stdout)["state"]


def test_status(provider):
    status = provider.cli("status")
    assert {"state", "version", "database", "counters", "nas"} <= set(status)
    assert {"state", "feed_lag_s"} <= set(status["database"]) and status["counters"]["acct.no_record"] == 0
    nas = provider.nas()
    nas.login("nobody", "x")
    assert provider.cli("status")["nas"][nas.name]["rejects"] == 1
    assert provider.run("status", json=False).out


def test_tables_for_people(provider):
    user = provider.subscriber()
    for command in (["client", "show", user["client"]], ["client", "list"], ["login", "show", user["login"]], ["contract", "list"], ["plan", "list"]):
        answer = provider.run(*command, json=False)
        assert answer.code == 0 and answer.out.strip()

