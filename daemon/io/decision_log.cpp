#include "daemon/io/decision_log.hpp"

#include "daemon/core/text.hpp"
#include "provisioning/store/journal.hpp"

#include <boost/asio/post.hpp>
#include <boost/container_hash/hash.hpp>

#include <algorithm>
#include <cstring>

namespace io {

namespace {

using provisioning::AuthRecord;

constexpr std::size_t ring_octets = 8U << 20;     // some 100,000 decisions
constexpr std::size_t batch_octets = 512U << 10;  // some 5,000
constexpr std::size_t most_seen = 65'536;
constexpr std::uint32_t kept_one_by_one = 10;
constexpr std::chrono::milliseconds interval{200};

/// Before the texts of a record: NAS, login, MAC. A record of no octets fills the ring's end.
struct Header {
    std::uint32_t octets = 0;  ///< with this header, a multiple of 8
    provisioning::Method method = provisioning::Method::none;
    provisioning::Reason reason = provisioning::Reason::none;
    std::uint16_t nas_length = 0;
    std::uint16_t login_length = 0, mac_length = 0;
    bool garden = false;
    std::int64_t nas_id = 0;
    std::int64_t at_ms = 0;
};

Header header_at(const std::uint8_t* octets) noexcept
{
    Header header;
    std::memcpy(&header, octets, sizeof header);
    return header;
}

provisioning::Method method_of(std::string_view text) noexcept
{
    using provisioning::Method;
    if (text == name(Method::mixed)) return Method::mixed;
    return provisioning::method_of(text).value_or(Method::none);
}

AuthRecord unpacked(const std::uint8_t* octets)
{
    const auto header = header_at(octets);
    const auto* text = reinterpret_cast<const char*>(octets + sizeof header);
    const auto take = [&text](std::size_t length) {
        const std::string_view part{text, length};
        text += length;
        return part;
    };
    const std::string nas{take(header.nas_length)};
    const auto login = core::clean(take(header.login_length));
    const auto mac = core::clean(take(header.mac_length));
    return {.at = provisioning::Instant{std::chrono::milliseconds{header.at_ms}},
            .nas_id = header.nas_id,
            .nas = nas,
            .login = login,
            .method = std::string{provisioning::name(header.method)},
            .reason = header.reason,
            .garden = header.garden,
            .mac = mac,
            .times = 1};
}

std::size_t hash_of(const AuthRecord& record)
{
    std::size_t seed = 0;
    boost::hash_combine(seed, record.nas_id);
    boost::hash_combine(seed, record.login);
    boost::hash_combine(seed, record.mac);
    boost::hash_combine(seed, record.method);
    boost::hash_combine(seed, static_cast<int>(record.reason));
    boost::hash_combine(seed, record.garden);
    return seed;
}

bool same(const AuthRecord& a, const AuthRecord& b)
{
    return a.nas_id == b.nas_id && a.reason == b.reason && a.garden == b.garden && a.login == b.login &&
           a.mac == b.mac && a.method == b.method;
}

}  // namespace

/// A stretch of the ring, copied.
struct DecisionLog::Batch {
    std::vector<std::uint8_t> octets;
    std::uint64_t end = 0;
};

DecisionLog::DecisionLog(boost::asio::io_context& loop, DatabaseThreads& threads, core::Counters& counters)
    : loop_(loop), threads_(threads), counters_(counters), timer_(loop),
      ring_(std::make_unique_for_overwrite<std::uint8_t[]>(ring_octets))
{
}

/// Where the record at `position` ends; a filled-up end counts as one.
std::uint64_t DecisionLog::end_of(std::uint64_t position) const noexcept
{
    const auto left = ring_octets - position % ring_octets;
    if (left < sizeof(Header)) return position + left;
    const auto octets = header_at(ring_.get() + position % ring_octets).octets;
    return position + (octets == 0 ? left : octets);
}

void DecisionLog::drop_oldest() noexcept
{
    const auto left = ring_octets - oldest_ % ring_octets;
    const bool record = left >= sizeof(Header) && header_at(ring_.get() + oldest_ % ring_octets).octets != 0;
    if (record && oldest_ >= handed_over_) counters_.add(core::Counter::decisions_dropped);
    if (record && oldest_ < handed_over_) ++dropped_in_flight_;
    oldest_ = end_of(oldest_);
    handed_over_ = std::max(handed_over_, oldest_);
}

std::uint8_t* DecisionLog::room_for(std::size_t octets) noexcept
{
    const auto left = ring_octets - written_ % ring_octets;
    const auto filled = left < octets ? left : 0;
    while (written_ + filled + octets - oldest_ > ring_octets) drop_oldest();
    if (filled >= sizeof(Header)) {
        const Header nothing;
        std::memcpy(ring_.get() + written_ % ring_octets, &nothing, sizeof nothing);
    }
    written_ += filled;
    auto* at = ring_.get() + written_ % ring_octets;
    written_ += octets;
    return at;
}

void DecisionLog::add(const core::Event& decided, provisioning::Instant at) noexcept
{
    const std::string_view nas = decided.nas->name;
    Header header{.octets = 0,
                  .method = method_of(decided.method),
                  .reason = decided.reason,
                  .nas_length = static_cast<std::uint16_t>(nas.size()),
                  .login_length = static_cast<std::uint16_t>(decided.login.size()),
                  .mac_length = static_cast<std::uint16_t>(decided.mac.size()),
                  .garden = decided.garden,
                  .nas_id = decided.nas->id,
                  .at_ms = at.time_since_epoch().count()};
    const auto octets = sizeof header + nas.size() + decided.login.size() + decided.mac.size();
    header.octets = static_cast<std::uint32_t>((octets + 7) / 8 * 8);
    auto* to = room_for(header.octets);
    std::memcpy(to, &header, sizeof header);
    to += sizeof header;
    for (const auto part : {nas, decided.login, decided.mac}) to = std::copy(part.begin(), part.end(), to);
    schedule();
}

void DecisionLog::schedule()
{
    if (std::exchange(timer_runs_, true)) return;
    timer_.expires_after(interval);
    timer_.async_wait([this](const boost::system::error_code& error) {
        timer_runs_ = false;
        if (error) return;
        if (in_flight_ == 0) hand_over(nullptr);
        if (handed_over_ < written_ && !stopped_) schedule();
    });
}

void DecisionLog::hand_over(std::shared_ptr<std::promise<void>> done)
{
    auto batch = std::make_shared<Batch>();
    while (handed_over_ < written_ && batch->octets.size() < batch_octets) {
        const auto* from = ring_.get() + handed_over_ % ring_octets;
        const auto next = end_of(handed_over_);
        const auto left = ring_octets - handed_over_ % ring_octets;
        if (left >= sizeof(Header) && header_at(from).octets != 0)
            batch->octets.insert(batch->octets.end(), from, from + (next - handed_over_));
        handed_over_ = next;
    }
    batch->end = handed_over_;
    ++in_flight_;
    const bool posted = threads_.post([this, batch, done](SessionSource& sessions) {
        bool stored = batch->octets.empty();
        try {
            if (!stored) provisioning::store::store_auth(sessions.get(), folded(*batch));
            stored = true;
        } catch (const std::exception&) {  // away: they stay in the ring and wait their turn
        }
        if (done) done->set_value();
        boost::asio::post(loop_, [this, batch, stored] { returned(*batch, stored); });
    });
    if (!posted) {
        if (done) done->set_value();
        returned(*batch, false);
    }
}

/// On the database thread.
std::vector<AuthRecord> DecisionLog::folded(const Batch& batch)
{
    std::vector<AuthRecord> records;
    boost::unordered_flat_map<std::size_t, std::size_t> last;  // by hash: the place in `records`
    for (std::size_t at = 0; at < batch.octets.size(); at += header_at(batch.octets.data() + at).octets) {
        auto record = unpacked(batch.octets.data() + at);
        const auto hash = hash_of(record);
        const auto before = last.find(hash);
        if (times_this_minute(record, hash) > kept_one_by_one && before != last.end() &&
            same(records[before->second], record)) {
            ++records[before->second].times;
            continue;
        }
        last[hash] = records.size();
        records.push_back(std::move(record));
    }
    return records;
}

std::uint32_t DecisionLog::times_this_minute(const AuthRecord& record, std::size_t hash)
{
    const auto minute = std::chrono::floor<std::chrono::minutes>(record.at).time_since_epoch().count();
    if (minute != minute_ || seen_this_minute_.size() > most_seen) {
        seen_this_minute_.clear();
        minute_ = minute;
    }
    return ++seen_this_minute_[hash];
}

void DecisionLog::returned(const Batch& batch, bool stored)
{
    --in_flight_;
    if (!stored) counters_.add(core::Counter::decisions_dropped, dropped_in_flight_);
    dropped_in_flight_ = 0;
    if (stored) {
        oldest_ = std::max(oldest_, batch.end);
        return;
    }
    if (in_flight_ > 0 || stopped_) return;
    handed_over_ = oldest_;
    if (handed_over_ < written_) schedule();
}

void DecisionLog::flush()
{
    auto done = std::make_shared<std::promise<void>>();
    auto written = done->get_future();
    boost::asio::post(loop_, [this, done] {
        for (auto n = ring_octets / batch_octets; n > 0 && written_ - handed_over_ > batch_octets; --n)
            hand_over(nullptr);
        hand_over(done);
    });
    written.wait_for(std::chrono::seconds{2});
}

void DecisionLog::stop()
{
    stopped_ = true;
    timer_.cancel();
    while (handed_over_ < written_) hand_over(nullptr);
}

}  // namespace io
