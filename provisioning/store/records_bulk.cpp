// provisioning/store/records_bulk.cpp - set on several records, and remove.
#include "provisioning/store/resolve.hpp"

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;

/// Live records that would be left without `id`, and the command that removes the first of them.
void refuse_while_referred_to(Transaction& t, const RecordType& type, std::int64_t id)
{
    constexpr int most = 5;
    std::string list, first;
    for (const auto* from : record_types()) {
        for (const auto& field : from->fields) {
            if (field.target != type.name) continue;
            int n = 0;
            for (const auto& row : run(t, referrers(*from, field, id, most))) {
                const auto label = row[0].as<std::string>();
                if (first.empty()) first = label.substr(0, label.find(" ("));
                list += (list.empty() ? "" : ", ") + (n++ < most ? label : "more of them");
            }
        }
    }
    if (list.empty()) return;
    const auto noun = first.substr(0, first.find(' '));
    const std::string use = noun == "charge" ? "pay" : "remove";
    throw Refusal(ErrorCode::conflict, std::string{type.name},
                  "still in use by " + list + "; first: porteiro " + noun + ' ' + use + first.substr(first.find(' ')));
}

}  // namespace

std::vector<Record> set_where(Session& session, const Sealing& sealing, const RecordType& type, const Record& where,
                              const Record& typed, bool dry_run, const Actor& actor)
{
    constexpr std::chrono::seconds deadline{10};  // for each step
    try {
        Transaction t(session, actor, Mode::read_write, deadline);
        Selection wanted;
        wanted.filters = checked_filters(t, type, where);
        wanted.locked = Locked::for_update;
        std::vector<Record> changed;
        for (const auto& row : run(t, selection(type, wanted))) {
            t.extend();
            const auto id = row[0].as<std::int64_t>();
            if (set_in(t, sealing, type, id, typed)) changed.push_back(show_in(t, type, id));
        }
        if (!dry_run) t.commit();
        return changed;
    } catch (...) {
        throw_refusal(session);
    }
}

Record remove(Session& session, const RecordType& type, std::string_view what, const Actor& actor)
{
    return in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        const auto id = resolve_locked(t, type, what, Rows::live, Lock::update);
        refuse_while_referred_to(t, type, id);
        run(t, closing(type, id));
        return show_in(t, type, id);
    });
}

}  // namespace provisioning::store
