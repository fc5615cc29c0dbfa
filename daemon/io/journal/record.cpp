#include "daemon/io/journal/record.hpp"

#include "daemon/io/journal/checksum.hpp"
#include "daemon/io/journal/numbers.hpp"

#include <algorithm>
#include <cstring>

namespace io::journal {
namespace {

/// Its first octet is in no UTF-8, so that text seldom has to be looked at.
constexpr std::uint32_t marker = 0xf5'4a'c3'9e;
constexpr std::size_t header_check_at = 16, check_at = 20;

/// With a check of its own for the header, so that resynchronising among hostile octets costs no more than reading
/// them: a length is believed only when its header checks.
enum class Looks { whole, cut, wrong };

Looks look(Octets octets, Record& record) noexcept
{
    const auto* at = octets.data();
    if (octets.size() < record_header_octets) return Looks::cut;
    if (number_at<std::uint32_t>(at) != marker) return Looks::wrong;
    const auto header_check = crc32c(octets.first(header_check_at));
    if (number_at<std::uint32_t>(at + header_check_at) != header_check) return Looks::wrong;
    const std::size_t length = number_at<std::uint32_t>(at + 4);
    record.sequence = number_at<std::uint64_t>(at + 8);
    if (length > longest_payload || record.sequence == 0 || record.sequence > last_sequence) return Looks::wrong;
    if (length > octets.size() - record_header_octets) return Looks::cut;
    record.payload = octets.subspan(record_header_octets, length);
    return number_at<std::uint32_t>(at + check_at) == crc32c(record.payload, header_check) ? Looks::whole
                                                                                           : Looks::wrong;
}

} // namespace

void finish_record(std::vector<std::uint8_t>& buffer, std::size_t at, Sequence sequence) noexcept
{
    auto* header = buffer.data() + at;
    const Octets whole = Octets{buffer}.subspan(at);
    const auto payload = whole.subspan(record_header_octets);
    put_number(header, marker);
    put_number(header + 4, static_cast<std::uint32_t>(payload.size()));
    put_number(header + 8, sequence);
    const auto header_check = crc32c(whole.first(header_check_at));
    put_number(header + header_check_at, header_check);
    put_number(header + check_at, crc32c(payload, header_check));
}

Found find_record(Octets octets, bool more_follow) noexcept
{
    constexpr int first_octet = marker >> 24;
    Found found;
    while (found.skipped < octets.size()) {
        const auto rest = octets.subspan(found.skipped);
        const auto* candidate = static_cast<const std::uint8_t*>(std::memchr(rest.data(), first_octet, rest.size()));
        if (candidate == nullptr) break;
        found.skipped += static_cast<std::size_t>(candidate - rest.data());
        Record record;
        switch (look(octets.subspan(found.skipped), record)) {
        case Looks::whole:
            found.record = record;
            return found;
        case Looks::cut:
            if (more_follow) return found;
            [[fallthrough]];
        case Looks::wrong:
            ++found.skipped;
        }
    }
    found.skipped = octets.size();
    return found;
}

} // namespace io::journal
