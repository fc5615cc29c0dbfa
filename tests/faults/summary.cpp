#include "tests/faults/summary.hpp"

#include <algorithm>
#include <cstdio>

namespace load {
namespace {

std::string percentiles(std::vector<std::uint32_t>& latencies)
{
    if (latencies.empty()) return "null";
    std::sort(latencies.begin(), latencies.end());
    const auto ms = [&](double part) {
        const auto at = static_cast<std::size_t>(part * static_cast<double>(latencies.size()));
        return static_cast<double>(latencies[std::min(at, latencies.size() - 1)]) / 1000;
    };
    char text[120];
    std::snprintf(text, sizeof text, "{\"p50\": %.2f, \"p99\": %.2f, \"p99.9\": %.2f, \"max\": %.2f}", ms(0.5),
                  ms(0.99), ms(0.999), ms(1));
    return text;
}

} // namespace

std::string Summary::json()
{
    std::string text = "{";
    const auto add = [&text](const char* name, std::uint64_t value) {
        text += '"' + std::string(name) + "\": " + std::to_string(value) + ", ";
    };
    add("sessions", sessions);
    add("sent", sent);
    add("acknowledged", acknowledged);
    add("gave_up", gave_up);
    add("logins", logins);
    add("accepted", accepted);
    add("rejected", rejected);
    add("logins_gave_up", logins_gave_up);
    add("timed_out", timed_out);
    add("retransmissions", retransmissions);
    add("strays", strays);
    char numbers[80];
    std::snprintf(numbers, sizeof numbers, "\"seconds\": %.2f, \"records_per_s\": %.0f, ", took.count(),
                  took.count() > 0 ? static_cast<double>(acknowledged) / took.count() : 0.0);
    return text + numbers + "\"acct_ms\": " + percentiles(acct_latencies) +
           ", \"auth_ms\": " + percentiles(auth_latencies) + "}";
}

} // namespace load
