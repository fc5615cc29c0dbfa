#include "daemon/io/journal/segment.hpp"

#include "daemon/io/journal/checksum.hpp"
#include "daemon/io/journal/numbers.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>

namespace io::journal {
namespace {

constexpr std::array<std::uint8_t, 8> magic{'P', 'o', 'r', 't', 'J', 'r', 'n', 'l'};
constexpr std::uint32_t version = 1;
constexpr std::size_t check_at = 12;
constexpr std::size_t name_digits = 20;
constexpr std::string_view name_ending = ".journal";
constexpr std::size_t chunk_octets = 256 * 1024;
constexpr std::size_t block_octets = 4096;
static_assert(chunk_octets > longest_record);

std::uint32_t header_check(Octets header) noexcept
{
    return crc32c(header.subspan(check_at + 4), crc32c(header.first(check_at)));
}

} // namespace

BootId present_boot()
{
    BootId boot{};
    std::array<std::uint8_t, 36> text; // 8-4-4-4-12 hexadecimal digits
    const auto file = open_for_reading("/proc/sys/kernel/random/boot_id");
    if (!file || DiskCalls{}.read(file.get(), text, 0) != static_cast<ssize_t>(text.size())) return boot;
    std::size_t digits = 0;
    for (const auto c : text) {
        if (c == '-' || digits == 2 * boot.size()) continue;
        const auto digit = c >= 'a' ? c - 'a' + 10 : c - '0';
        boot[digits / 2] = static_cast<std::uint8_t>(boot[digits / 2] << 4 | (digit & 15));
        ++digits;
    }
    return boot;
}

SegmentHeader segment_header(Sequence first, const BootId& boot) noexcept
{
    SegmentHeader header{};
    std::ranges::copy(magic, header.begin());
    put_number(header.data() + 8, version);
    put_number(header.data() + 16, first);
    std::ranges::copy(boot, header.begin() + 24);
    put_number(header.data() + check_at, header_check(header));
    return header;
}

HeaderState check_segment_header(Octets octets, const BootId& boot) noexcept
{
    if (octets.size() < segment_header_octets) return HeaderState::damaged;
    const auto header = octets.first(segment_header_octets);
    if (!std::ranges::equal(header.first(magic.size()), magic)) return HeaderState::damaged;
    if (number_at<std::uint32_t>(header.data() + check_at) != header_check(header)) return HeaderState::damaged;
    if (number_at<std::uint32_t>(header.data() + 8) > version) return HeaderState::later_version;
    return std::ranges::equal(header.subspan(24), boot) ? HeaderState::this_boot : HeaderState::other_boot;
}

std::string segment_name(Sequence first)
{
    const auto digits = std::to_string(first);
    return std::string(name_digits - digits.size(), '0') + digits + std::string{name_ending};
}

std::optional<Sequence> segment_of_name(std::string_view name) noexcept
{
    if (name.size() != name_digits + name_ending.size() || !name.ends_with(name_ending)) return std::nullopt;
    Sequence first = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name_digits, first);
    if (error != std::errc{} || end != name.data() + name_digits || first == 0 || first > last_sequence)
        return std::nullopt;
    return first;
}

SegmentWalk::SegmentWalk(DiskCalls& disk, int file, std::uint64_t offset, std::uint64_t end)
    : disk_(disk), file_(file), loaded_(offset), end_(end), record_end_(offset), used_(offset)
{
}

/// Behind what is left. A block that the disk cannot read becomes octets that are no record.
bool SegmentWalk::load()
{
    if (loaded_ >= end_) return false;
    std::vector<std::uint8_t> buffer(left_.begin(), left_.end());
    const auto kept = buffer.size();
    buffer.resize(kept + static_cast<std::size_t>(std::min<std::uint64_t>(chunk_octets, end_ - loaded_)));
    const auto room = std::span{buffer}.subspan(kept);
    auto octets = disk_.read(file_, room, loaded_);
    if (octets < 0 && errno != EINTR) {
        octets = static_cast<ssize_t>(std::min(block_octets, room.size()));
        std::ranges::fill(room.first(static_cast<std::size_t>(octets)), std::uint8_t{0xff});
    }
    if (octets == 0) end_ = loaded_;
    buffer.resize(kept + static_cast<std::size_t>(std::max<ssize_t>(octets, 0)));
    loaded_ += static_cast<std::uint64_t>(std::max<ssize_t>(octets, 0));
    buffer_ = std::move(buffer);
    left_ = buffer_;
    return true;
}

void SegmentWalk::skip(std::size_t octets) noexcept
{
    const auto skipped = left_.first(octets);
    const auto begin = loaded_ - left_.size();
    left_ = left_.subspan(octets);
    // Mostly it is unused space, which a compare with itself one octet on tells at the speed of memory.
    if (octets == 0 || (skipped[0] == 0 && std::memcmp(skipped.data(), skipped.data() + 1, octets - 1) == 0)) return;
    const auto last = std::find_if(skipped.rbegin(), skipped.rend(), [](std::uint8_t octet) { return octet != 0; });
    used_ = begin + static_cast<std::uint64_t>(skipped.rend() - last);
}

std::optional<Record> SegmentWalk::next()
{
    for (;;) {
        const auto found = find_record(left_, loaded_ < end_);
        skip(found.skipped);
        if (found.record) {
            const auto begin = loaded_ - left_.size();
            damaged_ += begin - record_end_;
            const auto octets = record_header_octets + found.record->payload.size();
            left_ = left_.subspan(octets);
            record_end_ = used_ = begin + octets;
            return found.record;
        }
        if (!load()) return std::nullopt;
    }
}

} // namespace io::journal
