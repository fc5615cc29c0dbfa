// daemon/admin/recipes.hpp - how a NAS is set up to obey this daemon: the texts of etc/recipes, compiled in.
//
// A recipe is a template (provisioning/rules/fill.hpp) with these names:
//   nas nas_address daemon_address auth_port acct_port coa_port notice_address interim open_list
// and the list gardens, with, empty where the garden has none:
//   garden reason pool pool_range address_list filter redirect download upload
// pool_range is in CIDR form, which every recipe takes: 100.127.0.0/22.
// {{secret}} stands where the shared secret is typed: the program writes words there, never the secret.
#pragma once

#include <span>
#include <string_view>

namespace admin {

struct Recipe {
    std::string_view name; ///< its file's, without the ending: "mikrotik"
    std::string_view text;
};
extern const std::span<const Recipe> recipes; ///< sorted by name

} // namespace admin
