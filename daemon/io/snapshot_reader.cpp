// daemon/io/snapshot_reader.cpp - from the octets of a snapshot file to the directory.
#include "daemon/io/snapshot_layout.hpp"

#include <algorithm>
#include <optional>

namespace io {
namespace {

namespace layout = snapshot_layout;
using provisioning::Change;
using Octets = std::span<const std::uint8_t>;

class Reader {
public:
    Reader(Octets file, const provisioning::Sealer& sealer)
        : rest_(file.subspan(layout::header_octets)),
          sealer_(layout::file_sealer(sealer, file.subspan(layout::file_id_at, layout::file_id_octets)))
    {
    }

    struct Piece {
        PieceSealer::Kind kind;
        SystemTime time;
        Octets changes; ///< until the next one is read
    };
    /// The next piece, taken off; nothing: none stands here.
    std::optional<Piece> next();
    Octets rest() const noexcept { return rest_; }
    /// A piece of this file stands anywhere in the rest.
    bool more_follows();

private:
    std::optional<Piece> piece_at_front(Octets octets);

    Octets rest_;
    provisioning::Sealer sealer_;
    std::uint32_t number_ = 0;
    Clear clear_;
};

std::optional<Reader::Piece> Reader::piece_at_front(Octets octets)
{
    if (octets.size() < layout::piece_header_octets) return std::nullopt;
    if (!std::ranges::equal(octets.first(layout::mark.size()), layout::mark)) return std::nullopt;
    const auto length = layout::get<std::uint32_t>(octets.subspan(layout::length_at));
    if (length > octets.size() - layout::piece_header_octets) return std::nullopt;
    const PieceSealer::Kind kind{octets[layout::kind_at]};
    if (kind != PieceSealer::Kind::more && kind != PieceSealer::Kind::whole) return std::nullopt;
    if (clear_.octets().size() < length) clear_ = Clear{length};
    const auto place = layout::place_of(layout::get<std::uint32_t>(octets.subspan(layout::number_at)), kind);
    const auto opened =
        sealer_.open(octets.subspan(layout::piece_header_octets, length), place, std::span{clear_.octets()});
    if (!opened || opened->size() < layout::time_octets) return std::nullopt;
    const SystemTime::duration since{static_cast<std::int64_t>(layout::get<std::uint64_t>(*opened))};
    return Piece{kind, SystemTime{since}, opened->subspan(layout::time_octets)};
}

std::optional<Reader::Piece> Reader::next()
{
    auto piece = piece_at_front(rest_);
    if (!piece || layout::get<std::uint32_t>(rest_.subspan(layout::number_at)) != number_) return std::nullopt;
    ++number_;
    rest_ = rest_.subspan(layout::piece_header_octets + layout::get<std::uint32_t>(rest_.subspan(layout::length_at)));
    return piece;
}

bool Reader::more_follows()
{
    for (auto octets = rest_; !octets.empty(); octets = octets.subspan(1)) {
        const auto found = std::ranges::search(octets, layout::mark);
        octets = octets.subspan(static_cast<std::size_t>(found.begin() - octets.begin()));
        if (octets.empty()) return false;
        if (piece_at_front(octets)) return true;
    }
    return false;
}

std::optional<SnapshotFault> fault_of_header(Octets file, const provisioning::Sealer& sealer)
{
    if (!std::ranges::equal(file.first(std::min(file.size(), layout::magic.size())), layout::magic))
        return SnapshotFault::no_snapshot;
    if (file.size() < layout::header_octets) return SnapshotFault::damaged;
    if (layout::get<std::uint32_t>(file.subspan(layout::versions_at)) != layout::version ||
        layout::get<std::uint32_t>(file.subspan(layout::versions_at + 4)) != provisioning::directory_image_version)
        return SnapshotFault::other_version;
    if (layout::get<std::uint32_t>(file.subspan(layout::key_id_at)) != sealer.key_id()) return SnapshotFault::other_key;
    return std::nullopt;
}

} // namespace

std::string_view name(SnapshotFault fault) noexcept
{
    switch (fault) {
    case SnapshotFault::no_snapshot:
        return "not a snapshot";
    case SnapshotFault::other_version:
        return "other version";
    case SnapshotFault::other_key:
        return "other key";
    case SnapshotFault::damaged:
        return "damaged";
    }
    return "";
}

boost::system::result<SnapshotContents, SnapshotFault> read_snapshot(Octets file, const provisioning::Sealer& sealer)
{
    if (const auto fault = fault_of_header(file, sealer)) return *fault;
    Reader reader{file, sealer};
    SnapshotContents contents{std::make_unique<provisioning::Directory>(), {}, 0};
    bool complete = false; // the first batch
    std::vector<Change> waiting; // for the end of their batch; those of the first go straight in
    auto good_until = reader.rest();
    while (auto piece = reader.next()) {
        while (!piece->changes.empty()) {
            auto change = provisioning::decode_change(piece->changes);
            if (!change) return SnapshotFault::damaged;
            if (complete)
                waiting.push_back(std::move(*change));
            else
                contents.directory->apply(std::move(*change));
        }
        if (piece->kind == PieceSealer::Kind::more) continue;
        for (auto& change : waiting) contents.directory->apply(std::move(change));
        waiting.clear();
        complete = true;
        contents.as_of = piece->time;
        good_until = reader.rest();
    }
    if (!complete || reader.more_follows()) return SnapshotFault::damaged;
    contents.torn_octets = good_until.size();
    return contents;
}

} // namespace io
