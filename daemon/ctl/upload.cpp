// daemon/ctl/upload.cpp
#include "daemon/ctl/upload.hpp"
#include "daemon/ctl/mikrotik_secrets.hpp"

#include "provisioning/rules/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace ctl {
namespace {

namespace json = boost::json;
using provisioning::ErrorCode;
using provisioning::Refusal;

constexpr std::size_t part_octets = 512 * 1024;

[[noreturn]] void refuse(std::string message) { throw Refusal(ErrorCode::usage, "file", std::move(message)); }

std::string trimmed(const std::string& text) { return std::string{provisioning::trimmed(text)}; }

std::string from_latin1(std::string_view octets)
{
    std::string text;
    for (const char c : octets) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet < 0x80) {
            text += c;
        } else {
            text += static_cast<char>(0xc0 | (octet >> 6));
            text += static_cast<char>(0x80 | (octet & 0x3f));
        }
    }
    return text;
}

char separator_of(std::string_view text)
{
    const auto header = text.substr(0, text.find('\n'));
    constexpr std::array<char, 3> separators{',', ';', '\t'};
    return *std::ranges::max_element(separators, {}, [&](char c) { return std::ranges::count(header, c); });
}

/// Takes fields and lines off a text.
class Reader {
public:
    Reader(std::string_view text, char separator) : rest_(text), separator_(separator) {}
    bool at_end() const { return rest_.empty(); }
    std::size_t line() const { return line_; }

    std::vector<std::string> next()
    {
        std::vector<std::string> fields;
        do fields.push_back(trimmed(field()));
        while (take(separator_));
        take('\r');
        if (take('\n')) ++line_;
        return fields;
    }

private:
    bool take(char c)
    {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    std::string field()
    {
        if (take('"')) return quoted();
        const std::array<char, 3> ends{separator_, '\r', '\n'};
        const auto end = std::min(rest_.find_first_of(std::string_view{ends.data(), ends.size()}), rest_.size());
        std::string text{rest_.substr(0, end)};
        rest_.remove_prefix(end);
        return text;
    }
    std::string quoted()
    {
        const auto began = line_;
        std::string text;
        for (;;) {
            if (rest_.empty()) refuse("line " + std::to_string(began) + ": a quoted field has no end");
            const char c = rest_.front();
            rest_.remove_prefix(1);
            if (c == '\n') ++line_;
            if (c != '"' || take('"'))
                text += c;
            else
                break;
        }
        const bool ends =
            rest_.empty() || rest_.front() == separator_ || rest_.front() == '\r' || rest_.front() == '\n';
        if (!ends) refuse("line " + std::to_string(began) + ": a quoted field is followed by text");
        return text;
    }

    std::string_view rest_;
    char separator_;
    std::size_t line_ = 1;
};

std::string column_name(std::string name)
{
    std::ranges::transform(name, name.begin(), [](char c) {
        if (c == '-' || c == ' ') return '_';
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return name;
}

std::string octets_of(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::string octets;
    if (file) octets.assign(std::istreambuf_iterator<char>(file), {});
    if (!file || file.bad()) refuse(path + " cannot be read: " + std::strerror(errno));
    return octets;
}

}  // namespace

std::string utf8_of(std::string_view octets)
{
    return provisioning::is_utf8(octets) ? std::string{octets} : from_latin1(octets);
}

Sheet read_sheet(std::string_view octets)
{
    constexpr std::string_view mark = "\xef\xbb\xbf";
    if (octets.starts_with(mark)) octets.remove_prefix(mark.size());
    const auto text = utf8_of(octets);
    Sheet sheet;
    Reader reader(text, separator_of(text));
    while (!reader.at_end()) {
        const auto line = reader.line();
        auto fields = reader.next();
        if (fields.size() == 1 && fields.front().empty()) continue; // an empty line
        if (sheet.columns.empty()) {
            for (auto& field : fields) sheet.columns.push_back(column_name(std::move(field)));
            continue;
        }
        if (fields.size() != sheet.columns.size()) {
            refuse("line " + std::to_string(line) + " has " + std::to_string(fields.size()) +
                   " fields, the header has " + std::to_string(sheet.columns.size()));
        }
        sheet.rows.push_back(std::move(fields));
    }
    if (sheet.columns.empty()) refuse("is empty, give a header and rows");
    return sheet;
}

json::value send_file(Connection& connection, const admin::Command& command, json::object arguments,
                      const std::string& path)
{
    const auto octets_read = octets_of(path);
    const bool secrets = command.name() == "import mikrotik-secrets";
    const auto sheet = secrets ? read_mikrotik_secrets(octets_read) : read_sheet(octets_read);
    arguments.erase("file");
    arguments["column"] = json::array(sheet.columns.begin(), sheet.columns.end());
    arguments["transfer"] = std::to_string(::getpid());
    json::array rows;
    std::size_t octets = 0;
    for (const auto& row : sheet.rows) {
        auto text = json::serialize(json::array(row.begin(), row.end()));
        if (octets + text.size() > part_octets && !rows.empty()) {
            auto part = arguments;
            part["row"] = std::move(rows);
            part["more"] = true;
            connection.ask(command.name(), part);
            rows = {};
            octets = 0;
        }
        octets += text.size();
        rows.emplace_back(std::move(text));
    }
    arguments["row"] = std::move(rows);
    return connection.ask(command.name(), arguments);
}

}  // namespace ctl
