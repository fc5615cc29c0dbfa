// provisioning/reason.cpp
#include "provisioning/reason.hpp"

#include <iterator>

namespace provisioning {
namespace {

// The subscriber's texts are plain ASCII: many clients show Reply-Message in a character set of their own.
constexpr std::string_view wrong_credentials = "Usuario ou senha incorretos. Confira e tente de novo.";

constexpr ReasonText texts[] = {
    {Reason::none, "", "", ""},
    {Reason::no_credentials, "no_credentials",
     "The request holds no credentials that can be checked. Let the concentrator use PAP, CHAP or MS-CHAPv2.",
     "Acesso negado. Fale com o seu provedor."},
    {Reason::unknown_login, "unknown_login",
     "There is no such login. Compare the name with `porteiro login list`; add it with `porteiro login add LOGIN "
     "--contract ID --generate`.",
     wrong_credentials},
    {Reason::bad_password, "bad_password",
     "The password is wrong. Set a new one with `porteiro login set LOGIN --password -`; if every login of one NAS "
     "fails so, its secret is wrong: `porteiro nas set NAME --secret -`.",
     wrong_credentials},
    // The same text again: whether the method fits shows that there is such a login, before anything is proved.
    {Reason::method_not_possible, "method_not_possible",
     "The request uses a method (PAP, CHAP, MS-CHAP) that is not offered or that the stored password cannot serve. Let "
     "the concentrator use another, or store the password anew with `porteiro login set LOGIN --password -`.",
     wrong_credentials},
    {Reason::login_disabled, "login_disabled",
     "The login is disabled. See `porteiro login show LOGIN`; enable it with `porteiro login enable LOGIN`.",
     "Acesso desativado. Fale com o seu provedor."},
    {Reason::wrong_kind, "wrong_kind",
     "The login is of another kind than the request (PPPoE, hotspot, MAC), or of kind ip, which is never "
     "authenticated. Correct it with `porteiro login set LOGIN --kind KIND`.",
     "Tipo de acesso nao permitido. Fale com o seu provedor."},
    {Reason::client_inactive, "client_inactive",
     "The client is inactive. See `porteiro client show ID`; enable it with `porteiro client enable ID`.",
     "Cadastro inativo. Fale com o seu provedor."},
    {Reason::contract_not_active, "contract_not_active",
     "The contract is not active yet. Activate it with `porteiro contract set ID --status active`.",
     "Acesso ainda nao ativado. Fale com o seu provedor."},
    {Reason::contract_suspended, "contract_suspended",
     "The contract is suspended. See `porteiro contract show ID`; release it with `porteiro contract release ID` or "
     "record the payment with `porteiro charge pay ID`.",
     "Acesso suspenso. Fale com o seu provedor."},
    {Reason::contract_cancelled, "contract_cancelled",
     "The contract is cancelled or not there. Add another with `porteiro contract add` and move the login to it with "
     "`porteiro login set LOGIN --contract ID`.",
     "Contrato encerrado. Fale com o seu provedor."},
    {Reason::reply_too_long, "reply_too_long",
     "The reply attributes do not fit into one packet of 4096 octets. Give fewer with `porteiro plan set NAME --reply "
     "...` or `porteiro login set LOGIN --reply ...`.",
     "Acesso indisponivel. Fale com o seu provedor."},
};

constexpr bool stand_in_order()
{
    for (std::size_t i = 0; i < std::size(texts); ++i)
        if (static_cast<std::size_t>(texts[i].reason) != i) return false;
    return std::size(texts) == static_cast<std::size_t>(Reason::reply_too_long) + 1;
}
static_assert(stand_in_order());

}  // namespace

std::span<const ReasonText> reasons() noexcept { return std::span{texts}.subspan(1); }
const ReasonText& text(Reason reason) noexcept { return texts[static_cast<std::size_t>(reason)]; }
std::string_view name(Reason reason) noexcept { return text(reason).name; }

}  // namespace provisioning
