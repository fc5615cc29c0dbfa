// daemon/admin/logins.cpp - what is done to a login besides its fields: its password shown, its device exchanged.
#include "daemon/admin/following.hpp"
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/typing.hpp"

#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"
#include "provisioning/store/octets.hpp"
#include "provisioning/store/passwords.hpp"

namespace admin {

using provisioning::ErrorCode;
using provisioning::Refusal;

namespace {

/// As `login set` does it, with its checks and warnings; then the sessions that dialled with the old one.
boost::json::value new_password(Call& call)
{
    const auto& arguments = call.arguments;
    const auto login = arguments.text("login");
    boost::json::object given{{"id", login}};
    if (arguments.has("password")) given["password"] = arguments.text("password");
    if (arguments.on("generate")) given["generate"] = true;
    const auto& command = *find_command("login set");
    const Arguments as_set(command, given);
    Call set{call.context, command, as_set, call.actor, call.sessions};
    auto result = set_record(set);
    if (!arguments.on("kick")) return result;
    const auto name = std::string{result.at("login").as_string()};
    kick(
        call, name,
        [result](boost::json::array each) {
            auto made = result.as_object();
            made["sessions_told"] = each.size();
            return boost::json::value(std::move(made));
        },
        "the password is changed, but not all of its sessions ended: ");
    return nullptr;
}

} // namespace

boost::json::value login_password(Call& call)
{
    const bool changes = call.arguments.has("password") || call.arguments.on("generate");
    if (changes && call.arguments.on("reveal"))
        throw Refusal(ErrorCode::usage, "reveal", "is given beside a new password, give one of them");
    if (changes) return new_password(call);
    if (call.arguments.on("kick"))
        throw Refusal(ErrorCode::usage, "kick",
                      "goes with a new password; to end the sessions alone: porteiro login kick LOGIN");
    if (!call.arguments.on("reveal"))
        throw Refusal(ErrorCode::usage, "reveal",
                      "missing: --reveal, which shows the password and is kept in the history, or a new one: "
                      "--password - or --generate");
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
