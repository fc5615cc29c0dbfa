// provisioning/reason.cpp
#include "provisioning/reason.hpp"

#include <iterator>

namespace provisioning {
namespace {

// The subscriber's texts are plain ASCII: many clients show Reply-Message in a character set of their own. Whatever is
// refused before the password was proved has the same text, so that a guesser learns nothing (protocol A-13).
constexpr std::string_view wrong_pt = "Usuario ou senha incorretos. Confira e tente de novo.";
constexpr std::string_view wrong_en = "Wrong user name or password. Check them and try again.";

constexpr ReasonText texts[] = {
    {Reason::none, "", "", "", ""},
    {Reason::no_credentials, "no_credentials",
     "The request holds no credentials that can be checked, or more than one kind. Let the concentrator use PAP, CHAP "
     "or "
     "MS-CHAPv2.",
     "Acesso negado. Fale com o seu provedor.", "Access denied. Contact your provider."},
    {Reason::unknown_login, "unknown_login",
     "There is no such login. Compare the name with `porteiro login list`; add it with `porteiro login add LOGIN "
     "--contract ID --generate`.",
     wrong_pt, wrong_en},
    {Reason::bad_password, "bad_password",
     "The password is wrong. Set a new one with `porteiro login set LOGIN --password -`; if every login of one NAS "
     "fails so, its secret is wrong: `porteiro nas set NAME --secret -`.",
     wrong_pt, wrong_en},
    {Reason::method_not_possible, "method_not_possible",
     "The request uses a method (PAP, CHAP, MS-CHAP, EAP) that the plan or the NAS does not allow or that the stored "
     "password cannot serve. `porteiro login show LOGIN` lists those it can; keep the password itself with `porteiro "
     "login set LOGIN --storage encrypted --password -`, or allow the method with `porteiro plan set NAME --method M`.",
     wrong_pt, wrong_en},
    {Reason::login_disabled, "login_disabled",
     "The login is disabled. See `porteiro login show LOGIN`; enable it with `porteiro login enable LOGIN`.",
     "Acesso desativado. Fale com o seu provedor.", "Access is disabled. Contact your provider."},
    {Reason::wrong_kind, "wrong_kind",
     "The login is of another kind than the request (PPPoE, hotspot, MAC), or of kind ip, which is never "
     "authenticated. Correct it with `porteiro login set LOGIN --kind KIND`.",
     "Tipo de acesso nao permitido. Fale com o seu provedor.",
     "This kind of access is not allowed. Contact your provider."},
    {Reason::wrong_realm, "wrong_realm",
     "The name was dialled without its realm, or with another. Let the subscriber dial LOGIN@REALM, or change the rule "
     "with `porteiro login set LOGIN --realm-rule strip`.",
     "Usuario sem o dominio correto. Fale com o seu provedor.",
     "The user name lacks its realm. Contact your provider."},
    {Reason::not_yet_valid, "not_yet_valid",
     "The login is not valid yet. Change the day with `porteiro login set LOGIN --valid-from DAY` or take it away with "
     "`--clear valid-from`.",
     "Acesso ainda nao liberado. Fale com o seu provedor.", "Access is not open yet. Contact your provider."},
    {Reason::expired, "expired",
     "The login's validity has ended. Extend it with `porteiro login set LOGIN --valid-until DAY` or take it away with "
     "`--clear valid-until`.",
     "Acesso vencido. Fale com o seu provedor.", "Access has expired. Contact your provider."},
    {Reason::client_inactive, "client_inactive",
     "The client is inactive. See `porteiro client show ID`; enable it with `porteiro client enable ID`.",
     "Cadastro inativo. Fale com o seu provedor.", "Your registration is inactive. Contact your provider."},
    {Reason::contract_not_active, "contract_not_active",
     "The contract is not active yet. Activate it with `porteiro contract set ID --status active`.",
     "Acesso ainda nao ativado. Fale com o seu provedor.", "Access is not active yet. Contact your provider."},
    {Reason::contract_suspended, "contract_suspended",
     "The contract is suspended. See `porteiro contract show ID`; release it with `porteiro contract release ID` or "
     "record the payment with `porteiro charge pay ID`.",
     "Acesso suspenso. Fale com o seu provedor.", "Access is suspended. Contact your provider."},
    {Reason::contract_cancelled, "contract_cancelled",
     "The contract is cancelled, or it, its client or the login's plan is not there. Add another with `porteiro "
     "contract add` and move the login to it with "
     "`porteiro login set LOGIN --contract ID`.",
     "Contrato encerrado. Fale com o seu provedor.", "The contract has ended. Contact your provider."},
    {Reason::wrong_nas, "wrong_nas",
     "The login is bound to another concentrator than the one that asks. Move it with `porteiro login set LOGIN --nas "
     "NAME` or free it with `--clear nas`.",
     "Acesso nao permitido neste local. Fale com o seu provedor.",
     "Access is not allowed here. Contact your provider."},
    {Reason::wrong_port, "wrong_port",
     "The login is bound to another port, VLAN, Agent-Circuit-Id or Agent-Remote-Id than the request shows. Move it "
     "with "
     "`porteiro login set LOGIN --nas-port PORT` (or --circuit-id, --remote-id), or free it with `--clear nas-port`.",
     "Acesso nao permitido neste local. Fale com o seu provedor.",
     "Access is not allowed here. Contact your provider."},
    {Reason::wrong_mac, "wrong_mac",
     "The login is bound to another MAC than the one that dials. When the subscriber has a new router: `porteiro login "
     "swap-mac LOGIN MAC`; to let any in: `porteiro login set LOGIN --clear mac`.",
     "Equipamento nao cadastrado. Fale com o seu provedor.",
     "This equipment is not registered. Contact your provider."},
    {Reason::outside_schedule, "outside_schedule",
     "It is outside the times of access of the login or its plan. Change them with `porteiro login set LOGIN "
     "--schedule "
     "'...'` or `porteiro plan set NAME --schedule '...'`.",
     "Fora do horario de acesso. Fale com o seu provedor.", "Outside the hours of access. Contact your provider."},
    {Reason::throttled, "throttled",
     "Too many wrong passwords from this device within a minute: for up to 60 s it is refused without a look at the "
     "password. Correct the password in the subscriber's router, or set a new one here, which ends it at once: "
     "`porteiro "
     "login set LOGIN --password -`.",
     wrong_pt, wrong_en},
    {Reason::session_limit, "session_limit",
     "The login has as many sessions as it may. See `porteiro session list --login LOGIN`; allow more with `porteiro "
     "login set LOGIN --simultaneous N`. A dead session is taken over by a redial from the same MAC, and stops "
     "counting "
     "after three interim intervals.",
     "Usuario ja conectado em outro equipamento. Fale com o seu provedor.",
     "Already connected elsewhere. Contact your provider."},
    {Reason::pool_empty, "pool_empty", "The address pool has no free address. Enlarge it.",
     "Sem endereco disponivel. Tente de novo em alguns minutos.", "No address is free. Try again in a few minutes."},
    {Reason::reply_too_long, "reply_too_long",
     "The reply attributes do not fit into one packet of 4096 octets. Give fewer with `porteiro plan set NAME --reply "
     "...` or `porteiro login set LOGIN --reply ...`.",
     "Acesso indisponivel. Fale com o seu provedor.", "Access is not available. Contact your provider."},
};

constexpr bool stand_in_order()
{
    for (std::size_t i = 0; i < std::size(texts); ++i)
        if (static_cast<std::size_t>(texts[i].reason) != i) return false;
    return std::size(texts) == reason_count;
}
static_assert(stand_in_order());

}  // namespace

std::span<const ReasonText> reasons() noexcept { return std::span{texts}.subspan(1); }
const ReasonText& text(Reason reason) noexcept { return texts[static_cast<std::size_t>(reason)]; }
std::string_view name(Reason reason) noexcept { return text(reason).name; }
bool looks_like_wrong_credentials(Reason reason) noexcept { return text(reason).english == wrong_en; }

}  // namespace provisioning
