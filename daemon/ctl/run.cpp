// daemon/ctl/run.cpp
#include "daemon/ctl/run.hpp"
#include "daemon/ctl/connection.hpp"
#include "daemon/ctl/exporting.hpp"
#include "daemon/ctl/grid.hpp"
#include "daemon/ctl/help.hpp"
#include "daemon/ctl/paging.hpp"
#include "daemon/ctl/secrets.hpp"
#include "daemon/ctl/upload.hpp"
#include "daemon/ctl/views.hpp"
#include "daemon/ctl/watch.hpp"

#include "provisioning/rules/text.hpp"

#include <cstdlib>

namespace ctl {
namespace {

namespace json = boost::json;
using provisioning::ErrorCode;
using provisioning::Refusal;

constexpr std::string_view default_socket = "/run/porteiro/admin.sock";

std::string socket_of(const Invocation& invocation)
{
    if (!invocation.socket.empty()) return invocation.socket;
    const char* set = std::getenv("PORTEIRO_SOCKET");
    return set != nullptr && *set != '\0' ? std::string{set} : std::string{default_socket};
}

std::string value_of(const Invocation& invocation, const std::string& name)
{
    const auto at = invocation.values.find(name);
    return at == invocation.values.end() ? std::string{} : at->second.front();
}

std::string help(const std::string& noun, const admin::Command* command)
{
    if (command != nullptr) return help_of(*command);
    return noun.empty() ? help_of_all() : help_of(noun);
}

std::string help_asked(const Invocation& invocation)
{
    const auto noun = value_of(invocation, "noun"), verb = value_of(invocation, "verb");
    const auto name = verb.empty() ? noun : noun + ' ' + verb;
    const auto* command = admin::find_command(name);
    const bool known = noun.empty() || command != nullptr || (verb.empty() && !admin::noun_help(noun).empty());
    if (!known) throw Refusal(ErrorCode::usage, "", admin::unknown_command(name));
    return help(noun, command);
}

std::string answer_locally(const Invocation& invocation)
{
    const auto name = invocation.command->name();
    if (name == "help") return help_asked(invocation);
    if (name == "man") return manual_page();
    if (name == "completion") return completion(chosen(invocation, "shell"));
    return "porteiro " PORTEIRO_VERSION "\n";
}

json::object to_arguments(const Invocation& invocation)
{
    json::object arguments;
    for (const auto& argument : invocation.command->arguments) {
        const auto at = invocation.values.find(std::string{argument.name});
        if (at == invocation.values.end()) continue;
        for (const auto& value : at->second) {
            if (!provisioning::is_utf8(value)) throw Refusal(ErrorCode::usage, at->first, "is not UTF-8 text");
        }
        if (argument.place == admin::Place::toggle)
            arguments[argument.name] = true;
        else if (argument.repeatable)
            arguments[argument.name] = json::array(at->second.begin(), at->second.end());
        else
            arguments[argument.name] = at->second.front();
    }
    return arguments;
}

void show_warnings(const json::value& result, std::ostream& errors)
{
    if (const auto* rows = result.if_array())
        for (const auto& row : *rows) show_warnings(row, errors);
    const auto* object = result.if_object();
    const auto* warnings = object == nullptr ? nullptr : object->if_contains("warnings");
    if (warnings == nullptr || !warnings->is_array()) return;
    for (const auto& warning : warnings->get_array()) {
        if (warning.is_string()) errors << "warning: " << printable(std::string_view{warning.get_string()}) << '\n';
    }
}

/// What stands above a login's traffic, for people: its allowance. A login that is no more has none.
std::string allowance_of(Connection& connection, const Invocation& invocation)
{
    const auto login = invocation.values.find("login");
    if (invocation.command->output != admin::Output::usage || login == invocation.values.end()) return {};
    try {
        const auto allowance = connection.ask("login allowance", {{"login", login->second.front()}});
        return allowance.is_object() ? allowance_line(allowance.get_object()) : std::string{};
    } catch (const Refusal&) {
        return {};
    }
}

/// What stands below a run that changed something, for people: how it is taken back.
std::string run_line(Connection& connection, const Invocation& invocation, const json::value& result)
{
    const auto name = invocation.command->name();
    if ((name != "billing run" && name != "access apply") || invocation.values.contains("dry_run")) return {};
    if (!result.is_array() || result.get_array().empty()) return {};
    const auto* row = result.get_array().front().if_object();
    if (row != nullptr && row->contains("run") && row->at("run").is_null()) return {}; // nothing was to be done
    try {
        const auto runs = connection.ask("billing list", {{"limit", 1}});
        if (!runs.is_array() || runs.get_array().empty()) return {};
        const auto run = text_of(runs.get_array().front().as_object(), "run");
        return "Run " + run + "; `porteiro billing undo " + run + " --reason R` gives back what it cut.\n";
    } catch (const Refusal&) {
        return {};
    }
}

/// Bad rows of a file, unless they were to be left out, are a refusal that the rows themselves tell of.
int status_of(const Invocation& invocation, const json::value& result)
{
    const bool refused = invocation.command->output == admin::Output::imported &&
                         !invocation.values.contains("skip_bad") && has_bad_rows(result);
    return refused ? exit_status(ErrorCode::invalid) : 0;
}

/// The exit status.
int ask_daemon(Invocation& invocation, std::istream& input, std::ostream& output, std::ostream& errors)
{
    if (invocation.command->output == admin::Output::exported) {
        export_rows(socket_of(invocation), invocation, output);
        return 0;
    }
    read_secrets(invocation, input);
    const auto& command = *invocation.command;
    const auto arguments = to_arguments(invocation);
    Connection connection(socket_of(invocation), std::chrono::seconds{command.patience_s});
    if (command.output == admin::Output::watch) {
        watch(connection, invocation, arguments, output);
        return 0;
    }
    const auto file = value_of(invocation, "file");
    const bool sends_file = command.upload && !file.empty();
    const auto result = sends_file          ? send_file(connection, command, arguments, file)
                        : is_paged(command) ? ask_in_pages(connection, command, arguments)
                                            : connection.ask(command.name(), arguments);
    if (const auto rows = connection.rows_before_cut(); rows != 0)
        errors << "warning: too many to show: only the first of " << rows
               << " are; the command dealt with all of them\n";
    if (invocation.json) {
        output << json::serialize(result) << '\n';
        return status_of(invocation, result);
    }
    show_warnings(result, errors);
    output << allowance_of(connection, invocation) << for_people(invocation, result)
           << run_line(connection, invocation, result);
    return status_of(invocation, result);
}

int report(const Refusal& refusal, bool as_json, std::ostream& output, std::ostream& errors)
{
    if (as_json) {
        output << json::serialize(json::object{{"error", json::object{{"code", provisioning::name(refusal.code())},
                                                                      {"field", refusal.field()},
                                                                      {"message", refusal.message()}}}})
               << '\n';
    } else {
        errors << "error: " << printable(refusal.what()) << '\n';
    }
    return exit_status(refusal.code());
}

}  // namespace

int exit_status(ErrorCode code) noexcept
{
    switch (code) {
    case ErrorCode::invalid:
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::denied:
        return 1;
    case ErrorCode::usage:
        return 2;
    case ErrorCode::unavailable:
        return 3;
    case ErrorCode::guard:
        return 4;
    }
    return 1;
}

int run(const std::vector<std::string>& words, std::istream& input, std::ostream& output, std::ostream& errors)
{
    bool as_json = wants_json(words);
    try {
        auto invocation = parse(words);
        as_json = invocation.json;
        const bool local = invocation.help || (invocation.command->need == admin::Need::local &&
                                               invocation.command->output != admin::Output::exported);
        if (!local) return ask_daemon(invocation, input, output, errors);
        const auto text = invocation.help ? help(invocation.noun, invocation.command) : answer_locally(invocation);
        const std::string what = invocation.help ? "help" : invocation.command->noun;
        output << (as_json ? json::serialize(json::object{{what, text}}) + '\n' : text);
        return 0;
    } catch (const Refusal& refusal) {
        return report(refusal, as_json, output, errors);
    }
}

}  // namespace ctl
