// daemon/admin/table/actions.cpp - the commands that are more than a field: suspend, release, pay, explain.
#include "daemon/admin/table/rows.hpp"

namespace admin {
namespace {

using provisioning::RecordType;

std::vector<Command> contract_actions()
{
    const auto& type = provisioning::contract_type;
    auto suspend = action(type, "suspend", "Close the access of a contract's logins", Access::billing);
    suspend.arguments.push_back(reason_argument(true));
    suspend.arguments.push_back({.name = "kind",
                                 .type = FieldType::choice,
                                 .help = "cause; billing releases only debt",
                                 .default_value = "request",
                                 .choices = "debt request fraud court"});
    suspend.example = "porteiro contract suspend 42 --reason 'boleto 118 unpaid' --kind debt";
    auto release =
        action(type, "release", "Open the access of a suspended contract, whatever the cause", Access::billing);
    release.arguments.push_back(reason_argument(false));
    auto cancel = action(type, "cancel", "End a contract for good", Access::admin);
    cancel.arguments.push_back(reason_argument(true));
    auto explain =
        action(type, "explain", "How its debts brought it where it stands, and what comes next", Access::read);
    explain.record = nullptr;
    explain.output = Output::contract_explanation;
    explain.example = "porteiro contract explain 42";
    return {suspend, release, cancel, explain};
}

std::vector<Command> client_actions()
{
    const auto& type = provisioning::client_type;
    auto disable = action(type, "disable", "Close the access of all contracts of a client", Access::billing);
    disable.arguments.push_back(reason_argument(true));
    auto enable = action(type, "enable", "Open the access of a disabled client", Access::billing);
    return {disable, enable};
}

Command login_password()
{
    auto password = action(provisioning::login_type, "password",
                           "Show a login's password, which the history keeps, or give it a new one", Access::admin);
    password.record = nullptr;
    password.arguments.push_back({.name = "reveal",
                                  .type = FieldType::boolean,
                                  .place = Place::toggle,
                                  .help = "show it: only where storage is encrypted, a hash shows nothing"});
    password.arguments.push_back({.name = "reason", .help = "why it is shown, for the history"});
    password.arguments.push_back({.name = "password",
                                  .type = FieldType::secret,
                                  .help = "the new one: - from standard input, @FILE from a file"});
    password.arguments.push_back({.name = "generate",
                                  .type = FieldType::boolean,
                                  .place = Place::toggle,
                                  .help = "make a new one of 12 characters and show it once"});
    password.arguments.push_back({.name = "kick",
                                  .type = FieldType::boolean,
                                  .place = Place::toggle,
                                  .help = "then end its open sessions, so that it dials with the new one"});
    password.arguments.push_back({.name = "no_wait",
                                  .type = FieldType::boolean,
                                  .place = Place::toggle,
                                  .help = "with --kick: do not wait for what comes of it"});
    password.patience_s = 75; // a NAS may take 60 s
    password.example = "porteiro login password ana@isp.example --reveal --reason 'router replaced, ticket 118'";
    return password;
}

Command login_swap_mac()
{
    auto swap = action(provisioning::login_type, "swap-mac", "Bind a login to a new device in place of the old one",
                       Access::admin);
    swap.arguments.push_back({.name = "mac",
                              .place = Place::positional,
                              .help = "MAC of the new device, in any notation",
                              .required = true,
                              .maximum = 64});
    swap.arguments.push_back({.name = "old", .help = "the MAC that goes, where the login has several", .maximum = 64});
    swap.example = "porteiro login swap-mac ana@isp.example 4C:5E:0C:11:22:33";
    return swap;
}

std::vector<Command> login_actions()
{
    const auto& type = provisioning::login_type;
    auto enable = action(type, "enable", "Let a disabled login in again", Access::admin);
    auto disable = action(type, "disable", "Refuse a login", Access::admin);
    auto explain = action(type, "explain", "Why a login is accepted or refused: every rule, in order", Access::read);
    explain.record = nullptr;
    explain.output = Output::explanation;
    explain.without_database = true;
    explain.arguments.push_back({.name = "nas", .help = "as if dialled at this NAS; only its decisions"});
    explain.arguments.push_back({.name = "mac", .help = "as if dialled from this MAC, in any notation", .maximum = 64});
    explain.arguments.push_back(
        {.name = "nas_port", .help = "as if dialled at this port (NAS-Port-Id)", .maximum = 253});
    explain.arguments.push_back({.name = "method",
                                 .type = FieldType::choice,
                                 .help = "as if it proved itself by this",
                                 .choices = "pap chap mschap mschapv2 eap-md5"});
    explain.note =
        "The rules are computed as if the password were right; a wrong one shows among the last decisions. "
        "A rule whose fact is not given (--nas, --mac, --nas-port, --method) is not asked, and without --nas and "
        "--mac or --nas-port its own sessions do not count, as when its device dials anew.";
    explain.example = "porteiro login explain ana@isp.example --nas bras1 --mac 4C:5E:0C:11:22:33";
    return {enable, disable, explain, login_password(), login_swap_mac()};
}

Command plan_render()
{
    auto render =
        action(provisioning::plan_type, "render", "Show the attributes that a plan becomes at a NAS", Access::read);
    render.record = nullptr;
    render.need = Need::loop;
    render.output = Output::rendering;
    render.arguments.push_back({.name = "nas", .help = "in the words of this NAS's vendor", .required = true});
    render.example = "porteiro plan render fibra300 --nas bras1";
    render.note = "Class is left out: it is another one in each Accept. What a login has of its own comes on top: "
                  "`porteiro login explain LOGIN --nas NAME`.";
    return render;
}

Command garden_render()
{
    auto render =
        action(provisioning::garden_type, "render", "Show the attributes that a garden becomes at a NAS", Access::read);
    render.record = nullptr;
    render.need = Need::loop;
    render.output = Output::rendering;
    render.arguments.push_back({.name = "nas", .help = "in the words of this NAS's vendor", .required = true});
    render.example = "porteiro garden render debtors --nas bras1";
    render.note = "Class is left out: it is another one in each Accept. Of a garden with keep_address the subscriber's "
                  "own address or pool comes on top.";
    return render;
}

}  // namespace

std::vector<Command> action_rows()
{
    std::vector<Command> rows;
    for (auto&& group : {client_actions(), contract_actions(), login_actions()}) {
        for (const auto& command : group) rows.push_back(command);
    }
    rows.push_back(plan_render());
    rows.push_back(garden_render());
    return rows;
}

}  // namespace admin
