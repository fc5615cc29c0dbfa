// tests/unit/provisioning/reason_test.cpp - the names that scripts match on, in their order, and the texts.
#include "provisioning/reason.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

using namespace provisioning;

namespace {

// A Reply-Message and what else a reject holds; one attribute takes 253 octets (RFC 2865 s5.18).
constexpr std::size_t longest_message = 200;

bool is_ascii(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

} // namespace

TEST_CASE("the reasons stand in the order of checking, with the names that scripts match on")
{
    const std::string names[] = {"no_credentials",      "unknown_login",       "bad_password",
                                 "method_not_possible", "login_disabled",      "wrong_kind",
                                 "wrong_realm",         "not_yet_valid",       "expired",
                                 "client_inactive",     "contract_not_active", "contract_suspended",
                                 "contract_cancelled",  "wrong_nas",           "wrong_port",
                                 "wrong_mac",           "outside_schedule",    "throttled",
                                 "session_limit",       "pool_empty",          "reply_too_long"};
    REQUIRE(reasons().size() == std::size(names));
    CHECK(reason_count == std::size(names) + 1);
    for (std::size_t i = 0; i < std::size(names); ++i) {
        CHECK(std::string{reasons()[i].name} == names[i]);
        CHECK(name(reasons()[i].reason) == reasons()[i].name);
        CHECK(&text(reasons()[i].reason) == &reasons()[i]);
    }
    CHECK(name(Reason::none) == "");
}

TEST_CASE("every reason tells the operator what to do about it, in a sentence of its own")
{
    std::set<std::string_view> sentences;
    for (const auto& reason : reasons()) {
        CAPTURE(std::string{reason.name});
        CHECK(reason.operator_.size() > 40);
        CHECK(reason.operator_.ends_with('.'));
        CHECK(is_ascii(reason.operator_));
        CHECK(reason.operator_.find("  ") == std::string_view::npos);
        CHECK(sentences.insert(reason.operator_).second);
        // The fix is a command, but where it lies in the concentrator or in an address plan.
        const bool elsewhere = reason.reason == Reason::no_credentials || reason.reason == Reason::pool_empty;
        CHECK((reason.operator_.find("`porteiro ") != std::string_view::npos) != elsewhere);
    }
}

TEST_CASE("every reason has a text for the subscriber, in Portuguese and in English, in plain ASCII")
{
    for (const auto& reason : reasons()) {
        CAPTURE(std::string{reason.name});
        CHECK(reason.portuguese != reason.english);
        for (const auto message : {reason.portuguese, reason.english}) {
            CHECK_FALSE(message.empty());
            CHECK(message.size() <= longest_message);
            CHECK(is_ascii(message));
            CHECK(message.ends_with('.'));
            CHECK(message.find("porteiro") == std::string_view::npos);
        }
    }
}

TEST_CASE("before the password is proved, the subscriber reads the same for every cause in the account (A-13)")
{
    const Reason alike[] = {Reason::unknown_login, Reason::bad_password, Reason::method_not_possible,
                            Reason::throttled};
    const auto& wrong = text(Reason::bad_password);
    for (const auto& reason : reasons()) {
        CAPTURE(std::string{reason.name});
        const bool looks_alike = std::ranges::find(alike, reason.reason) != std::end(alike);
        CHECK(looks_like_wrong_credentials(reason.reason) == looks_alike);
        CHECK((reason.portuguese == wrong.portuguese) == looks_alike);
        CHECK((reason.english == wrong.english) == looks_alike);
    }
    CHECK_FALSE(looks_like_wrong_credentials(Reason::none));
}
