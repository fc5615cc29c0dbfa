// provisioning/image_octets.hpp - values as octets and back: numbers are big-endian, texts and lists go with their
// length before them (4 octets), what may be missing with an octet before it. One visit_fields() for each struct, found
// by its argument, names its fields for both directions.
#pragma once

#include "provisioning/secret.hpp"

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace provisioning {

/// The last enumerator of each enum in an image: what is above it is not read.
template <class Enum>
inline constexpr Enum last_of = Enum{};

/// Puts values at the end of a vector. Where that has to move it wipes what it leaves: the octets may hold secrets.
class ImageWriter {
public:
    explicit ImageWriter(std::vector<std::uint8_t>& out) : out_(out) {}

    template <class... Fields>
    void operator()(const Fields&... fields)
    {
        (put(fields), ...);
    }

private:
    template <std::integral Number>
    void put(const Number& number)
    {
        std::array<std::uint8_t, sizeof(Number)> octets;
        auto rest = static_cast<std::uint64_t>(number);
        for (auto at = octets.rbegin(); at != octets.rend(); ++at, rest >>= 8) *at = static_cast<std::uint8_t>(rest);
        append(octets);
    }
    template <class Enum>
        requires std::is_enum_v<Enum>
    void put(const Enum& value)
    {
        put(static_cast<std::underlying_type_t<Enum>>(value));
    }
    void put(const std::string& text)
    {
        with_length({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }
    void put(const std::vector<std::uint8_t>& octets) { with_length(octets); }
    void put(const Secret& secret) { with_length(secret.octets()); }
    template <class Rep, class Period>
    void put(const std::chrono::duration<Rep, Period>& duration)
    {
        put(static_cast<std::int64_t>(duration.count()));
    }
    template <class Clock, class Duration>
    void put(const std::chrono::time_point<Clock, Duration>& time)
    {
        put(time.time_since_epoch());
    }
    template <class Item, std::size_t size>
    void put(const std::array<Item, size>& items)
    {
        static_assert(sizeof(Item) == 1);
        append({reinterpret_cast<const std::uint8_t*>(items.data()), size});
    }
    template <class Item>
    void put(const std::vector<Item>& items)
    {
        put(static_cast<std::uint32_t>(items.size()));
        for (const auto& item : items) put(item);
    }
    template <class Value>
    void put(const std::optional<Value>& value)
    {
        put(value.has_value());
        if (value) put(*value);
    }
    template <class Value>
    void put(const std::shared_ptr<const Value>& value)
    {
        put(value != nullptr);
        if (value) put(*value);
    }
    template <class Struct>
        requires std::is_class_v<Struct>
    void put(const Struct& value)
    {
        visit_fields(*this, value);
    }

    void with_length(std::span<const std::uint8_t> octets)
    {
        put(static_cast<std::uint32_t>(octets.size()));
        append(octets);
    }
    void append(std::span<const std::uint8_t> octets)
    {
        if (out_.capacity() - out_.size() < octets.size()) grow(octets.size());
        out_.insert(out_.end(), octets.begin(), octets.end());
    }
    void grow(std::size_t by)
    {
        std::vector<std::uint8_t> larger;
        larger.reserve(2 * out_.size() + by + 64);
        larger.assign(out_.begin(), out_.end());
        if (out_.data() != nullptr) ::explicit_bzero(out_.data(), out_.size());
        out_ = std::move(larger);
    }

    std::vector<std::uint8_t>& out_;
};

/// Takes values off the front. Octets that are no image leave sound() false; memory is taken only for what is there.
class ImageReader {
public:
    explicit ImageReader(std::span<const std::uint8_t> octets) : rest_(octets) {}
    bool sound() const noexcept { return sound_; }
    std::span<const std::uint8_t> rest() const noexcept { return rest_; }
    void refuse() noexcept { sound_ = false; }

    template <class... Fields>
    void operator()(Fields&... fields)
    {
        (get(fields), ...);
    }

private:
    template <std::integral Number>
    void get(Number& number)
    {
        std::uint64_t value = 0;
        for (const auto octet : take(sizeof(Number))) value = value << 8 | octet;
        if constexpr (std::same_as<Number, bool>) {
            if (value > 1) refuse();
            number = value == 1;
        } else {
            number = static_cast<Number>(value);
        }
    }
    template <class Enum>
        requires std::is_enum_v<Enum>
    void get(Enum& value)
    {
        std::underlying_type_t<Enum> number = 0;
        get(number);
        if (number > static_cast<std::underlying_type_t<Enum>>(last_of<Enum>)) return refuse();
        value = static_cast<Enum>(number);
    }
    void get(std::string& text)
    {
        const auto octets = take(length());
        text.assign(octets.begin(), octets.end());
    }
    void get(std::vector<std::uint8_t>& value)
    {
        const auto octets = take(length());
        value.assign(octets.begin(), octets.end());
    }
    void get(Secret& secret) { secret = Secret{take(length())}; }
    template <class Rep, class Period>
    void get(std::chrono::duration<Rep, Period>& duration)
    {
        std::int64_t count = 0;
        get(count);
        duration = std::chrono::duration<Rep, Period>{static_cast<Rep>(count)};
    }
    template <class Clock, class Duration>
    void get(std::chrono::time_point<Clock, Duration>& time)
    {
        Duration since{};
        get(since);
        time = std::chrono::time_point<Clock, Duration>{since};
    }
    template <class Item, std::size_t size>
    void get(std::array<Item, size>& items)
    {
        const auto octets = take(size);
        for (std::size_t n = 0; n < octets.size(); ++n) items[n] = static_cast<Item>(octets[n]);
    }
    template <class Item>
    void get(std::vector<Item>& items)
    {
        const auto count = length();
        for (std::uint32_t n = 0; n < count && sound_; ++n) get(items.emplace_back());
    }
    template <class Value>
    void get(std::optional<Value>& value)
    {
        bool there = false;
        get(there);
        if (there && sound_) get(value.emplace());
    }
    template <class Value>
    void get(std::shared_ptr<const Value>& value)
    {
        bool there = false;
        get(there);
        if (!there || !sound_) return;
        auto made = std::make_shared<Value>();
        get(*made);
        value = std::move(made);
    }
    template <class Struct>
        requires std::is_class_v<Struct>
    void get(Struct& value)
    {
        visit_fields(*this, value);
    }

    std::uint32_t length()
    {
        std::uint32_t octets = 0;
        get(octets);
        return octets;
    }
    /// The next `octets` of them, or none at all.
    std::span<const std::uint8_t> take(std::size_t octets)
    {
        if (octets > rest_.size()) refuse();
        if (!sound_) return {};
        const auto taken = rest_.first(octets);
        rest_ = rest_.subspan(octets);
        return taken;
    }

    std::span<const std::uint8_t> rest_;
    bool sound_ = true;
};

} // namespace provisioning
