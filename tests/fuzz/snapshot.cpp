// tests/fuzz/snapshot.cpp - any octets at all: as an entry of the directory, which is written the same again, and as a
// snapshot file, alone and with what is needed in front of it to be read further.
#include "daemon/io/snapshot_file.hpp"

#include <algorithm>
#include <cstdlib>

namespace {

using Octets = std::span<const std::uint8_t>;

void decode(Octets octets)
{
    auto rest = octets;
    const auto change = provisioning::decode_change(rest);
    if (!change) return;
    std::vector<std::uint8_t> again;
    provisioning::encode(*change, again);
    if (!std::ranges::equal(again, octets.first(octets.size() - rest.size()))) std::abort();
}

/// Behind a file that is whole nothing changes what it says: its id is drawn anew each time.
void read(Octets octets)
{
    static const provisioning::Sealer sealer{std::array<std::uint8_t, provisioning::Sealer::key_octets>{1, 2, 3}};
    if (io::read_snapshot(octets, sealer)) std::abort(); // nobody seals with a key that he does not know

    io::PieceSealer pieces{sealer};
    auto file = pieces.header();
    io::Batch batch;
    batch.add(provisioning::ClientEntry{.id = 7, .name = "Ana"});
    for (const auto octet : pieces.piece(io::PieceSealer::Kind::whole, batch.pieces().front(), {}))
        file.push_back(octet);
    file.insert(file.end(), octets.begin(), octets.end());
    const auto contents = io::read_snapshot(file, sealer);
    if (!contents || contents->directory->sizes().clients != 1 || contents->torn_octets != octets.size()) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    decode({data, size});
    read({data, size});
    return 0;
}
