// tests/unit/store/storage_test.cpp - a password in each storage: added, imported, changed, converted, or refused in
// words that help. And a NAS's secret while the old one is good too.
#include "database.hpp"

#include "provisioning/store/feed.hpp"

using namespace store_tests;

namespace {

// The NT hash of "password" (MS-NLMP 4.2.2 has others; this one is in every table of them).
constexpr std::array<std::uint8_t, 16> nt_of_password{0x88, 0x46, 0xf7, 0xea, 0xee, 0x8f, 0xb1, 0x17,
                                                      0xad, 0x06, 0xbd, 0xd8, 0x30, 0xb7, 0x58, 0x6c};
const PasswordForms forms{[](std::span<const std::uint8_t> password) -> std::optional<std::array<std::uint8_t, 16>> {
    if (std::string_view{reinterpret_cast<const char*>(password.data()), password.size()} != "password")
        return std::nullopt;
    return nt_of_password;
}};

// RFC 1321 of "password", and of it in crypt(5): openssl passwd -1/-5/-6 -salt saltsalt password.
constexpr auto md5_hex = "5f4dcc3b5aa765d61d8327deb882cf99", md5_base64 = "X03MO1qnZdYdgyfeuILPmQ==";
constexpr auto nt_hex = "8846f7eaee8fb117ad06bdd830b7586c";
constexpr auto crypt_md5 = "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/";

std::string hex(std::span<const std::uint8_t> octets)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const auto octet : octets) text.append({digits[octet >> 4], digits[octet & 15]});
    return text;
}

/// The login's password as it is kept: the hash in hexadecimal, the text of crypt or the password itself.
std::string kept(Store& store)
{
    pqxx::work work(store.owner.connection());
    const auto row = work.exec1("select storage, password from login where login = 'x'");
    const pqxx::binarystring octets(row[1]);
    const auto id = work.exec1("select id from login where login = 'x'")[0].as<std::int64_t>();
    const auto clear = store.sealer.open({octets.data(), octets.size()}, {"login", "password", id});
    const auto storage = row[0].as<std::string>();
    const std::string text{clear.octets().begin(), clear.octets().end()};
    if (storage == "crypt")
        return storage +
               (crypt_matches(clear.octets(), Secret{std::string_view{"password"}}.octets()) ? " matches" : " differs");
    return storage + ' ' + (storage == "encrypted" ? text : hex(clear.octets()));
}

std::string added(Store& store, const std::string& storage, const std::string& password, std::string* note = nullptr)
{
    store.sql("delete from login where login = 'x'");
    const auto refused = refusal([&] {
        add(store.session, {store.sealer, forms, note}, login_type,
            checked_for_add(login_type,
                            {{"login", {"x"}}, {"contract", {"1"}}, {"password", {password}}, {"storage", {storage}}}),
            store.actor);
    });
    return refused == "done" ? kept(store) : refused;
}

std::string changed(Store& store, const Record& typed)
{
    const auto refused =
        refusal([&] { set(store.session, {store.sealer, forms}, login_type, "x", typed, store.actor); });
    return refused == "done" ? kept(store) : refused;
}

}  // namespace

TEST_CASE("a password is kept as its storage says, typed as itself or as a hash from another system")
{
    Store store;
    store.sample();
    struct Row {
        std::string name;
        std::string storage, typed, kept, taken_as;
    };
    const std::string md5 = std::string{"md5 "} + md5_hex, nt = std::string{"nt "} + nt_hex;
    const Row rows[] = {
        {"encrypted keeps the password itself", "encrypted", "password", "encrypted password", ""},
        {"encrypted keeps what looks like a hash", "encrypted", md5_hex, std::string{"encrypted "} + md5_hex, ""},
        {"md5 of a typed password", "md5", "password", md5, ""},
        {"md5 in hexadecimal", "md5", md5_hex, md5, "an MD5 hash in hexadecimal"},
        {"md5 in base64 after {MD5}", "md5", std::string{"{MD5}"} + md5_base64, md5, "an MD5 hash in base64"},
        {"what looks like a hash but is the password", "md5", "{CLEAR}password", md5, ""},
        {"nt of a typed password", "nt", "password", nt, ""},
        {"nt in hexadecimal", "nt", std::string{"{NT}"} + nt_hex, nt, "an NT hash in hexadecimal"},
        {"crypt of a typed password", "crypt", "password", "crypt matches", ""},
        {"crypt, imported", "crypt", crypt_md5, "crypt matches", "a crypt hash"},
        {"crypt, imported with {CRYPT}", "crypt", std::string{"{CRYPT}"} + crypt_md5, "crypt matches", "a crypt hash"},
        {"a damaged md5", "md5", "{MD5}5f4d",
         "invalid password: after {MD5} stand 32 hexadecimal digits or the base64 of 16 octets", ""},
        {"a damaged nt", "nt", "{NT}5f4d", "invalid password: after {NT} stand 32 hexadecimal digits", ""},
        {"a crypt that is cut off", "crypt", "$1$saltsalt$qjXM",
         "invalid password: is a damaged crypt hash: its length or its characters are wrong, give the whole of it", ""},
        {"bcrypt", "crypt", "$2y$10$abcdefghijklmnopqrstuv",
         "invalid password: is a hash of a kind that is not served, give one that begins with $1$, $5$, $6$ or $y$",
         ""},
        {"nt on a machine without MD4", "nt", "other",
         "invalid storage: nt needs MD4 and a password of at most 256 characters; this machine's OpenSSL may lack its "
         "legacy provider. Choose encrypted",
         ""},
        {"a storage that is none", "plain", "password",
         "invalid storage: plain is not known, give encrypted, md5, crypt or nt", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        std::string note;
        CHECK(added(store, row.storage, row.typed, &note) == row.kept);
        CHECK(note == row.taken_as);
    }
}

TEST_CASE("a storage alone converts the password where it is known, and is refused where only a hash is")
{
    Store store;
    store.sample();
    for (const std::string to : {"md5", "nt", "crypt", "encrypted"}) {
        for (const std::string from : {"encrypted", "md5", "nt", "crypt"}) {
            CAPTURE(from + " to " + to);
            const auto before = added(store, from, "password");
            const auto after = changed(store, {{"storage", {to}}});
            if (from == to) {
                CHECK(after == before);
            } else if (from == "encrypted") {
                CHECK(after == added(store, to, "password"));
            } else {
                CHECK(after == "invalid storage: a password kept as " + from + " cannot become " + to +
                                   ", since only its hash is known; give the password as well: --password -");
                CHECK(kept(store) == before);
            }
        }
    }
}

TEST_CASE("a password given with a storage is kept in it, and one given alone stays in the storage that is there")
{
    Store store;
    store.sample();
    added(store, "md5", "old");
    CHECK(changed(store, {{"storage", {"nt"}}, {"password", {"password"}}}) == std::string{"nt "} + nt_hex);
    CHECK(changed(store, {{"password", {"other"}}}).starts_with("invalid storage: nt needs MD4"));
    CHECK(changed(store, {{"storage", {"crypt"}}, {"password", {crypt_md5}}}) == "crypt matches");
    CHECK(changed(store, {{"password", {"other"}}}) == "crypt differs");
    CHECK(changed(store, {{"storage", {}}, {"password", {"p"}}}) == "encrypted p");  // cleared: the default
    CHECK(changed(store, {{"note", {"n"}}}) == "encrypted p");
    store.sql("update login set password = o.password from login o where o.id <> login.id and login.login = 'x'");
    CHECK(changed(store, {{"storage", {"md5"}}}) ==
          "invalid storage: the stored password does not open with this key file; give it anew: --password -");
    CHECK(changed(store, {{"storage", {"md5"}}, {"password", {"password"}}}) == std::string{"md5 "} + md5_hex);
}

TEST_CASE("a storage for several logins converts each, or none")
{
    Store store;
    store.sample();
    added(store, "encrypted", "password");
    const auto all = [&](const Record& typed) {
        return refusal([&] {
            set_where(store.session, {store.sealer, forms}, login_type, {{"contract", {"1"}}}, typed, false,
                      store.actor);
        });
    };
    CHECK(all({{"storage", {"md5"}}}) == "done");
    CHECK(kept(store) == std::string{"md5 "} + md5_hex);
    CHECK(store.value("select string_agg(distinct storage, ' ') from login") == "md5");
    changed(store, {{"storage", {"encrypted"}}, {"password", {"password"}}});
    CHECK(all({{"storage", {"crypt"}}}).starts_with("invalid storage:"));
    CHECK(kept(store) == "encrypted password");
}
