// provisioning/crypt_hash.cpp
#include "provisioning/crypt_hash.hpp"

#include "provisioning/password_form.hpp"

#include <openssl/crypto.h>

#include <crypt.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>

namespace provisioning {
namespace {

constexpr std::string_view served[] = {"$1$", "$5$", "$6$", "$y$"};
constexpr std::size_t prefix_octets = 3;
constexpr std::string_view not_served[] = {"$2a$", "$2b$", "$2x$", "$2y$", "$7$", "$gy$", "$sha1$", "{SSHA"};
constexpr std::string_view served_kinds = "give one that begins with $1$, $5$, $6$ or $y$";

[[noreturn]] void refuse(std::string message) { throw Refusal(ErrorCode::invalid, "password", std::move(message)); }

template <std::size_t size>
bool begins_with_one(std::string_view text, const std::string_view (&beginnings)[size]) noexcept
{
    return std::ranges::any_of(beginnings, [&](auto one) { return text.starts_with(one); });
}

/// One crypt(3) call: its data and its copy of the password, wiped after it.
class Call {
public:
    explicit Call(std::string_view password) : password_(password) {}
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call()
    {
        OPENSSL_cleanse(data_.get(), sizeof *data_);
        OPENSSL_cleanse(password_.data(), password_.size());
    }
    /// Null where it cannot be hashed so; lives as long as the call.
    const char* hash(const char* setting) noexcept
    {
        if (password_.find('\0') != std::string::npos) return nullptr;
        return ::crypt_rn(password_.c_str(), setting, data_.get(), sizeof *data_);
    }

private:
    std::unique_ptr<crypt_data> data_ = std::make_unique<crypt_data>();
    std::string password_;
};

/// About 0.1 s; the default of SHA-256 and SHA-512 is 5000 rounds, and that of yescrypt is j9T.
bool is_too_slow(std::string_view text)
{
    constexpr std::string_view rounds = "rounds=";
    constexpr unsigned most_rounds = 200'000;
    constexpr char highest_cost = 'B';
    const auto parameters = text.substr(prefix_octets, text.find('$', prefix_octets) - prefix_octets);
    if (text.starts_with("$y$")) return parameters.size() != 3 || parameters[0] != 'j' || parameters[1] > highest_cost;
    if (!parameters.starts_with(rounds)) return false;
    unsigned number = 0;
    const auto [end, error] =
        std::from_chars(parameters.data() + rounds.size(), parameters.data() + parameters.size(), number);
    return error != std::errc{} || end != parameters.data() + parameters.size() || number > most_rounds;
}

/// What follows the last $ is the hash.
bool has_clean_hash(std::string_view text) noexcept
{
    const auto hash = text.substr(text.rfind('$') + 1);
    return !hash.empty() && std::ranges::all_of(hash, [](char c) {
        return c == '.' || c == '/' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    });
}

} // namespace

bool is_crypt_hash(std::string_view text) noexcept
{
    return begins_with_one(text, served) || begins_with_one(text, not_served);
}

void check_crypt_hash(std::string_view text)
{
    const std::string setting{text};
    if (!begins_with_one(text, served)) refuse("is a hash of a kind that is not served, " + std::string{served_kinds});
    if (const int salt = ::crypt_checksalt(setting.c_str());
        salt == CRYPT_SALT_INVALID || salt == CRYPT_SALT_METHOD_DISABLED || text.find('\0') != text.npos ||
        text.rfind('$') < prefix_octets)
        refuse("is a damaged crypt hash, or this machine's libcrypt does not serve its kind; give the whole of it");
    if (is_too_slow(text))
        refuse("is a crypt hash that is too slow to check at each login, give one of at most 200000 rounds ($5$, $6$) "
               "or of cost 7 ($y$)");
    // A setting without its hash would match nothing: crypt(3) of anything must come out as long as this.
    Call sample{""};
    const char* hash = sample.hash(setting.c_str());
    if (hash == nullptr || std::strlen(hash) != text.size() || !has_clean_hash(text))
        refuse("is a damaged crypt hash: its length or its characters are wrong, give the whole of it");
}

Secret crypt_hash_of(std::string_view password)
{
    if (password.find('\0') != password.npos) refuse("holds a NUL octet, which crypt cannot hash");
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting;
    Call call{password};
    const char* hash = ::crypt_gensalt_rn("$y$", 0, nullptr, 0, setting.data(), setting.size()) == nullptr
                           ? nullptr
                           : call.hash(setting.data());
    if (hash == nullptr) refuse("cannot be hashed by this machine's libcrypt; choose another storage");
    return Secret{std::string_view{hash}};
}

bool crypt_matches(std::span<const std::uint8_t> stored, std::span<const std::uint8_t> typed)
{
    const std::string setting{stored.begin(), stored.end()};
    Call call{{reinterpret_cast<const char*>(typed.data()), typed.size()}};
    const char* hash = call.hash(setting.c_str());
    return hash != nullptr && std::strlen(hash) == setting.size() &&
           CRYPTO_memcmp(hash, setting.data(), setting.size()) == 0;
}

} // namespace provisioning
