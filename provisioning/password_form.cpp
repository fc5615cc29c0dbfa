// provisioning/password_form.cpp
#include "provisioning/password_form.hpp"

#include "provisioning/crypt_hash.hpp"
#include "provisioning/rules/text.hpp"

#include <openssl/evp.h>

namespace provisioning {
namespace {

using Octets = std::span<const std::uint8_t>;

[[noreturn]] void refuse(std::string_view field, std::string message)
{
    throw Refusal(ErrorCode::invalid, std::string{field}, std::move(message));
}

Octets octets_of(std::string_view text) noexcept
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
std::string_view text_of(Octets octets) noexcept
{
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

/// Takes "{NAME}" off the front, whatever its case.
bool take_scheme(std::string_view& text, std::string_view name)
{
    if (text.size() < name.size() + 2 || text.front() != '{' || text[name.size() + 1] != '}') return false;
    if (!same_word(text.substr(1, name.size()), name)) return false;
    text.remove_prefix(name.size() + 2);
    return true;
}

std::optional<std::vector<std::uint8_t>> hexadecimal(std::string_view text)
{
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    };
    if (text.size() % 2 != 0) return std::nullopt;
    std::vector<std::uint8_t> octets;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = digit(text[i]), low = digit(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        octets.push_back(static_cast<std::uint8_t>(high << 4 | low));
    }
    return octets;
}

constexpr std::size_t hash_octets = 16, base64_characters = 24;

/// 16 octets in base64 (RFC 4648 s4): 24 characters, two of them padding.
std::optional<std::vector<std::uint8_t>> base64(std::string_view text)
{
    if (text.size() != base64_characters || text.find('=') != base64_characters - 2 || !text.ends_with("=="))
        return std::nullopt;
    std::vector<std::uint8_t> octets(base64_characters / 4 * 3);
    const auto* in = reinterpret_cast<const unsigned char*>(text.data());
    if (EVP_DecodeBlock(octets.data(), in, static_cast<int>(text.size())) != static_cast<int>(octets.size()))
        return std::nullopt;
    octets.resize(hash_octets);
    return octets;
}

Secret md5_of(Octets password)
{
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest;
    unsigned length = 0;
    if (EVP_Digest(password.data(), password.size(), digest.data(), &length, EVP_md5(), nullptr) != 1)
        refuse("storage", "this machine computes no MD5; choose another storage");
    return Secret{Octets{digest}.first(length)};
}

PasswordForms::Stored as_hash(std::vector<std::uint8_t> octets, std::string taken_as)
{
    return {Secret{octets}, std::move(taken_as)};
}

PasswordForms::Stored md5_from(std::string_view typed)
{
    auto rest = typed;
    const bool named = take_scheme(rest, "MD5");
    if (auto octets = hexadecimal(rest); octets && octets->size() == hash_octets)
        return as_hash(std::move(*octets), "an MD5 hash in hexadecimal");
    if (auto octets = base64(rest)) return as_hash(std::move(*octets), "an MD5 hash in base64");
    if (named) refuse("password", "after {MD5} stand 32 hexadecimal digits or the base64 of 16 octets");
    return {md5_of(octets_of(typed)), {}};
}

PasswordForms::Stored crypt_from(std::string_view typed)
{
    auto rest = typed;
    if (!take_scheme(rest, "CRYPT") && !is_crypt_hash(rest)) return {crypt_hash_of(typed), {}};
    check_crypt_hash(rest);
    return {Secret{rest}, "a crypt hash"};
}

PasswordForms::Stored nt_from(std::string_view typed, const PasswordForms& forms)
{
    auto rest = typed;
    const bool named = take_scheme(rest, "NT") || take_scheme(rest, "NTHASH");
    if (auto octets = hexadecimal(rest); octets && octets->size() == hash_octets)
        return as_hash(std::move(*octets), "an NT hash in hexadecimal");
    if (named) refuse("password", "after {NT} stand 32 hexadecimal digits");
    return {forms.converted(Storage::encrypted, octets_of(typed), Storage::nt), {}};
}

/// A hash that says of which kind it is does not become the password of a login that is kept in another way: nobody
/// would ever dial it.
void refuse_hash_of_other_kind(Storage storage, std::string_view typed)
{
    const auto begins = [&](std::string_view name) { return take_scheme(typed, name); };
    std::string_view kind;
    if (is_crypt_hash(typed) || begins("CRYPT"))
        kind = name(Storage::crypt);
    else if (begins("MD5"))
        kind = name(Storage::md5);
    else if (begins("NT") || begins("NTHASH"))
        kind = name(Storage::nt);
    if (kind.empty() || kind == name(storage)) return;
    refuse("password", "is a hash that only storage " + std::string{kind} + " keeps, and the storage is " +
                           std::string{name(storage)} +
                           "; change one of them, or write {CLEAR} before it if it is the password itself");
}

}  // namespace

PasswordForms::Stored PasswordForms::from_typed(Storage storage, std::string_view typed) const
{
    auto clear = typed;
    if (take_scheme(clear, "CLEAR") || take_scheme(clear, "CLEARTEXT")) {
        if (clear.empty()) refuse("password", "is empty after {CLEAR}, give a password");
        return {converted(Storage::encrypted, octets_of(clear), storage), {}};
    }
    refuse_hash_of_other_kind(storage, typed);
    switch (storage) {
    case Storage::md5:
        return md5_from(typed);
    case Storage::crypt:
        return crypt_from(typed);
    case Storage::nt:
        return nt_from(typed, *this);
    case Storage::encrypted:
        break;
    }
    return {Secret{typed}, {}};
}

Secret PasswordForms::converted(Storage from, Octets stored, Storage to) const
{
    if (from == to) return Secret{stored};
    if (from != Storage::encrypted)
        refuse("storage", "a password kept as " + std::string{name(from)} + " cannot become " + std::string{name(to)} +
                              ", since only its hash is known; give the password as well: --password -");
    switch (to) {
    case Storage::md5:
        return md5_of(stored);
    case Storage::crypt:
        return crypt_hash_of(text_of(stored));
    case Storage::nt:
        if (const auto hash = nt_hash_(stored)) return Secret{Octets{*hash}};
        refuse("storage", "nt needs MD4 and a password of at most 256 characters; this machine's OpenSSL may lack its "
                          "legacy provider. Choose encrypted");
    case Storage::encrypted:
        break;
    }
    return Secret{stored};
}

bool is_weak(Storage storage, Octets stored) noexcept
{
    return storage == Storage::md5 || (storage == Storage::crypt && text_of(stored).starts_with("$1$"));
}

}  // namespace provisioning
