// provisioning/store/errors.cpp - what an error of the database means to the one who gave the command.
// Source: PostgreSQL manual, appendix A (SQLSTATE). The server's texts may be in any language, so a constraint is known
// by its name alone: TABLE_FIELD_taken, _known, _valid (schema/README.md).
#include "provisioning/records/field.hpp"
#include "provisioning/store/session.hpp"

#include <cctype>

namespace provisioning::store {
namespace {

struct Constraint {
    std::string name, field;
    const RecordType* type = nullptr;
};

/// Only the first line is read: the others may quote what was typed.
std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

bool in_a_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

Constraint parsed(std::string_view name)
{
    Constraint found{std::string{name}, "", nullptr};
    for (const auto* type : record_types()) {
        if (name.size() <= type->table.size() || !name.starts_with(type->table) || name[type->table.size()] != '_')
            continue;
        const auto field = name.substr(type->table.size() + 1, name.rfind('_') - type->table.size() - 1);
        found.type = type;
        if (find_field(*type, field) != nullptr) found.field = field;
    }
    return found;
}

Constraint violated(std::string_view message)
{
    auto rest = first_line(message);
    while (!rest.empty()) {
        std::size_t length = 0;
        while (length < rest.size() && in_a_name(rest[length])) ++length;
        const auto word = rest.substr(0, length);
        if (word.ends_with("_taken") || word.ends_with("_known") || word.ends_with("_valid")) return parsed(word);
        rest.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return {};
}

[[noreturn]] void throw_violation(const pqxx::sql_error& error)
{
    const auto& state = error.sqlstate();
    const auto constraint = violated(error.what());
    const std::string noun = constraint.type != nullptr ? std::string{constraint.type->name} : "record";
    if (state == "23505")
        throw Refusal(ErrorCode::conflict, constraint.field, "another " + noun + " has it already, give another one");
    if (state == "23P01")
        throw Refusal(ErrorCode::conflict, constraint.field,
                      "overlaps that of another " + noun + " at the same time, give another one");
    if (state == "23503") {
        throw Refusal(ErrorCode::conflict, constraint.field,
                      "does not fit the records that it refers to, or that refer to it (" + constraint.name + ")");
    }
    if (constraint.name == "text_valid") {
        throw Refusal(ErrorCode::invalid, "",
                      "a text is empty, has white space at an end or control characters; give plain text");
    }
    throw Refusal(ErrorCode::invalid, constraint.field,
                  constraint.name.empty() ? std::string{first_line(error.what())}
                                          : "is not allowed there (" + constraint.name + ")");
}

[[noreturn]] void throw_sql_error(Session& session, const pqxx::sql_error& error)
{
    const auto& state = error.sqlstate();
    const auto detail = std::string{first_line(error.what())};
    // 54: longer than an index takes
    if (state.starts_with("23") || state.starts_with("22") || state.starts_with("54")) throw_violation(error);
    if (state == "57014") throw Unavailable("it did not answer in time");
    if (state == "55P03") throw Unavailable(Unavailable::Held{});
    if (state.starts_with("40"))
        throw Refusal(ErrorCode::conflict, "", "somebody else changed it at the same moment; try again");
    // 25006: the server became a standby; 57Pxx: it shuts down
    if (state == "25006" || state.starts_with("57P") || !session.connection().is_open()) session.mark_broken();
    throw Unavailable(detail);
}

} // namespace

void throw_refusal(Session& session)
{
    try {
        throw;
    } catch (const pqxx::in_doubt_error&) {
        session.mark_broken();
        throw Unavailable(Unavailable::InDoubt{}, "the link died");
    } catch (const pqxx::broken_connection& error) {
        session.mark_broken();
        throw Unavailable(std::string{first_line(error.what())});
    } catch (const pqxx::sql_error& error) {
        throw_sql_error(session, error);
    } catch (const pqxx::failure&) { // libpqxx's own words tell an operator nothing
        session.mark_broken();
        throw Unavailable("the link was lost");
    }
}

} // namespace provisioning::store
