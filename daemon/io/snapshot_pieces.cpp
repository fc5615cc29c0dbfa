// daemon/io/snapshot_pieces.cpp - the writer's side; the reader's is snapshot_reader.cpp.
#include "daemon/io/snapshot_layout.hpp"

#include <sys/random.h>

#include <algorithm>
#include <stdexcept>

namespace io {

namespace {

constexpr std::size_t piece_octets = 1 << 20;

std::array<std::uint8_t, snapshot_layout::file_id_octets> random_id()
{
    std::array<std::uint8_t, snapshot_layout::file_id_octets> id;
    if (::getrandom(id.data(), id.size(), 0) != static_cast<ssize_t>(id.size()))
        throw std::runtime_error("cannot draw random octets");
    return id;
}

} // namespace

namespace snapshot_layout {

provisioning::Sealer file_sealer(const provisioning::Sealer& sealer, std::span<const std::uint8_t> file_id)
{
    auto key = sealer.derive("snapshot " + std::string(file_id.begin(), file_id.end()));
    provisioning::Sealer made{key};
    ::explicit_bzero(key.data(), key.size());
    return made;
}

provisioning::SealContext place_of(std::uint32_t number, PieceSealer::Kind kind) noexcept
{
    return {"snapshot", kind == PieceSealer::Kind::whole ? "whole" : "more", number};
}

} // namespace snapshot_layout

namespace layout = snapshot_layout;

void Batch::add(const provisioning::Change& change)
{
    if (pieces_.empty() || pieces_.back().octets().size() >= piece_octets) pieces_.emplace_back(layout::time_octets);
    provisioning::encode(change, pieces_.back().octets());
}

std::vector<Clear>& Batch::pieces()
{
    if (pieces_.empty()) pieces_.emplace_back(layout::time_octets);
    return pieces_;
}

void Batch::apply_to(provisioning::Directory& directory) const
{
    for (const auto& piece : pieces_) {
        auto octets = std::span{piece.octets()}.subspan(layout::time_octets);
        while (auto change = provisioning::decode_change(octets)) directory.apply(std::move(*change));
    }
}

Batch batch_of(const provisioning::Directory& directory)
{
    Batch batch;
    provisioning::each_entry(directory, [&](const provisioning::Change& change) { batch.add(change); });
    return batch;
}

PieceSealer::PieceSealer(const provisioning::Sealer& sealer)
    : file_id_(random_id()), key_id_(sealer.key_id()), sealer_(layout::file_sealer(sealer, file_id_))
{
}

std::vector<std::uint8_t> PieceSealer::header() const
{
    std::vector<std::uint8_t> octets(layout::header_octets);
    const std::span all{octets};
    std::ranges::copy(layout::magic, octets.begin());
    layout::put(all.subspan(layout::versions_at), layout::version);
    layout::put(all.subspan(layout::versions_at + 4), provisioning::directory_image_version);
    layout::put(all.subspan(layout::key_id_at), key_id_);
    std::ranges::copy(file_id_, octets.begin() + layout::file_id_at);
    return octets;
}

std::vector<std::uint8_t> PieceSealer::piece(Kind kind, Clear& clear, SystemTime time)
{
    layout::put(std::span{clear.octets()}, static_cast<std::uint64_t>(time.time_since_epoch().count()));
    const auto sealed = sealer_.seal(clear.octets(), layout::place_of(number_, kind));
    std::vector<std::uint8_t> octets(layout::piece_header_octets + sealed.size());
    const std::span all{octets};
    std::ranges::copy(layout::mark, octets.begin());
    layout::put(all.subspan(layout::number_at), number_++);
    octets[layout::kind_at] = static_cast<std::uint8_t>(kind);
    layout::put(all.subspan(layout::length_at), static_cast<std::uint32_t>(sealed.size()));
    std::ranges::copy(sealed, octets.begin() + layout::piece_header_octets);
    return octets;
}

} // namespace io
