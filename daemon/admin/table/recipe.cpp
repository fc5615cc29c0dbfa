// daemon/admin/table/recipe.cpp - how a concentrator is set up.
#include "daemon/admin/table/rows.hpp"

namespace admin {

std::vector<Command> recipe_rows()
{
    auto recipe = report("nas", "recipe", "Print how to set up a NAS: RADIUS, CoA and its gardens", Output::text);
    recipe.need = Need::loop;
    recipe.arguments = {
        identity(provisioning::nas_type),
        {.name = "notice", .help = "IPv4 address of the notice page (página de aviso) of the gardens", .maximum = 64},
        {.name = "daemon",
         .help = "this server's address, as the NAS reaches it; without it the one that it listens on",
         .maximum = 64},
        {.name = "pool",
         .help = "range of a garden's pool, as the NAS has it: debtors=100.127.0.0/22; repeatable",
         .repeatable = true,
         .maximum = 128},
        {.name = "recipe",
         .type = FieldType::choice,
         .help = "this one; without it that of the NAS's vendor",
         .choices = "accel-ppp generic mikrotik nftables"}};
    recipe.example = "porteiro nas recipe bras1 --notice 192.0.2.80 --pool debtors=100.127.0.0/22 > porteiro.rsc";
    recipe.note = "The shared secret is never in it: the text says where to type it. What is not known stands in it as "
                  "REPLACE-WITH-..., and a warning tells. accel-ppp has its walls from --recipe nftables.";
    return {recipe};
}

} // namespace admin
