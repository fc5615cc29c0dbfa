// daemon/io/snapshot_reader.cpp - from the octets of a snapshot file to the directory.
#include "daemon/io/snapshot_layout.hpp"

#include <algorithm>
#include <future>
#include <iterator>
#include <optional>

namespace io {
namespace {

namespace layout = snapshot_layout;
using provisioning::Change;
using Octets = std::span<const std::uint8_t>;

constexpr std::size_t usual_change_octets = 64;

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
        std::vector<Change> changes;
        bool sound; ///< all of it was changes
    };
    /// The next piece, taken off; nothing: none stands here.
    std::optional<Piece> next();
    Octets rest() const noexcept { return rest_; }
    /// A piece of this file stands anywhere in the rest.
    bool more_follows();

private:
    struct Opened {
        PieceSealer::Kind kind;
        std::uint32_t number;
        std::size_t octets; ///< of the whole piece
        Octets clear;       ///< until the next one is opened
    };
    std::optional<Opened> open_front(Octets octets);

    Octets rest_;
    provisioning::Sealer sealer_;
    std::uint32_t number_ = 0;
    Clear clear_;
};

std::optional<Reader::Opened> Reader::open_front(Octets octets)
{
    if (octets.size() < layout::piece_header_octets) return std::nullopt;
    if (!std::ranges::equal(octets.first(layout::mark.size()), layout::mark)) return std::nullopt;
    const auto number = layout::get<std::uint32_t>(octets.subspan(layout::number_at));
    const auto length = layout::get<std::uint32_t>(octets.subspan(layout::length_at));
    if (length > octets.size() - layout::piece_header_octets) return std::nullopt;
    const PieceSealer::Kind kind{octets[layout::kind_at]};
    if (kind != PieceSealer::Kind::more && kind != PieceSealer::Kind::whole) return std::nullopt;
    if (clear_.octets().size() < length) clear_ = Clear{length};
    const auto opened = sealer_.open(octets.subspan(layout::piece_header_octets, length),
                                     layout::place_of(number, kind), std::span{clear_.octets()});
    if (!opened || opened->size() < layout::time_octets) return std::nullopt;
    return Opened{kind, number, layout::piece_header_octets + length, *opened};
}

std::optional<Reader::Piece> Reader::next()
{
    const auto opened = open_front(rest_);
    if (!opened || opened->number != number_) return std::nullopt;
    ++number_;
    rest_ = rest_.subspan(opened->octets);
    const SystemTime::duration since{static_cast<std::int64_t>(layout::get<std::uint64_t>(opened->clear))};
    Piece piece{opened->kind, SystemTime{since}, {}, false};
    auto octets = opened->clear.subspan(layout::time_octets);
    piece.changes.reserve(octets.size() / usual_change_octets);
    while (auto change = provisioning::decode_change(octets)) piece.changes.push_back(std::move(*change));
    piece.sound = octets.empty();
    return piece;
}

bool Reader::more_follows()
{
    for (auto octets = rest_; !octets.empty(); octets = octets.subspan(1)) {
        const auto found = std::ranges::search(octets, layout::mark);
        octets = octets.subspan(static_cast<std::size_t>(found.begin() - octets.begin()));
        if (octets.empty()) return false;
        if (open_front(octets)) return true;
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
    bool complete = false;       // the first batch
    std::vector<Change> waiting; // for the end of their batch; those of the first go straight in
    auto good_until = reader.rest();
    for (auto piece = reader.next(); piece;) {
        if (!piece->sound) return SnapshotFault::damaged;
        const auto rest = reader.rest();
        // Meanwhile: to open and decode takes half as long as to apply.
        auto following = std::async(std::launch::async, [&reader] { return reader.next(); });
        if (complete) std::ranges::move(piece->changes, std::back_inserter(waiting));
        if (!complete || piece->kind == PieceSealer::Kind::whole) {
            for (auto& change : complete ? waiting : piece->changes) contents.directory->apply(std::move(change));
            waiting.clear();
        }
        if (piece->kind == PieceSealer::Kind::whole) {
            complete = true;
            contents.as_of = piece->time;
            good_until = rest;
        }
        piece = following.get();
    }
    if (!complete || reader.more_follows()) return SnapshotFault::damaged;
    contents.torn_octets = good_until.size();
    return contents;
}

} // namespace io
