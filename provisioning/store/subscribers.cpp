// provisioning/store/subscribers.cpp - subscriber add: client, contract and login at once, or none of them.
#include "provisioning/store/actions.hpp"
#include "provisioning/store/resolve.hpp"

namespace provisioning::store {
namespace {

std::optional<std::int64_t> client_with(Transaction& t, const Record& client)
{
    const auto at = client.find("document");
    if (at == client.end() || at->second.empty()) return std::nullopt;
    const auto rows = run(t, candidates(client_type, Way::document, at->second.front(), Closed::left_out, Lock::share));
    if (rows.empty()) return std::nullopt;
    if (rows.size() > 1) {
        throw Refusal(ErrorCode::conflict, "document",
                      "several clients have it: " + rows[0][1].as<std::string>() + ", " + rows[1][1].as<std::string>() +
                          "; add the contract to one of them by its id");
    }
    return rows[0][0].as<std::int64_t>();
}

Record with(Record record, std::string name, std::int64_t reference)
{
    record[std::move(name)] = {std::to_string(reference)};
    return record;
}

std::int64_t id_of(const Record& record) { return std::stoll(record.at("id").front()); }

}  // namespace

Subscriber subscriber_add(Session& session, const Sealing& sealing, const Record& client, const Record& contract,
                          const Record& login, const Actor& actor, ClientReuse reuse)
{
    return in_transaction(session, actor, Transaction::Mode::read_write, default_deadline, [&](Transaction& t) {
        Subscriber added;
        const auto known = reuse == ClientReuse::by_document ? client_with(t, client) : std::nullopt;
        added.client = known ? show_in(t, client_type, *known) : add_in(t, sealing, client_type, client);
        added.contract = add_in(t, sealing, contract_type, with(contract, "client", id_of(added.client)));
        added.login = add_in(t, sealing, login_type, with(login, "contract", id_of(added.contract)));
        return added;
    });
}

}  // namespace provisioning::store
