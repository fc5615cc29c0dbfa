"""What the configuration changes of authentication: messages, dictionaries of one's own, weak hashes that are replaced."""
import signal

import radius
from radius import ACCESS_ACCEPT, ACCESS_REJECT, REPLY_MESSAGE, until


def reload(provider, **changes):
    logged = provider.log_size()
    provider.write_config(**changes)
    provider.signal(signal.SIGHUP)
    until(lambda: provider.log("reloaded", logged), 5)


def message(nas, user, password=None):
    reply = nas.login(user["login"], password or user["password"])
    assert reply.code == ACCESS_REJECT
    return reply.all(REPLY_MESSAGE)


def test_messages_by_language_and_of_ones_own(lone):
    nas, user = lone.nas(), lone.subscriber(plan=lone.plan("--simultaneous", 0)["name"])
    lone.cli("contract", "suspend", user["contract"], "--reason", "boleto", "--kind", "request")
    assert message(nas, user) == [b"Acesso suspenso. Fale com o seu provedor."]
    reload(lone, messages={"language": "en"})
    assert message(nas, user) == [b"Access is suspended. Contact your provider."]
    reload(lone, messages={"language": "none", "texts": ["contract_suspended: Ligue 0800 123 4567.", "credentials: Senha?"]})
    assert message(nas, user) == [b"Ligue 0800 123 4567."]
    assert message(nas, user, "wrong") == message(nas, {"login": "nobody", "password": "x"}) == [b"Senha?"]
    reload(lone, messages={"language": "none"})
    assert message(nas, user) == []


def test_a_bad_message_changes_nothing(lone):
    logged = lone.log_size()
    lone.write_config(messages={"texts": ["unknown_login: A guesser would learn from this"]})
    lone.signal(signal.SIGHUP)
    line = until(lambda: lone.log("reload_failed", logged), 5)[0]
    assert "credentials" in line["reason"]


def test_a_dictionary_of_ones_own(lone):
    file = lone.directory / "dictionary.example"
    file.write_text("VENDOR Example 32473\nBEGIN-VENDOR Example\nATTRIBUTE Example-Colour 7 string\nEND-VENDOR Example\n")
    plan = lone.plan("--simultaneous", 0)["name"]
    assert "Example-Colour" in lone.refused("plan", "set", plan, "--reply", "Example-Colour=blue")["message"]
    lone.stop()
    lone.write_config(radius={**lone.settings["radius"], "dictionaries": [str(file)]})
    lone.start()
    lone.cli("plan", "set", plan, "--reply", "Example-Colour=blue")
    nas, user = lone.nas(), lone.subscriber(plan=plan)
    assert nas.login(user["login"], user["password"]).vendor(32473, 7) == [b"blue"]
    assert "Example-Colour = blue" in lone.cli("plan", "render", plan, "--nas", nas.name)["attributes"]


def test_a_weak_hash_is_replaced_once_pap_has_proved_it(lone):
    reload(lone, authentication={"upgrade_storage": "encrypted"})
    nas = lone.nas()
    user = lone.subscriber("--storage", "md5", plan=lone.plan("--simultaneous", 0)["name"])
    assert nas.login(user["login"], "wrong").code == ACCESS_REJECT
    assert lone.cli("login", "show", user["login"])["storage"] == "md5"
    assert nas.login(user["login"], user["password"]).code == ACCESS_ACCEPT
    until(lambda: lone.cli("login", "show", user["login"])["storage"] == "encrypted", 5)
    assert lone.cli("login", "password", user["login"], "--reveal", "--reason", "test")["password"] == user["password"]
    assert nas.login(user["login"], user["password"]).code == ACCESS_ACCEPT
    assert user["password"] not in lone.log_file.read_text()
