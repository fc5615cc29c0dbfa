// daemon/admin/reply_check.cpp
#include "daemon/admin/reply_check.hpp"

#include "provisioning/rules/text.hpp"

namespace admin {
namespace {

using provisioning::ErrorCode;
using provisioning::Refusal;

struct Reserved {
    std::string_view attribute, why;
};
constexpr std::string_view by_itself = "Porteiro writes it by itself";
constexpr std::string_view never = "it never stands in an Access-Accept (RFC 2865 s5.44)";
constexpr Reserved reserved[] = {
    {"Class", by_itself},
    {"Message-Authenticator", by_itself},
    {"Proxy-State", by_itself},
    {"EAP-Message", by_itself},
    {"State", by_itself},
    {"Framed-IP-Address", "give the login an ip"},
    {"Framed-Pool", "use framed_pool"},
    {"Session-Timeout", "use the plan's or garden's session_timeout"},
    {"Acct-Interim-Interval", "use the plan's or garden's interim"},
    {"User-Password", never},
    {"CHAP-Password", never},
    {"CHAP-Challenge", never},
    {"ARAP-Password", never},
    {"NAS-IP-Address", never},
    {"NAS-IPv6-Address", never},
    {"NAS-Identifier", never},
    {"NAS-Port", never},
    {"NAS-Port-Type", never},
    {"NAS-Port-Id", never},
    {"Called-Station-Id", never},
    {"Calling-Station-Id", never},
    {"Error-Cause", never},
};

[[noreturn]] void refuse(std::string_view value, const std::string& why)
{
    throw Refusal(ErrorCode::invalid, "reply", provisioning::shown(value) + ": " + why);
}

bool starts_with_word(std::string_view text, std::string_view word)
{
    return text.size() >= word.size() && provisioning::same_word(text.substr(0, word.size()), word);
}

std::string_view why_reserved(std::string_view attribute) noexcept
{
    for (const auto& [name, why] : reserved) {
        if (provisioning::same_word(name, attribute)) return why;
    }
    if (starts_with_word(attribute, "MS-CHAP") || starts_with_word(attribute, "MS-MPPE-")) return by_itself;
    const bool accounting =
        starts_with_word(attribute, "Acct-") && !provisioning::same_word(attribute, "Acct-Tunnel-Connection");
    return accounting ? never : std::string_view{};
}

}  // namespace

void check_replies(const radius::Dictionary& dictionary, const provisioning::RecordType& type,
                   const provisioning::Record& typed)
{
    const auto at = typed.find("reply");
    if (at == typed.end()) return;
    std::size_t octets = 0;
    for (const auto& value : at->second) {
        auto encoded = dictionary.encode(provisioning::trimmed(value));
        if (const auto* wrong = std::get_if<std::string>(&encoded)) refuse(value, *wrong);
        // The name that the operator typed may be an alias; the dictionary's own name decides.
        const auto typed_name = provisioning::trimmed(std::string_view{value}.substr(0, value.find_first_of("=:")));
        const auto* found = dictionary.find(typed_name);
        const auto* first = found == nullptr ? nullptr : dictionary.find(found->vendor, found->type);
        const std::string_view name = first == nullptr ? typed_name : std::string_view{first->name};
        if (const auto why = why_reserved(name); !why.empty()) refuse(value, std::string{why} + ", leave it out");
        octets += std::get<std::vector<std::uint8_t>>(encoded).size();
    }
    const auto most = &type == &provisioning::login_type ? max_login_reply_octets : max_plan_reply_octets;
    if (octets > most) {
        throw Refusal(ErrorCode::invalid, "reply",
                      "the attributes have " + std::to_string(octets) + " octets, give at most " +
                          std::to_string(most) + " so that they fit into one packet");
    }
}

}  // namespace admin
