#include "provisioning/store/passwords.hpp"

#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"
#include "provisioning/store/octets.hpp"
#include "provisioning/store/resolve.hpp"

#include <algorithm>

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;
using Octets = std::span<const std::uint8_t>;

const Actor daemon{.name = "porteirod", .operator_ = {}, .address = {}};

}  // namespace

std::vector<std::uint8_t> sealed_password(Transaction& t, std::int64_t login_id)
{
    const auto rows = t.work().exec_params("select password from login where id = $1 for update", login_id);
    return rows.empty() ? std::vector<std::uint8_t>{} : octets_of(rows[0][0]);
}

Revealed reveal_password(Session& session, Sealer& sealer, std::string_view what, std::string_view reason,
                         const Actor& actor)
{
    return in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        const auto id = resolve_locked(t, login_type, what, Rows::live, Lock::update);
        Revealed revealed{show_in(t, login_type, id), {}};
        if (const auto storage = std::string{first_value(revealed.login, "storage")}; storage != "encrypted")
            throw Refusal(ErrorCode::invalid, "login",
                          "its password is kept as " + storage +
                              ", which is a hash and shows nothing; set a new one: porteiro login set " +
                              std::string{first_value(revealed.login, "login")} + " --password -");
        revealed.password = sealer.open(sealed_password(t, id), {"login", "password", id});
        if (revealed.password.empty())
            throw Refusal(ErrorCode::invalid, "login", "its password does not open with this key file; set a new one");
        because(t, std::string{reason});
        t.work().exec_params1("select password_revealed($1)", id);
        return revealed;
    });
}

Record swap_mac(Session& session, std::string_view what, std::string_view typed, std::string_view old,
                const Actor& actor)
{
    const auto fresh = mac(typed);
    if (!fresh)
        throw Refusal(ErrorCode::invalid, "mac", shown(typed) + " is no MAC address, give it like AA:BB:CC:DD:EE:FF");
    return in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        const auto id = resolve_locked(t, login_type, what, Rows::live, Lock::update);
        auto macs = show_in(t, login_type, id).at("mac");
        if (macs.size() > 1 && old.empty()) {
            std::string all;
            for (const auto& one : macs) all += ' ' + one;
            throw Refusal(ErrorCode::invalid, "old", "missing: the login has several, say which one goes:" + all);
        }
        if (!old.empty()) {
            const auto gone = mac(old);
            const auto at = gone ? std::ranges::find(macs, *gone) : macs.end();
            if (at == macs.end())
                throw Refusal(ErrorCode::invalid, "old",
                              shown(old) + " is no MAC of this login, see porteiro login show");
            macs.erase(at);
        } else {
            macs.clear();
        }
        if (std::ranges::find(macs, *fresh) == macs.end()) macs.push_back(*fresh);
        t.work().exec_params0("update login set mac = $2::text[]::clean_text[] where id = $1", id, array_literal(macs));
        return show_in(t, login_type, id);
    });
}

void learn_mac(Session& session, std::int64_t login_id, std::string_view mac)
{
    in_transaction(session, daemon, Mode::read_write, default_deadline, [&](Transaction& t) {
        because(t, "learned: the first MAC that it dialled from");
        t.work().exec_params0("update login set mac = array[$2::text]::clean_text[]"
                              " where id = $1 and removed_at is null and coalesce(cardinality(mac), 0) = 0",
                              login_id, std::string{mac});
    });
}

void learn_message_authenticator(Session& session, std::int64_t nas_id)
{
    in_transaction(session, daemon, Mode::read_write, default_deadline, [&](Transaction& t) {
        because(t, "learned: a request with a verified Message-Authenticator came");
        t.work().exec_params0("update nas set message_authenticator_learned = now() where id = $1"
                              " and message_authenticator_learned is null and message_authenticator = 'auto'"
                              " and masklen(address) = case family(address) when 4 then 32 else 128 end",
                              nas_id);
    });
}

void upgrade_password(Session& session, Sealer& sealer, const PasswordForms& forms, std::int64_t login_id,
                      Octets sealed, const Secret& clear, Storage to)
{
    // The password as typed, even if it looks like a hash.
    const auto stored = to == Storage::encrypted ? clear : forms.converted(Storage::encrypted, clear.octets(), to);
    const auto fresh = sealer.seal(stored.octets(), {"login", "password", login_id});
    in_transaction(session, daemon, Mode::read_write, default_deadline, [&](Transaction& t) {
        because(t, "a weak hash was replaced once PAP had proved the password");
        t.work().exec_params0(
            "update login set password = $2::bytea, storage = $3 where id = $1 and password = $4::bytea", login_id,
            hexadecimal(fresh), std::string{name(to)}, hexadecimal(sealed));
    });
}

}  // namespace provisioning::store
