"""What an operator asks when the telephone rings: why, and who."""
import json

import pytest
import radius
from radius import START, attribute, until


def rules(explained):
    """{rule: outcome}"""
    return {rule["rule"]: rule["outcome"] for rule in explained["rules"]}


def test_explain_of_an_open_door(provider):
    user = provider.subscriber()
    nas = provider.nas()
    outcomes = rules(provider.cli("login", "explain", user["login"], "--nas", nas.name, "--mac", "AA-BB-CC-00-00-01",
                                  "--nas-port", "ether1", "--method", "chap"))
    assert outcomes and set(outcomes.values()) == {"passed"}
    unasked = rules(provider.cli("login", "explain", user["login"]))
    assert {name for name, outcome in unasked.items() if outcome == "not_reached"} <= {"wrong_nas", "wrong_port", "wrong_mac", "method_not_possible"}
    assert set(unasked.values()) <= {"passed", "not_reached"}


@pytest.mark.parametrize("close, reason", [
    (["contract", "suspend", "{contract}", "--reason", "boleto 118", "--kind", "request"], "contract_suspended"),
    (["client", "disable", "{client}", "--reason", "left"], "client_inactive"),
    (["login", "disable", "{login}"], "login_disabled"),
    (["contract", "cancel", "{contract}", "--reason", "left"], "contract_cancelled")])
def test_explain_gives_the_reason_that_packets_get(provider, close, reason):
    nas, user = provider.nas(), provider.subscriber()
    provider.cli(*[word.format(**user) for word in close])
    until(lambda: nas.login(user["login"], user["password"]).code == 3, 3)
    row = until(lambda: [row for row in provider.cli("auth", "list", "--login", user["login"]) if row["result"] == "reject"])[0]
    assert row["reason"] == reason
    explained = provider.cli("login", "explain", user["login"], "--nas", nas.name)
    assert rules(explained)[reason] == "refused"
    assert [name for name, outcome in rules(explained).items() if outcome == "refused"] == [reason]
    people = provider.cli("login", "explain", user["login"], json=False)
    assert reason in people


def test_explain_of_several_refusals_and_of_a_stranger(provider):
    user = provider.subscriber()
    provider.cli("client", "disable", user["client"], "--reason", "x")
    provider.cli("contract", "suspend", user["contract"], "--reason", "y", "--kind", "request")
    until(lambda: {name for name, outcome in rules(provider.cli("login", "explain", user["login"])).items() if outcome == "refused"}
          == {"client_inactive", "contract_suspended"}, 3)
    answer = provider.run("login", "explain", "nobody@isp.example")
    assert answer.code == 1 or rules(answer.json).get("unknown_login") == "refused"


def test_find(provider):
    plan = provider.plan()
    document = provider.client(name="Conceição Araújo Ávila")["document"]
    provider.cli("client", "set", document, "--mobile", "(21) 99876-5432", "--email", "Con@X.example")
    contract = provider.cli("contract", "add", "--client", document, "--plan", plan["name"], "--due-day", 10)
    login = provider.name("conceicao") + "@isp.example"
    provider.cli("login", "add", login, "--contract", contract["id"], "--generate", "--ip", "100.70.1.2")
    masked = f"{document[:3]}.{document[3:6]}.{document[6:9]}-{document[9:]}"
    for text in ("conceicao", "AVILA", "Araujo", document, masked, "21998765432", "99876-5432", login, login[:12], "con@x.example", "100.70.1.2"):
        rows = provider.cli("find", text)
        assert any(row["login"] == login for row in rows), (text, rows)
    row = next(row for row in provider.cli("find", login) if row["login"] == login)
    assert row["contract_id"] == contract["id"] and row["plan"] == plan["name"] and row["contract_status"] == "active" and row["online"] is False
    nas = provider.nas()
    nas.account(login, "find", START, attribute(radius.CALLING_STATION_ID, "AA-BB-CC-99-88-77"), attribute(8, radius.address("100.71.0.9")))
    for text in ("AA:BB:CC:99:88:77", "aabb.cc99.8877", "100.71.0.9"):
        row = next(row for row in provider.cli("find", text) if row["login"] == login)
        assert row["online"] is True and row["ip"] == "100.71.0.9" and row["nas"] == nas.name
    assert provider.cli("find", "nobody-has-this-name") == []
    assert login in provider.cli("find", "conceicao", json=False)


def test_find_leaves_removed_rows_out(provider):
    user = provider.subscriber()
    provider.cli("login", "remove", user["login"])
    assert user["login"] not in json.dumps(provider.cli("find", user["login"]))
