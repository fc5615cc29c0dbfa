// provisioning/directory_image.hpp - entries of the directory as octets and back, for a snapshot on local disk. They
// hold secrets in clear: whoever stores them encrypts them.
#pragma once

#include "provisioning/directory.hpp"

#include <functional>
#include <span>

namespace provisioning {

/// Raised with every change of the layout: an image of another version is not read.
inline constexpr std::uint32_t directory_image_version = 3;

/// Appends one change to `out`.
void encode(const Change& change, std::vector<std::uint8_t>& out);
/// Takes one change off the front of `octets`; nothing: it is no image.
std::optional<Change> decode_change(std::span<const std::uint8_t>& octets);

/// Every entry as the change that puts it there, what is referred to first.
void each_entry(const Directory& directory, const std::function<void(const Change&)>& visit);

} // namespace provisioning
