// tests/unit/provisioning/secret_test.cpp - a Secret copies, moves and cannot be printed.
#include "provisioning/secret.hpp"

#include <doctest/doctest.h>

#include <ostream>
#include <string>

using namespace provisioning;

namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };
static_assert(!Printable<Secret>);

std::string text_of(const Secret& secret) { return {secret.octets().begin(), secret.octets().end()}; }

}  // namespace

TEST_CASE("C-03: a secret holds any octet, through copies and moves")
{
    const std::string octets("a\0b\xc3\xa3", 5);
    Secret one{std::string_view{octets}};
    Secret two{one};
    CHECK(text_of(two) == octets);
    Secret three{std::move(two)};
    CHECK(text_of(three) == octets);
    one = Secret{std::string_view{"other"}};
    CHECK(text_of(one) == "other");
    one = three;
    CHECK(text_of(one) == octets);
    const auto& same = one;
    one = same;
    CHECK(text_of(one) == octets);
    CHECK(Secret{}.empty());
}
