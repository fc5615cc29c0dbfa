#include "provisioning/password_form.hpp"

#include "provisioning/rules/text.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <crypt.h>

#include <algorithm>
#include <cstring>
#include <memory>

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
    if (text.size() != base64_characters || !text.ends_with("==")) return std::nullopt;
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

/// The data of one crypt(3) call, wiped after it.
struct Workspace {
    std::unique_ptr<crypt_data> data = std::make_unique<crypt_data>();
    ~Workspace() { OPENSSL_cleanse(data.get(), sizeof *data); }
};

constexpr std::string_view crypt_methods[] = {"$1$", "$5$", "$6$", "$y$"};

bool is_crypt(std::string_view text)
{
    return std::ranges::any_of(crypt_methods, [&](auto prefix) { return text.starts_with(prefix); });
}

Secret crypted(std::string_view password)
{
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting;
    Workspace work;
    const std::string clear{password};
    if (clear.find('\0') != std::string::npos) refuse("password", "holds a NUL octet, which crypt cannot hash");
    const char* hash = crypt_gensalt_rn("$y$", 0, nullptr, 0, setting.data(), setting.size()) == nullptr
                           ? nullptr
                           : crypt_rn(clear.c_str(), setting.data(), work.data.get(), sizeof *work.data);
    if (hash == nullptr) refuse("password", "cannot be hashed by this machine's libcrypt; choose another storage");
    return Secret{std::string_view{hash}};
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
    const bool named = take_scheme(rest, "CRYPT");
    if (!named && !is_crypt(rest)) {
        if (rest.starts_with("$2") || rest.starts_with("$7$") || rest.starts_with("$gy$") || rest.starts_with("{SSHA"))
            refuse("password",
                   "is a hash of a kind that is not served, give one that begins with $1$, $5$, $6$ or $y$");
        return {crypted(typed), {}};
    }
    const std::string text{rest};
    if (!is_crypt(text) || crypt_checksalt(text.c_str()) == CRYPT_SALT_INVALID ||
        crypt_checksalt(text.c_str()) == CRYPT_SALT_METHOD_DISABLED)
        refuse("password", "is no crypt hash that is served, give one that begins with $1$, $5$, $6$ or $y$");
    // A setting without its hash would match nothing: crypt(3) of anything must come out as long as this.
    Workspace work;
    const char* sample = crypt_rn("", text.c_str(), work.data.get(), sizeof *work.data);
    if (sample == nullptr || std::strlen(sample) != text.size())
        refuse("password", "is a damaged crypt hash: its length is wrong, give the whole of it");
    return {Secret{std::string_view{text}}, "a crypt hash"};
}

}  // namespace

PasswordForms::Stored PasswordForms::from_typed(Storage storage, std::string_view typed) const
{
    auto clear = typed;
    const bool is_clear = take_scheme(clear, "CLEAR") || take_scheme(clear, "CLEARTEXT");
    if (is_clear && clear.empty()) refuse("password", "is empty after {CLEAR}, give a password");
    switch (storage) {
    case Storage::encrypted:
        return {Secret{clear}, {}};
    case Storage::md5:
        return is_clear ? Stored{md5_of(octets_of(clear)), {}} : md5_from(typed);
    case Storage::crypt:
        return is_clear ? Stored{crypted(clear), {}} : crypt_from(typed);
    case Storage::nt:
        break;
    }
    auto rest = typed;
    const bool named = !is_clear && (take_scheme(rest, "NT") || take_scheme(rest, "NTHASH"));
    if (auto octets = hexadecimal(rest); !is_clear && octets && octets->size() == hash_octets)
        return as_hash(std::move(*octets), "an NT hash in hexadecimal");
    if (named) refuse("password", "after {NT} stand 32 hexadecimal digits");
    return {converted(Storage::encrypted, octets_of(clear), Storage::nt), {}};
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
        return crypted(text_of(stored));
    case Storage::nt:
        if (const auto hash = nt_hash_(stored)) return Secret{Octets{*hash}};
        refuse("storage", "nt needs MD4 and a password of at most 256 characters; this machine's OpenSSL may lack its "
                          "legacy provider. Choose encrypted");
    case Storage::encrypted:
        break;
    }
    return Secret{stored};
}

bool crypt_matches(Octets stored, Octets typed)
{
    const std::string setting{text_of(stored)}, password{text_of(typed)};
    if (password.find('\0') != std::string::npos) return false;
    Workspace work;
    const char* hash = crypt_rn(password.c_str(), setting.c_str(), work.data.get(), sizeof *work.data);
    return hash != nullptr && std::strlen(hash) == setting.size() &&
           CRYPTO_memcmp(hash, setting.data(), setting.size()) == 0;
}

bool is_weak(Storage storage, Octets stored) noexcept
{
    return storage == Storage::md5 || (storage == Storage::crypt && text_of(stored).starts_with("$1$"));
}

}  // namespace provisioning
