// daemon/admin/line.cpp
#include "daemon/admin/line.hpp"

#include "provisioning/rules/address.hpp"
#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"

#include <algorithm>

namespace admin {
namespace {

namespace json = boost::json;
using provisioning::ErrorCode;
using provisioning::Refusal;

constexpr std::size_t longest_name = 200;
constexpr std::size_t room_for_result = io::AdminSocket::max_line_octets - 4096; // the id and the names take the rest

std::string text_member(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    if (value == nullptr || value->is_null()) return {};
    const auto* text = value->if_string();
    const std::string field = "on_behalf_of." + std::string{name};
    if (text == nullptr) throw Refusal(ErrorCode::usage, field, "is not a string");
    const auto trimmed = provisioning::trimmed(std::string_view{*text});
    if (!provisioning::clean_text(trimmed) || trimmed.size() > longest_name)
        throw Refusal(ErrorCode::invalid, field, "has control characters or more than 200 octets, give a plain name");
    return std::string{trimmed};
}

void read_on_behalf_of(const json::value& value, const io::Peer& peer, Request& request)
{
    const auto* object = value.if_object();
    if (object == nullptr)
        throw Refusal(ErrorCode::usage, "on_behalf_of", "is not an object with operator and address");
    for (const auto& member : *object) {
        if (member.key() != "operator" && member.key() != "address")
            throw Refusal(ErrorCode::usage, "on_behalf_of", "has operator and address only");
    }
    auto operator_ = text_member(*object, "operator");
    auto address = text_member(*object, "address");
    if (!operator_.empty() && !peer.may_speak_for_others) {
        throw Refusal(ErrorCode::denied, "on_behalf_of",
                      peer.user + " may not speak for " + provisioning::shown(operator_) +
                          ", only root and the service account may; leave operator out");
    }
    if (!address.empty() && !provisioning::parse_address(address))
        throw Refusal(ErrorCode::invalid, "on_behalf_of.address", provisioning::shown(address) + " is not an address");
    if (!peer.may_speak_for_others) return;
    request.operator_ = std::move(operator_);
    request.address = std::move(address);
}

json::object essence(const json::value& row)
{
    json::object kept;
    const auto* object = row.if_object();
    if (object == nullptr) return kept;
    for (const auto* name : {"id", "contract", "action"}) {
        if (const auto* value = object->if_contains(name)) kept[name] = *value;
    }
    return kept;
}

} // namespace

boost::json::object parse_line(std::string_view line)
{
    json::parse_options options;
    options.max_depth = max_nesting;
    json::error_code error;
    auto value = json::parse(json::string_view{line.data(), line.size()}, error, {}, options);
    if (error == json::error::too_deep)
        throw Refusal(ErrorCode::usage, "",
                      "the line is nested deeper than " + std::to_string(max_nesting) + " levels");
    if (error) throw Refusal(ErrorCode::usage, "", "the line is not one JSON object: " + error.message());
    if (!value.is_object())
        throw Refusal(ErrorCode::usage, "", R"(the line is not a JSON object like {"id": 1, "command": "status"})");
    return std::move(value.as_object());
}

boost::json::value take_id(const boost::json::object& line)
{
    const auto* id = line.if_contains("id");
    if (id == nullptr) throw Refusal(ErrorCode::usage, "id", "is missing, give a number that the reply will carry");
    if (id->is_int64() || id->is_uint64()) return *id;
    if (const auto* text = id->if_string(); text != nullptr && text->size() <= longest_name) return *id;
    throw Refusal(ErrorCode::usage, "id", "is neither a whole number nor a string of up to 200 octets");
}

Request to_request(const boost::json::object& line, const io::Peer& peer)
{
    Request request;
    for (const auto& member : line) {
        const std::string_view name{member.key()};
        if (name == "id") continue;
        if (name == "command") {
            const auto* text = member.value().if_string();
            if (text == nullptr) throw Refusal(ErrorCode::usage, "command", "is not a string like \"login show\"");
            request.command = std::string{std::string_view{*text}};
        } else if (name == "arguments") {
            const auto* object = member.value().if_object();
            if (object == nullptr) throw Refusal(ErrorCode::usage, "arguments", "is not an object of names and values");
            request.arguments = *object;
        } else if (name == "on_behalf_of") {
            read_on_behalf_of(member.value(), peer, request);
        } else {
            throw Refusal(ErrorCode::usage, "",
                          "there is no " + provisioning::shown(name) +
                              " in a request, it has id, command, arguments and on_behalf_of");
        }
    }
    if (request.command.empty())
        throw Refusal(ErrorCode::usage, "command", "is missing, give one like \"login show\"; `commands` lists them");
    return request;
}

std::size_t shorten(boost::json::value& result)
{
    if (json::serialize(result).size() < room_for_result) return 0;
    json::array few;
    std::size_t octets = 2;
    const auto rows = result.is_array() ? std::move(result.get_array()) : json::array{};
    for (const auto& row : rows) {
        few.push_back(essence(row));
        octets += json::serialize(few.back()).size() + 1;
        if (octets < room_for_result) continue;
        few.pop_back();
        break;
    }
    result = std::move(few);
    return std::max<std::size_t>(rows.size(), 1);
}

std::string result_line(const boost::json::value& id, boost::json::value result, std::size_t rows)
{
    const auto shown = result.is_array() ? result.get_array().size() : 0;
    json::object reply{{"id", id}, {"result", std::move(result)}};
    if (rows > shown) reply["truncated"] = rows;
    auto line = json::serialize(reply);
    if (line.size() < io::AdminSocket::max_line_octets) return line;
    return error_line(id,
                      Refusal(ErrorCode::usage, "limit",
                              "the answer has " + std::to_string(line.size()) +
                                  " octets, more than a line may have (1 MiB); ask for less with limit and offset"));
}

std::string error_line(const boost::json::value& id, const provisioning::Refusal& refusal)
{
    return json::serialize(json::object{{"id", id},
                                        {"error", json::object{{"code", provisioning::name(refusal.code())},
                                                               {"field", refusal.field()},
                                                               {"message", refusal.message()}}}});
}

} // namespace admin
