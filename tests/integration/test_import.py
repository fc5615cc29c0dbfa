"""Files from another system through the real programs: CSV, and what a MikroTik exports."""
import pytest
from porteiro import SLOWER, fresh_cpf
from radius import ACCESS_ACCEPT, ACCESS_REJECT, until


def login(nas, name, password):
    return nas.login(name, password).code


@pytest.fixture
def file(tmp_path):
    def write(text, name="file.csv", encoding="utf-8"):
        (tmp_path / name).write_bytes(text.encode(encoding))
        return tmp_path / name
    return write


def test_logins_from_a_spreadsheet_can_dial(lone, file):
    nas, plan, document = lone.nas(), lone.plan()["name"], fresh_cpf()
    sheet = file(f"Login;Password;Name;Document;Plan\r\njose@isp;s3nha;José;{document};{plan}\r\nluz@isp;x;;;{plan}\r\n", encoding="latin-1")
    told = lone.run("import", "logins", sheet)
    assert told.code == 1 and {row["result"] for row in told.json} == {"bad"} and "due_day" in told.json[0]["why"]
    assert lone.cli("client", "list") == []
    planned = lone.cli("import", "logins", sheet, "--due-day", "10", "--dry-run")
    assert [row["result"] for row in planned] == ["added", "added"] and lone.cli("client", "list") == []
    made = lone.cli("import", "logins", sheet, "--due-day", "10")
    assert [(row["row"], row["result"], row["name"]) for row in made] == [(1, "added", "jose@isp"), (2, "added", "luz@isp")]
    until(lambda: login(nas, "jose@isp", "s3nha") == ACCESS_ACCEPT, 2 * SLOWER)
    assert [client["name"] for client in lone.cli("client", "list")] == ["José", "luz@isp"]
    assert [row["result"] for row in lone.cli("import", "logins", sheet, "--due-day", "10")] == ["unchanged"] * 2
    assert lone.cli("import", "logins", sheet, "--due-day", "10", json=False).endswith(
        "2 rows: 0 to add, 2 there already. Nothing was changed.\n")


def test_the_secrets_of_a_concentrator(lone, file):
    nas, plan = lone.nas(), lone.plan()["name"]
    export = file('# by RouterOS 7.15\r\n/ip pool\r\nadd name=p ranges=10.0.0.2-10.0.0.9\r\n/ppp secret\r\n'
                  'add comment="Jo\\E3o" name=joao password="s\\"nha" profile=gold \\\r\n    remote-address=100.64.0.9\r\n'
                  'add disabled=yes name=maria password=x service=pppoe\r\nadd name=vpn password=y service=l2tp\r\n', "secrets.rsc")
    flags = ("--due-day", "10", "--profile", f"gold={plan}", "--plan", plan)
    told = lone.run("import", "mikrotik-secrets", export, *flags)
    assert told.code == 1 and [row["result"] for row in told.json] == ["bad", "held", "held"]
    assert told.json[0]["row"] == 3 and told.json[0]["name"] == "vpn" and told.json[0]["why"].startswith("kind: ")
    page = lone.run("import", "mikrotik-secrets", export, *flags, json=False)
    assert page.code == 1 and page.out.endswith(
        "3 rows: 2 to add, 0 there already, 1 bad. Nothing was changed: mend the bad rows, or leave them out with --skip-bad.\n")
    made = lone.cli("import", "mikrotik-secrets", export, *flags, "--skip-bad")
    assert [row["result"] for row in made] == ["bad", "added", "added"]
    until(lambda: login(nas, "joao", 's"nha') == ACCESS_ACCEPT, 2 * SLOWER)
    assert login(nas, "maria", "x") == ACCESS_REJECT
    found = lone.cli("login", "show", "joao")
    assert found["ip"] == "100.64.0.9" and lone.cli("client", "show", "João")["name"] == "João"
    wrong = lone.run("import", "mikrotik-secrets", file("login,password\na,b\n"), *flags)
    assert wrong.code == 2 and wrong.error["field"] == "file"


def test_a_bank_file_opens_access_and_again_changes_nothing(lone, file):
    nas, user = lone.cut_without_notice().nas(), lone.subscriber()
    charges = file(f"login;due;amount;bank_number\n{user['login']};01/02/2026;99,90;7001\n{user['login']};01/03/2026;99,90;7002\n", "charges.csv")
    assert [row["result"] for row in lone.cli("import", "charges", charges)] == ["added", "added"]
    assert [row["result"] for row in lone.cli("import", "charges", charges)] == ["unchanged", "unchanged"]
    lone.cli("billing", "run")
    until(lambda: login(nas, user["login"], user["password"]) == ACCESS_REJECT, 2 * SLOWER)
    payments = file("bank_number,on,amount,payment_id\n7001,2026-03-05,99.90,A1\n7002,2026-03-05,99.90,A2\n", "payments.csv")
    assert [row["result"] for row in lone.cli("import", "payments", payments)] == ["added", "added"]
    until(lambda: login(nas, user["login"], user["password"]) == ACCESS_ACCEPT, 2 * SLOWER)
    assert [row["result"] for row in lone.cli("import", "payments", payments)] == ["unchanged", "unchanged"]
    assert len(lone.cli("payment", "list")) == 2


def test_a_wrong_column_is_named(lone, file):
    wrong = lone.refused("import", "clients", file("name,documnt\nAna,1\n"))
    assert wrong["field"] == "column" and "did you mean document?" in wrong["message"]
    wrong = lone.refused("import", "payments", file("charge,amount\n1,5\n"))
    assert "the header needs on once" in wrong["message"]
    usage = lone.run("import", "mikrotik-secrets", file("/ppp secret\nadd name=a password=b\n"), "--profile", "gold")
    assert usage.code == 2 and usage.error["field"] == "profile"
