// provisioning/store/usage_instance.cpp - a record belongs to the session that was running at its time, unless it says
// that its own began after that one's end. Written so that records found their session again when they are repeated,
// and in whatever order they come.
#include "provisioning/store/usage_instance.hpp"

#include <algorithm>

namespace provisioning::store {
namespace {

using std::chrono::seconds;
constexpr seconds repeated_start{5}; ///< a Start that is sent again without Acct-Delay-Time, its Stop being there
constexpr seconds late_start{60}; ///< what a Start may be behind, and a reckoned start beside the real one

/// When the record says that its session began.
std::optional<Instant> reckoned(const Usage& u)
{
    if (u.kind == UsageKind::start) return u.at;
    if (u.session_time_s.value_or(0) == 0) return std::nullopt;
    return u.at - seconds{*u.session_time_s};
}

/// By how much a reckoned start may be too late: whole seconds, and clocks that drift apart over months.
seconds inexact(const Usage& u) { return late_start + seconds{u.session_time_s.value_or(0) / 1000}; }

class Timeline {
public:
    Timeline(std::vector<Instance> known, std::span<const Instant> boots) : sessions_(std::move(known)), boots_(boots)
    {
        sort();
    }

    std::optional<Instant> place(const Usage& u)
    {
        const auto found = find(u);
        if (u.kind == UsageKind::closed) return found ? std::optional{sessions_[*found].began} : std::nullopt;
        const auto began = found ? sessions_[*found].began : reckoned(u).value_or(u.at);
        if (found)
            merge(sessions_[*found], u);
        else
            sessions_.push_back(opened(u, began));
        sort();
        return began;
    }

private:
    /// The earliest that speaks for it: its Start may have come in later than what was reckoned.
    static Instant position(const Instance& s)
    {
        return s.began == Instant{} ? s.started_at : std::min(s.began, s.started_at);
    }
    void sort()
    {
        std::ranges::sort(sessions_, {}, [](const Instance& s) { return std::pair{position(s), s.began}; });
    }

    std::optional<Instant> end(const Instance& s) const
    {
        if (s.stop_at) return s.stop_at;
        const auto boot = std::ranges::lower_bound(boots_, std::max(s.updated_at, s.started_at + Instant::duration{1}));
        return boot == boots_.end() ? std::nullopt : std::optional{*boot};
    }

    std::optional<std::size_t> find(const Usage& u) const
    {
        const auto began = reckoned(u);
        std::size_t later = 0; // the first session that begins after the record
        for (; later < sessions_.size() && position(sessions_[later]) <= u.at; ++later) {
            const auto& s = sessions_[later];
            if (u.kind == UsageKind::start && s.start_seen && s.started_at == u.at) return later;
        }
        if (later > 0 && (u.kind == UsageKind::closed || belongs(sessions_[later - 1], u, began))) return later - 1;
        if (u.kind != UsageKind::closed && later < sessions_.size() && comes_before(sessions_[later], began))
            return later;
        return std::nullopt;
    }

    /// Of the session that was running at that time.
    bool belongs(const Instance& s, const Usage& u, std::optional<Instant> began) const
    {
        if (!began) return true;
        const auto ended = end(s);
        if (!ended) {
            if (u.kind == UsageKind::start) return u.at - s.started_at <= late_start || u.at <= s.updated_at;
            return *began <= s.updated_at + inexact(u);
        }
        if (*began <= *ended) return true;
        if (!s.stop_at) return false;
        if (u.kind == UsageKind::stop) // its Stop once more
            return u.session_time_s == s.session_time_s && u.download_octets == s.download_octets &&
                   u.upload_octets == s.upload_octets;
        if (u.kind != UsageKind::start) return false;
        const bool its_own = !s.start_seen && u.at - *ended <= late_start;
        return its_own || (u.at - *ended <= repeated_start && same_circuit(s, u));
    }
    /// Later by the NAS's own clock, it is no repetition.
    static bool same_circuit(const Instance& s, const Usage& u)
    {
        return u.framed_ip.value_or("") == s.framed_ip && u.nas_port == s.nas_port &&
               u.nas_at.has_value() == s.nas_at.has_value() && u.nas_at <= s.nas_at;
    }

    /// Of a session that was heard of later, but began earlier than was known.
    static bool comes_before(const Instance& s, std::optional<Instant> began)
    {
        const bool start_unknown = !s.start_seen && s.session_time_s == 0;
        if (!began || start_unknown) return true;
        return position(s) - *began <= (s.start_seen ? repeated_start : late_start);
    }

    static Instance opened(const Usage& u, Instant began)
    {
        Instance s;
        s.began = began;
        s.started_at = began;
        s.updated_at = u.at;
        merge(s, u);
        return s;
    }
    static void merge(Instance& s, const Usage& u)
    {
        const auto began = reckoned(u).value_or(u.at);
        const bool is_start = u.kind == UsageKind::start;
        if (is_start == s.start_seen)
            s.started_at = std::min(s.started_at, began);
        else if (is_start)
            s.started_at = began;
        s.start_seen = s.start_seen || is_start;
        if (u.framed_ip && (u.at >= s.updated_at || s.framed_ip.empty())) s.framed_ip = *u.framed_ip;
        s.updated_at = std::max(s.updated_at, u.at);
        if (u.kind == UsageKind::stop) s.stop_at = std::min(s.stop_at.value_or(u.at), u.at);
        s.session_time_s = std::max(s.session_time_s, u.session_time_s.value_or(0));
        s.download_octets = std::max(s.download_octets, u.download_octets);
        s.upload_octets = std::max(s.upload_octets, u.upload_octets);
        s.nas_port = std::max(s.nas_port, u.nas_port);
        s.nas_at = std::max(s.nas_at, u.nas_at);
    }

    std::vector<Instance> sessions_;
    std::span<const Instant> boots_;
};

} // namespace

std::vector<std::optional<Instant>> instances(std::vector<Instance> known, std::span<const Instant> boots,
                                              std::span<const Usage* const> records)
{
    Timeline timeline(std::move(known), boots);
    std::vector<std::optional<Instant>> began;
    began.reserve(records.size());
    for (const auto* record : records) began.push_back(timeline.place(*record));
    return began;
}

} // namespace provisioning::store
