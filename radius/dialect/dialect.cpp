// radius/dialect/dialect.cpp - sends what a vendor's table and the spelled-out attributes say.
#include "radius/dialect/dialect.hpp"

#include "radius/dialect/said.hpp"

namespace radius {
namespace {

/// What follows the last whole attribute.
Octets torn(Octets attributes) noexcept
{
    while (dialect::take(attributes)) {
    }
    return attributes;
}

}  // namespace

void render(Dialect dialect, const Terms& terms, PacketWriter& reply) noexcept
{
    dialect::each_said(dialect, terms, [&](Octets attribute, const dialect::Row*) { reply.add_encoded(attribute); });
    for (const auto spelled_out : {terms.reply_attributes, terms.login_reply_attributes})
        reply.add_encoded(torn(spelled_out));  // no whole attribute: an overflow
}

}  // namespace radius
