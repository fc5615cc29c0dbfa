// daemon/io/postman.cpp
#include "daemon/io/postman.hpp"

#include "daemon/io/mailer.hpp"
#include "daemon/io/program.hpp"
#include "daemon/io/rounds.hpp"
#include "provisioning/rules/text.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <iterator>

namespace io {
namespace {

namespace json = boost::json;
namespace notices = provisioning::notices;
namespace store = provisioning::store;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using provisioning::ErrorCode;
using provisioning::Refusal;

constexpr auto longest_wait = 1s;
constexpr auto carrier_pause = 30s;
constexpr auto longest_command = 30s;
constexpr std::string_view email = "email";

std::optional<std::string> read_file(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>(file), {}};
}

std::string first_line(std::string_view text)
{
    text = provisioning::trimmed(text);
    return std::string{text.substr(0, text.find('\n'))};
}

json::object told(const store::Outgoing& message, const notices::Letter& letter)
{
    json::array charges;
    for (std::size_t i = 0; i < message.facts.charges.size(); ++i) {
        const auto& charge = message.facts.charges[i];
        charges.emplace_back(json::object{{"charge", message.charges[i]},
                                          {"amount", charge.amount},
                                          {"due", charge.due},
                                          {"payable_line", charge.payable_line},
                                          {"pix_code", charge.pix_code},
                                          {"link", charge.link}});
    }
    json::object object{{"message", message.id},
                        {"kind", notices::name(message.kind)},
                        {"channel", message.channel},
                        {"address", message.address},
                        {"language", message.language},
                        {"subject", letter.subject},
                        {"short", letter.brief},
                        {"text", letter.text},
                        {"client", json::object{{"id", message.client_id}, {"name", message.facts.client}}},
                        {"contract", nullptr},
                        {"logins", message.facts.logins},
                        {"charges", std::move(charges)},
                        {"total", message.facts.total},
                        {"suspension_day", message.facts.suspension_day},
                        {"termination_day", message.facts.termination_day}};
    if (message.contract_id != 0) object["contract"] = message.contract_id;
    return object;
}

/// sysexits.h: 65 and 67 say that the data or the addressee is wrong; 126 and 127 that there is no such program.
Delivery by_command(const std::string& command, const store::Outgoing& message, const notices::Letter& letter,
                    const std::function<bool()>& stopping)
{
    using enum Delivery::Outcome;
    const auto ran = run_program(command, json::serialize(told(message, letter)) + '\n', longest_command, stopping);
    if (ran.status == 0) return {sent, first_line(ran.out)};
    auto said = first_line(ran.err);
    if (said.empty()) said = first_line(ran.out);
    if (ran.status > 0) said = "exit " + std::to_string(ran.status) + (said.empty() ? "" : ": " + said);
    if (ran.status == 65 || ran.status == 67) return {refused, said};
    if (ran.status == 126 || ran.status == 127) return {carrier, command + ": " + said};
    return {later, said};
}

Delivery by_mail(Mailer& mailer, const config::Notices& notices, const store::Outgoing& message,
                 const notices::Letter& letter, const std::function<bool()>& stopping)
{
    MailServer server{.url = notices.smtp,
                      .tls = notices.smtp_tls,
                      .user = notices.smtp_user,
                      .password = {},
                      .ca_file = notices.smtp_ca_file,
                      .from = notices.from};
    if (!notices.smtp_password_file.empty()) {
        const auto password = read_file(notices.smtp_password_file);
        if (!password)
            return {Delivery::Outcome::carrier,
                    "notices.smtp_password_file cannot be read: " + notices.smtp_password_file};
        server.password = first_line(*password);
    }
    return mailer.send(server,
                       {.to = message.address,
                        .subject = letter.subject,
                        .text = letter.text,
                        .id = "porteiro-message-" + std::to_string(message.id)},
                       stopping);
}

store::Failure failure_of(Delivery::Outcome outcome)
{
    switch (outcome) {
    case Delivery::Outcome::refused:
        return store::Failure::address;
    case Delivery::Outcome::later:
        return store::Failure::later;
    case Delivery::Outcome::sent:
    case Delivery::Outcome::carrier:
        break;
    }
    return store::Failure::carrier;
}

} // namespace

store::Carriers carriers_of(const config::Notices& notices)
{
    return {.email = !notices.smtp.empty(),
            .mobile_channel = notices.command.empty() ? std::string{} : notices.command_channel};
}

notices::Template template_of(const config::Notices& notices, notices::Kind kind, std::string_view language)
{
    if (notices.templates.empty()) return notices::standard_template(kind, language);
    const auto path = notices.templates + '/' + notices::template_name(kind, language) + ".txt";
    const auto text = read_file(path);
    if (!text) return notices::standard_template(kind, language);
    try {
        return notices::parse_template(*text);
    } catch (const Refusal& refusal) {
        throw Refusal(ErrorCode::invalid, "template", path + ": " + refusal.message());
    }
}

struct Postman::Inside {
    std::function<Order()> order;
    Log& log;
    Rounds rounds;
    Mailer mailer{};
    std::function<bool()> stopping = [this] { return rounds.stopping(); };
    const store::Actor actor{.name = "porteirod", .operator_ = {}, .address = {}};
    Clock::time_point outcomes_at{};                 ///< when suspensions and releases were looked at last
    std::map<std::string, Clock::time_point> paused{}; ///< carriers that could not deliver, by channel: until when
    mutable std::mutex mutex{};
    State shown{}; ///< guarded by mutex

    bool rests(const std::string& channel) const
    {
        const auto at = paused.find(channel);
        return at != paused.end() && Clock::now() < at->second;
    }
    void queue_outcomes(store::Session& session, const store::Carriers& carriers)
    {
        if (Clock::now() < outcomes_at + longest_wait) return;
        store::queue_outcomes(session, carriers, actor);
        const auto waiting = store::messages_waiting(session);
        outcomes_at = Clock::now();
        const std::lock_guard lock(mutex);
        shown.waiting = waiting;
    }
    Delivery deliver(const config::Notices& notices, const store::Outgoing& message, notices::Letter& letter)
    {
        try {
            letter = write(template_of(notices, message.kind, message.language), message.facts, message.language);
        } catch (const Refusal& refusal) {
            return {Delivery::Outcome::carrier, refusal.message()};
        }
        if (message.channel == email) return by_mail(mailer, notices, message, letter, stopping);
        if (message.channel == "sms") letter.text = letter.brief;
        return by_command(notices.command, message, letter, stopping);
    }
    void note(const store::Outgoing& message, const Delivery& delivery)
    {
        using enum Delivery::Outcome;
        const bool stuck = delivery.outcome == carrier;
        if (stuck)
            paused[message.channel] = Clock::now() + carrier_pause;
        else
            paused.erase(message.channel);
        const std::lock_guard lock(mutex);
        if (stuck && shown.problem != delivery.said)
            log.warning("messages_wait", {{"channel", message.channel}, {"reason", delivery.said}});
        shown.problem = stuck ? delivery.said : paused.empty() ? std::string{} : shown.problem;
        if (delivery.outcome == sent) ++shown.sent;
        if (delivery.outcome == refused || delivery.outcome == later) ++shown.failed;
    }
    bool look(store::Session& session)
    {
        const auto [day, notices] = order();
        auto carriers = carriers_of(notices);
        if (!carriers.any()) return false;
        queue_outcomes(session, carriers);
        if (rests(std::string{email})) carriers.email = false;
        if (rests(carriers.mobile_channel)) carriers.mobile_channel.clear();
        if (!carriers.any()) return false;
        const auto message = store::take_message(session, carriers, day, actor);
        if (!message) return false;
        notices::Letter letter;
        const auto delivery = deliver(notices, *message, letter);
        if (delivery.outcome == Delivery::Outcome::sent)
            store::message_sent(session, message->id, letter, delivery.said, day.today, actor);
        else
            store::message_failed(session, message->id, failure_of(delivery.outcome), delivery.said, actor);
        note(*message, delivery);
        return true;
    }
};

Postman::Postman(const DatabaseAddress& address, std::function<Order()> order, Watchdog& watchdog, Log& log)
    : inside_(new Inside{std::move(order), log, Rounds("postman", address, watchdog, longest_wait)})
{
}

Postman::~Postman() { stop(); }

void Postman::start()
{
    inside_->rounds.start(
        [this](store::Session& session) { return inside_->look(session); },
        [this](const std::string& reason) { inside_->log.debug("messages_not_looked_at", {{"reason", reason}}); });
}

void Postman::stop() { inside_->rounds.stop(); }

Postman::State Postman::state() const
{
    const std::lock_guard lock(inside_->mutex);
    return inside_->shown;
}

} // namespace io
