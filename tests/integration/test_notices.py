"""Messages to clients: a real mail server, a command, what counts as evidence, and who is not told."""
import datetime
import hashlib
import json

import pytest
from mail_server import MailServer, certificate
from porteiro import SLOWER, Provider
from radius import until

FROM = "Rede Norte <cobranca@isp.example>"


def day(offset=0):
    return (datetime.date.today() + datetime.timedelta(days=offset)).isoformat()


@pytest.fixture
def start():
    """Providers with notices of their own, ended at the end."""
    made = []

    def provider(**notices):
        made.append(Provider(config={"timezone": "UTC", "notices": notices}))
        return made[-1].start()
    yield provider
    for one in made:
        one.close()


@pytest.fixture
def mail():
    server = MailServer()
    yield server
    server.close()


def plain(server):
    return {"smtp": f"smtp://127.0.0.1:{server.port}", "smtp_tls": False, "from": FROM}


def debtor(provider, due, email="ana@casa.example", **flags):
    user = provider.subscriber()
    provider.cli("client", "set", user["client"], "--email", email, *(word for flag, value in flags.items() for word in (f"--{flag.replace('_', '-')}", value)))
    user["charge"] = provider.cli("charge", "add", "--client", user["client"], "--contract", user["contract"], "--amount", "99,90", "--due", due)["id"]
    return user


def ran(provider, *flags):
    return [(step["action"], step["contract"]) for step in provider.cli("billing", "run", *flags)]


def messages(provider, **wanted):
    rows = provider.cli("message", "list")
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def waits_for(provider, count, **wanted):
    until(lambda: len(messages(provider, **wanted)) == count, 10 * SLOWER, what=lambda: str(provider.cli("message", "list")))
    return messages(provider, **wanted)


@pytest.mark.threaded
def test_a_notice_sent_by_mail_is_the_evidence_that_the_cut_asks_for(start, mail):
    provider = start(**plain(mail))
    provider.cli("setting", "set", "ladder.require_notice", "yes")
    provider.cli("setting", "set", "provider.name", "Rede Norte")
    user = debtor(provider, day(-20))
    planned = provider.cli("billing", "run", "--dry-run")
    assert [(step["action"], step["contract"]) for step in planned] == [("notify", user["contract"])]
    assert messages(provider) == [] and mail.received == []
    assert provider.cli("billing", "run") == planned
    sent, = waits_for(provider, 1, state="sent")
    assert sent["kind"] == "pending" and sent["channel"] == "email" and "queued as T1" in sent["result"]
    came, = mail.received
    assert came.to == ["ana@casa.example"] and came.sender == "cobranca@isp.example"
    assert came.message["From"] == FROM and "Rede Norte" in came.subject and "R$ 99,90" in came.text
    cut_on = datetime.date.today() + datetime.timedelta(days=15)
    assert cut_on.strftime("%d/%m/%Y") in came.text, "when access closes"
    assert ran(provider) == [], "again on the same day: nothing"
    shown = provider.cli("message", "show", sent["message"])
    assert shown["text"] == came.text.replace("\r\n", "\n")
    notice = provider.cli("notice", "show", shown["notice"])
    assert notice["kind"] == "pending" and notice["on"] == day() and notice["address"] == "ana@casa.example"
    assert notice["charge"] == [str(user["charge"])] and notice["text_hash"] == hashlib.sha256(shown["text"].encode()).hexdigest()
    assert [step["what"] for step in provider.cli("contract", "explain", user["contract"])["next"]][0] == "suspend"
    assert ran(provider, "--on", day(12)) == [("notify", user["contract"])], "the warning, three days before"
    waits_for(provider, 1, state="sent", kind="will_be_suspended")
    assert ran(provider, "--on", day(14)) == []
    assert ran(provider, "--on", day(15)) == [("suspend", user["contract"])]
    waits_for(provider, 1, state="sent", kind="suspended")
    provider.cli("charge", "pay", user["charge"])
    waits_for(provider, 1, state="sent", kind="released")
    assert len(mail.received) == 4
    until(lambda: provider.cli("status")["messages"] == {"waiting": 0, "sent": 4, "failed": 0, "problem": None}, 3 * SLOWER)
    assert "4 sent, 0 failed, 0 wait" in provider.cli("status", json=False)


def test_consent_governs_what_is_no_debt_and_never_the_notice_of_one(start, mail):
    provider = start(**plain(mail))
    provider.cli("setting", "set", "ladder.require_notice", "yes")
    user = debtor(provider, day(-20), "ana@casa.example;ana@work.example", email_before_due="no", email_overdue="no", language="en")
    provider.cli("client", "set", user["client"], "--alternative-email", "other@casa.example")
    provider.cli("contact", "add", "--client", user["client"], "--name", "Bia", "--email", "bia@casa.example", "--notices", "yes")
    provider.cli("contact", "add", "--client", user["client"], "--name", "Caio", "--email", "caio@casa.example")
    provider.cli("charge", "add", "--client", user["client"], "--contract", user["contract"], "--amount", "5", "--due", day(2))
    steps = provider.cli("billing", "run")
    assert [(step["action"], step["why"]) for step in steps] == [
        ("notify", f"will_be_suspended notice of charge {user['charge']}, to 4 addresses")]
    waits_for(provider, 4, state="sent", kind="will_be_suspended")
    assert sorted(one.to[0] for one in mail.received) == ["ana@casa.example", "ana@work.example", "bia@casa.example", "other@casa.example"]
    assert "Unless it is paid, access will be suspended" in mail.received[0].text
    provider.cli("client", "set", user["client"], "--email-before-due", "default")
    assert [step["why"] for step in provider.cli("billing", "run")] == [f"due_soon notice of charge {user['charge'] + 1}, to 4 addresses"]
    waits_for(provider, 4, state="sent", kind="due_soon")


def test_a_kind_can_be_switched_off_and_the_texts_are_the_providers_own(start, mail, tmp_path):
    (tmp_path / "pt-due_soon.txt").write_text("Subject: Oi {{client}}\nShort: x\n\nVence {{due}}: {{total}}\n")
    provider = start(**plain(mail), templates=str(tmp_path))
    user = debtor(provider, day(2))
    provider.cli("charge", "add", "--client", user["client"], "--contract", user["contract"], "--amount", "5", "--due", day(20))
    provider.cli("setting", "set", "notice.issued", "no")
    assert [step["why"].split(" notice")[0] for step in provider.cli("billing", "run")] == ["due_soon"]
    waits_for(provider, 1, state="sent")
    due = datetime.date.fromisoformat(day(2)).strftime("%d/%m/%Y")
    assert mail.received[0].subject == "Oi João da Silva" and mail.received[0].text.strip() == f"Vence {due}: R$ 99,90"
    provider.cli("setting", "reset", "notice.issued")
    assert [step["why"].split(" notice")[0] for step in provider.cli("billing", "run")] == ["issued"]
    waits_for(provider, 2, state="sent")
    previewed = provider.cli("message", "preview", "due_soon", "--contract", user["contract"])
    assert previewed["subject"] == "Oi João da Silva" and previewed["language"] == "pt"
    (tmp_path / "pt-due_soon.txt").write_text("Subject: {{clint}}\nShort: x\n\ny\n")
    refused = provider.refused("message", "preview", "due_soon", "--contract", user["contract"])
    assert refused["field"] == "template" and "did you mean {{client}}?" in refused["message"] and str(tmp_path) in refused["message"]
    page = provider.cli("message", "preview", "pending", "--contract", user["contract"], "--language", "en", json=False)
    assert "notice of debt" in page and "\nText\n" in page


def test_what_the_server_refuses_for_good_for_now_and_when_it_is_away(start, mail):
    provider = start(**plain(mail))
    mail.answers = {"nobody@casa.example": "550 5.1.1 no such user", "later@casa.example": "451 4.2.0 try later"}
    user = debtor(provider, day(-20), "nobody@casa.example;later@casa.example;ana@casa.example")
    provider.cli("billing", "run")
    waits_for(provider, 1, state="sent", kind="pending")
    failed, = waits_for(provider, 1, state="failed")
    assert failed["address"] == "nobody@casa.example" and "no such user" in failed["result"] and failed["attempts"] == 1
    explained = {line["what"]: line["detail"] for line in provider.cli("contract", "explain", user["contract"])["timeline"]}
    assert "no such user" in explained["message failed"] and f"message show {failed['message']}" in explained["message failed"]
    waiting, = waits_for(provider, 1, state="queued", address="later@casa.example")
    assert "try later" in waiting["result"] and waiting["next_at"]
    provider.psql("update message set next_at = now() where id = %s", waiting["message"])
    del mail.answers["later@casa.example"]
    waits_for(provider, 2, state="sent", kind="pending")
    mail.answers.clear()
    provider.cli("message", "retry", failed["message"])
    waits_for(provider, 3, state="sent", kind="pending")
    assert provider.refused("message", "retry", failed["message"])["code"] == "conflict"
    # away: nothing is lost, and it is nobody's fault
    port = mail.port
    mail.close()
    other = debtor(provider, day(-20), "bia@casa.example")
    provider.cli("billing", "run", "--on", day(1))
    until(lambda: provider.cli("status")["messages"]["problem"], 10 * SLOWER)
    waiting, = waits_for(provider, 1, state="queued", contract=other["contract"])
    assert waiting["attempts"] == 0
    assert len(provider.log("messages_wait")) == 1
    again = MailServer(port)
    try:
        provider.restart()
        provider.psql("update message set next_at = now() where state = 'queued'")
        waits_for(provider, 1, state="sent", contract=other["contract"])
    finally:
        again.close()


def test_a_paid_debt_is_not_told_of_and_a_run_that_was_undone_tells_nobody(start, mail):
    provider = start(**plain(mail))
    port = mail.port
    mail.close()
    users = [debtor(provider, day(-20), f"u{n}@casa.example") for n in range(2)]
    provider.cli("setting", "set", "ladder.require_notice", "yes")
    provider.cli("billing", "run")
    assert len(messages(provider)) == 2
    provider.cli("charge", "pay", users[0]["charge"])
    run, = provider.cli("billing", "list")
    assert run["messages"] == 2
    until(lambda: provider.cli("status")["messages"]["problem"], 10 * SLOWER)
    provider.psql("update message set next_at = now() + interval '1 hour' where contract_id = %s", users[1]["contract"])
    again = MailServer(port)
    try:
        provider.restart()
        provider.psql("update message set next_at = now() where contract_id = %s", users[0]["contract"])
        dropped, = waits_for(provider, 1, state="dropped")
        assert dropped["contract"] == users[0]["contract"] and dropped["result"] == "paid or settled meanwhile"
        provider.cli("billing", "undo", run["run"], "--reason", "wrong day")
        undone, = waits_for(provider, 1, state="dropped", contract=users[1]["contract"])
        assert undone["result"] == "its run was undone" and again.received == []
        assert ran(provider) == [("notify", users[1]["contract"])], "what was dropped is told by the next run"
    finally:
        again.close()


def test_tls_and_a_password(start, tmp_path):
    pair = certificate(tmp_path)
    server = MailServer(tls=pair, password="segredo")
    (tmp_path / "password").write_text("segredo\n")
    login = {"smtp": f"smtp://127.0.0.1:{server.port}", "from": FROM, "smtp_user": "porteiro",
             "smtp_password_file": str(tmp_path / "password")}
    try:
        provider = start(**login)
        debtor(provider, day(-20))
        provider.cli("billing", "run")
        until(lambda: provider.cli("status")["messages"]["problem"], 10 * SLOWER)
        assert "certificate" in provider.cli("status")["messages"]["problem"], "a certificate that nobody knows is refused"
        provider.write_config(notices={**login, "smtp_ca_file": str(pair[1])})
        provider.restart()
        provider.psql("update message set next_at = now()")
        waits_for(provider, 1, state="sent")
        assert len(server.received) == 1
        (tmp_path / "password").write_text("wrong\n")
        debtor(provider, day(-20), "bia@casa.example")
        provider.cli("billing", "run", "--on", day(1))
        until(lambda: "535" in (provider.cli("status")["messages"]["problem"] or ""), 10 * SLOWER,
              what=lambda: f"{provider.cli('message', 'list')} {provider.cli('status')['messages']}")
    finally:
        server.close()


def test_a_command_gets_json_and_says_how_it_went(start, tmp_path):
    told, script = tmp_path / "told", tmp_path / "send"
    script.write_text(f"#!/bin/sh\ncat >> {told}\ncase \"$(tail -n 1 {told})\" in *5511900000000*) echo 'no such number' >&2; exit 67;; esac\necho gateway-77\n")
    script.chmod(0o755)
    provider = start(command=str(script), command_channel="whatsapp")
    user = debtor(provider, day(-20), mobile="11 91234-5678")
    other = debtor(provider, day(2), mobile="11 91234-0000")
    wrong = debtor(provider, day(-20), mobile="11 90000-0000")
    steps = provider.cli("billing", "run")
    assert sorted(step["contract"] for step in steps if step["action"] == "notify") == [user["contract"], wrong["contract"]]
    sent, = waits_for(provider, 1, state="sent")
    failed, = waits_for(provider, 1, state="failed")
    assert failed["contract"] == wrong["contract"] and failed["result"] == "exit 67: no such number"
    assert sent["channel"] == "whatsapp" and sent["address"] == "+5511912345678" and sent["result"] == "gateway-77"
    given = next(line for line in map(json.loads, told.read_text().splitlines()) if line["contract"] == user["contract"])
    assert given["kind"] == "pending" and given["address"] == "+5511912345678" and given["charges"][0]["amount"] == "99.90"
    assert given["short"].startswith("seu provedor") and given["suspension_day"]
    # a reminder before the due date needs the client's consent
    provider.cli("client", "set", other["client"], "--whatsapp-opt-in", "yes")
    assert [(step["action"], step["contract"]) for step in provider.cli("billing", "run") if step["action"] == "notify"] == [("notify", other["contract"])]


def test_the_guard_keeps_an_emptied_table_of_payments_from_dunning_everybody(start, mail):
    provider = start(**plain(mail))
    users = [debtor(provider, day(-20), f"u{n}@casa.example") for n in range(12)]
    stopped = provider.run("billing", "run")
    assert stopped.code == 4 and "--confirm-notices 12" in stopped.error["message"] and messages(provider) == []
    warned = provider.run("billing", "run", "--dry-run", json=False)
    assert warned.code == 0 and "the guard would stop this run" in warned.err
    done = provider.cli("billing", "run", "--confirm-notices", "12")
    assert sorted(step["contract"] for step in done if step["action"] == "notify") == [user["contract"] for user in users]
    waits_for(provider, 12, state="sent")


def test_whoever_cannot_be_told_is_named(start):
    provider = start()
    provider.cli("setting", "set", "ladder.require_notice", "yes")
    user = provider.subscriber()
    provider.cli("charge", "add", "--client", user["client"], "--contract", user["contract"], "--amount", "9", "--due", day(-20))
    held, = provider.cli("billing", "run")
    assert held["action"] == "held" and held["contract"] == user["contract"] and "notices.smtp" in held["why"]
    page = provider.cli("billing", "run", json=False)
    assert "1 held for want of a notice" in page and provider.cli("billing", "list") == []
    assert provider.cli("status")["messages"] is None
    provider.cli("notice", "add", "--client", user["client"], "--contract", user["contract"], "--on", day(-15), "--channel", "letter")
    assert ran(provider) == [("suspend", user["contract"])]
