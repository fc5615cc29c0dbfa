// tests/unit/provisioning/reason_test.cpp - the names that scripts match on, in their order, and the texts.
#include "provisioning/reason.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace provisioning;

TEST_CASE("the reasons stand in the order of checking, with the names that scripts match on")
{
    const std::string names[] = {"no_credentials",     "unknown_login",      "bad_password",    "method_not_possible",
                                 "login_disabled",     "wrong_kind",         "client_inactive", "contract_not_active",
                                 "contract_suspended", "contract_cancelled", "reply_too_long"};
    REQUIRE(reasons().size() == std::size(names));
    for (std::size_t i = 0; i < std::size(names); ++i) {
        CHECK(std::string{reasons()[i].name} == names[i]);
        CHECK(name(reasons()[i].reason) == reasons()[i].name);
        CHECK(&text(reasons()[i].reason) == &reasons()[i]);
    }
    CHECK(name(Reason::none) == "");
}

TEST_CASE("every reason says the fix to the operator and stays plain to the subscriber")
{
    for (const auto& reason : reasons()) {
        CAPTURE(std::string{reason.name});
        CHECK(reason.operator_.size() > 40);
        CHECK(reason.operator_.ends_with('.'));
        const bool ascii = std::ranges::all_of(reason.subscriber, [](char c) { return c >= ' ' && c <= '~'; });
        CHECK(ascii);
        CHECK_FALSE(reason.subscriber.empty());
        CHECK(reason.subscriber.size() <= 253);  // one Reply-Message, RFC 2865 s5.18
    }
}

TEST_CASE("before the password is proved, the subscriber reads the same for every cause in the account")
{
    CHECK(text(Reason::unknown_login).subscriber == text(Reason::bad_password).subscriber);
    CHECK(text(Reason::method_not_possible).subscriber == text(Reason::bad_password).subscriber);
}
