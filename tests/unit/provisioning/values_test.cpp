// tests/unit/provisioning/values_test.cpp - money, rates, octets, dates and instants as operators type them.
// Sources: PostgreSQL numeric(12,2) and bigint for the ranges; RFC 3339 s5.6 for instants.
#include "provisioning/rules/values.hpp"

#include <doctest/doctest.h>

using namespace provisioning;

namespace {

struct Row {
    std::string name;
    std::string typed;
    std::optional<std::string> result;
};

}  // namespace

TEST_CASE("money is typed with a point or a comma and kept with two decimals")
{
    const Row rows[] = {
        {"with a point", "99.90", "99.90"},
        {"with a comma", "99,90", "99.90"},
        {"with one decimal", "99,9", "99.90"},
        {"without decimals", "1234", "1234.00"},
        {"with groups and a comma", "1.234,56", "1234.56"},
        {"with two groups", "1.234.567,89", "1234567.89"},
        {"zero", "0", "0.00"},
        {"less than one", "0,05", "0.05"},
        {"leading zeros", "0099.90", "99.90"},
        {"the highest", "9999999999.99", "9999999999.99"},
        {"one more digit than numeric(12,2) holds", "10000000000", {}},
        {"three decimals", "99.905", {}},
        {"a group without a comma could be either", "1.234", {}},
        {"a group of two", "12.34,56", {}},
        {"a first group of four", "1234.567,89", {}},
        {"comma for groups", "1,234.56", {}},
        {"negative", "-1.00", {}},
        {"with a sign", "+1.00", {}},
        {"with the currency", "R$ 10,00", {}},
        {"no whole part", ",90", {}},
        {"no decimals after the comma", "99,", {}},
        {"two commas", "1,2,3", {}},
        {"letters", "abc", {}},
        {"empty", "", {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(money(row.typed) == row.result);
    }
}

TEST_CASE("rates are bit/s in decimal multiples")
{
    struct RateRow {
        std::string name;
        std::string typed;
        std::optional<std::uint64_t> result;
    };
    const RateRow rows[] = {
        {"megabits", "300M", 300'000'000},
        {"kilobits", "512k", 512'000},
        {"gigabits", "1G", 1'000'000'000},
        {"a fraction", "1.5M", 1'500'000},
        {"a fraction with a comma", "1,5M", 1'500'000},
        {"bits", "9600", 9600},
        {"the other case", "10m", 10'000'000},
        {"zero", "0", 0},
        {"a fraction of a bit", "1.2345k", {}},
        {"a fraction of bits", "1.5", {}},
        {"binary units", "1Mi", {}},
        {"a unit in words", "300Mbps", {}},
        {"a unit alone", "M", {}},
        {"a space", "300 M", {}},
        {"negative", "-1M", {}},
        {"nothing after the point", "1.M", {}},
        {"the highest bigint", "9223372036854775807", 9223372036854775807u},
        {"one above", "9223372036854775808", {}},
        {"far above", "99999999999999999999G", {}},
        {"empty", "", {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(rate(row.typed) == row.result);
    }
}

TEST_CASE("rates are shown in the largest unit that divides them")
{
    CHECK(rate_text(300'000'000) == "300M");
    CHECK(rate_text(1'500'000) == "1500k");
    CHECK(rate_text(1'000'000'000) == "1G");
    CHECK(rate_text(9600) == "9600");
    CHECK(rate_text(0) == "0");
}

TEST_CASE("octets are typed and shown in decimal multiples up to T")
{
    struct OctetsRow {
        std::string name;
        std::string typed;
        std::optional<std::uint64_t> result;
        std::string text;
    };
    const OctetsRow rows[] = {
        {"gigaoctets", "500G", 500'000'000'000, "500G"},
        {"a fraction of teraoctets", "1.5T", 1'500'000'000'000, "1500G"},
        {"a fraction with a comma", "1,5t", 1'500'000'000'000, "1500G"},
        {"teraoctets", "2T", 2'000'000'000'000, "2T"},
        {"megaoctets", "750M", 750'000'000, "750M"},
        {"kilooctets in either case", "10K", 10'000, "10k"},
        {"octets", "1234", 1'234, "1234"},
        {"none", "0", 0, "0"},
        {"a fraction of an octet", "0.0001k", {}, ""},
        {"a unit in words", "500GB", {}, ""},
        {"binary units", "1Gi", {}, ""},
        {"a unit that it does not have", "1P", {}, ""},
        {"two units", "1kM", {}, ""},
        {"a unit alone", "T", {}, ""},
        {"one above the highest bigint", "9223372036854775808", {}, ""},
        {"far above it", "10000000T", {}, ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(octets(row.typed) == row.result);
        if (row.result) CHECK(octets_text(*row.result) == row.text);
    }
    CHECK_FALSE(rate("1T"));
    CHECK(rate_text(1'000'000'000'000) == "1000G");
}

TEST_CASE("dates are ISO or day first, and the day must exist")
{
    const Row rows[] = {
        {"ISO", "2026-12-10", "2026-12-10"},
        {"day first", "10/12/2026", "2026-12-10"},
        {"day first with single digits", "1/2/2026", "2026-02-01"},
        {"29 February of a leap year", "29/02/2028", "2028-02-29"},
        {"29 February of another year", "2026-02-29", {}},
        {"29 February of 2100, no leap year", "29/02/2100", {}},
        {"31 April", "31/04/2026", {}},
        {"month 13, as a US date would have", "12/31/2026", {}},
        {"day 0", "2026-12-00", {}},
        {"two digits of a year", "10/12/26", {}},
        {"a year that is a slip", "0026-12-10", {}},
        {"single digits in ISO", "2026-2-1", {}},
        {"something after it", "2026-12-10x", {}},
        {"a time after it", "2026-12-10T00:00:00Z", {}},
        {"dots", "10.12.2026", {}},
        {"empty", "", {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(date(row.typed) == row.result);
    }
}

TEST_CASE("instants are RFC 3339 with an offset and kept in UTC")
{
    const Row rows[] = {
        {"UTC", "2026-11-20T21:14:05Z", "2026-11-20T21:14:05Z"},
        {"west of Greenwich, over midnight", "2026-11-20T21:14:05-03:00", "2026-11-21T00:14:05Z"},
        {"east, back over the year's end", "2027-01-01T00:30:00+05:30", "2026-12-31T19:00:00Z"},
        {"with a space and small letters", "2026-11-20 21:14:05z", "2026-11-20T21:14:05Z"},
        {"with microseconds", "2026-11-20T21:14:05.123456Z", "2026-11-20T21:14:05.123456Z"},
        {"with zeros in the fraction", "2026-11-20T21:14:05.120Z", "2026-11-20T21:14:05.12Z"},
        {"with a fraction of nothing", "2026-11-20T21:14:05.000Z", "2026-11-20T21:14:05Z"},
        {"without an offset", "2026-11-20T21:14:05", {}},
        {"an offset without minutes", "2026-11-20T21:14:05-03", {}},
        {"hour 24", "2026-11-20T24:00:00Z", {}},
        {"minute 60", "2026-11-20T21:60:00Z", {}},
        {"second 60", "2026-11-20T21:14:60Z", {}},
        {"nanoseconds", "2026-11-20T21:14:05.123456789Z", {}},
        {"a day that is not", "2026-02-30T00:00:00Z", {}},
        {"something after it", "2026-11-20T21:14:05Z.", {}},
        {"a date alone", "2026-11-20", {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(instant(row.typed) == row.result);
    }
}
