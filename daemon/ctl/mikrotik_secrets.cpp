// daemon/ctl/mikrotik_secrets.cpp
#include "daemon/ctl/mikrotik_secrets.hpp"

#include "provisioning/refusal.hpp"
#include "provisioning/rules/address.hpp"
#include "provisioning/rules/text.hpp"

#include <algorithm>
#include <map>

namespace ctl {
namespace {

using provisioning::ErrorCode;
using provisioning::Refusal;

/// Takes words off an export. A word ends at white space outside quotes; what is quoted is unescaped.
class Words {
public:
    explicit Words(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }
    std::size_t line() const { return line_; }

    /// The words up to the end of the line, or of the last that it is joined with; a comment has none.
    std::vector<std::string> next_command()
    {
        std::vector<std::string> words;
        for (skip_blanks(); !take_line_end(); skip_blanks()) {
            if (words.empty() && rest_.front() == '#')
                drop_line();
            else
                words.push_back(word());
        }
        return words;
    }

private:
    bool starts(std::string_view text) const { return rest_.starts_with(text); }
    void drop(std::size_t octets) { rest_.remove_prefix(octets); }
    void drop_line() { drop(std::min(rest_.find('\n'), rest_.size())); }

    /// A backslash at the end of a line joins the next one, without the blanks at its start.
    bool take_joint()
    {
        const std::size_t length = starts("\\\r\n") ? 3 : starts("\\\n") ? 2 : 0;
        if (length == 0) return false;
        drop(length);
        ++line_;
        while (starts(" ") || starts("\t")) drop(1);
        return true;
    }
    void skip_blanks()
    {
        while (starts(" ") || starts("\t") || starts("\r")) drop(1);
        if (take_joint()) skip_blanks();
    }
    bool take_line_end()
    {
        if (rest_.empty()) return true;
        if (!starts("\n")) return false;
        drop(1);
        ++line_;
        return true;
    }
    std::string word()
    {
        std::string text;
        while (!rest_.empty() && !starts(" ") && !starts("\t") && !starts("\r") && !starts("\n")) {
            if (take_joint()) continue;
            if (starts("\"")) {
                drop(1);
                quoted(text);
            } else {
                text += rest_.front();
                drop(1);
            }
        }
        return text;
    }
    void quoted(std::string& text)
    {
        const auto began = line_;
        while (!starts("\"")) {
            if (rest_.empty()) {
                throw Refusal(ErrorCode::usage, "file",
                              "line " + std::to_string(began) + ": a quoted value has no end");
            }
            if (take_joint()) continue;
            if (starts("\\")) {
                text += escaped();
                continue;
            }
            if (starts("\n")) ++line_;
            text += rest_.front();
            drop(1);
        }
        drop(1);
    }
    char escaped()
    {
        drop(1);
        constexpr std::string_view digits = "0123456789ABCDEF"; // small letters are letters: \b is no octet
        if (rest_.size() >= 2 && digits.find(rest_[0]) != digits.npos && digits.find(rest_[1]) != digits.npos) {
            const auto octet = digits.find(rest_[0]) * 16 + digits.find(rest_[1]);
            drop(2);
            return static_cast<char>(octet);
        }
        if (rest_.empty()) return '\\';
        constexpr std::string_view letters = "nrtabfv_", meant = "\n\r\t\a\b\f\v ";
        const char c = rest_.front();
        drop(1);
        const auto at = letters.find(c);
        return at == std::string_view::npos ? c : meant[at];
    }

    std::string_view rest_;
    std::size_t line_ = 1;
};

using Properties = std::map<std::string, std::string, std::less<>>;

std::string value(const Properties& secret, std::string_view name)
{
    const auto at = secret.find(name);
    return at == secret.end() ? std::string{} : at->second;
}

Properties properties_of(const std::vector<std::string>& words)
{
    Properties secret;
    for (const auto& word : words) {
        const auto equals = word.find('=');
        if (equals != std::string::npos) secret[word.substr(0, equals)] = utf8_of(word.substr(equals + 1));
    }
    return secret;
}

/// A remote address is one, or the name of a pool on the concentrator.
std::vector<std::string> row_of(const Properties& secret)
{
    const auto remote = value(secret, "remote-address");
    const bool fixed = provisioning::parse_address(remote).has_value();
    const auto service = value(secret, "service");
    auto routes = value(secret, "routes");
    std::ranges::replace(routes, ',', ';');
    const auto name = value(secret, "comment");
    return {value(secret, "name"),
            value(secret, "password"),
            value(secret, "profile"),
            name,
            fixed ? remote : std::string{},
            fixed ? std::string{} : remote,
            value(secret, "caller-id"),
            routes,
            value(secret, "remote-ipv6-prefix"),
            value(secret, "disabled") == "yes" ? "no" : "yes",
            service.empty() || service == "any" ? "pppoe" : service};
}

}  // namespace

Sheet read_mikrotik_secrets(std::string_view octets)
{
    Sheet sheet{.columns = {"login", "password", "plan", "name", "ip", "framed_pool", "mac", "route", "ipv6_prefix",
                            "enabled", "kind"},
                .rows = {}};
    bool of_secrets = false, any_section = false;
    for (Words words(octets); !words.at_end();) {
        auto command = words.next_command();
        if (command.empty()) continue;
        if (command.front().starts_with('/')) {
            any_section = true;
            of_secrets = command.size() > 1 && command[0] == "/ppp" && command[1] == "secret";
            command.erase(command.begin(),
                          command.begin() + (of_secrets ? 2 : static_cast<std::ptrdiff_t>(command.size())));
        }
        if (!of_secrets || command.empty() || command.front() != "add") continue;
        sheet.rows.push_back(row_of(properties_of(command)));
    }
    if (!any_section)
        throw Refusal(ErrorCode::usage, "file",
                      "is no export of RouterOS: it has no line that starts with /ppp secret");
    if (sheet.rows.empty()) throw Refusal(ErrorCode::usage, "file", "has no secrets below /ppp secret");
    return sheet;
}

}  // namespace ctl
