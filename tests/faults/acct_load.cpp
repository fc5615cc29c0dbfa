// tests/faults/acct_load.cpp - many NAS at once that log subscribers in and account for them, as stubborn as real ones:
// each request again after the time-out, a record until it is acknowledged. Keeps a ledger of what was acknowledged.
#include "radius/attributes.hpp"
#include "radius/authenticator.hpp"
#include "tests/faults/session.hpp"
#include "tests/faults/summary.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace load {
namespace {

volatile std::sig_atomic_t ending = 0;

class Run {
public:
    explicit Run(const Options& options)
        : options_(options), ledger_(options.ledger), random_(options.seed), poll_(::epoll_create1(EPOLL_CLOEXEC))
    {
        for (const auto& one : options.nas)
            nas_.emplace_back(one.address, one.secret, options.auth_port, options.acct_port);
    }

    Summary go()
    {
        begun_at_ = Clock::now();
        for (;;) {
            now_ = Clock::now();
            begin_sessions();
            send_due();
            if (under_way_ == 0 && no_more()) break;
            receive();
            now_ = Clock::now();
            repeat_overdue();
        }
        summary_.took = Clock::now() - begun_at_;
        return std::move(summary_);
    }

private:
    struct Overdue {
        Clock::time_point at;
        std::uint32_t session;
        std::uint64_t serial;
    };
    static constexpr std::size_t most_places = 8; ///< of one request that was sent again and again

    bool no_more() const { return ending || begun_ == options_.sessions; }

    void begin_sessions()
    {
        const auto most = options_.window == 0 ? options_.sessions : options_.window * nas_.size();
        while (!no_more() && under_way_ < most) {
            if (begun_at_ + options_.within * begun_ / options_.sessions > now_) return;
            std::uint32_t at = static_cast<std::uint32_t>(sessions_.size());
            if (spare_.empty()) {
                sessions_.emplace_back();
            } else {
                at = spare_.back();
                spare_.pop_back();
            }
            auto& session = sessions_[at];
            session = {};
            session.number = options_.first + begun_++;
            session.nas = static_cast<std::uint32_t>(session.number % nas_.size());
            session.foreign = session.number * 61 % 100 < options_.foreign_percent;
            session.serial = ++serial_;
            ++under_way_;
            ++summary_.sessions;
            next(at);
        }
    }

    /// To the step at which the session stands, or to its end.
    void next(std::uint32_t at)
    {
        auto& session = sessions_[at];
        while (session.step < options_.steps.size() && session.foreign && options_.steps[session.step] == Step::login)
            ++session.step;
        if (session.step < options_.steps.size())
            due_.push_back(at);
        else
            end(at);
    }

    void end(std::uint32_t at)
    {
        spare_.push_back(at);
        --under_way_;
    }

    void send_due()
    {
        while (!due_.empty()) {
            const std::chrono::duration<double> elapsed = now_ - begun_at_;
            const auto asked = static_cast<double>(summary_.sent + summary_.logins);
            if (options_.rate > 0 && asked >= options_.rate * elapsed.count()) return;
            const auto at = due_.front();
            due_.pop_front();
            auto& session = sessions_[at];
            session.first = now_;
            session.tries = 0;
            if (options_.steps[session.step] == Step::login) {
                ++summary_.logins;
            } else {
                session.record = record_of(options_, session);
                ledger_.sent(session.record);
                ++summary_.sent;
            }
            send(at);
        }
    }

    /// An Access-Request goes out again as it was; an accounting request is another packet each time.
    void send(std::uint32_t at)
    {
        auto& session = sessions_[at];
        auto& nas = nas_[session.nas];
        const bool login = options_.steps[session.step] == Step::login;
        if (!login || session.places.empty()) {
            if (session.places.size() == most_places) {
                nas.give_back(session.places.front());
                session.places.erase(session.places.begin());
            }
            const auto service = login ? Nas::Service::auth : Nas::Service::acct;
            const auto place = nas.take(service, at, [&](int descriptor, std::uint16_t socket) {
                watch(descriptor, session.nas, service, socket);
            });
            session.places.push_back(place);
            const auto late = std::chrono::floor<std::chrono::seconds>(now_ - session.first);
            session.packet = login ? access_request(options_, session, nas, place.identifier, random_, digester_)
                                   : accounting_request(options_, session, nas, place.identifier, late, digester_);
        }
        nas.send(session.places.back(), session.packet);
        ++session.tries;
        session.serial = ++serial_;
        overdue_.push_back({now_ + options_.timeout, at, session.serial});
    }

    void watch(int descriptor, std::uint32_t nas, Nas::Service service, std::uint16_t socket)
    {
        descriptors_.push_back({descriptor, nas, {service, socket, 0}});
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = descriptors_.size() - 1;
        ::epoll_ctl(poll_, EPOLL_CTL_ADD, descriptor, &event);
    }

    void repeat_overdue()
    {
        while (!overdue_.empty() && overdue_.front().at <= now_) {
            const auto one = overdue_.front();
            overdue_.pop_front();
            auto& session = sessions_[one.session];
            if (session.serial != one.serial) continue;
            if (session.tries == 1) ++summary_.timed_out;
            const bool too_many = options_.tries != 0 && session.tries >= options_.tries;
            const bool too_long = options_.give_up.count() != 0 && now_ - session.first >= options_.give_up;
            if (too_many || too_long) {
                give_up(one.session);
                continue;
            }
            ++summary_.retransmissions;
            send(one.session);
        }
    }

    void give_up(std::uint32_t at)
    {
        if (options_.steps[sessions_[at].step] == Step::login) {
            ++summary_.logins_gave_up;
            forget_request(at);
            end(at);
            return;
        }
        ++summary_.gave_up;
        done(at);
    }

    void forget_request(std::uint32_t at)
    {
        auto& session = sessions_[at];
        for (const auto& place : session.places) nas_[session.nas].give_back(place);
        session.places.clear();
        session.serial = ++serial_;
    }

    void done(std::uint32_t at)
    {
        auto& session = sessions_[at];
        forget_request(at);
        if (options_.steps[session.step] != Step::login) ++session.records;
        ++session.step;
        next(at);
    }

    void receive()
    {
        std::array<epoll_event, 64> events;
        const int count = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), patience());
        now_ = Clock::now();
        std::array<std::uint8_t, radius::max_packet_octets> in;
        for (int i = 0; i < count; ++i) {
            const auto from = descriptors_[events[static_cast<std::size_t>(i)].data.u64];
            for (;;) {
                const auto octets = ::recv(from.descriptor, in.data(), in.size(), MSG_DONTWAIT);
                if (octets < 0) break;
                answer(from.nas, from.place, radius::Octets{in}.first(static_cast<std::size_t>(octets)));
            }
        }
    }

    /// In milliseconds, for epoll.
    int patience() const
    {
        if (!due_.empty() || (!no_more() && options_.within.count() != 0)) return 1;
        if (overdue_.empty()) return 100;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(overdue_.front().at - now_);
        return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 100));
    }

    void answer(std::uint32_t nas, Nas::Place place, radius::Octets octets)
    {
        const auto reply = radius::parse_packet(octets);
        if (!reply) {
            ++summary_.strays;
            return;
        }
        place.identifier = reply->identifier();
        const auto& waiting = nas_[nas].waiting(place);
        if (!waiting.taken || !radius::response_authenticator_verifies(digester_, *reply, waiting.authenticator,
                                                                       load::octets(nas_[nas].secret()))) {
            ++summary_.strays; // the answer to an earlier sending of what has been answered since
            return;
        }
        const auto at = waiting.owner;
        auto& session = sessions_[at];
        const auto took = std::chrono::duration_cast<std::chrono::microseconds>(now_ - session.first);
        const auto code = static_cast<radius::Code>(reply->code());
        if (code == radius::Code::accounting_response && place.service == Nas::Service::acct) {
            ledger_.acknowledged(session.record);
            ++summary_.acknowledged;
            summary_.acct_latencies.push_back(static_cast<std::uint32_t>(took.count()));
            done(at);
        } else if (code == radius::Code::access_accept && place.service == Nas::Service::auth) {
            ++summary_.accepted;
            summary_.auth_latencies.push_back(static_cast<std::uint32_t>(took.count()));
            if (const auto value = reply->find(radius::attribute::class_))
                session.class_value.assign(value->begin(), value->end());
            done(at);
        } else {
            ++summary_.rejected;
            forget_request(at);
            end(at);
        }
    }

    struct Descriptor {
        int descriptor;
        std::uint32_t nas;
        Nas::Place place;
    };

    const Options& options_;
    Ledger ledger_;
    std::mt19937_64 random_;
    radius::Digester digester_;
    int poll_;
    std::vector<Nas> nas_;
    std::vector<Descriptor> descriptors_;
    std::vector<Session> sessions_;
    std::vector<std::uint32_t> spare_;
    std::deque<std::uint32_t> due_;
    std::deque<Overdue> overdue_; ///< every time-out is as long, so the oldest is first
    std::uint64_t begun_ = 0, under_way_ = 0, serial_ = 0;
    Clock::time_point begun_at_{}, now_{};
    Summary summary_;
};

} // namespace
} // namespace load

int main(int argc, char** argv)
{
    const auto options = load::options_of(argc, argv);
    std::signal(SIGTERM, [](int) { load::ending = 1; });
    std::printf("%s\n", load::Run(options).go().json().c_str());
}
