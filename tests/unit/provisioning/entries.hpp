// tests/unit/provisioning/entries.hpp - a small provider in a directory: one client, contract, plan and login, ready to
// be changed by a test.
#pragma once

#include "provisioning/directory.hpp"

namespace provisioning {

struct Provider {
    ClientEntry client{.id = 7, .name = "Ana", .active = true};
    ContractEntry contract{.id = 42, .client_id = 7};
    PlanEntry plan{.id = 3,
                   .name = "fibra-300",
                   .download_bps = 300'000'000,
                   .upload_bps = 150'000'000,
                   .framed_pool = "clientes",
                   .session_timeout_s = 86'400,
                   .interim_s = 300,
                   .reply_octets = {1, 2, 3}};
    LoginEntry login{.id = 5, .name = "joao@isp", .contract_id = 42, .plan_id = 3, .reply_octets = {4, 5}};

    /// The login's terms of its own, to be changed before it is put.
    LoginTerms& terms()
    {
        auto changed = login.terms ? std::make_shared<LoginTerms>(*login.terms) : std::make_shared<LoginTerms>();
        login.terms = changed;
        return *changed;
    }
    Bindings& bindings() { return terms().bindings; }

    void put_into(Directory& directory) const
    {
        directory.apply(ClientEntry{client});
        directory.apply(PlanEntry{plan});
        directory.apply(ContractEntry{contract});
        directory.apply(LoginEntry{login});
    }
};

} // namespace provisioning
