// provisioning/secret.hpp - octets that must not be seen: no formatter, no stream operator, wiped when they die.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace provisioning {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::span<const std::uint8_t> octets) : octets_(octets.begin(), octets.end()) {}
    explicit Secret(std::string_view text) : octets_(text.begin(), text.end()) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : octets_(std::exchange(other.octets_, {})) {}
    Secret& operator=(const Secret& other)
    {
        if (this != &other) {
            wipe();
            octets_ = other.octets_;
        }
        return *this;
    }
    Secret& operator=(Secret&& other) noexcept
    {
        wipe();
        octets_ = std::exchange(other.octets_, {});
        return *this;
    }
    ~Secret() { wipe(); }

    std::span<const std::uint8_t> octets() const noexcept { return octets_; }
    bool empty() const noexcept { return octets_.empty(); }

private:
    void wipe() noexcept
    {
        if (octets_.data() != nullptr) ::explicit_bzero(octets_.data(), octets_.size());
    }
    std::vector<std::uint8_t> octets_;
};

}  // namespace provisioning
