// daemon/admin/password.cpp
#include "daemon/admin/password.hpp"

#include <array>
#include <stdexcept>
#include <string_view>
#include <sys/random.h>

namespace admin {
namespace {

constexpr std::string_view alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
constexpr std::size_t length = 12;

}  // namespace

std::string generate_password()
{
    // Octets at or above the largest multiple of the alphabet's size would favour its first letters.
    constexpr auto fair = 256 - 256 % alphabet.size();
    std::string password;
    while (password.size() < length) {
        std::array<unsigned char, 32> octets;
        if (::getrandom(octets.data(), octets.size(), 0) != static_cast<ssize_t>(octets.size()))
            throw std::runtime_error("getrandom gave no octets");
        for (const auto octet : octets) {
            if (octet < fair && password.size() < length) password.push_back(alphabet[octet % alphabet.size()]);
        }
    }
    return password;
}

}  // namespace admin
