// daemon/admin/nas_probe.cpp - can a concentrator be told anything: is its CoA port reachable, does it take our secret,
// and is its clock right?
#include "daemon/admin/following.hpp"
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/orders.hpp"
#include "daemon/admin/warnings.hpp"

#include "provisioning/rules/text.hpp"
#include "radius/request.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace admin {
namespace {

namespace json = boost::json;
using provisioning::Address;
using provisioning::ErrorCode;
using provisioning::NasEntry;
using provisioning::Refusal;
using Probed = core::Reconciler::Probed;

constexpr std::uint16_t usual_ports[] = {3799, 1700}; // RFC 5176 s2.1; Cisco's, and RouterOS's before version 6
constexpr std::int64_t most_skew_s = 60; // RFC 5176 s6.3 lets a NAS discard what is older than a few minutes
constexpr std::uint32_t context_not_found = 503, administratively_prohibited = 501;

core::Now now() { return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()}; }

Address address_of(const NasEntry& nas, const std::string& typed)
{
    constexpr std::uint8_t one_address = 128;
    if (typed.empty()) {
        if (nas.address.length == one_address) return nas.address.network;
        throw Refusal(ErrorCode::usage, "address",
                      nas.name + " is " + provisioning::to_text(nas.address) + ", say which address is asked");
    }
    const auto address = provisioning::parse_address(typed);
    if (!address || !nas.address.contains(*address))
        throw Refusal(ErrorCode::invalid, "address",
                      provisioning::shown(typed) + " is no address of " + nas.name + ", which is " +
                          provisioning::to_text(nas.address));
    return *address;
}

/// One port after the other, until one answers.
class Probe : public std::enable_shared_from_this<Probe> {
public:
    Probe(Context& context, std::string nas, std::string address)
        : context_(context), wanted_(std::move(nas)), typed_(std::move(address))
    {
    }

    void begin(Answer answer)
    {
        answer_ = std::move(answer);
        try {
            const auto& nas = nas_called(context_.engine, wanted_);
            name_ = nas.name;
            coa_ = nas.coa;
            address_ = address_of(nas, typed_);
            ports_ = {nas.coa_port};
            for (const auto port : usual_ports)
                if (port != nas.coa_port) ports_.push_back(port);
        } catch (const Refusal& refusal) {
            return answer_([&refusal]() -> json::value { throw refusal; });
        }
        next();
    }

private:
    void next()
    {
        const auto* nas = context_.engine.directory()->find_nas(std::string_view{name_});
        if (nas == nullptr || asked_ == ports_.size()) return answer_([this] { return result(); });
        core::Path to;
        to.remote = address_;
        to.remote_port = ports_[asked_++];
        context_.engine.reconciler().probe(
            *nas, to,
            [self = shared_from_this()](const Probed& probed) {
                self->probed_ = probed;
                if (!probed.answered) return self->next();
                self->answer_([&self] { return self->result(); });
            },
            now());
    }

    std::string where(std::uint16_t port) const
    {
        const auto host = provisioning::to_text(address_);
        return name_ + " (" + (address_.is_ipv4() ? host : '[' + host + ']') + ':' + std::to_string(port) + ')';
    }

    json::value result() const
    {
        const auto port = ports_[asked_ - 1];
        if (!probed_.answered)
            throw Refusal(ErrorCode::conflict, "",
                          "no answer from " + where(ports_.front()) + ", nor at port" + other_ports() + ": " +
                              advice_on_silence(name_) + " A firewall between here and there keeps UDP away just so");
        if (!probed_.signed_right)
            throw Refusal(ErrorCode::conflict, "",
                          where(port) +
                              " answers, but signs with another secret: give both the same, porteiro nas set " + name_ +
                              " --secret -");
        if (port != ports_.front())
            throw Refusal(ErrorCode::conflict, "",
                          fmt::format("no answer from {}, but {} answers: porteiro nas set {} --coa-port {}",
                                      where(ports_.front()), where(port), name_, port));
        return well();
    }

    std::string other_ports() const
    {
        std::string all;
        for (std::size_t i = 1; i < ports_.size(); ++i) all += (i == 1 ? " " : " or ") + std::to_string(ports_[i]);
        return all;
    }

    json::object well() const
    {
        const auto port = ports_.front();
        const auto& [answered, signed_right, acknowledged, cause, took, skew] = probed_;
        json::object object{
            {"nas", name_},        {"address", provisioning::to_text(address_)}, {"port", port},
            {"answers", answered}, {"secret", signed_right ? "right" : "wrong"}, {"acknowledged", acknowledged}};
        add_cause(object, cause);
        object["took_ms"] = took.count();
        object["clock_skew_s"] = skew ? json::value(*skew) : json::value(nullptr);
        auto text = where(port) + " answers after " + seconds_text(took) + ", the secret is right";
        text += acknowledged ? "; it acknowledged" : "; it refused, with " + cause_text(cause) + ',';
        text += " to end a session that does not exist" +
                std::string{cause == context_not_found ? ", which is as it should be" : ""};
        if (skew)
            text += fmt::format("; its clock is {} s {} ours", std::abs(*skew), *skew < 0 ? "behind" : "ahead of");
        object["text"] = text;
        add_advice(object);
        return object;
    }

    void add_advice(json::object& object) const
    {
        if (!coa_)
            add_warning(object, "coa is off for this NAS, so that nothing is sent to it: porteiro nas set " + name_ +
                                    " --coa yes");
        if (probed_.acknowledged)
            add_warning(object, "it acknowledges whatever it is asked: what it says is not to be believed");
        if (probed_.error_cause == administratively_prohibited)
            add_warning(object, "it is told to take no orders: allow CoA and Disconnect from this server there");
        if (probed_.clock_skew_s && std::abs(*probed_.clock_skew_s) > most_skew_s)
            add_warning(object, "its clock is wrong, or ours: a NAS may discard requests that seem old; let both keep "
                                "time by NTP");
    }

    Context& context_;
    std::string wanted_, typed_, name_;
    bool coa_ = true;
    Address address_;
    std::vector<std::uint16_t> ports_;
    std::size_t asked_ = 0;
    Probed probed_{};
    Answer answer_;
};

} // namespace

const NasEntry& nas_called(const core::Engine& engine, const std::string& wanted)
{
    const auto* directory = engine.directory();
    if (directory == nullptr)
        throw Refusal(ErrorCode::unavailable, "", "the records are not in memory yet, try again in a moment");
    if (const auto* nas = directory->find_nas(std::string_view{wanted})) return *nas;
    const NasEntry* found = nullptr;
    directory->each_nas([&](const NasEntry& nas) {
        if (std::to_string(nas.id) == wanted) found = &nas;
    });
    if (found != nullptr) return *found;
    throw Refusal(ErrorCode::not_found, "nas",
                  "there is no nas " + provisioning::shown(wanted) + ", see `porteiro nas list`");
}

boost::json::value nas_probe(Call& call)
{
    const auto probe =
        std::make_shared<Probe>(call.context, call.arguments.text("name"), call.arguments.text("address"));
    call.wait = [probe](Answer answer) { probe->begin(std::move(answer)); };
    return nullptr;
}

} // namespace admin
