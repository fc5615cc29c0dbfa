// provisioning/notices/letter.cpp
#include "provisioning/notices/letter.hpp"

#include "provisioning/rules/fill.hpp"
#include "provisioning/rules/text.hpp"

#include <algorithm>
#include <map>

namespace provisioning::notices {
namespace {

constexpr std::string_view names = "client provider contact contract logins total due today measure suspension_day"
                                   " termination_day charges amount payable_line pix_code link";

[[noreturn]] void refuse(std::string message) { throw Refusal(ErrorCode::invalid, "template", std::move(message)); }

bool is_known(std::string_view name)
{
    for (auto rest = names; !rest.empty();)
        if (next_word(rest) == name) return true;
    return false;
}

void check_names(std::string_view text)
{
    for (const auto& name : fill_names(text)) {
        if (is_known(name)) continue;
        const auto near = nearest_word(name, names);
        refuse("{{" + name + "}} is not known" +
               (near.empty() ? ", there are: " + std::string{names} : ", did you mean {{" + std::string{near} + "}}?"));
    }
}

std::string_view take_line(std::string_view& rest)
{
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

std::string day_text(const std::string& iso, bool english)
{
    constexpr std::size_t length = 10; // 2026-12-10
    if (english || iso.size() != length) return iso;
    return iso.substr(8, 2) + '/' + iso.substr(5, 2) + '/' + iso.substr(0, 4);
}

/// 1234.50 -> "R$ 1.234,50", "BRL 1,234.50".
std::string money_text(const std::string& amount, bool english)
{
    if (amount.empty()) return {};
    const auto point = std::min(amount.find('.'), amount.size());
    auto whole = amount.substr(0, point);
    constexpr std::size_t group = 3;
    for (auto at = whole.size(); at > group;) whole.insert(at -= group, 1, english ? ',' : '.');
    const auto cents = point == amount.size() ? std::string{"00"} : amount.substr(point + 1);
    return (english ? "BRL " : "R$ ") + whole + (english ? '.' : ',') + cents;
}

FillValues values_of(const LetterFacts& facts, bool english)
{
    FillValues values{{"client", facts.client},
                      {"provider", facts.provider},
                      {"contact", facts.contact},
                      {"contract", facts.contract},
                      {"logins", facts.logins},
                      {"total", money_text(facts.total, english)},
                      {"today", day_text(facts.today, english)},
                      {"due", facts.charges.empty() ? std::string{} : day_text(facts.charges.front().due, english)},
                      {"suspension_day", day_text(facts.suspension_day, english)},
                      {"termination_day", day_text(facts.termination_day, english)}};
    if (facts.provider.empty()) values["provider"] = english ? "your internet provider" : "seu provedor de internet";
    if (facts.reduces)
        values["measure"] = english ? "the speed will be reduced" : "a velocidade será reduzida";
    else
        values["measure"] = english ? "access will be suspended" : "o acesso será suspenso";
    return values;
}

std::vector<FillValues> charges_of(const LetterFacts& facts, bool english)
{
    std::vector<FillValues> rows;
    for (const auto& charge : facts.charges) {
        rows.push_back({{"amount", money_text(charge.amount, english)},
                        {"due", day_text(charge.due, english)},
                        {"payable_line", charge.payable_line},
                        {"pix_code", charge.pix_code},
                        {"link", charge.link}});
    }
    return rows;
}

}  // namespace

Template parse_template(std::string_view octets)
{
    if (!is_utf8(octets)) refuse("is not UTF-8 text");
    Template form;
    while (!octets.empty()) {
        const auto line = take_line(octets);
        if (line.empty()) break;
        const auto colon = line.find(": ");
        const auto name = line.substr(0, colon);
        if (colon == line.npos || (name != "Subject" && name != "Short"))
            refuse("begins with lines \"Subject: TEXT\" and \"Short: TEXT\", then an empty line; found " + shown(line));
        (name == "Subject" ? form.subject : form.brief) = line.substr(colon + 2);
    }
    form.text = octets;
    if (form.subject.empty()) refuse("has no line \"Subject: TEXT\"");
    if (form.brief.empty()) refuse("has no line \"Short: TEXT\"");
    if (trimmed(form.text).empty()) refuse("has no text below the empty line");
    for (const auto* part : {&form.subject, &form.brief, &form.text}) check_names(*part);
    return form;
}

std::string template_name(Kind kind, std::string_view language)
{
    return std::string{language == "en" ? "en" : "pt"} + '-' + std::string{name(kind)};
}

const Template& standard_template(Kind kind, std::string_view language)
{
    static const auto all = [] {
        std::map<std::string, Template, std::less<>> parsed;
        for (const auto& [name, text] : standard_texts) parsed.emplace(name, parse_template(text));
        return parsed;
    }();
    return all.at(template_name(kind, language));
}

Letter write(const Template& form, const LetterFacts& facts, std::string_view language)
{
    const bool english = language == "en";
    const auto values = values_of(facts, english);
    const auto charges = charges_of(facts, english);
    const FillList list{"charges", charges};
    return {fill(form.subject, values, list), fill(form.brief, values, list), fill(form.text, values, list)};
}

}  // namespace provisioning::notices
