// provisioning/notices/letter.hpp - the texts of messages to clients: templates (rules/fill.hpp), and what their names
// stand for. What a notice of a debt must say: Anatel Res. 765/2023 art. 71 (reason, amount, when access closes, when
// the contract may end, when access comes back).
#pragma once

#include "provisioning/notices/reminders.hpp"
#include "provisioning/refusal.hpp"

#include <string>

namespace provisioning::notices {

/// "Subject: ..." and "Short: ..." (for text messages), an empty line, the text.
struct Template {
    std::string subject, brief, text;
};
/// Names: client provider contact contract logins total due today measure suspension_day termination_day; the list
/// charges: amount due payable_line pix_code link. Throws a Refusal (field "template") that says what is wrong.
Template parse_template(std::string_view octets);

/// The texts that come with the program, by kind and language ("pt", "en"): etc/notices, compiled in.
struct Standard {
    std::string_view name; ///< "pt-pending"
    std::string_view text;
};
extern const std::span<const Standard> standard_texts;
std::string template_name(Kind kind, std::string_view language);
const Template& standard_template(Kind kind, std::string_view language);

struct LetterCharge {
    std::string amount{}, due{}; ///< still owed: "99.90"; ISO date
    std::string payable_line{}, pix_code{}, link{};
};
/// All that a message can say; empty texts are not known.
struct LetterFacts {
    std::string client{}, provider{}, contact{}, contract{}, logins{};
    std::vector<LetterCharge> charges{};
    std::string total{}, today{}, suspension_day{}, termination_day{}; ///< dates ISO
    bool reduces = false; ///< the cut lowers the speed only
};
struct Letter {
    std::string subject, brief, text;
};
Letter write(const Template& form, const LetterFacts& facts, std::string_view language);

} // namespace provisioning::notices
