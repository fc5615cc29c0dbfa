// tests/unit/provisioning/letter_test.cpp - the texts of messages. What a notice must say: Anatel Res. 765/2023
// art. 71.
#include "provisioning/notices/letter.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace provisioning;
using namespace provisioning::notices;

namespace {

const LetterFacts debt{.client = "João da Silva",
                       .provider = "Rede Norte",
                       .contact = "0800 123 4567",
                       .contract = "42",
                       .logins = "joao@isp",
                       .charges = {{"1234.50", "2026-03-10", "23793.38128", "", "https://isp.example/b/1"}},
                       .total = "1234.50",
                       .today = "2026-03-16",
                       .suspension_day = "2026-03-31",
                       .termination_day = "2026-05-30"};

std::string refused(std::string_view text)
{
    try {
        (void)parse_template(text);
    } catch (const Refusal& refusal) {
        return refusal.what();
    }
    return "taken";
}

}  // namespace

TEST_CASE("every text that comes with the program is there in both languages and says what it knows")
{
    CHECK(standard_texts.size() == 12);
    for (const auto kind :
         {Kind::issued, Kind::due_soon, Kind::pending, Kind::will_be_suspended, Kind::suspended, Kind::released}) {
        for (const auto* language : {"pt", "en"}) {
            CAPTURE(template_name(kind, language));
            const auto letter = write(standard_template(kind, language), debt, language);
            for (const auto* part : {&letter.subject, &letter.brief, &letter.text}) {
                CHECK(part->find("{{") == std::string::npos);
                CHECK(part->find("Rede Norte") != std::string::npos);
            }
            CHECK(letter.brief.find('\n') == std::string::npos);
            CHECK(letter.text.find("João da Silva") != std::string::npos);
            const auto empty = write(standard_template(kind, language), {}, language);
            CHECK(empty.text.find("{{") == std::string::npos);
        }
    }
}

TEST_CASE("a notice of a debt says the reason, the amount and the days that the law wants")
{
    const auto pt = write(standard_template(Kind::pending, "pt"), debt, "pt");
    for (const auto* said :
         {"contrato 42 (acesso: joao@isp)", "- R$ 1.234,50, vencimento 10/03/2026", "Linha digitável: 23793.38128",
          "https://isp.example/b/1", "o acesso será suspenso a partir de 31/03/2026",
          "rescindido a partir de 30/05/2026", "proteção ao crédito", "24 horas", "0800 123 4567"}) {
        CAPTURE(said);
        CHECK(pt.text.find(said) != std::string::npos);
    }
    const auto en = write(standard_template(Kind::will_be_suspended, "en"), debt, "en");
    for (const auto* said : {"BRL 1,234.50, due 2026-03-10", "access will be suspended from 2026-03-31 on",
                             "terminated from 2026-05-30 on", "credit bureaus", "24 hours"}) {
        CAPTURE(said);
        CHECK(en.text.find(said) != std::string::npos);
    }
    auto reduced = debt;
    reduced.reduces = true;
    CHECK(write(standard_template(Kind::pending, "pt"), reduced, "pt").text.find("a velocidade será reduzida") !=
          std::string::npos);
    auto exempt = debt;
    exempt.suspension_day.clear();
    exempt.termination_day.clear();
    const auto spared = write(standard_template(Kind::pending, "pt"), exempt, "pt");
    CHECK(spared.text.find("suspenso") == std::string::npos);
    CHECK(spared.brief == "Rede Norte: débito de R$ 1.234,50 em aberto, contrato 42.");
}

TEST_CASE("a suspension by a list from elsewhere names no amount that is not known here")
{
    LetterFacts facts{.client = "Ana", .provider = "Rede Norte", .contract = "42"};
    for (const auto* language : {"pt", "en"}) {
        const auto letter = write(standard_template(Kind::suspended, language), facts, language);
        CHECK(letter.text.find("R$") == std::string::npos);
        CHECK(letter.text.find(": \n") == std::string::npos);
        CHECK(letter.brief.find("  ") == std::string::npos);
    }
}

TEST_CASE("money and days are written as the language does")
{
    struct Row {
        std::string amount, pt, en;
    };
    for (const auto& row : {Row{"0.05", "R$ 0,05", "BRL 0.05"}, Row{"999.99", "R$ 999,99", "BRL 999.99"},
                            Row{"1000000.00", "R$ 1.000.000,00", "BRL 1,000,000.00"}}) {
        CAPTURE(row.amount);
        const auto form = parse_template("Subject: x\nShort: x\n\n{{total}}|{{today}}");
        LetterFacts facts;
        facts.total = row.amount;
        facts.today = "2026-12-01";
        CHECK(write(form, facts, "pt").text == row.pt + "|01/12/2026");
        CHECK(write(form, facts, "en").text == row.en + "|2026-12-01");
    }
}

TEST_CASE("a template of the operator's own is checked when it is read")
{
    CHECK(refused("Subject: {{client}}\r\nShort: x\r\n\r\nHello\r\n") == "taken");
    CHECK(refused("Hello\n").find("begins with lines \"Subject: TEXT\"") != std::string::npos);
    CHECK(refused("Subject: x\n\nHello\n").find("has no line \"Short: TEXT\"") != std::string::npos);
    CHECK(refused("Short: x\n\nHello\n").find("has no line \"Subject: TEXT\"") != std::string::npos);
    CHECK(refused("Subject: x\nShort: x\n\n \n").find("no text below") != std::string::npos);
    CHECK(refused("Subject: x\nShort: x\n\n{{clientt}}\n").find("did you mean {{client}}?") != std::string::npos);
    CHECK(refused("Subject: x\nShort: x\n\n\xff\n").find("not UTF-8") != std::string::npos);
}
