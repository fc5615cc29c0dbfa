// daemon/admin/logins.cpp - what is done to a login besides its fields: its password shown, its device exchanged.
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/typing.hpp"

#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"
#include "provisioning/store/octets.hpp"
#include "provisioning/store/passwords.hpp"

namespace admin {

using provisioning::ErrorCode;
using provisioning::Refusal;

boost::json::value login_password(Call& call)
{
    if (!call.arguments.on("reveal"))
        throw Refusal(ErrorCode::usage, "reveal",
                      "missing: --reveal, which shows the password and is kept in the history; to give a new one: "
                      "porteiro login set LOGIN --password -");
    const auto typed = call.arguments.text("reason");
    const auto reason = provisioning::trimmed(typed);
    if (reason.empty()) throw Refusal(ErrorCode::usage, "reason", "is empty, say why the password is looked at");
    provisioning::Sealer sealer(call.context.sealer);
    const auto revealed =
        provisioning::store::reveal_password(call.session(), sealer, call.arguments.text("login"), reason, call.actor);
    const auto octets = revealed.password.octets();
    const std::string_view password{reinterpret_cast<const char*>(octets.data()), octets.size()};
    boost::json::object result{{"login", revealed.login.at("login").front()}};
    // One that a subscriber's router sent may be in another character set than UTF-8.
    if (provisioning::clean_text(password))
        result["password"] = password;
    else
        result["password_hex"] = provisioning::store::hexadecimal(octets).substr(2);  // without \x
    return result;
}

boost::json::value login_swap_mac(Call& call)
{
    const auto login =
        provisioning::store::swap_mac(call.session(), call.arguments.text("login"), call.arguments.text("mac"),
                                      call.arguments.text("old"), call.actor);
    return to_json(provisioning::login_type, login);
}

}  // namespace admin
