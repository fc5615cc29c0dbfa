// provisioning/seal.cpp - the only file here that sees OpenSSL; the key file stands in key_file.cpp.
#include "provisioning/seal.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <limits>
#include <new>
#include <stdexcept>

namespace provisioning {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::size_t key_id_at = 1, nonce_at = 5, nonce_octets = 12, text_at = nonce_at + nonce_octets;
constexpr std::size_t tag_octets = 16;
static_assert(text_at + tag_octets == seal_overhead_octets);
constexpr auto longest = static_cast<std::size_t>(std::numeric_limits<int>::max()) - seal_overhead_octets;

template <class Number>
auto big_endian(Number number) noexcept
{
    std::array<std::uint8_t, sizeof(Number)> octets;
    for (auto at = octets.rbegin(); at != octets.rend(); ++at) {
        *at = static_cast<std::uint8_t>(number);
        number = static_cast<Number>(number >> 8);
    }
    return octets;
}

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

void demand(bool done, const char* what)
{
    if (!done) throw std::runtime_error(std::string{"OpenSSL cannot "} + what);
}

bool add_associated(EVP_CIPHER_CTX* cipher, std::span<const std::uint8_t> octets) noexcept
{
    int used = 0;
    return EVP_CipherUpdate(cipher, nullptr, &used, octets.data(), static_cast<int>(octets.size())) == 1;
}

// Names go in with their length, so that table "ab" column "c" is not table "a" column "bc".
bool add_name(EVP_CIPHER_CTX* cipher, std::string_view name) noexcept
{
    const auto* data = reinterpret_cast<const std::uint8_t*>(name.data());
    return add_associated(cipher, big_endian(static_cast<std::uint32_t>(name.size()))) &&
           (name.empty() || add_associated(cipher, {data, name.size()}));
}

// `head`: version and key id as they stand in the sealed value.
bool add_context(EVP_CIPHER_CTX* cipher, std::span<const std::uint8_t> head, const SealContext& context) noexcept
{
    return add_associated(cipher, head) && add_name(cipher, context.table) && add_name(cipher, context.column) &&
           add_associated(cipher, big_endian(static_cast<std::uint64_t>(context.id)));
}

bool run(EVP_CIPHER_CTX* cipher, std::span<const std::uint8_t> in, std::uint8_t* out) noexcept
{
    int used = 0;
    return in.empty() || (EVP_CipherUpdate(cipher, out, &used, in.data(), static_cast<int>(in.size())) == 1 &&
                          used == static_cast<int>(in.size()));
}

bool finish(EVP_CIPHER_CTX* cipher) noexcept
{
    std::array<std::uint8_t, 16> none;  // GCM has no last block
    int used = 0;
    return EVP_CipherFinal_ex(cipher, none.data(), &used) == 1;
}

// With the key set up: a new nonce then costs neither an allocation nor a key schedule.
Cipher keyed_cipher(const std::array<std::uint8_t, Sealer::key_octets>& key, int encrypts)
{
    Cipher cipher{EVP_CIPHER_CTX_new()};
    if (!cipher) throw std::bad_alloc();
    demand(EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), nullptr, encrypts) == 1,
           "set up AES-256-GCM");
    return cipher;
}

bool begin(EVP_CIPHER_CTX* cipher, const std::uint8_t* nonce, int encrypts) noexcept
{
    return EVP_CipherInit_ex(cipher, nullptr, nullptr, nullptr, nonce, encrypts) == 1;
}

constexpr int encrypting = 1, decrypting = 0;

}  // namespace

struct Sealer::Context {
    std::array<std::uint8_t, key_octets> key;
    std::array<std::uint8_t, 4> key_id;
    Cipher sealing, opening;

    explicit Context(std::span<const std::uint8_t, key_octets> octets)
    {
        std::ranges::copy(octets, key.begin());
        std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest;
        SHA256(key.data(), key.size(), digest.data());
        std::copy_n(digest.begin(), key_id.size(), key_id.begin());
        sealing = keyed_cipher(key, encrypting);
        opening = keyed_cipher(key, decrypting);
    }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context() { OPENSSL_cleanse(key.data(), key.size()); }
};

Sealer::Sealer(std::span<const std::uint8_t, key_octets> key) : context_(std::make_unique<Context>(key)) {}
Sealer::Sealer(const Sealer& other) : Sealer(std::span<const std::uint8_t, key_octets>{other.context_->key}) {}
Sealer::~Sealer() = default;

std::vector<std::uint8_t> Sealer::seal(std::span<const std::uint8_t> clear, const SealContext& context)
{
    demand(clear.size() <= longest, "seal more than 2 GiB at once");
    std::vector<std::uint8_t> sealed(clear.size() + seal_overhead_octets);
    sealed[0] = version;
    std::ranges::copy(context_->key_id, sealed.begin() + key_id_at);
    auto* nonce = sealed.data() + nonce_at;
    demand(RAND_bytes(nonce, nonce_octets) == 1, "draw random octets");

    auto* cipher = context_->sealing.get();
    auto* tag = sealed.data() + text_at + clear.size();
    const bool done = begin(cipher, nonce, encrypting) &&
                      add_context(cipher, std::span{sealed}.first(nonce_at), context) &&
                      run(cipher, clear, sealed.data() + text_at) && finish(cipher) &&
                      EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, tag_octets, tag) == 1;
    demand(done, "seal");
    return sealed;
}

std::optional<std::span<const std::uint8_t>>
Sealer::open(std::span<const std::uint8_t> sealed, const SealContext& context, std::span<std::uint8_t> out) noexcept
{
    if (sealed.size() < seal_overhead_octets || sealed[0] != version) return std::nullopt;
    if (!std::ranges::equal(sealed.subspan(key_id_at, context_->key_id.size()), context_->key_id)) return std::nullopt;
    const auto size = sealed.size() - seal_overhead_octets;
    if (size > out.size() || size > longest) return std::nullopt;

    auto* cipher = context_->opening.get();
    std::array<std::uint8_t, tag_octets> tag;  // a copy: OpenSSL wants it writable
    std::ranges::copy(sealed.last(tag_octets), tag.begin());
    const bool opened =
        begin(cipher, sealed.data() + nonce_at, decrypting) && add_context(cipher, sealed.first(nonce_at), context) &&
        run(cipher, sealed.subspan(text_at, size), out.data()) &&
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, tag_octets, tag.data()) == 1 && finish(cipher);
    if (!opened) {
        OPENSSL_cleanse(out.data(), size);  // what stands there is not authentic
        return std::nullopt;
    }
    return out.first(size);
}

Secret Sealer::open(std::span<const std::uint8_t> sealed, const SealContext& context)
{
    std::vector<std::uint8_t> clear(sealed.size());
    const auto opened = open(sealed, context, clear);
    Secret secret = opened ? Secret{*opened} : Secret{};
    OPENSSL_cleanse(clear.data(), clear.size());
    return secret;
}

std::array<std::uint8_t, 32> Sealer::derive(std::string_view purpose) const
{
    std::array<std::uint8_t, 32> derived;
    unsigned int size = 0;
    const auto* data = reinterpret_cast<const unsigned char*>(purpose.data());
    demand(HMAC(EVP_sha256(), context_->key.data(), static_cast<int>(key_octets), data, purpose.size(), derived.data(),
                &size) != nullptr &&
               size == derived.size(),
           "derive a key");
    return derived;
}

std::uint32_t Sealer::key_id() const noexcept
{
    std::uint32_t id = 0;
    for (const auto octet : context_->key_id) id = id << 8 | octet;
    return id;
}

}  // namespace provisioning
