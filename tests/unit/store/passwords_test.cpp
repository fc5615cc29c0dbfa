// tests/unit/store/passwords_test.cpp - what becomes of a stored password besides add and set, and what a decision
// taught: shown to whom, why; a new device; the first MAC; a stronger hash.
#include "database.hpp"

#include "provisioning/store/passwords.hpp"

#include <future>

using namespace store_tests;

namespace {

// MS-NLMP and many others: the NT hash of "password".
constexpr std::array<std::uint8_t, 16> nt_of_password{0x88, 0x46, 0xf7, 0xea, 0xee, 0x8f, 0xb1, 0x17,
                                                      0xad, 0x06, 0xbd, 0xd8, 0x30, 0xb7, 0x58, 0x6c};

PasswordForms forms()
{
    return PasswordForms{[](std::span<const std::uint8_t> password) -> std::optional<std::array<std::uint8_t, 16>> {
        if (std::string_view{reinterpret_cast<const char*>(password.data()), password.size()} != "password")
            return std::nullopt;
        return nt_of_password;
    }};
}

std::string text(const Secret& secret) { return {secret.octets().begin(), secret.octets().end()}; }

std::vector<std::uint8_t> sealed(Store& store)
{
    return in_transaction(store.session, store.actor, Transaction::Mode::read_write, default_deadline,
                          [](Transaction& t) { return sealed_password(t, 1); });
}

std::string opened(Store& store) { return text(store.sealer.open(sealed(store), {"login", "password", 1})); }

std::string macs(Store& store) { return one(show(store.session, login_type, "joao@isp"), "mac"); }

std::string last_told(Store& store)
{
    return store.value("select actor || '@' || coalesce(address, '-') || ' ' || action || ' ' || field || ': ' ||"
                       " coalesce(old, '-') || ' -> ' || coalesce(new, '-') || ' (' || coalesce(reason, '-') || ')'"
                       " from history order by id desc limit 1");
}

std::string history_length(Store& store) { return store.value("select count(*) from history"); }

}  // namespace

TEST_CASE("X-11: a password is shown once its reason stands in the history, which never holds the password")
{
    Store store;
    store.sample();
    const auto revealed = reveal_password(store.session, store.sealer, "joao@isp", "new router", store.actor);
    CHECK(text(revealed.password) == "canary-password");
    CHECK(one(revealed.login, "login") == "joao@isp");
    CHECK(one(revealed.login, "password") == "set");
    CHECK(last_told(store) == "ana@192.0.2.7 reveal password: - -> - (new router)");
    CHECK(store.value("select record || '/' || record_id || ' of client ' || client_id from history where action ="
                      " 'reveal'") == "login/1 of client 1");
    CHECK(store.value("select count(*) from history h where h::text like '%canary%'") == "0");
    CHECK(store.value("select count(*) from change_feed where kind = 'login'") == "1");  // nothing has changed
}

TEST_CASE("X-11: a hash shows nothing, nor does a password under another key, and no look is told")
{
    Store store;
    store.sample();
    const auto kept = history_length(store);
    const auto reveal = [&](Sealer& sealer, const std::string& login) {
        return refusal([&] { reveal_password(store.session, sealer, login, "r", store.actor); });
    };
    auto other_key = test_key();
    other_key.fill(8);
    Sealer other{other_key};
    CHECK(reveal(other, "joao@isp") == "invalid login: its password does not open with this key file; set a new one");
    CHECK(reveal(store.sealer, "nobody").starts_with("not_found login:"));
    CHECK(history_length(store) == kept);
    for (const std::string storage : {"md5", "nt", "crypt"}) {
        store.sql("update login set storage = '" + storage + "'");
        const auto told = history_length(store);
        CHECK(reveal(store.sealer, "joao@isp") ==
              "invalid login: its password is kept as " + storage +
                  ", which is a hash and shows nothing; set a new one: porteiro login set joao@isp --password -");
        CHECK(history_length(store) == told);
    }
}

TEST_CASE("X-11: the application alone may tell of a look, and cannot write the history otherwise")
{
    Store store;
    store.sample();
    const auto as_application = [&](const std::string& sql) {
        return refusal([&] {
            in_transaction(store.session, store.actor, Transaction::Mode::read_write, default_deadline,
                           [&](Transaction& t) { t.work().exec(sql); });
        });
    };
    CHECK(as_application("select password_revealed(1)") == "done");
    CHECK(as_application("insert into history (record, record_id, action) values ('login', 1, 'reveal')") != "done");
    CHECK(store.value("select has_function_privilege('public', 'porteiro.password_revealed(bigint)', 'execute')") ==
          "f");
}

TEST_CASE("a new device takes the place of the only one, or of the one that is named")
{
    Store store;
    store.sample();
    struct Row {
        std::string name;
        const char* before;
        const char* mac;
        const char* old;
        const char* result;  ///< the MACs after it, or the refusal
    };
    constexpr auto a = "AA:AA:AA:AA:AA:AA", b = "BB:BB:BB:BB:BB:BB", c = "CC:CC:CC:CC:CC:CC";
    const std::string both = std::string{a} + ',' + b;
    const Row rows[] = {
        {"none before: the first one", "", "cccc.cccc.cccc", "", c},
        {"the only one goes, in whatever notation the new one comes", a, "cc-cc-cc-cc-cc-cc", "", c},
        {"the only one may be named", a, c, "aa-aa-aa-aa-aa-aa", c},
        {"several and none named", both.c_str(), c, "",
         "invalid old: missing: the login has several, say which one goes: AA:AA:AA:AA:AA:AA BB:BB:BB:BB:BB:BB"},
        {"the one named goes, the others stay", both.c_str(), c, "aaaaaaaaaaaa", "BB:BB:BB:BB:BB:BB|CC:CC:CC:CC:CC:CC"},
        {"one that it has already is there once", both.c_str(), b, a, b},
        {"one that it has not cannot go", a, c, b,
         "invalid old: BB:BB:BB:BB:BB:BB is no MAC of this login, see porteiro login show"},
        {"what is no MAC cannot go", a, c, "router",
         "invalid old: router is no MAC of this login, see porteiro login "
         "show"},
        {"what is no MAC cannot come", a, "AA:BB", "",
         "invalid mac: AA:BB is no MAC address, give it like AA:BB:CC:DD:EE:FF"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        store.sql("update login set mac = '{" + std::string{row.before} + "}'");
        std::string after;
        const auto refused =
            refusal([&] { after = one(swap_mac(store.session, "joao@isp", row.mac, row.old, store.actor), "mac"); });
        CHECK((refused == "done" ? after : refused) == row.result);
        if (refused == "done") CHECK(macs(store) == row.result);
    }
}

TEST_CASE("the first MAC is learned once, by the daemon, and never takes the place of another")
{
    Store store;
    store.sample();
    learn_mac(store.session, 1, "AA:BB:CC:DD:EE:FF");
    CHECK(macs(store) == "AA:BB:CC:DD:EE:FF");
    CHECK(last_told(store) == "porteirod@- set mac: - -> [\"AA:BB:CC:DD:EE:FF\"] (learned: the first MAC that it"
                              " dialled from)");
    const auto told = history_length(store);
    learn_mac(store.session, 1, "AA:BB:CC:DD:EE:FF");
    learn_mac(store.session, 1, "00:11:22:33:44:55");
    learn_mac(store.session, 99, "00:11:22:33:44:55");
    CHECK(macs(store) == "AA:BB:CC:DD:EE:FF");
    CHECK(history_length(store) == told);
    store.sql("update login set mac = '{}'");  // taken away again: the next one is learned
    learn_mac(store.session, 1, "00:11:22:33:44:55");
    CHECK(macs(store) == "00:11:22:33:44:55");
    set(store.session, store.sealer, login_type, "joao@isp", {{"mac", {}}}, store.actor);
    remove(store.session, login_type, "joao@isp", store.actor);
    learn_mac(store.session, 1, "00:11:22:33:44:55");
    CHECK(store.value("select mac from login") == "");
}

TEST_CASE("of two that learn a MAC at the same moment one wins, and the other changes nothing")
{
    Store store;
    store.sample();
    Session second{store.database.connection(), Role::application, watch(), "America/Sao_Paulo"};
    pqxx::connection link(store.database.connection());
    std::future<void> waits;
    {
        pqxx::work first(link);
        first.exec("update porteiro.login set mac = '{AA:BB:CC:DD:EE:FF}' where cardinality(mac) is null");
        waits = std::async(std::launch::async, [&] { learn_mac(second, 1, "00:11:22:33:44:55"); });
        while (store.value("select count(*) from pg_locks where not granted") == "0")
            CHECK(waits.wait_for(1ms) == std::future_status::timeout);
        first.commit();
    }
    waits.get();
    CHECK(macs(store) == "AA:BB:CC:DD:EE:FF");
}

TEST_CASE("M-11: that a NAS sends Message-Authenticators is learned once, of a single host in mode auto alone")
{
    Store store;
    store.add(nas_type, {{"name", {"host"}}, {"address", {"10.0.0.1"}}, {"secret", {"s"}}});
    store.add(nas_type, {{"name", {"host6"}}, {"address", {"2001:db8::1"}}, {"secret", {"s"}}});
    store.add(nas_type, {{"name", {"net"}}, {"address", {"10.1.0.0/24"}}, {"secret", {"s"}}});
    store.add(
        nas_type,
        {{"name", {"ignored"}}, {"address", {"10.0.0.2"}}, {"secret", {"s"}}, {"message_authenticator", {"ignore"}}});
    for (int id = 1; id <= 4; ++id) learn_message_authenticator(store.session, id);
    CHECK(store.value("select string_agg(name, ' ' order by id) from nas where message_authenticator_learned is not"
                      " null") == "host host6");
    CHECK(one(show(store.session, nas_type, "host"), "message_authenticator_learned") != "");
    const auto told = history_length(store);
    learn_message_authenticator(store.session, 1);
    CHECK(history_length(store) == told);
    CHECK(store.value("select reason from history where field = 'message_authenticator_learned' and record_id = 1") ==
          "learned: a request with a verified Message-Authenticator came");
    set(store.session, store.sealer, nas_type, "host", {{"note", {"n"}}, {"secret", {"t"}}}, store.actor);
    CHECK(one(show(store.session, nas_type, "host"), "message_authenticator_learned") != "");
    set(store.session, store.sealer, nas_type, "host", {{"message_authenticator", {"ignore"}}}, store.actor);
    CHECK(one(show(store.session, nas_type, "host"), "message_authenticator_learned") == "");
}

TEST_CASE("a proved password is kept in another storage, unless another has come meanwhile")
{
    Store store;
    store.sample();
    const Secret clear{std::string_view{"password"}};
    for (const auto to : {Storage::encrypted, Storage::nt, Storage::crypt}) {
        CAPTURE(std::string{name(to)});
        set(store.session, Sealing{store.sealer, forms()}, login_type, "joao@isp",
            {{"storage", {"md5"}}, {"password", {"password"}}}, store.actor);
        const auto weak = sealed(store);
        store.sql("update login set note = 'n'");  // another field does not matter
        upgrade_password(store.session, store.sealer, forms(), 1, weak, clear, to);
        CHECK(store.value("select storage from login") == name(to));
        const auto kept = opened(store);
        if (to == Storage::encrypted) CHECK(kept == "password");
        if (to == Storage::nt) CHECK(kept == std::string{nt_of_password.begin(), nt_of_password.end()});
        if (to == Storage::crypt)
            CHECK(crypt_matches({reinterpret_cast<const std::uint8_t*>(kept.data()), kept.size()}, clear.octets()));
        CHECK(store.value("select string_agg(distinct reason, ';') from history where actor = 'porteirod' and field in"
                          " ('password', 'storage')") == "a weak hash was replaced once PAP had proved the password");

        const auto before = history_length(store);  // again, and late: what is there is another by now
        upgrade_password(store.session, store.sealer, forms(), 1, weak, clear, to);
        CHECK(opened(store) == kept);
        CHECK(history_length(store) == before);
    }
}

TEST_CASE("a proved password that looks like a hash is still a password")
{
    Store store;
    store.sample();
    const std::string tricky = "{MD5}5f4dcc3b5aa765d61d8327deb882cf99";
    const auto weak = sealed(store);
    upgrade_password(store.session, store.sealer, forms(), 1, weak, Secret{std::string_view{tricky}}, Storage::crypt);
    const auto kept = opened(store);
    CHECK(crypt_matches({reinterpret_cast<const std::uint8_t*>(kept.data()), kept.size()},
                        {reinterpret_cast<const std::uint8_t*>(tricky.data()), tricky.size()}));
}
