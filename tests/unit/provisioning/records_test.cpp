// tests/unit/provisioning/records_test.cpp - the record types: their tables of fields and what they check
// themselves.
#include "provisioning/directory.hpp"
#include "provisioning/records/field.hpp"
#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"
#include "refusals.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace provisioning;

namespace {

// A record that `add` takes, to which a row adds what it is about.
Record with(Record base, const Record& more)
{
    for (const auto& [name, values] : more) base[name] = values;
    return base;
}

const Record nas{{"name", {"bng1"}}, {"address", {"10.0.0.1"}}, {"secret", {"xyzzy5461"}}};
const Record plan{{"name", {"fibra-300"}}, {"download", {"300M"}}, {"upload", {"150M"}}};
const Record person{{"name", {"Ana"}}, {"person", {"natural"}}};
const Record company{{"name", {"Acme Ltda"}}, {"person", {"legal"}}};
const Record foreigner{{"name", {"John"}}, {"person", {"foreign"}}};
const Record contract{{"client", {"1"}}, {"plan", {"fibra-300"}}, {"due_day", {"10"}}};
const Record login{{"login", {"joao@isp"}}, {"contract", {"1"}}, {"password", {"s3gredo"}}};
const Record limited = with(plan, {{"allowance", {"500G"}}, {"allowance_download", {"5M"}}});
const Record garden{{"name", {"debtors"}}, {"reason", {"debt"}}, {"framed_pool", {"garden"}}};
const Record walls{{"name", {"debtors"}}, {"reason", {"debt"}}};
const Record charge{{"client", {"1"}}, {"due", {"10/12/2026"}}, {"amount", {"99,90"}}};

struct Row {
    std::string name;
    const RecordType& type;
    Record typed;
    std::string refusal;
};

}  // namespace

TEST_CASE("add takes or refuses by the rules of the record")
{
    const Row rows[] = {
        {"the least of a NAS", nas_type, nas, ""},
        {"a NAS of an unknown vendor", nas_type, with(nas, {{"vendor", {"mikrotk"}}}),
         "vendor: mikrotk is not known, did you mean mikrotik? give generic, mikrotik, cisco, juniper, huawei or "
         "accel-ppp"},
        {"C-03: a NAS with an empty secret", nas_type, with(nas, {{"secret", {""}}}),
         "secret: missing: secret; there is no nas without"},
        {"the least of a plan", plan_type, plan, ""},
        {"a plan without a session limit", plan_type, with(plan, {{"session_timeout", {"0"}}}), ""},
        {"the longest session", plan_type, with(plan, {{"session_timeout", {"4294967295"}}}), ""},
        {"a session longer than 32 bits", plan_type, with(plan, {{"session_timeout", {"4294967296"}}}),
         "session_timeout: 4294967296 is out of range, give seconds from 0 to 4294967295"},
        {"interim updates below RFC 2869 s2.1", plan_type, with(plan, {{"interim", {"59"}}}),
         "interim: 59 is out of range, give seconds from 60 to 86400"},
        {"a plan of no speed", plan_type, with(plan, {{"download", {"0"}}}),
         "download: 0 is out of range, give a rate from 1 to 1000G"},
        {"a natural person with a CPF", client_type, with(person, {{"document", {"529.982.247-25"}}}), ""},
        {"a natural person without a document", client_type, person, ""},
        {"a wrong CPF", client_type, with(person, {{"document", {"529.982.247-26"}}}),
         "document: 529.982.247-26 is not a valid CPF (its check digits would be 25); a natural person has a CPF of 11 "
         "digits"},
        {"no CPF at all", client_type, with(person, {{"document", {"12345"}}}),
         "document: 12345 is not a CPF; a natural person has a CPF of 11 digits"},
        {"a natural person with a CNPJ", client_type, with(person, {{"document", {"11222333000181"}}}),
         "document: 11.222.333/0001-81 is a CNPJ; a natural person has a CPF of 11 digits"},
        {"a legal person with a CNPJ", client_type, with(company, {{"document", {"12.abc.345/01de-35"}}}), ""},
        {"a wrong CNPJ", client_type, with(company, {{"document", {"12.ABC.345/01DE-36"}}}),
         "document: 12.ABC.345/01DE-36 is not a valid CNPJ (its check digits would be 35); a legal person has a CNPJ "
         "of 14 characters"},
        {"a legal person with a CPF", client_type, with(company, {{"document", {"52998224725"}}}),
         "document: 529.982.247-25 is a CPF; a legal person has a CNPJ of 14 characters"},
        {"a foreign document", client_type, with(foreigner, {{"document", {"P-1234567"}}}), ""},
        {"a foreign document of two characters", client_type, with(foreigner, {{"document", {"P1"}}}),
         "document: is 2 characters long, give 3 to 32"},
        {"a foreign document of 33 characters", client_type, with(foreigner, {{"document", {std::string(33, 'P')}}}),
         "document: is 33 characters long, give 3 to 32"},
        {"a trade name of a legal person", client_type, with(company, {{"trade_name", {"Acme"}}}), ""},
        {"a trade name of a natural person", client_type, with(person, {{"trade_name", {"Acme"}}}),
         "trade_name: only a legal person has one; this person is natural"},
        {"a client disabled by add", client_type, with(person, {{"active", {"no"}}}),
         "active: is not typed here, use `client disable` or `client enable`"},
        {"a contract of two plans", contract_type, with(contract, {{"plan", {"a", "b"}}}), ""},
        {"a contract with a plan twice", contract_type, with(contract, {{"plan", {"a", "b", "a"}}}),
         "plan: a is given twice, give each plan once"},
        {"a contract due on the 42nd", contract_type, with(contract, {{"due_day", {"42"}}}),
         "due_day: 42 is out of range, give a day from 1 to 31"},
        {"a contract not active yet", contract_type, with(contract, {{"status", {"pre-activation"}}}), ""},
        {"a contract added suspended", contract_type, with(contract, {{"status", {"suspended"}}}),
         "status: suspended is not typed here, use `contract suspend`"},
        {"a contract added cancelled", contract_type, with(contract, {{"status", {"cancelled"}}}),
         "status: cancelled is not typed here, use `contract cancel`"},
        {"block on the day of pending", contract_type, with(contract, {{"pending_days", {"5"}}, {"block_days", {"5"}}}),
         ""},
        {"block before pending, compared as numbers", contract_type,
         with(contract, {{"pending_days", {"10"}}, {"block_days", {"9"}}}),
         "block_days: 9 is before pending_days (10), give 10 or more"},
        {"block alone", contract_type, with(contract, {{"block_days", {"0"}}}), ""},
        {"the least of a login", login_type, login, ""},
        {"a MAC login by name", login_type, with(login, {{"kind", {"mac"}}}),
         "login: joao@isp is not a MAC address, which a login of kind mac needs, like AA:BB:CC:DD:EE:FF"},
        {"a fixed address", login_type, with(login, {{"ip", {"100.64.0.7"}}}), ""},
        {"an address and a pool", login_type, with(login, {{"ip", {"100.64.0.7"}}, {"framed_pool", {"vip"}}}),
         "ip: the login also has framed_pool vip, give an address or a pool and clear the other"},
        {"RFC 2865 s5.8: the address that lets the NAS choose", login_type, with(login, {{"ip", {"255.255.255.254"}}}),
         "ip: 255.255.255.254 cannot be a subscriber's address, give one like 100.64.0.7"},
        {"a multicast address", login_type, with(login, {{"ip", {"224.0.0.1"}}}),
         "ip: 224.0.0.1 cannot be a subscriber's address, give one like 100.64.0.7"},
        {"A-03: a NUL inside a password belongs to it", login_type,
         with(login, {{"password", {std::string("a\0b", 3)}}}), ""},
        {"A-03: a password of NULs alone", login_type, with(login, {{"password", {std::string(3, '\0')}}}),
         "password: ends in a NUL octet, give one that does not"},
        {"RFC 2865 s5.2: a password of 129 octets", login_type, with(login, {{"password", {std::string(129, 'x')}}}),
         "password: is 129 octets long, give 1 to 128"},
        {"the least of a charge", charge_type, charge, ""},
        {"a charge of nothing", charge_type, with(charge, {{"amount", {"0,00"}}}),
         "amount: 0.00 is nothing to pay, give more than 0.00"},
        {"a charge of a cent", charge_type, with(charge, {{"amount", {"0,01"}}}), ""},
        {"a charge paid by add", charge_type, with(charge, {{"paid", {"1"}}}),
         "paid: is not typed here, use `charge pay`"},
        {"everything missing", client_type, {}, "name: missing: name, person; there is no client without"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(refusal_of([&] { (void)checked_for_add(row.type, row.typed); }) == row.refusal);
    }
}

TEST_CASE("a plan's allowance is whole or not there")
{
    const Row rows[] = {
        {"reduced rates", plan_type, limited, ""},
        {"the upload alone reduced", plan_type, with(plan, {{"allowance", {"1.5T"}}, {"allowance_upload", {"1M"}}}),
         ""},
        {"a garden and no rates", plan_type, with(plan, {{"allowance", {"500G"}}, {"allowance_then", {"garden"}}}), ""},
        {"every field", plan_type,
         with(limited, {{"allowance_period", {"week"}},
                        {"allowance_day", {"7"}},
                        {"allowance_warning", {"0"}},
                        {"allowance_then", {"garden"}},
                        {"allowance_upload", {"1M"}}}),
         ""},
        {"the last day of every month", plan_type, with(limited, {{"allowance_day", {"31"}}}), ""},
        {"nothing that would be reduced", plan_type, with(plan, {{"allowance", {"500G"}}}),
         "allowance_download: missing: allowance_then reduce needs allowance_download or allowance_upload, give one "
         "like 5M, or give allowance_then garden"},
        {"an allowance of nothing", plan_type, with(limited, {{"allowance", {"0"}}}),
         "allowance: 0 is out of range, give octets from 1 to 1000000T"},
        {"the eighth day of the week", plan_type,
         with(limited, {{"allowance_period", {"week"}}, {"allowance_day", {"8"}}}),
         "allowance_day: 8 is no day of the week, give 1 (Monday) to 7 (Sunday)"},
        {"the eleventh day of the week", plan_type,
         with(limited, {{"allowance_period", {"week"}}, {"allowance_day", {"11"}}}),
         "allowance_day: 11 is no day of the week, give 1 (Monday) to 7 (Sunday)"},
        {"the 32nd of a month", plan_type, with(limited, {{"allowance_day", {"32"}}}),
         "allowance_day: 32 is out of range, give a day from 1 to 31"},
        {"a warning past the end", plan_type, with(limited, {{"allowance_warning", {"101"}}}),
         "allowance_warning: 101 is out of range, give percent from 0 to 100"},
        {"faster afterwards", plan_type, with(limited, {{"allowance_download", {"301M"}}}),
         "allowance_download: is above download, give a rate that is not"},
        {"a faster upload afterwards", plan_type, with(limited, {{"allowance_upload", {"151M"}}}),
         "allowance_upload: is above upload, give a rate that is not"},
        {"a rate without an allowance", plan_type, with(plan, {{"allowance_download", {"5M"}}}),
         "allowance_download: goes with allowance, give it or leave this out"},
        {"a garden without an allowance", plan_type, with(plan, {{"allowance_then", {"garden"}}}),
         "allowance_then: goes with allowance, give it or leave this out"},
        {"a day without an allowance", plan_type, with(plan, {{"allowance_day", {"5"}}}),
         "allowance_day: goes with allowance, give it or leave this out"},
        {"the defaults without an allowance", plan_type,
         with(plan, {{"allowance_day", {"1"}}, {"allowance_period", {"month"}}}), ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(refusal_of([&] { (void)checked_for_add(row.type, row.typed); }) == row.refusal);
    }
    const auto stored = checked_for_add(plan_type, limited);
    CHECK(checked_for_set(plan_type, stored, {{"allowance", {}}}) ==
          Record{{"allowance", {}}, {"allowance_download", {}}});
    CHECK(refusal_of([&] {
              (void)checked_for_set(plan_type, stored, {{"allowance", {}}, {"allowance_download", {"1M"}}});
          }) == "allowance_download: goes with allowance, give it or leave this out");
}

TEST_CASE("a garden keeps its subscribers in, and what it is given goes together")
{
    const std::string no_walls = "framed_pool: missing: nothing keeps its subscribers in, give framed_pool, "
                                 "address_list, filter, redirect or reply";
    const auto no_page = [](std::string_view url) {
        return "redirect: " + shown(url) + " is no address of a page, give it like https://aviso.example/";
    };
    const Row rows[] = {
        {"a pool", garden_type, garden, ""},
        {"an address list", garden_type, with(walls, {{"address_list", {"debt"}}}), ""},
        {"a filter", garden_type, with(walls, {{"filter", {"notice"}}}), ""},
        {"a page", garden_type, with(walls, {{"redirect", {"https://aviso.example/?id=1"}}}), ""},
        {"a page without encryption, at an address", garden_type, with(walls, {{"redirect", {"http://10.0.0.1:8080"}}}),
         ""},
        {"an attribute", garden_type, with(walls, {{"reply", {"Filter-Id=notice"}}}), ""},
        {"nothing", garden_type, walls, no_walls},
        {"a rate is no wall", garden_type, with(walls, {{"download", {"1M"}}, {"upload", {"1M"}}}), no_walls},
        {"an address list, and addresses kept", garden_type,
         with(walls, {{"address_list", {"debt"}}, {"keep_address", {"yes"}}}), ""},
        {"a pool, and addresses kept", garden_type, with(garden, {{"keep_address", {"yes"}}}),
         "framed_pool: does not go with keep_address, clear it or give keep_address no"},
        {"the address of a stranger", garden_type, with(garden, {{"reason", {"unknown"}}, {"keep_address", {"yes"}}}),
         "keep_address: an unknown login has no address to keep, give no and a framed_pool"},
        {"a reason that it does not have", garden_type, with(garden, {{"reason", {"fraud"}}}),
         "reason: fraud is not known, give debt, expired, unknown or quota"},
        {"without a reason",
         garden_type,
         {{"name", {"x"}}, {"framed_pool", {"garden"}}},
         "reason: missing: reason; there is no garden without"},
        {"interim updates below RFC 2869 s2.1", garden_type, with(garden, {{"interim", {"59"}}}),
         "interim: 59 is out of range, give seconds from 60 to 86400"},
        {"a page without a scheme", garden_type, with(garden, {{"redirect", {"aviso.example"}}}),
         no_page("aviso.example")},
        {"a page without a host", garden_type, with(garden, {{"redirect", {"https:///aviso"}}}),
         no_page("https:///aviso")},
        {"a scheme alone", garden_type, with(garden, {{"redirect", {"http://"}}}), no_page("http://")},
        {"a page with a space", garden_type, with(garden, {{"redirect", {"http://a b"}}}), no_page("http://a b")},
        {"no page of the web", garden_type, with(garden, {{"redirect", {"ftp://a"}}}), no_page("ftp://a")},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(refusal_of([&] { (void)checked_for_add(row.type, row.typed); }) == row.refusal);
    }
    const auto stored = checked_for_add(garden_type, garden);
    CHECK(refusal_of([&] { (void)checked_for_set(garden_type, stored, {{"framed_pool", {}}}); }) == no_walls);
    CHECK(checked_for_set(garden_type, stored, {{"reason", {"expired"}}}) == Record{{"reason", {"expired"}}});
}

TEST_CASE("a NAS takes changes on a port that there is, and need not have an open list")
{
    const auto stored = checked_for_add(nas_type, with(nas, {{"coa", {"no"}}, {"coa_port", {"1700"}}}));
    CHECK(stored.at("coa").front() == "false");
    CHECK(stored.at("coa_port").front() == "1700");
    CHECK(refusal_of([&] { (void)checked_for_add(nas_type, with(nas, {{"coa_port", {"0"}}})); }) ==
          "coa_port: 0 is out of range, give a port from 1 to 65535");
    CHECK(refusal_of([&] { (void)checked_for_set(nas_type, stored, {{"coa_port", {"65536"}}}); }) ==
          "coa_port: 65536 is out of range, give a port from 1 to 65535");
    CHECK(checked_for_set(nas_type, stored, {{"gardens", {"no"}}}) == Record{{"gardens", {"false"}}});
}

TEST_CASE("a record is stored in canonical text with its defaults")
{
    auto client = checked_for_add(client_type, with(person, {{"document", {"529.982.247-25"}}}));
    std::erase_if(client, [](const auto& field) { return field.second == std::vector<std::string>{"default"}; });
    CHECK(client == Record{{"name", {"Ana"}},
                           {"person", {"natural"}},
                           {"kind", {"client"}},
                           {"document", {"52998224725"}},
                           {"active", {"true"}},
                           {"whatsapp_opt_in", {"false"}}});
    CHECK(checked_for_add(contract_type, contract) == Record{{"client", {"1"}},
                                                             {"plan", {"fibra-300"}},
                                                             {"due_day", {"10"}},
                                                             {"status", {"active"}},
                                                             {"auto_suspend", {"default"}},
                                                             {"ladder", {"default"}}});
    CHECK(checked_for_add(charge_type, charge) ==
          Record{{"client", {"1"}}, {"due", {"2026-12-10"}}, {"amount", {"99.90"}}, {"paid", {"0.00"}}});
    CHECK(checked_for_add(login_type, with(login, {{"login", {"aabb.ccdd.eeff"}}, {"kind", {"mac"}}})) ==
          Record{{"login", {"AA:BB:CC:DD:EE:FF"}},
                 {"contract", {"1"}},
                 {"password", {"s3gredo"}},
                 {"kind", {"mac"}},
                 {"enabled", {"true"}},
                 {"storage", {"encrypted"}},
                 {"learn_mac", {"default"}},
                 {"legal_hold", {"false"}},
                 {"realm_rule", {"none"}}});
    CHECK(checked_for_add(nas_type, nas) == with(nas, {{"address", {"10.0.0.1/32"}},
                                                       {"vendor", {"generic"}},
                                                       {"message_authenticator", {"auto"}},
                                                       {"limit_proxy_state", {"true"}},
                                                       {"secret_grace", {"0"}},
                                                       {"mppe", {"allow"}},
                                                       {"swap_octets", {"false"}},
                                                       {"reject_delay", {"0"}},
                                                       {"coa", {"true"}},
                                                       {"coa_port", {"3799"}},
                                                       {"coa_message_authenticator", {"true"}},
                                                       {"open_list", {"porteiro-open"}},
                                                       {"gardens", {"true"}}}));
    CHECK(checked_for_add(garden_type, garden) == with(garden, {{"keep_address", {"false"}}, {"interim", {"60"}}}));
    CHECK(checked_for_add(plan_type, plan) == Record{{"name", {"fibra-300"}},
                                                     {"download", {"300000000"}},
                                                     {"upload", {"150000000"}},
                                                     {"interim", {"300"}},
                                                     {"simultaneous", {"1"}},
                                                     {"learn_mac", {"false"}},
                                                     {"realm_rule", {"none"}},
                                                     {"allowance_period", {"month"}},
                                                     {"allowance_day", {"1"}},
                                                     {"allowance_warning", {"80"}},
                                                     {"allowance_then", {"reduce"}}});
}

TEST_CASE("a contract's status is set where the operator decides it, and by its commands where it has a cause")
{
    struct StatusRow {
        std::string name;
        std::string before;
        Record typed;
        std::string refusal;
    };
    const StatusRow rows[] = {
        {"activation", "pre-activation", {{"status", {"active"}}}, ""},
        {"back to pre-activation", "active", {{"status", {"pre-activation"}}}, ""},
        {"a note on a suspended contract", "suspended", {{"note", {"x"}}}, ""},
        {"a note on a cancelled contract", "cancelled", {{"note", {"x"}}}, ""},
        {"the status that it has", "suspended", {{"status", {"suspended"}}}, ""},
        {"suspension",
         "active",
         {{"status", {"suspended"}}},
         "status: suspended is not typed here, use `contract suspend`"},
        {"cancellation",
         "suspended",
         {{"status", {"cancelled"}}},
         "status: cancelled is not typed here, use `contract cancel`"},
        {"release", "suspended", {{"status", {"active"}}}, "status: the contract is suspended, use `contract release`"},
        {"release by clearing",
         "suspended",
         {{"status", {}}},
         "status: the contract is suspended, use `contract release`"},
        {"revival",
         "cancelled",
         {{"status", {"active"}}},
         "status: the contract is cancelled and stays so, add a new one"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto current = with(contract, {{"status", {row.before}}});
        CHECK(refusal_of([&] { (void)checked_for_set(contract_type, current, row.typed); }) == row.refusal);
    }
}

TEST_CASE("set checks the record as it would become, not only what was typed")
{
    const auto stored = checked_for_add(client_type, with(person, {{"document", {"52998224725"}}}));
    CHECK(refusal_of([&] { (void)checked_for_set(client_type, stored, {{"person", {"legal"}}}); }) ==
          "document: 529.982.247-25 is a CPF; a legal person has a CNPJ of 14 characters");
    CHECK(checked_for_set(client_type, stored, {{"person", {"foreign"}}}) == Record{{"person", {"foreign"}}});
    CHECK(checked_for_set(client_type, stored, {{"document", {}}}) == Record{{"document", {}}});

    const auto pooled = with(login, {{"framed_pool", {"vip"}}, {"kind", {"pppoe"}}, {"password", {"set"}}});
    CHECK(refusal_of([&] { (void)checked_for_set(login_type, pooled, {{"ip", {"100.64.0.7"}}}); }) ==
          "ip: the login also has framed_pool vip, give an address or a pool and clear the other");
    CHECK(checked_for_set(login_type, pooled, {{"ip", {"100.64.0.7"}}, {"framed_pool", {}}}) ==
          Record{{"ip", {"100.64.0.7"}}, {"framed_pool", {}}});
    CHECK(refusal_of([&] { (void)checked_for_set(login_type, pooled, {{"kind", {"mac"}}}); }) ==
          "login: joao@isp is not a MAC address, which a login of kind mac needs, like AA:BB:CC:DD:EE:FF");
}

TEST_CASE("the tables of fields are well formed")
{
    CHECK(record_types().size() == 12);
    CHECK(find_record_type("charge") == &charge_type);
    CHECK(find_record_type("boat") == nullptr);
    CHECK(find_field(login_type, "id") == nullptr);
    for (const auto* type : record_types()) {
        CAPTURE(type->name);
        CHECK(find_record_type(type->name) == type);
        CHECK((type->key.empty() || find_field(*type, type->key) != nullptr));
        std::set<std::string_view> names;
        for (const auto& field : type->fields) {
            CAPTURE(field.name);
            CHECK(names.insert(field.name).second);
            CHECK_FALSE(field.help.empty());
            CHECK(clean_text(field.help));
            CHECK(field.help.size() <= 100);
            const bool refers = field.type == FieldType::reference || field.type == FieldType::reference_list;
            CHECK(refers == (find_record_type(field.target) != nullptr));
            CHECK((field.type == FieldType::choice) == !field.choices.empty());
            CHECK(field.minimum <= field.maximum);
            if (!field.default_value.empty()) CHECK_NOTHROW((void)canonical(field, field.default_value));
            CHECK((field.given != Given::required || field.default_value.empty()));
            CHECK((field.given == Given::managed) == !field.changed_by.empty());
        }
    }
}

TEST_CASE("the directory knows every choice of the records")
{
    const auto each_choice = [](const RecordType& type, std::string_view field, auto known) {
        for (auto choices = find_field(type, field)->choices; !choices.empty();) {
            const auto choice = next_word(choices);
            CAPTURE(choice);
            CHECK(known(choice));
        }
    };
    each_choice(nas_type, "vendor", [](auto text) { return vendor_of(text).has_value(); });
    each_choice(nas_type, "message_authenticator",
                [](auto text) { return message_authenticator_mode_of(text).has_value(); });
    each_choice(login_type, "kind", [](auto text) { return name(*login_kind_of(text)) == text; });
    each_choice(contract_type, "status", [](auto text) { return name(*contract_status_of(text)) == text; });
    each_choice(garden_type, "reason", [](auto text) { return name(*garden_reason_of(text)) == text; });
    CHECK_FALSE(garden_reason_of("fraud"));
    CHECK(vendor_of("accel-ppp") == Vendor::accel_ppp);
    CHECK(message_authenticator_mode_of("ignore") == MessageAuthenticatorMode::ignore);
    CHECK_FALSE(vendor_of("nokia"));
    CHECK_FALSE(contract_status_of(""));
}
