// tests/unit/provisioning/documents_test.cpp - CPF modulo 11; CNPJ: IN RFB 2.229/2024 with Receita's own example
// 12.ABC.345/01DE-35; the other vectors are computed from the same rule.
#include "provisioning/rules/documents.hpp"

#include <doctest/doctest.h>

using namespace provisioning;

namespace {

constexpr const char* valid_cpfs[] = {"52998224725", "11144477735"};
constexpr const char* valid_cnpjs[] = {"12ABC34501DE35", "6A3EDMWP000168", "D7YDDI5H000162", "Q2GROWP7000185",
                                       "00000000000191", "15216260000176", "11222333000181"};

}  // namespace

TEST_CASE("a valid CPF is kept as its 11 digits, and no single wrong digit passes")
{
    for (const std::string valid : valid_cpfs) {
        CAPTURE(valid);
        CHECK(cpf(valid) == valid);
        for (std::size_t i = 0; i < valid.size(); ++i) {
            for (char other = '0'; other <= '9'; ++other) {
                std::string text = valid;
                text[i] = other;
                CAPTURE(text);
                CHECK(cpf(text).has_value() == (other == valid[i]));
            }
        }
    }
}

TEST_CASE("a CPF may be typed with its mask or parts of it")
{
    struct Row {
        std::string name;
        std::string typed;
        std::optional<std::string> result;
    };
    const Row rows[] = {
        {"with its mask", "529.982.247-25", "52998224725"},
        {"bare", "52998224725", "52998224725"},
        {"with the dash alone", "529982247-25", "52998224725"},
        {"with leading zeros kept", "000.000.001-91", "00000000191"},
        {"one digit short", "5299822472", {}},
        {"one digit more", "529982247255", {}},
        {"a separator in the wrong place", "52.9982.247-25", {}},
        {"a letter", "5299822472A", {}},
        {"spaces inside", "529 982 247 25", {}},
        {"empty", "", {}},
        {"the wrong first check digit", "529.982.247-35", {}},
        {"the wrong second check digit", "529.982.247-26", {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(cpf(row.typed) == row.result);
    }
}

TEST_CASE("eleven equal digits are no CPF, fourteen equal ones no CNPJ")
{
    for (char digit = '0'; digit <= '9'; ++digit) {
        CAPTURE(digit);
        CHECK_FALSE(cpf(std::string(11, digit)));
        CHECK_FALSE(cnpj(std::string(14, digit)));
    }
}

TEST_CASE("a valid CNPJ, numeric or alphanumeric, is kept as its 14 characters")
{
    for (const std::string valid : valid_cnpjs) {
        CAPTURE(valid);
        CHECK(cnpj(valid) == valid);
    }
}

TEST_CASE("a CNPJ with one wrong character is refused, but for two letters or digits that are eleven apart")
{
    // The rule is modulo 11 over values from 0 to 42, so it cannot tell 6 from A (17), nor A from L (28).
    for (const std::string valid : valid_cnpjs) {
        for (std::size_t i = 0; i < valid.size(); ++i) {
            for (const char other : std::string_view{"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}) {
                std::string text = valid;
                text[i] = other;
                CAPTURE(text);
                CHECK(cnpj(text).has_value() == (i < 12 ? (other - valid[i]) % 11 == 0 : other == valid[i]));
            }
        }
    }
}

TEST_CASE("a CNPJ may be typed in lower case and with its mask; its check digits are never letters")
{
    struct Row {
        std::string name;
        std::string typed;
        std::optional<std::string> result;
    };
    const Row rows[] = {
        {"with its mask", "12.ABC.345/01DE-35", "12ABC34501DE35"},
        {"in lower case", "12.abc.345/01de-35", "12ABC34501DE35"},
        {"bare in lower case", "q2growp7000185", "Q2GROWP7000185"},
        {"numeric with its mask", "11.222.333/0001-81", "11222333000181"},
        {"with the slash alone", "11222333/000181", "11222333000181"},
        {"a CPF", "52998224725", {}},
        {"one character short", "1122233300018", {}},
        {"one character more", "112223330001811", {}},
        {"letters for check digits", "12ABC34501DEAB", {}},
        {"an accent", "12ÁBC34501DE35", {}},
        {"other separators", "11 222 333 0001 81", {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(cnpj(row.typed) == row.result);
    }
}

TEST_CASE("the check digits that ought to stand there are told")
{
    CHECK(cpf_check_digits("529.982.247-26") == "25");
    CHECK(cpf_check_digits("111.444.777-00") == "35");
    CHECK(cnpj_check_digits("12.ABC.345/01DE-00") == "35");
    CHECK_FALSE(cpf_check_digits("111.111.111-11"));
    CHECK_FALSE(cpf_check_digits("1234"));
}

TEST_CASE("documents are shown to people with their mask, others as they are")
{
    CHECK(masked_document("52998224725") == "529.982.247-25");
    CHECK(masked_document("12ABC34501DE35") == "12.ABC.345/01DE-35");
    CHECK(masked_document("AR1234567") == "AR1234567");
    CHECK(masked_document("52998224726") == "52998224726");
    CHECK(masked_document("") == "");
}
