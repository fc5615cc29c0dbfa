// tests/unit/admin/orders_test.cpp - what people are told of an order to a session that is online.
#include "daemon/admin/orders.hpp"
#include "refused.hpp"

#include <doctest/doctest.h>

using admin::OrderKind;
using core::Reconciler;
using provisioning::EnforcementResult;
using namespace std::chrono_literals;

namespace {

admin::Order order_with(std::optional<Reconciler::Outcome> outcome)
{
    return {.session_id = 7, .session = {}, .nas = "bras1", .outcome = std::move(outcome)};
}

} // namespace

TEST_CASE("an order tells what came of it, and whether that is what was ordered (O-04)")
{
    struct Row {
        const char* name;
        OrderKind kind;
        std::optional<Reconciler::Outcome> outcome;
        bool worked;
        const char* text;
    };
    const Row rows[] = {
        {"the session ended", OrderKind::disconnect,
         Reconciler::Outcome{.result = EnforcementResult::acknowledged, .sent = 1, .took = 20ms, .over = true}, true,
         "acknowledged by bras1 after 0.02 s; the session ended"},
        {"acknowledged, and no Stop came", OrderKind::disconnect,
         Reconciler::Outcome{.result = EnforcementResult::acknowledged, .sent = 2, .took = 2500ms}, true,
         "acknowledged by bras1 after 2.50 s; its Stop has not come in 10 s: porteiro session show 7"},
        {"its Stop came, its answer never did", OrderKind::disconnect,
         Reconciler::Outcome{.result = EnforcementResult::no_answer, .sent = 1, .over = true}, true,
         "the session ended; bras1 gave no answer that counts"},
        {"it ended before it was told", OrderKind::disconnect,
         Reconciler::Outcome{.over = true, .problem = "it has ended meanwhile"}, true,
         "the session ended before bras1 was told"},
        {"the NAS does not know the session", OrderKind::disconnect,
         Reconciler::Outcome{.result = EnforcementResult::not_found, .error_cause = 503, .sent = 1}, false,
         "bras1 refused: 503 Session-Context-Not-Found (it does not know this session)"},
        {"refused without a cause", OrderKind::coa,
         Reconciler::Outcome{.result = EnforcementResult::refused, .sent = 1}, false, "bras1 refused: no Error-Cause"},
        {"refused with a cause that nobody named", OrderKind::coa,
         Reconciler::Outcome{.result = EnforcementResult::refused, .error_cause = 4711, .sent = 1}, false,
         "bras1 refused: 4711"},
        {"silence", OrderKind::disconnect,
         Reconciler::Outcome{.result = EnforcementResult::no_answer, .sent = 5, .took = 30s}, false,
         "no answer from bras1 in 30 s (5 requests): is its CoA port right (porteiro nas show bras1), does it accept "
         "(RouterOS: /radius incoming set accept=yes), is the secret the same? Try: porteiro nas probe bras1"},
        {"nothing could be sent", OrderKind::coa, Reconciler::Outcome{.problem = "coa is off for this NAS"}, false,
         "nothing was sent: coa is off for this NAS"},
        {"it had that rate", OrderKind::coa, Reconciler::Outcome{.result = EnforcementResult::acknowledged}, true,
         "it has that already, nothing was sent"},
        {"another rate is in force", OrderKind::coa,
         Reconciler::Outcome{.result = EnforcementResult::acknowledged, .sent = 1, .took = 5ms}, true,
         "acknowledged by bras1 after 0.01 s; it holds until the session's records change or it ends"},
        {"another rate, but the session has ended", OrderKind::coa,
         Reconciler::Outcome{.result = EnforcementResult::acknowledged, .sent = 1, .over = true}, false,
         "the session has ended meanwhile"},
        {"nothing came of it in time", OrderKind::disconnect, std::nullopt, false,
         "bras1 has not answered in 60 s, or other requests to it come first; it goes on: porteiro session show 7"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto order = order_with(row.outcome);
        CHECK(admin::worked(row.kind, order) == row.worked);
        CHECK(admin::text_of(row.kind, order, true) == row.text);
    }
    CHECK(admin::text_of(OrderKind::coa, order_with(std::nullopt), false) ==
          "it is on its way to bras1: porteiro session show 7");
}

TEST_CASE("a rate is download and upload, download first, and neither is 0")
{
    const auto rates = admin::rates_of("100M / 512k");
    CHECK(rates.download_bps == 100'000'000);
    CHECK(rates.upload_bps == 512'000);
    for (const char* typed : {"", "fast", "50M", "50M/", "/20M", "50M/20M/1M", "0/0", "50M/0", "-1M/1M"}) {
        CAPTURE(typed);
        CHECK(tests::refused([&] { admin::rates_of(typed); }).starts_with("invalid rate: "));
    }
}
