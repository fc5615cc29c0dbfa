// daemon/admin/password.hpp - passwords that are made, not typed.
#pragma once

#include <string>

namespace admin {

/// 12 characters that are not taken for each other when read aloud or from paper (no 0 O 1 l I, ...): 57 bits and more.
/// Random octets of the operating system (getrandom).
std::string generate_password();

} // namespace admin
