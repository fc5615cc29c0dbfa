// tests/fuzz/journal.cpp - any octets at all as a segment file and as the payload of a record. The first octet says how
// many octets one read gives, so that records lie over the borders of what was read.
#include "daemon/io/journal/segment.hpp"
#include "provisioning/usage.hpp"

#include <algorithm>
#include <cstdlib>

using namespace io::journal;

namespace {

class OctetsAsFile : public DiskCalls {
public:
    OctetsAsFile(Octets content, std::size_t most) : content_(content), most_(most) {}
    ssize_t read(int, std::span<std::uint8_t> to, std::uint64_t offset) override
    {
        if (offset >= content_.size()) return 0;
        const auto from = content_.subspan(static_cast<std::size_t>(offset));
        const auto octets = std::min({to.size(), from.size(), most_});
        std::copy_n(from.begin(), octets, to.begin());
        return static_cast<ssize_t>(octets);
    }

private:
    Octets content_;
    std::size_t most_;
};

/// What is read is written and read again the same.
void decode(Octets payload)
{
    const auto usage = provisioning::decode_usage(payload);
    if (!usage) return;
    std::vector<std::uint8_t> once, twice;
    provisioning::encode(*usage, once);
    const auto again = provisioning::decode_usage(once);
    if (!again) std::abort();
    provisioning::encode(*again, twice);
    if (once != twice) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const Octets content{data + 1, size - 1};
    static_cast<void>(check_segment_header(content, BootId{}));
    decode(content);
    OctetsAsFile file{content, data[0] + std::size_t{1}};
    SegmentWalk walk{file, 0, 0, content.size()};
    std::uint64_t records = 0;
    while (const auto record = walk.next()) {
        records += record_header_octets + record->payload.size();
        if (walk.offset() != records + walk.damaged()) std::abort();
        decode(record->payload);
    }
    if (records + walk.damaged() + walk.tail() > content.size()) std::abort();
    // As the payload of a record that checks, behind whatever is there.
    std::vector<std::uint8_t> behind(content.begin(), content.end());
    behind.resize(behind.size() + record_header_octets);
    const auto payload = content.first(std::min(content.size(), longest_payload));
    behind.insert(behind.end(), payload.begin(), payload.end());
    finish_record(behind, content.size(), 1);
    if (!find_record(Octets{behind}.subspan(content.size()), false).record) std::abort();
    return 0;
}
