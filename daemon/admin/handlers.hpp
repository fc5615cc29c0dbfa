// daemon/admin/handlers.hpp - which function answers which row of the table.
#pragma once

#include "daemon/admin/call.hpp"

#include <string>
#include <vector>

namespace admin {

/// Null for a local command and for a row that nobody answers.
Handler find_handler(const Command& command) noexcept;
/// Rows without a handler and handlers without a row; empty, or the program is wrong.
std::vector<std::string> unbound();

// records.cpp
boost::json::value add_record(Call&);
boost::json::value show_record(Call&);
boost::json::value list_records(Call&);
boost::json::value set_record(Call&);
boost::json::value remove_record(Call&);
// actions.cpp
boost::json::value contract_suspend(Call&);
boost::json::value contract_release(Call&);
boost::json::value contract_cancel(Call&);
boost::json::value client_disable(Call&);
boost::json::value client_enable(Call&);
boost::json::value login_enable(Call&);
boost::json::value login_disable(Call&);
boost::json::value subscriber_add(Call&);
// logins.cpp
boost::json::value login_password(Call&);
boost::json::value login_swap_mac(Call&);
// render.cpp
boost::json::value plan_render(Call&);
boost::json::value garden_render(Call&);
// charges.cpp
boost::json::value charge_add(Call&);
boost::json::value charge_pay(Call&);
boost::json::value charge_reverse(Call&);
boost::json::value charge_postpone(Call&);
boost::json::value charge_cancel(Call&);
boost::json::value charge_renegotiate(Call&);
boost::json::value charge_generate(Call&);
boost::json::value charge_statement(Call&);
boost::json::value debt_list(Call&);
// billing.cpp
boost::json::value contract_trust(Call&);
boost::json::value client_trust(Call&);
boost::json::value billing_run(Call&);
boost::json::value billing_forecast(Call&);
boost::json::value billing_undo(Call&);
boost::json::value billing_list(Call&);
boost::json::value billing_show(Call&);
// contract_explain.cpp
boost::json::value contract_explain(Call&);
// messages.cpp
boost::json::value message_list(Call&);
boost::json::value message_show(Call&);
boost::json::value message_retry(Call&);
boost::json::value message_preview(Call&);
// imports.cpp
boost::json::value import_clients(Call&);
boost::json::value import_logins(Call&);
boost::json::value import_charges(Call&);
boost::json::value import_payments(Call&);
// access.cpp
boost::json::value access_apply(Call&);
// settings.cpp
boost::json::value setting_list(Call&);
boost::json::value setting_show(Call&);
boost::json::value setting_set(Call&);
boost::json::value setting_reset(Call&);
// reports.cpp
boost::json::value auth_list(Call&);
boost::json::value auth_watch(Call&);
boost::json::value auth_top(Call&);
boost::json::value history_list(Call&);
boost::json::value find_text(Call&);
// sessions.cpp
boost::json::value session_list(Call&);
boost::json::value session_show(Call&);
boost::json::value session_history(Call&);
boost::json::value session_count(Call&);
boost::json::value session_drops(Call&);
boost::json::value session_refused(Call&);
boost::json::value usage_show(Call&);
boost::json::value address_who(Call&);
// following.cpp
boost::json::value session_disconnect(Call&);
boost::json::value session_coa(Call&);
boost::json::value login_kick(Call&);
// following_views.cpp
boost::json::value session_pending(Call&);
boost::json::value session_attempts(Call&);
// nas_probe.cpp
boost::json::value nas_probe(Call&);
// nas_reconcile.cpp
boost::json::value nas_reconcile(Call&);
// explain.cpp
boost::json::value login_explain(Call&);
// nas_recipe.cpp
boost::json::value nas_recipe(Call&);
// allowance.cpp
boost::json::value login_allowance(Call&);
// status.cpp
boost::json::value status(Call&);
boost::json::value nas_unknown(Call&);
boost::json::value command_table(Call&);

}  // namespace admin
