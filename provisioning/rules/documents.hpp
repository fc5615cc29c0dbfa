// provisioning/rules/documents.hpp - CPF and CNPJ (alphanumeric since July 2026) with their check digits.
// Source: CPF modulo 11; CNPJ: IN RFB 2.229/2024 (value of a character = its ASCII code - 48).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace provisioning {

/// The 11 digits of a valid CPF typed with or without its mask (529.982.247-25); nothing when it is not one.
std::optional<std::string> cpf(std::string_view typed);
/// The 14 characters of a valid CNPJ, upper case, typed with or without its mask (12.ABC.345/01DE-35).
std::optional<std::string> cnpj(std::string_view typed);
/// The check digits that the CPF (CNPJ) typed ought to have; nothing when its characters are not those of one, or are
/// all equal.
std::optional<std::string> cpf_check_digits(std::string_view typed);
std::optional<std::string> cnpj_check_digits(std::string_view typed);
/// For people: "529.982.247-25", "12.ABC.345/01DE-35"; anything else as it is.
std::string masked_document(std::string_view canonical);

}  // namespace provisioning
