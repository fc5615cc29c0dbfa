// daemon/admin/nas_recipe.cpp - how a concentrator is set up to obey this daemon, from what the records say of it.
#include "daemon/admin/following.hpp"
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/recipe.hpp"
#include "daemon/admin/recipes.hpp"
#include "daemon/admin/warnings.hpp"

#include "provisioning/rules/fill.hpp"
#include "provisioning/rules/text.hpp"

#include <algorithm>

namespace admin {
namespace {

using RecipeValues = provisioning::FillValues;
namespace json = boost::json;
using provisioning::ErrorCode;
using provisioning::GardenEntry;
using provisioning::NasEntry;
using provisioning::Refusal;

constexpr std::string_view the_secret = "REPLACE-WITH-THE-SECRET";
constexpr std::string_view the_daemon = "REPLACE-WITH-THE-ADDRESS-OF-PORTEIRO";
constexpr std::string_view the_notice = "REPLACE-WITH-THE-ADDRESS-OF-THE-NOTICE-PAGE";
constexpr std::string_view the_nas = "REPLACE-WITH-THE-ADDRESS-OF-THE-NAS";
constexpr std::string_view usual_interim = "300"; // a plan's default

using Ranges = std::map<std::string, std::string, std::less<>>;

std::string_view recipe_for(provisioning::Vendor vendor) noexcept
{
    switch (vendor) {
    case provisioning::Vendor::mikrotik:
        return "mikrotik";
    case provisioning::Vendor::accel_ppp:
        return "accel-ppp";
    case provisioning::Vendor::generic:
    case provisioning::Vendor::cisco:
    case provisioning::Vendor::juniper:
    case provisioning::Vendor::huawei:
        break;
    }
    return "generic";
}

/// An address as typed; empty where none was.
std::string address_in(const Call& call, std::string_view argument)
{
    const auto typed = call.arguments.text(argument);
    if (typed.empty()) return {};
    const auto address = provisioning::parse_address(typed);
    if (!address)
        throw Refusal(ErrorCode::invalid, std::string{argument},
                      provisioning::shown(typed) + " is no address, give one like 192.0.2.80");
    return provisioning::to_text(*address);
}

/// Of what the daemon listens on: an address that it is bound to, of the NAS's family; empty where it takes any.
std::string bound_address(const config::Endpoints& endpoints, const NasEntry& nas)
{
    for (const auto& [address, port] : endpoints.list) {
        const auto text = provisioning::to_text(address);
        if (text != "0.0.0.0" && text != "::" && address.is_ipv4() == nas.address.network.is_ipv4()) return text;
    }
    return {};
}

std::string port_of(const config::Endpoints& endpoints, std::string_view usual)
{
    return endpoints.list.empty() ? std::string{usual} : std::to_string(endpoints.list.front().port);
}

Ranges ranges_of(const Call& call)
{
    Ranges ranges;
    for (const auto& typed : call.arguments.all("pool")) {
        const auto equals = typed.find('=');
        const auto range =
            equals == std::string::npos ? std::nullopt : provisioning::parse_prefix(typed.substr(equals + 1));
        if (!range)
            throw Refusal(ErrorCode::invalid, "pool",
                          provisioning::shown(typed) + " is no pool and its range, give them like "
                                                       "debtors=100.127.0.0/22");
        ranges[typed.substr(0, equals)] = provisioning::to_text(*range);
    }
    return ranges;
}

std::string rate_in(std::uint64_t bps, bool other_given)
{
    if (bps != 0) return std::to_string(bps);
    return other_given ? "no limit" : "";
}

/// Names that a router would read as something else are refused, not quoted: each vendor quotes another way.
void check_names(const GardenEntry& garden)
{
    const std::pair<std::string_view, std::string_view> names[] = {{"name", garden.name},
                                                                   {"framed_pool", garden.framed_pool},
                                                                   {"address_list", garden.address_list},
                                                                   {"filter", garden.filter}};
    for (const auto& [field, name] : names) {
        if (fits_recipes(name)) continue;
        throw Refusal(ErrorCode::invalid, "name",
                      "garden " + provisioning::shown(garden.name) + ": " + std::string{field} +
                          ": a recipe takes only letters, digits, '.', '-' and '_' in a name, change it with "
                          "`porteiro garden set`");
    }
}

RecipeValues values_of(const GardenEntry& garden, const Ranges& ranges)
{
    check_names(garden);
    const auto range = ranges.find(garden.framed_pool);
    return {{"garden", garden.name},
            {"reason", std::string{provisioning::name(garden.reason)}},
            {"pool", garden.framed_pool},
            {"pool_range", range == ranges.end() ? std::string{} : range->second},
            {"address_list", garden.address_list},
            {"filter", garden.filter},
            {"redirect", garden.redirect},
            {"download", rate_in(garden.download_bps, garden.upload_bps != 0)},
            {"upload", rate_in(garden.upload_bps, garden.download_bps != 0)}};
}

std::vector<RecipeValues> gardens_of(const provisioning::Directory& directory, const NasEntry& nas,
                                     const Ranges& ranges)
{
    using enum provisioning::GardenReason;
    std::vector<RecipeValues> all;
    for (const auto reason : {debt, expired, unknown, quota})
        if (const auto* garden = directory.garden(reason, nas)) all.push_back(values_of(*garden, ranges));
    return all;
}

std::string or_else(std::string text, std::string_view placeholder)
{
    return text.empty() ? std::string{placeholder} : text;
}

/// The address that the NAS has itself; empty for a NAS that is a network of them.
std::string address_of(const NasEntry& nas)
{
    constexpr std::uint8_t one_host = 128;
    return nas.address.length == one_host ? provisioning::to_text(nas.address.network) : std::string{};
}

RecipeValues values_of(const Call& call, const NasEntry& nas)
{
    const auto config = call.context.config.get();
    auto daemon = address_in(call, "daemon");
    if (daemon.empty()) daemon = bound_address(config.radius.auth, nas);
    return {{"nas", nas.name},
            {"nas_address", or_else(address_of(nas), the_nas)},
            {"daemon_address", or_else(daemon, the_daemon)},
            {"auth_port", port_of(config.radius.auth, "1812")},
            {"acct_port", port_of(config.radius.acct, "1813")},
            {"coa_port", std::to_string(nas.coa_port)},
            {"secret", std::string{the_secret}},
            {"notice_address", or_else(address_in(call, "notice"), the_notice)},
            {"interim", std::string{usual_interim}},
            {"open_list", nas.open_list}};
}

void add_recipe_warnings(const NasEntry& nas, const std::string& text, const std::vector<RecipeValues>& gardens,
                         json::object& result)
{
    const std::pair<std::string_view, std::string_view> remedies[] = {
        {the_secret, "type the NAS's shared secret there"},
        {the_daemon, "give --daemon, or replace it by the address that the NAS reaches this server at"},
        {the_notice, "give --notice, or replace it by the address of the page that tells subscribers to pay"},
        {the_nas, "replace it by the address that the NAS sends from"}};
    for (const auto& [placeholder, remedy] : remedies)
        if (text.find(placeholder) != std::string::npos)
            add_warning(result, std::string{placeholder} + " is in it: " + std::string{remedy});
    for (const auto& garden : gardens)
        if (!garden.at("pool").empty() && garden.at("pool_range").empty())
            add_warning(result, "garden " + garden.at("garden") + ": the range of pool " + garden.at("pool") +
                                    " is not known, so nothing walls it in: give --pool " + garden.at("pool") +
                                    "=100.127.0.0/22, with the range that it has on the NAS");
    if (gardens.empty())
        add_warning(result, nas.gardens ? "it has no gardens: suspended subscribers are rejected, see `porteiro help "
                                          "garden`"
                                        : "nas " + nas.name + " takes nobody into gardens (gardens no)");
}

} // namespace

boost::json::value nas_recipe(Call& call)
{
    const auto& nas = nas_called(call.context.engine, call.arguments.text("name"));
    const auto wanted = or_else(call.arguments.text("recipe"), recipe_for(nas.vendor));
    const auto recipe = std::ranges::find(recipes, wanted, &Recipe::name);
    if (recipe == recipes.end())
        throw Refusal(ErrorCode::not_found, "recipe", "there is no recipe " + provisioning::shown(wanted));
    const auto gardens = gardens_of(*call.context.engine.directory(), nas, ranges_of(call));
    const auto text = provisioning::fill(recipe->text, values_of(call, nas), {"gardens", gardens});
    json::object result{{"nas", nas.name}, {"recipe", recipe->name}, {"text", text}};
    add_recipe_warnings(nas, text, gardens, result);
    return result;
}

} // namespace admin
