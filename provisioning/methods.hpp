// provisioning/methods.hpp - how a subscriber proves who they are, how a password is kept, and which proves by which.
// Source: RFC 2865 s5.2 and s5.3, RFC 2433, RFC 2759, RFC 3748 s5.4. One table: `login show`, warnings, the policy and
// the verifier all read it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace provisioning {

/// `mixed`: more than one way in a request, or one twice (RFC 2865 s4.1: not allowed).
enum class Method : std::uint8_t { none, pap, chap, mschap, mschapv2, eap_md5, mixed };
inline constexpr std::array all_methods = {Method::pap, Method::chap, Method::mschap, Method::mschapv2,
                                           Method::eap_md5};

/// encrypted: the password itself, sealed; the others hold a hash of it, sealed as well.
enum class Storage : std::uint8_t { encrypted, nt, md5, crypt };
inline constexpr std::array all_storages = {Storage::encrypted, Storage::nt, Storage::md5, Storage::crypt};

/// "pap" "chap" "mschap" "mschapv2" "eap-md5"; "" and "mixed" for the two that are no method.
constexpr std::string_view name(Method method) noexcept
{
    constexpr std::array<std::string_view, 7> names = {"", "pap", "chap", "mschap", "mschapv2", "eap-md5", "mixed"};
    return names[static_cast<std::size_t>(method)];
}
constexpr std::string_view name(Storage storage) noexcept
{
    constexpr std::array<std::string_view, 4> names = {"encrypted", "nt", "md5", "crypt"};
    return names[static_cast<std::size_t>(storage)];
}
constexpr std::optional<Method> method_of(std::string_view text) noexcept
{
    for (const auto method : all_methods)
        if (name(method) == text) return method;
    return std::nullopt;
}
constexpr std::optional<Storage> storage_of(std::string_view text) noexcept
{
    for (const auto storage : all_storages)
        if (name(storage) == text) return storage;
    return std::nullopt;
}

class MethodSet {
public:
    constexpr MethodSet() = default;
    constexpr void add(Method method) noexcept
    {
        bits_ = static_cast<std::uint8_t>(bits_ | 1U << static_cast<unsigned>(method));
    }
    constexpr bool has(Method method) const noexcept { return (bits_ >> static_cast<unsigned>(method) & 1U) != 0; }
    constexpr bool empty() const noexcept { return bits_ == 0; }
    constexpr bool operator==(const MethodSet&) const = default;
    static constexpr MethodSet all() noexcept
    {
        MethodSet set;
        for (const auto method : all_methods) set.add(method);
        return set;
    }
    friend constexpr MethodSet operator&(MethodSet a, MethodSet b) noexcept
    {
        a.bits_ = static_cast<std::uint8_t>(a.bits_ & b.bits_);
        return a;
    }

private:
    std::uint8_t bits_ = 0;
};

/// What a stored password can be checked by: the password serves all; PAP brings the password itself, so it can be
/// hashed and compared with any hash; MS-CHAP needs the NT hash alone; CHAP and EAP-MD5 need the password.
constexpr MethodSet methods_of(Storage storage) noexcept
{
    if (storage == Storage::encrypted) return MethodSet::all();
    MethodSet set;
    set.add(Method::pap);
    if (storage == Storage::nt) {
        set.add(Method::mschap);
        set.add(Method::mschapv2);
    }
    return set;
}

}  // namespace provisioning
