// daemon/admin/handlers.cpp
#include "daemon/admin/handlers.hpp"

#include <algorithm>
#include <iterator>

namespace admin {
namespace {

struct Binding {
    std::string_view command;
    Handler handler;
};

// The verbs that every record type has.
constexpr Binding verbs[] = {
    {"add", add_record}, {"show", show_record}, {"list", list_records}, {"set", set_record}, {"remove", remove_record},
};

constexpr Binding named[] = {
    {"contract suspend", contract_suspend},
    {"contract release", contract_release},
    {"contract cancel", contract_cancel},
    {"client disable", client_disable},
    {"client enable", client_enable},
    {"login enable", login_enable},
    {"login disable", login_disable},
    {"login explain", login_explain},
    {"login password", login_password},
    {"login swap-mac", login_swap_mac},
    {"plan render", plan_render},
    {"garden render", garden_render},
    {"nas recipe", nas_recipe},
    {"login allowance", login_allowance},
    {"subscriber add", subscriber_add},
    {"charge add", charge_add},
    {"charge pay", charge_pay},
    {"charge reverse", charge_reverse},
    {"charge postpone", charge_postpone},
    {"charge cancel", charge_cancel},
    {"charge renegotiate", charge_renegotiate},
    {"charge generate", charge_generate},
    {"charge statement", charge_statement},
    {"debt list", debt_list},
    {"contract explain", contract_explain},
    {"contract trust", contract_trust},
    {"client trust", client_trust},
    {"access apply", access_apply},
    {"message list", message_list},
    {"message show", message_show},
    {"message retry", message_retry},
    {"message preview", message_preview},
    {"import clients", import_clients},
    {"import logins", import_logins},
    {"import charges", import_charges},
    {"import payments", import_payments},
    {"import mikrotik-secrets", import_logins},
    {"billing run", billing_run},
    {"billing forecast", billing_forecast},
    {"billing undo", billing_undo},
    {"billing list", billing_list},
    {"billing show", billing_show},
    {"setting list", setting_list},
    {"setting show", setting_show},
    {"setting set", setting_set},
    {"setting reset", setting_reset},
    {"auth list", auth_list},
    {"auth watch", auth_watch},
    {"auth top", auth_top},
    {"session list", session_list},
    {"session show", session_show},
    {"session history", session_history},
    {"session count", session_count},
    {"session drops", session_drops},
    {"session refused", session_refused},
    {"session disconnect", session_disconnect},
    {"session coa", session_coa},
    {"login kick", login_kick},
    {"session pending", session_pending},
    {"session attempts", session_attempts},
    {"nas probe", nas_probe},
    {"nas reconcile", nas_reconcile},
    {"usage show", usage_show},
    {"address who", address_who},
    {"history list", history_list},
    {"find", find_text},
    {"status", status},
    {"nas unknown", nas_unknown},
    {"commands", command_table},
};

Handler find(std::span<const Binding> bindings, std::string_view name) noexcept
{
    const auto at = std::ranges::find(bindings, name, &Binding::command);
    return at == bindings.end() ? nullptr : at->handler;
}

}  // namespace

Handler find_handler(const Command& command) noexcept
{
    if (const auto handler = find(named, command.name())) return handler;
    return command.record != nullptr ? find(verbs, command.verb) : nullptr;
}

std::vector<std::string> unbound()
{
    std::vector<std::string> names;
    for (const auto& command : commands()) {
        if (command.need != Need::local && find_handler(command) == nullptr) names.push_back(command.name());
    }
    for (const auto& binding : named) {
        if (find_command(binding.command) == nullptr) names.emplace_back(binding.command);
    }
    return names;
}

}  // namespace admin
