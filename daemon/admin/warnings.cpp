// daemon/admin/warnings.cpp
#include "daemon/admin/warnings.hpp"

namespace admin {
namespace {

namespace json = boost::json;
using provisioning::Record;

// RFC 2865 s3: at least 16 octets are preferred; below 12 a secret is guessed from one captured packet.
constexpr std::size_t short_secret_octets = 12;

}  // namespace

void add_warning(json::object& result, std::string_view text)
{
    auto& warnings = result["warnings"];
    if (!warnings.is_array()) warnings.emplace_array();
    warnings.as_array().emplace_back(text);
}

void warn_of_hash(const std::string& taken_as, json::object& result)
{
    if (!taken_as.empty())
        add_warning(result, "password: taken as " + taken_as + "; a password that looks so goes after {CLEAR}");
}

std::string text_in(const Record& record, std::string_view name)
{
    return std::string{provisioning::first_value(record, name)};
}

void add_warnings(const provisioning::RecordType& type, const Record& typed, const Record& record,
                  std::string_view verb, boost::json::object& result)
{
    const auto secret = text_in(typed, "secret");
    if (!secret.empty() && secret.size() < short_secret_octets) {
        add_warning(result, "secret: has " + std::to_string(secret.size()) +
                                " octets and can be guessed from one captured packet; give 16 or more, at random");
    }
    const bool unreachable = text_in(record, "email").empty() && text_in(record, "alternative_email").empty() &&
                             text_in(record, "mobile").empty();
    if (&type == &provisioning::client_type && verb == "add" && unreachable)
        add_warning(result, "the client has neither email nor mobile and cannot be told of anything");
    if (&type == &provisioning::charge_type && text_in(record, "contract").empty())
        add_warning(result, "contract: is not given, so this charge suspends none of the client's contracts");
    if (&type == &provisioning::garden_type && text_in(record, "reason") == "unknown")
        add_warning(result,
                    "reason: nothing proves an unknown login, so one that dials by MS-CHAP is refused: its Accept "
                    "would have to prove the password; pap, chap and eap-md5 are let in");
}

}  // namespace admin
