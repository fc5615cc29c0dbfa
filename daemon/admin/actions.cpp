// daemon/admin/actions.cpp - suspend, release, cancel, disable, enable; and the subscriber in one go.
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/methods.hpp"
#include "daemon/admin/password.hpp"
#include "daemon/admin/provider_day.hpp"
#include "daemon/admin/render.hpp"
#include "daemon/admin/reply_check.hpp"
#include "daemon/admin/typing.hpp"
#include "daemon/admin/warnings.hpp"

#include "provisioning/records/subscriber.hpp"
#include "provisioning/store/actions.hpp"

namespace admin {
namespace {

namespace json = boost::json;
namespace store = provisioning::store;
using provisioning::ErrorCode;
using provisioning::Record;
using provisioning::Refusal;

std::string what(const Call& call) { return call.arguments.text(call.command.arguments.front().name); }
std::string reason(const Call& call) { return call.arguments.text("reason"); }
json::value result(const Call& call, const Record& record) { return to_json(*call.command.record, record); }

provisioning::SubscriberParts parts_of(const Call& call)
{
    auto parts = provisioning::subscriber_parts(call.arguments.fields());
    if (parts.client.contains("person")) return parts;
    const auto document = text_in(parts.client, "document");
    const auto person = provisioning::person_of(document);
    if (person.empty()) {
        throw Refusal(ErrorCode::usage, "person",
                      document.empty()
                          ? "missing: person or document"
                          : "the document is neither a valid CPF nor a valid CNPJ; correct it, or give person");
    }
    parts.client["person"] = {std::string{person}};
    return parts;
}

// The reference to a record that is added in the same transaction is not there yet when the fields are checked.
Record checked_without(const provisioning::RecordType& type, std::string_view reference, Record typed)
{
    typed[std::string{reference}] = {"0"};
    auto checked = provisioning::checked_for_add(type, typed);
    checked.erase(std::string{reference});
    return checked;
}

}  // namespace

boost::json::value contract_suspend(Call& call)
{
    const auto [today, defaults] = provider_day(call);
    return result(call, store::contract_suspend(call.session(), what(call), reason(call), call.arguments.text("kind"),
                                                today, defaults, call.actor));
}

boost::json::value contract_release(Call& call)
{
    return result(call, store::contract_release(call.session(), what(call), reason(call), call.actor));
}

boost::json::value contract_cancel(Call& call)
{
    return result(call, store::contract_cancel(call.session(), what(call), reason(call), call.actor));
}

boost::json::value client_disable(Call& call)
{
    return result(call, store::client_disable(call.session(), what(call), reason(call), call.actor));
}

boost::json::value client_enable(Call& call)
{
    return result(call, store::client_enable(call.session(), what(call), call.actor));
}

boost::json::value login_enable(Call& call)
{
    return result(call, store::login_set_enabled(call.session(), what(call), true, call.actor));
}

boost::json::value login_disable(Call& call)
{
    return result(call, store::login_set_enabled(call.session(), what(call), false, call.actor));
}

boost::json::value subscriber_add(Call& call)
{
    auto parts = parts_of(call);
    std::string generated;
    if (call.arguments.on("generate")) {
        if (parts.login.contains("password"))
            throw Refusal(ErrorCode::usage, "generate", "is given beside password, give one of them");
        generated = generate_password();
        parts.login["password"] = {generated};
    }
    check_replies(call.context.dictionary, provisioning::login_type, parts.login);
    const auto client = provisioning::checked_for_add(provisioning::client_type, parts.client);
    const auto contract = checked_without(provisioning::contract_type, "client", parts.contract);
    const auto login = checked_without(provisioning::login_type, "contract", parts.login);

    provisioning::Sealer sealer(call.context.sealer);
    std::string taken_as;
    const auto added = store::subscriber_add(call.session(), {sealer, call.context.forms, &taken_as}, client, contract,
                                             login, call.actor);
    json::object answer{{"client", to_json(provisioning::client_type, added.client)},
                        {"contract", to_json(provisioning::contract_type, added.contract)},
                        {"login", to_json(provisioning::login_type, added.login)}};
    if (!generated.empty()) answer["password"] = generated;
    add_warnings(provisioning::client_type, parts.client, added.client, call.command.verb, answer);
    warn_of_hash(taken_as, answer);
    try {
        warn_of_methods(call, added.login, answer);
        warn_of_unsaid(call, provisioning::login_type, added.login, answer);
    } catch (const store::Unavailable&) {
        // It is written, and the password must be shown.
    }
    return answer;
}

}  // namespace admin
