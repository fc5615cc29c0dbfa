// tests/unit/provisioning/password_form_test.cpp - what is kept of a typed password. Vectors: RFC 1321 A.5 (MD5),
// MS-NLMP 4.2.2.1.2 (NT hash of "Password"), U. Drepper's SHA-crypt ($5$, $6$), openssl passwd -1 ($1$), libxcrypt's
// crypt(3) ($y$).
#include "provisioning/password_form.hpp"

#include "refusals.hpp"

#include <doctest/doctest.h>

using namespace provisioning;

namespace {

std::string hex(std::span<const std::uint8_t> octets)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto octet : octets) (text += digits[octet >> 4]) += digits[octet & 15];
    return text;
}
std::string text_of(std::span<const std::uint8_t> octets) { return {octets.begin(), octets.end()}; }
std::span<const std::uint8_t> octets_of(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

const std::string abc_md5 = "900150983cd24fb0d6963f7d28e17f72";
const std::string password_nt = "a4f49c406510bdcab6824ee7c30fd852";
const std::string md5_crypt = "$1$saltsalt$le8lFSqqnPaRFOlmAZpvH1";
const std::string sha256_crypt = "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5";
const std::string sha256_crypt_rounds = "$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA";
const std::string sha512_crypt = "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/"
                                 "O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1";
const std::string yescrypt = "$y$j9T$saltsalt$A97GRIwYkkBez1jk59wwG1XHEkNTs3ZWgHps6/Ut9T6";

// Knows the one hash that MS-NLMP prints, and of other passwords none, like a machine without MD4.
std::optional<std::array<std::uint8_t, 16>> nt_hash(std::span<const std::uint8_t> password)
{
    if (text_of(password) != "Password") return std::nullopt;
    return std::array<std::uint8_t, 16>{0xa4, 0xf4, 0x9c, 0x40, 0x65, 0x10, 0xbd, 0xca,
                                        0xb6, 0x82, 0x4e, 0xe7, 0xc3, 0x0f, 0xd8, 0x52};
}
const PasswordForms forms{nt_hash};

} // namespace

TEST_CASE("a typed password is kept as its storage says, and a hash of the right kind as it is")
{
    struct Row {
        std::string name;
        Storage storage;
        std::string typed, octets, taken_as; // octets in hexadecimal
    };
    const std::string hexadecimal = "an MD5 hash in hexadecimal", base64 = "an MD5 hash in base64",
                      nt_hexadecimal = "an NT hash in hexadecimal";
    const Row rows[] = {
        {"the password itself", Storage::encrypted, "abc", "616263", ""},
        {"32 digits are a password where passwords are kept", Storage::encrypted, abc_md5, hex(octets_of(abc_md5)), ""},
        {"a password that was said to be one", Storage::encrypted, "{CLEAR}abc", "616263", ""},
        {"the same in other words", Storage::encrypted, "{cleartext}{MD5}abc", hex(octets_of("{MD5}abc")), ""},
        {"any octets", Storage::encrypted, std::string("a\0\xff", 3), "6100ff", ""},
        {"md5 of a password", Storage::md5, "abc", abc_md5, ""},
        {"md5 of digits that were said to be the password", Storage::md5, "{CLEAR}abc", abc_md5, ""},
        {"md5 in hexadecimal", Storage::md5, abc_md5, abc_md5, hexadecimal},
        {"md5 in capitals", Storage::md5, "900150983CD24FB0D6963F7D28E17F72", abc_md5, hexadecimal},
        {"md5 with its name", Storage::md5, "{MD5}" + abc_md5, abc_md5, hexadecimal},
        {"md5 in base64", Storage::md5, "kAFQmDzST7DWlj99KOF/cg==", abc_md5, base64},
        {"md5 in base64 with its name", Storage::md5, "{md5}kAFQmDzST7DWlj99KOF/cg==", abc_md5, base64},
        {"24 characters that are no base64 are a password", Storage::md5, std::string(24, '='),
         "43173a80546b59d13f4357b7d0e1face", ""},
        {"nt of a password", Storage::nt, "Password", password_nt, ""},
        {"nt of a password that was said to be one", Storage::nt, "{CLEAR}Password", password_nt, ""},
        {"nt in hexadecimal", Storage::nt, password_nt, password_nt, nt_hexadecimal},
        {"nt with its name", Storage::nt, "{NT}A4F49C406510BDCAB6824EE7C30FD852", password_nt, nt_hexadecimal},
        {"nt with its other name", Storage::nt, "{nthash}" + password_nt, password_nt, nt_hexadecimal},
        {"crypt of MD5", Storage::crypt, md5_crypt, hex(octets_of(md5_crypt)), "a crypt hash"},
        {"crypt of SHA-256", Storage::crypt, sha256_crypt, hex(octets_of(sha256_crypt)), "a crypt hash"},
        {"crypt with rounds", Storage::crypt, sha256_crypt_rounds, hex(octets_of(sha256_crypt_rounds)), "a crypt hash"},
        {"crypt of SHA-512", Storage::crypt, sha512_crypt, hex(octets_of(sha512_crypt)), "a crypt hash"},
        {"crypt of yescrypt", Storage::crypt, yescrypt, hex(octets_of(yescrypt)), "a crypt hash"},
        {"crypt with its name", Storage::crypt, "{CRYPT}" + sha512_crypt, hex(octets_of(sha512_crypt)), "a crypt hash"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        PasswordForms::Stored stored;
        CHECK(refusal_of([&] { stored = forms.from_typed(row.storage, row.typed); }) == "");
        CHECK(hex(stored.octets.octets()) == row.octets);
        CHECK(stored.taken_as == row.taken_as);
    }
}

TEST_CASE("a damaged hash, or one of another kind, is refused with what would be right")
{
    const std::string clear = "; change one of them, or write {CLEAR} before it if it is the password itself";
    const std::string damaged = "password: is a damaged crypt hash: its length or its characters are wrong, give the "
                                "whole of it";
    const std::string no_salt = "password: is a damaged crypt hash, or this machine's libcrypt does not serve its "
                                "kind; give the whole of it";
    const std::string not_served =
        "password: is a hash of a kind that is not served, give one that begins with $1$, $5$, $6$ or $y$";
    const std::string slow = "password: is a crypt hash that is too slow to check at each login, give one of at most "
                             "200000 rounds ($5$, $6$) or of cost 7 ($y$)";
    const std::string md5 = "password: after {MD5} stand 32 hexadecimal digits or the base64 of 16 octets";
    struct Row {
        std::string name;
        Storage storage;
        std::string typed, refusal;
    };
    const Row rows[] = {
        {"md5 short of a digit", Storage::md5, "{MD5}" + abc_md5.substr(1), md5},
        {"md5 with a digit more", Storage::md5, "{MD5}" + abc_md5 + "0", md5},
        {"md5 with a letter that is no digit", Storage::md5, "{MD5}g" + abc_md5.substr(1), md5},
        {"md5 in base64 without its end", Storage::md5, "{MD5}kAFQmDzST7DWlj99KOF/cg=", md5},
        {"md5 in base64 of 15 octets", Storage::md5, "{MD5}kAFQmDzST7DWlj99KOF/c===", md5},
        {"md5 of nothing but its name", Storage::md5, "{MD5}", md5},
        {"nt short of a digit", Storage::nt, "{NT}" + password_nt.substr(1),
         "password: after {NT} stand 32 hexadecimal digits"},
        {"nt on a machine without MD4", Storage::nt, "other",
         "storage: nt needs MD4 and a password of at most 256 characters; this machine's OpenSSL may lack its legacy "
         "provider. Choose encrypted"},
        {"crypt without its last character", Storage::crypt, sha512_crypt.substr(0, sha512_crypt.size() - 1), damaged},
        {"crypt with a character more", Storage::crypt, sha256_crypt + "x", damaged},
        {"crypt with a character that no hash has", Storage::crypt, md5_crypt.substr(0, md5_crypt.size() - 1) + "=",
         damaged},
        {"crypt's setting alone", Storage::crypt, "$6$saltstring$", damaged},
        {"crypt without salt and hash", Storage::crypt, "$y$", no_salt},
        {"crypt with a NUL in it", Storage::crypt, sha256_crypt + std::string("\0x", 2), no_salt},
        {"crypt's name before what is none", Storage::crypt, "{CRYPT}abc", not_served},
        {"DES of crypt, which eight characters serve", Storage::crypt, "{CRYPT}ab01FAX.bQRSU", not_served},
        {"bcrypt", Storage::crypt, "$2b$05$abcdefghijklmnopqrstuuKWxTuBvzEVFXVWGOxZkvMtjN.Um8HZy", not_served},
        {"salted SHA of a directory server", Storage::crypt, "{SSHA}DkMTwBl+a/3DQTxCYEApdUtNXGgdUac3", not_served},
        {"a billion rounds", Storage::crypt,
         "$6$rounds=999999999$saltstring$" + sha512_crypt.substr(sha512_crypt.rfind('$') + 1), slow},
        {"yescrypt of a gigabyte", Storage::crypt, "$y$jFT$saltsalt$" + yescrypt.substr(yescrypt.rfind('$') + 1), slow},
        {"a NUL, where crypt would stop", Storage::crypt, std::string("a\0b", 3),
         "password: holds a NUL octet, which crypt cannot hash"},
        {"nothing after {CLEAR}", Storage::encrypted, "{CLEAR}", "password: is empty after {CLEAR}, give a password"},
        {"an MD5 hash as the password", Storage::encrypted, "{MD5}" + abc_md5,
         "password: is a hash that only storage md5 keeps, and the storage is encrypted" + clear},
        {"a crypt hash as the password", Storage::encrypted, sha512_crypt,
         "password: is a hash that only storage crypt keeps, and the storage is encrypted" + clear},
        {"an NT hash for md5", Storage::md5, "{NT}" + password_nt,
         "password: is a hash that only storage nt keeps, and the storage is md5" + clear},
        {"an MD5 hash for nt", Storage::nt, "{MD5}" + abc_md5,
         "password: is a hash that only storage md5 keeps, and the storage is nt" + clear},
        {"a crypt hash for nt", Storage::nt, yescrypt,
         "password: is a hash that only storage crypt keeps, and the storage is nt" + clear},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(refusal_of([&] { (void)forms.from_typed(row.storage, row.typed); }) == row.refusal);
    }
}

TEST_CASE("every storage turns into every other, or says what is needed for it")
{
    const Secret password{std::string_view{"Password"}};
    for (const auto from : all_storages) {
        for (const auto to : all_storages) {
            const std::string between = std::string{name(from)} + " to " + std::string{name(to)};
            CAPTURE(between);
            Secret kept;
            const auto refusal = refusal_of([&] { kept = forms.converted(from, password.octets(), to); });
            if (from != Storage::encrypted && from != to) {
                CHECK(refusal == "storage: a password kept as " + std::string{name(from)} + " cannot become " +
                                     std::string{name(to)} +
                                     ", since only its hash is known; give the password as well: --password -");
                continue;
            }
            CHECK(refusal == "");
            if (from == to)
                CHECK(text_of(kept.octets()) == "Password");
            else if (to == Storage::md5)
                CHECK(hex(kept.octets()) == "dc647eb65e6711e155375218212b3964"); // md5sum(1)
            else if (to == Storage::nt)
                CHECK(hex(kept.octets()) == password_nt);
            else
                CHECK(crypt_matches(kept.octets(), password.octets()));
        }
    }
}

TEST_CASE("crypt hashes know their password and no other")
{
    struct Row {
        std::string name, hash;
    };
    const Row rows[] = {{"MD5", md5_crypt},
                        {"SHA-256", sha256_crypt},
                        {"SHA-256 with rounds", sha256_crypt_rounds},
                        {"SHA-512", sha512_crypt},
                        {"yescrypt", yescrypt}};
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(crypt_matches(octets_of(row.hash), octets_of("Hello world!")));
        CHECK_FALSE(crypt_matches(octets_of(row.hash), octets_of("Hello world")));
        CHECK_FALSE(crypt_matches(octets_of(row.hash), octets_of("")));
        CHECK_FALSE(crypt_matches(octets_of(row.hash), octets_of(std::string("Hello world!\0", 13))));
        CHECK_FALSE(crypt_matches(octets_of(row.hash.substr(0, row.hash.size() - 1)), octets_of("Hello world!")));
    }
    for (const std::string_view none : {"", "*", "*0", "!", "x", "$6$", "Hello world!"})
        CHECK_FALSE(crypt_matches(octets_of(none), octets_of("Hello world!")));
}

TEST_CASE("a new crypt hash is of yescrypt, with a salt of its own each time")
{
    const auto one = forms.from_typed(Storage::crypt, "s3gredo"), other = forms.from_typed(Storage::crypt, "s3gredo");
    CHECK(text_of(one.octets.octets()).starts_with("$y$"));
    CHECK(one.taken_as == "");
    CHECK(text_of(one.octets.octets()) != text_of(other.octets.octets()));
    CHECK(crypt_matches(one.octets.octets(), octets_of("s3gredo")));
    CHECK_FALSE(crypt_matches(one.octets.octets(), octets_of("S3gredo")));
    // What is made here is taken back when it is typed.
    CHECK(forms.from_typed(Storage::crypt, text_of(one.octets.octets())).taken_as == "a crypt hash");
}

TEST_CASE("md5 and crypt's MD5 are weak, the others are not")
{
    CHECK(is_weak(Storage::md5, octets_of("0123456789abcdef")));
    CHECK(is_weak(Storage::crypt, octets_of(md5_crypt)));
    CHECK_FALSE(is_weak(Storage::crypt, octets_of(sha256_crypt)));
    CHECK_FALSE(is_weak(Storage::crypt, octets_of(sha512_crypt)));
    CHECK_FALSE(is_weak(Storage::crypt, octets_of(yescrypt)));
    CHECK_FALSE(is_weak(Storage::encrypted, octets_of(md5_crypt)));
    CHECK_FALSE(is_weak(Storage::nt, octets_of("$1$456789abcdef")));
}
