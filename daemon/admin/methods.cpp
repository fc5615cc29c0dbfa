// daemon/admin/methods.cpp
#include "daemon/admin/methods.hpp"
#include "daemon/admin/warnings.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace admin {
namespace {

namespace json = boost::json;
using provisioning::MethodSet;
using provisioning::Record;

provisioning::Storage storage_in(const Record& login)
{
    return provisioning::storage_of(text_in(login, "storage")).value_or(provisioning::Storage::encrypted);
}

MethodSet without(MethodSet methods, MethodSet gone)
{
    MethodSet left;
    for (const auto method : provisioning::all_methods)
        if (methods.has(method) && !gone.has(method)) left.add(method);
    return left;
}

MethodSet both(MethodSet a, MethodSet b)
{
    for (const auto method : provisioning::all_methods)
        if (b.has(method)) a.add(method);
    return a;
}

/// "pap, chap or mschap"
std::string words(MethodSet methods)
{
    std::vector<std::string_view> names;
    for (const auto method : provisioning::all_methods)
        if (methods.has(method)) names.push_back(provisioning::name(method));
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i)
        text.append(i == 0 ? "" : i + 1 == names.size() ? " or " : ", ").append(names[i]);
    return text;
}

/// Who may ask a login for which methods.
struct Asked {
    MethodSet served, allowed = MethodSet::all(), asked;  ///< by the storage, by the plan, of those by any NAS
    std::string asking;                                   ///< "nas bras1, bras2"
    std::string barred;                                   ///< a NAS at which no method is left
    MethodSet barred_offers;
};

// Runs on the loop.
Asked ask(const core::Engine& engine, provisioning::Storage storage, const std::string& plan, const std::string& bound)
{
    constexpr int most_named = 5;
    Asked result;
    // What this machine lacks is no fault of the login's; `status` tells it.
    result.served = provisioning::methods_of(storage);
    const auto* directory = engine.directory();
    if (directory == nullptr) return result;
    directory->each_plan([&](const provisioning::PlanEntry& one) {
        if (one.name == plan) result.allowed = one.methods;
    });
    int named = 0;
    directory->each_nas([&](const provisioning::NasEntry& nas) {
        if (!bound.empty() && nas.name != bound) return;
        const auto offers = result.allowed & nas.methods;
        if ((offers & result.served).empty() && result.barred.empty()) {
            result.barred = nas.name;
            result.barred_offers = nas.methods;
        }
        if (without(offers, result.served).empty()) return;
        result.asked = both(result.asked, offers);
        if (named++ < most_named) result.asking.append(result.asking.empty() ? "nas " : ", ").append(nas.name);
    });
    if (named > most_named) result.asking += " and " + std::to_string(named - most_named) + " more";
    return result;
}

std::string warning(const Asked& asked, provisioning::Storage storage, const std::string& plan)
{
    const auto serves = "storage: " + std::string{provisioning::name(storage)} + " serves " + words(asked.served);
    const std::string remedy = "; change the methods, or keep the password itself: --storage encrypted --password -";
    if ((asked.served & asked.allowed).empty())
        return serves + ", but plan " + plan + " allows only " + words(asked.allowed) +
               ": this login can never connect" + remedy;
    if (!asked.barred.empty())
        return serves + ", but nas " + asked.barred + " offers only " + words(asked.barred_offers) +
               ": this login cannot connect there" + remedy;
    const auto refused = without(asked.asked, asked.served);
    if (refused.empty()) return {};
    return serves + ", so a request by " + words(refused) + " will be refused; " + asked.asking +
           " may ask for that: let it offer " + words(asked.served) +
           " only (nas set NAME --method ...), or keep the password itself: --storage encrypted --password -";
}

}  // namespace

MethodSet methods_here(const core::Engine& engine, provisioning::Storage storage) noexcept
{
    auto methods = provisioning::methods_of(storage);
    if (engine.ms_chap_available()) return methods;
    MethodSet needs_md4;
    needs_md4.add(provisioning::Method::mschap);
    needs_md4.add(provisioning::Method::mschapv2);
    if (storage == provisioning::Storage::nt) needs_md4.add(provisioning::Method::pap);
    return without(methods, needs_md4);
}

json::array to_json(MethodSet methods)
{
    json::array names;
    for (const auto method : provisioning::all_methods)
        if (methods.has(method)) names.emplace_back(provisioning::name(method));
    return names;
}

void add_methods(Call& call, const Record& login, json::object& result)
{
    auto& context = call.context;
    const auto storage = storage_in(login);
    result["methods"] =
        to_json(io::on_loop(context.loop, [&context, storage] { return methods_here(context.engine, storage); }));
}

void warn_of_methods(Call& call, const Record& login, json::object& result)
{
    if (text_in(login, "kind") == "ip") return;
    auto& context = call.context;
    const auto storage = storage_in(login);
    const auto plan = text_in(login, "plan");
    const auto bound = text_in(login, "nas");
    const auto asked = io::on_loop(
        context.loop, [&context, storage, plan, bound] { return ask(context.engine, storage, plan, bound); });
    if (const auto text = warning(asked, storage, plan); !text.empty()) add_warning(result, text);
}

}  // namespace admin
