#include "daemon/core/reconcile/reconciler.hpp"

#include "daemon/core/reconcile/reconciler_inside.hpp"

namespace core {

using provisioning::EnforcementResult;
using provisioning::EntryKind;

Reconciler::Reconciler(Random random, Counters& counters, radius::Digester& digester)
    : inside_(std::make_unique<Inside>(std::move(random), counters, digester))
{
}

Reconciler::~Reconciler() = default;

void Reconciler::serve(const provisioning::Directory* directory, Records records)
{
    inside_->directory = directory;
    inside_->records = std::move(records);
}

void Reconciler::online(Online&& session, Now now)
{
    auto& in = *inside_;
    const bool heard = session.at.has_value();
    auto slot = in.roster.find(session.key);
    if (slot && in.roster.at(*slot).online.nas_id != session.nas_id) {
        in.ended(*slot, now);
        slot.reset();
    }
    if (!slot) {
        ++in.of_nas[session.nas_id];
        in.want_look(in.roster.add(std::move(session)));
        return in.tell();
    }
    if (!heard) return; // what was heard since counts more than a row
    in.update(*slot, std::move(session));
    in.heard(*slot, now);
    in.tell();
}

/// The Class says what the Accept gave; what was changed since is known better here.
void Reconciler::Inside::update(Slot slot, Online&& online)
{
    Member& member = roster.at(slot);
    auto& known = member.online;
    if (known.at && *online.at < *known.at) return; // a late one
    if (!known.ours || known.login_id != online.login_id || known.user_name != online.user_name) want_look(slot);
    roster.set_login(slot, online.login_id);
    if (known.has) {
        online.has = known.has;
        online.has_words = std::move(known.has_words);
    }
    online.ours = known.ours || online.ours;
    known = std::move(online);
}

void Reconciler::ended(const Sessions::Key& key, Now now)
{
    auto& in = *inside_;
    if (const auto slot = in.roster.find(key)) in.ended(*slot, now);
    in.tell();
}

void Reconciler::changed(EntryKind kind, std::int64_t id)
{
    auto& concerned = inside_->concerned;
    switch (kind) {
    case EntryKind::nas:
        concerned.nas.insert(id);
        break;
    case EntryKind::plan:
        concerned.plans.insert(id);
        break;
    case EntryKind::client:
        concerned.clients.insert(id);
        break;
    case EntryKind::contract:
        concerned.contracts.insert(id);
        break;
    case EntryKind::garden:
        concerned.gardens = true;
        break;
    case EntryKind::login:
        login_changed(id);
        concerned.unknown = concerned.unknown || inside_->roster.has_unknown(); // its name may be theirs
        break;
    }
}

void Reconciler::everything_changed() { inside_->concerned.all = true; }

void Reconciler::login_changed(std::int64_t login_id)
{
    inside_->roster.each_of(login_id, [&](Roster::Slot slot) { inside_->want_look(slot); });
}

void Reconciler::look_again(std::int64_t nas_id) { inside_->concerned.again.insert(nas_id); }

std::optional<Reconciler::Time> Reconciler::work(Now now, const Send& send)
{
    auto& in = *inside_;
    in.worked = now;
    if (!in.directory) return std::nullopt;
    in.ring(now);
    in.look_at_expired(now);
    in.pass_some();
    in.look_at_some(now);
    for (auto& probe : std::exchange(in.new_probes, {})) in.launch(std::move(probe), now, send);
    const bool all_sent = in.run_lines(now, send);
    in.tell();
    if (!all_sent || !in.looks.empty() || in.pass_runs || !in.concerned.empty()) return now.steady;

    std::optional<Time> next;
    const auto consider = [&](Time time) { next = next ? std::min(*next, time) : time; };
    if (!in.timers.empty()) consider(std::get<0>(in.timers.top()));
    if (!in.expiries.empty())
        consider(now.steady +
                 std::chrono::ceil<std::chrono::milliseconds>(std::get<0>(in.expiries.top()) - now.system));
    for (const auto& [key, line] : in.lines)
        if (const auto due = line.next_due(now.steady)) consider(*due);
    return next;
}

void Reconciler::on_reply(const Path& path, Octets octets, Now now)
{
    inside_->take(path, octets, now);
    inside_->tell();
}

std::vector<provisioning::EnforcementAttempt> Reconciler::take_attempts()
{
    return std::exchange(inside_->attempts, {});
}

void Reconciler::Inside::tell()
{
    for (auto& [done, outcome] : std::exchange(told, {}))
        if (done) done(outcome);
    for (auto& [done, result] : std::exchange(probed, {}))
        if (done) done(result);
}

std::string Reconciler::Inside::no_order(std::optional<Slot> slot) const
{
    if (!slot || !directory) return "it is not known to be online here";
    if (!roster.at(*slot).online.ours) return "another daemon hears its accounting: give the order there";
    return roster.at(*slot).hand ? "another order by hand is on its way" : "";
}

void Reconciler::disconnect(const Sessions::Key& key, std::string actor, Done done, Now now)
{
    auto& in = *inside_;
    const auto slot = in.roster.find(key);
    auto problem = in.no_order(slot);
    if (!problem.empty()) return done({.problem = std::move(problem)});
    Member& member = in.roster.at(*slot);
    member.hand = std::make_unique<Hand>(Hand{true, std::move(actor), std::move(done)});
    in.look(*slot, now);
    in.tell();
}

void Reconciler::set_rates(const Sessions::Key& key, Rates rates, std::string actor, Done done, Now now)
{
    auto& in = *inside_;
    const auto slot = in.roster.find(key);
    auto problem = in.no_order(slot);
    if (!problem.empty()) return done({.problem = std::move(problem)});
    Member& member = in.roster.at(*slot);
    member.rates.reset();
    auto base = in.judge(member, now).wanted;
    if (base.offline) return done({.problem = "its records say that it is to be offline: " + base.why});
    member.rates = std::make_unique<HandRates>(HandRates{rates, std::move(base)});
    member.hand = std::make_unique<Hand>(Hand{false, std::move(actor), std::move(done)});
    in.look(*slot, now);
    if (!member.task && member.hand) { // it has them already
        in.told.emplace_back(std::move(member.hand->done), Outcome{.result = EnforcementResult::acknowledged});
        member.hand.reset();
    }
    in.tell();
}

void Reconciler::probe(const provisioning::NasEntry& nas, const Path& to, std::function<void(const Probed&)> done, Now)
{
    inside_->new_probes.push_back({nas, to, std::move(done)});
}

} // namespace core
