// daemon/io/mailer.hpp - one plain text message to one address by SMTP (RFC 5321, RFC 5322), through libcurl.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace io {

struct MailServer {
    std::string url;       ///< smtp://HOST:PORT (STARTTLS) or smtps://HOST:PORT
    bool tls = true;       ///< smtp:// without TLS is refused
    std::string user, password; ///< empty: no authentication
    std::string ca_file;   ///< empty: those of the system
    std::string from;      ///< "a@isp.example" or "Name <a@isp.example>"
};
struct Mail {
    std::string to, subject, text, id; ///< id: left part of the Message-ID, the same at every attempt
};

/// How a message fared, by mail or by a command.
struct Delivery {
    enum class Outcome {
        sent,
        refused, ///< this address, for good
        later,   ///< this message, for now
        carrier  ///< nobody's message: the server is away, wants other credentials, takes no mail from us
    };
    Outcome outcome = Outcome::carrier;
    std::string said; ///< what the server or the command said, or what went wrong
};

/// Keeps its connection from one message to the next. One thread.
class Mailer {
public:
    Mailer();
    ~Mailer();
    /// Blocks for a minute at most; given up once `stopping` says so.
    Delivery send(const MailServer& server, const Mail& mail, const std::function<bool()>& stopping);

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

/// The message as it goes over the wire; `date` as RFC 5322 has it.
std::string rendered(const Mail& mail, const std::string& from, const std::string& date);
/// "a@isp.example" of "Name <a@isp.example>".
std::string address_of(const std::string& mailbox);

} // namespace io
