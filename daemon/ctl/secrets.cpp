// daemon/ctl/secrets.cpp
#include "daemon/ctl/secrets.hpp"

#include "provisioning/refusal.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace ctl {
namespace {

using provisioning::ErrorCode;
using provisioning::Refusal;

constexpr std::size_t most_octets = 64 * 1024;

std::string without_newline(std::string text)
{
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    return text;
}

std::string read_file(const std::string& field, const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::string text;
    if (file) text.assign(std::istreambuf_iterator<char>(file), {});
    if (!file || file.bad()) throw Refusal(ErrorCode::usage, field, path + " cannot be read: " + std::strerror(errno));
    if (text.size() > most_octets) throw Refusal(ErrorCode::usage, field, path + " is too long to be a secret");
    return without_newline(std::move(text));
}

std::string read_line(const std::string& field, std::istream& input)
{
    std::string line;
    if (!std::getline(input, line)) throw Refusal(ErrorCode::usage, field, "nothing came on standard input");
    return without_newline(std::move(line));
}

}  // namespace

void read_secrets(Invocation& invocation, std::istream& input)
{
    std::string from_input;
    for (const auto& argument : invocation.command->arguments) {
        const auto at = invocation.values.find(std::string{argument.name});
        if (argument.type != provisioning::FieldType::secret || at == invocation.values.end()) continue;
        auto& value = at->second.front();
        if (value == "-") {
            if (!from_input.empty())
                throw Refusal(ErrorCode::usage, at->first, "standard input is already read for " + from_input);
            from_input = at->first;
            value = read_line(at->first, input);
        } else if (value.starts_with('@')) {
            value = read_file(at->first, value.substr(1));
        }
    }
}

}  // namespace ctl
