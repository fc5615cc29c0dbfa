// tests/faults/options.hpp - what acct_load was asked to do.
#pragma once

#include "tests/faults/sequence.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace load {

struct NasAddress {
    std::string address, secret;
};
struct Account {
    std::string login, password;
};

struct Options {
    std::uint16_t auth_port = 0, acct_port = 0;
    std::vector<NasAddress> nas;
    std::vector<Account> accounts; ///< session number i belongs to nas[i % nas] and accounts[i % accounts]
    std::string ledger; ///< path; none: no ledger
    std::vector<Step> steps;
    std::string boot = "a"; ///< begins every Acct-Session-Id: another boot, other ids
    std::uint64_t sessions = 1000, first = 0, seed = 1;
    std::uint64_t ports = 0; ///< port and MAC go by number % ports; 0: each session has its own
    std::uint32_t foreign_percent = 50; ///< sessions that leave the login out and so carry no Class
    std::uint32_t window = 32; ///< sessions of a NAS under way; 0: any number
    double rate = 0; ///< requests a second; 0: as fast as they are answered
    std::chrono::milliseconds within{0}; ///< sessions begin evenly over so long; 0: at once, as the window allows
    std::chrono::milliseconds timeout{1100};
    std::uint32_t tries = 0; ///< 0: until answered
    std::chrono::seconds give_up{0}; ///< a request that was not answered for so long; 0: never
    std::chrono::seconds interval{1}; ///< between a session's records, as it tells them
    std::chrono::seconds age{0}; ///< how long ago the first record happened (Acct-Delay-Time)
};

/// Ends the program with a word when an argument is wrong.
Options options_of(int argc, char** argv);

} // namespace load
