// daemon/admin/table/rows.hpp - where the rows of the table come from; command.cpp puts them together.
#pragma once

#include "daemon/admin/table/command.hpp"

namespace admin {

/// The key that is typed in place of an id: "login" for a login; "id" where a type has none.
std::string_view identity_of(const provisioning::RecordType& type) noexcept;

std::vector<Command> record_rows(const provisioning::RecordType& type);  ///< add show list set remove
std::vector<Command> action_rows();                                     ///< suspend, release, explain ...
std::vector<Command> charge_rows(); ///< payments and what else becomes of charges
std::vector<Command> billing_rows(); ///< trust, billing runs, settings
std::vector<Command> message_rows(); ///< messages to clients
std::vector<Command> import_rows(); ///< files from another system
std::vector<Command> report_rows(); ///< status, find, and what is listed of the past
std::vector<Command> session_rows(); ///< sessions, usage, who had an address
std::vector<Command> following_rows(); ///< orders to sessions that are online, and what came of them
std::vector<Command> recipe_rows(); ///< how a NAS is set up
std::vector<Command> local_rows(); ///< export, help, completion, man, version

/// ID, LOGIN or NAME of an existing record.
Argument identity(const provisioning::RecordType& type);
Argument to_argument(const provisioning::Field& field);
/// A command on one record, which it shows afterwards.
Command action(const provisioning::RecordType& type, std::string_view verb, std::string summary, Access access);
Argument reason_argument(bool required);
Argument dry_run_toggle();
/// FILE, and what the command line sends in its place.
std::vector<Argument> upload_arguments(std::string_view help);
std::vector<Argument> paging(std::string_view default_limit);
Argument since();
/// A row that changes nothing.
Command report(std::string_view noun, std::string_view verb, std::string summary, Output output);

} // namespace admin
