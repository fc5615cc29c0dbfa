// provisioning/directory_image.cpp - the fields of each entry, in the order of its declaration. The bindings take a
// struct apart as a whole: a field that is added does not compile until it stands here, and then the layout is another
// (directory_image_version).
#include "provisioning/directory_image.hpp"

#include "provisioning/image_octets.hpp"

#include <algorithm>
#include <utility>

namespace provisioning {

template <>
inline constexpr Vendor last_of<Vendor> = Vendor::accel_ppp;
template <>
inline constexpr MessageAuthenticatorMode last_of<MessageAuthenticatorMode> = MessageAuthenticatorMode::ignore;
template <>
inline constexpr LoginKind last_of<LoginKind> = LoginKind::ip;
template <>
inline constexpr ContractStatus last_of<ContractStatus> = ContractStatus::cancelled;
template <>
inline constexpr Mppe last_of<Mppe> = Mppe::require;
template <>
inline constexpr RealmRule last_of<RealmRule> = RealmRule::require;
template <>
inline constexpr Storage last_of<Storage> = all_storages.back();
template <>
inline constexpr EntryKind last_of<EntryKind> = EntryKind::garden;
template <>
inline constexpr GardenReason last_of<GardenReason> = GardenReason::quota;
template <>
inline constexpr AllowancePeriod last_of<AllowancePeriod> = AllowancePeriod::month;

namespace {

template <class Entry, class Struct>
concept OneOf = std::same_as<std::remove_const_t<Entry>, Struct>;

template <class Image>
constexpr bool reads = std::same_as<Image, ImageReader>;

} // namespace

template <class Image, OneOf<Address> Value>
void visit_fields(Image& image, Value& value)
{
    auto& [octets] = value;
    image(octets);
}

template <class Image, OneOf<Prefix> Value>
void visit_fields(Image& image, Value& value)
{
    auto& [network, length] = value;
    image(network, length);
    if constexpr (reads<Image>)
        if (length > 8 * network.octets.size()) image.refuse();
}

template <class Image, OneOf<MethodSet> Value>
void visit_fields(Image& image, Value& value)
{
    for (const auto method : all_methods) {
        bool has = value.has(method);
        image(has);
        if constexpr (reads<Image>) {
            if (method == all_methods.front()) value = {};
            if (has) value.add(method);
        }
    }
}

template <class Image, OneOf<Schedule::Window> Value>
void visit_fields(Image& image, Value& value)
{
    auto& [begin, end] = value;
    image(begin, end);
    if constexpr (reads<Image>)
        if (begin >= end || end > minutes_a_week) image.refuse();
}

template <class Image, OneOf<Schedule> Value>
void visit_fields(Image& image, Value& value)
{
    auto& [windows] = value;
    image(windows);
}

template <class Image, OneOf<Bindings> Value>
void visit_fields(Image& image, Value& value)
{
    auto& [macs, nas_id, nas_port, circuit_id, remote_id, realm, realm_rule, schedule, valid_from, valid_until] = value;
    image(macs, nas_id, nas_port, circuit_id, remote_id, realm, realm_rule, schedule, valid_from, valid_until);
}

template <class Image, OneOf<LoginTerms> Value>
void visit_fields(Image& image, Value& value)
{
    auto& [bindings, ipv6_prefix, delegated_ipv6_prefix, routes, filter, address_list] = value;
    image(bindings, ipv6_prefix, delegated_ipv6_prefix, routes, filter, address_list);
}

template <class Image, OneOf<NasEntry> Value>
void visit_fields(Image& image, Value& value)
{
    auto& [id, name, address, secret, vendor, message_authenticator, limit_proxy_state, message_authenticator_learned,
           previous_secret, previous_secret_until, methods, mppe, reject_delay, swap_octets, coa, coa_port,
           coa_message_authenticator, open_list, gardens] = value;
    image(id, name, address, secret, vendor, message_authenticator, limit_proxy_state, message_authenticator_learned,
          previous_secret, previous_secret_until, methods, mppe, reject_delay, swap_octets, coa, coa_port,
          coa_message_authenticator, open_list, gardens);
}

template <class Image, OneOf<GardenEntry> Value>
void visit_fields(Image& image, Value& value)
{
    auto& [id, name, reason, nas_id, framed_pool, address_list, filter, redirect, keep_address, download, upload,
           interim, session_timeout, reply_octets] = value;
    image(id, name, reason, nas_id, framed_pool, address_list, filter, redirect, keep_address, download, upload,
          interim, session_timeout, reply_octets);
}

template <class Image, OneOf<Allowance> Value>
void visit_fields(Image& image, Value& value)
{
    auto& [octets, period, reset_day, warning_percent, garden, download, upload] = value;
    image(octets, period, reset_day, warning_percent, garden, download, upload);
}

template <class Image, OneOf<PlanEntry> Value>
void visit_fields(Image& image, Value& value)
{
    auto& [id, name, download, upload, framed_pool, session_timeout, interim, reply_octets, burst_download,
           burst_upload, burst_time, idle_timeout, simultaneous, filter, address_list, ipv6_pool, delegated_ipv6_pool,
           methods, learn_mac, bindings, allowance, reduced_download, reduced_upload] = value;
    image(id, name, download, upload, framed_pool, session_timeout, interim, reply_octets, burst_download, burst_upload,
          burst_time, idle_timeout, simultaneous, filter, address_list, ipv6_pool, delegated_ipv6_pool, methods,
          learn_mac, bindings, allowance, reduced_download, reduced_upload);
}

template <class Image, OneOf<ClientEntry> Value>
void visit_fields(Image& image, Value& value)
{
    auto& [id, name, active] = value;
    image(id, name, active);
}

template <class Image, OneOf<ContractEntry> Value>
void visit_fields(Image& image, Value& value)
{
    auto& [id, client_id, status, suspension_kind, suspension_reason, reduced, trust_until, set_by_directory] = value;
    image(id, client_id, status, suspension_kind, suspension_reason, reduced, trust_until);
}

template <class Image, OneOf<LoginEntry> Value>
void visit_fields(Image& image, Value& value)
{
    auto& [id, name, contract_id, plan_id, kind, enabled, sealed_password, ip, framed_pool, reply_octets, storage,
           simultaneous, learn_mac, terms, set_by_directory, set_by_directory_too] = value;
    image(id, name, contract_id, plan_id, kind, enabled, sealed_password, ip, framed_pool, reply_octets, storage,
          simultaneous, learn_mac, terms);
}

template <class Image, OneOf<Removed> Value>
void visit_fields(Image& image, Value& value)
{
    auto& [kind, id] = value;
    image(kind, id);
}

namespace {

/// The alternative at `index`, read.
template <std::size_t at = 0>
std::optional<Change> read_alternative(ImageReader& image, std::size_t index)
{
    if constexpr (at < std::variant_size_v<Change>) {
        if (at != index) return read_alternative<at + 1>(image, index);
        std::variant_alternative_t<at, Change> entry{};
        image(entry);
        if (image.sound()) return Change{std::move(entry)};
    }
    return std::nullopt;
}

} // namespace

void encode(const Change& change, std::vector<std::uint8_t>& out)
{
    ImageWriter image{out};
    image(static_cast<std::uint8_t>(change.index()));
    std::visit([&](const auto& entry) { image(entry); }, change);
}

std::optional<Change> decode_change(std::span<const std::uint8_t>& octets)
{
    ImageReader image{octets};
    std::uint8_t index = 0;
    image(index);
    if (!image.sound()) return std::nullopt;
    auto change = read_alternative(image, index);
    if (change) octets = image.rest();
    return change;
}

void each_entry(const Directory& directory, const std::function<void(const Change&)>& visit)
{
    const auto as_change = [&](const auto& entry) { visit(Change{entry}); };
    directory.each_nas(as_change);
    directory.each_garden(as_change);
    directory.each_plan(as_change);
    directory.each_client(as_change);
    directory.each_contract(as_change);
    directory.each_login(as_change);
}

} // namespace provisioning
