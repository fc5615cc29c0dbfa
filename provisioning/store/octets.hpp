// provisioning/store/octets.hpp - bytea both ways: as PostgreSQL prints and reads it, \x and hexadecimal digits.
#pragma once

#include <pqxx/pqxx>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace provisioning::store {

std::vector<std::uint8_t> octets_of(const pqxx::field& field);
std::string hexadecimal(std::span<const std::uint8_t> octets);

}  // namespace provisioning::store
