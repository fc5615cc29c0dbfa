// tests/load/seal_logins.cpp - for tests that need thousands of logins at once: a password as it is kept, sealed for
// each login id that comes in on standard input. usage: seal_logins KEY-FILE PASSWORD < IDS > HEXADECIMAL
#include "provisioning/seal.hpp"

#include <cstdio>
#include <iostream>

int main(int argc, char** argv)
{
    if (argc != 3) return 2;
    auto sealer = provisioning::load_or_make_key(argv[1]);
    const std::string_view password = argv[2];
    for (std::int64_t id = 0; std::cin >> id;) {
        for (const auto octet : sealer.seal({reinterpret_cast<const std::uint8_t*>(password.data()), password.size()},
                                            {"login", "password", id}))
            std::printf("%02x", octet);
        std::printf("\n");
    }
}
