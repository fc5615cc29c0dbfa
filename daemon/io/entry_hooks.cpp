#include "daemon/io/entry_hooks.hpp"

namespace io {

provisioning::store::EntryHooks entry_hooks(const provisioning::Sealer& sealer, const radius::Dictionary& dictionary,
                                            Log& log)
{
    auto own = std::make_shared<provisioning::Sealer>(sealer);
    return {
        .encode_reply =
            [&dictionary, &log](const std::vector<std::string>& reply, std::string_view of) {
                std::vector<std::uint8_t> octets;
                for (const auto& assignment : reply) {
                    const auto encoded = dictionary.encode(assignment);
                    if (const auto* wrong = std::get_if<std::string>(&encoded)) {
                        log.error("reply_attribute_left_out", {{"record", of}, {"reason", *wrong}});
                        continue;
                    }
                    const auto& one = std::get<std::vector<std::uint8_t>>(encoded);
                    octets.insert(octets.end(), one.begin(), one.end());
                }
                return octets;
            },
        .open_nas_secret =
            [own, &log](std::int64_t id, std::span<const std::uint8_t> sealed) {
                auto secret = own->open(sealed, {"nas", "secret", id});
                if (secret.empty())
                    log.error(
                        "nas_left_out",
                        {{"nas_id", id},
                         {"reason", "its secret does not open with this key file; set it again: porteiro nas set"}});
                return secret;
            },
    };
}

}  // namespace io
