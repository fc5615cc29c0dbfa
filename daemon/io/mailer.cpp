// daemon/io/mailer.cpp
#include "daemon/io/mailer.hpp"

#include "provisioning/rules/text.hpp"

#include <curl/curl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>

namespace io {
namespace {

constexpr long connect_timeout_s = 10, timeout_s = 60;

std::string base64(std::string_view octets)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < octets.size(); at += 3) {
        const auto octet = [&](std::size_t i) {
            return at + i < octets.size() ? static_cast<unsigned>(static_cast<unsigned char>(octets[at + i])) : 0U;
        };
        const unsigned bits = octet(0) << 16 | octet(1) << 8 | octet(2);
        const auto digit = [&](unsigned shift) { return digits[(bits >> shift) & 63U]; };
        text += digit(18);
        text += digit(12);
        text += at + 1 < octets.size() ? digit(6) : '=';
        text += at + 2 < octets.size() ? digit(0) : '=';
    }
    return text;
}

bool is_ascii(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// RFC 2047 s2: encoded words of at most 75 characters, which end at the border of a character.
std::string header_text(std::string_view text)
{
    if (is_ascii(text)) return std::string{text};
    constexpr std::size_t most = 42; // octets, 56 digits
    std::string words;
    while (!text.empty()) {
        auto rest = text;
        std::size_t length = 0;
        while (!rest.empty() && text.size() - rest.size() <= most - 4) {
            if (!provisioning::next_character(rest)) rest.remove_prefix(1);
            length = text.size() - rest.size();
        }
        words += (words.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base64(text.substr(0, length)) + "?=";
        text.remove_prefix(length);
    }
    return words;
}

/// No line may end early: what a template or a record says cannot add a header.
std::string without_line_ends(std::string text)
{
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return text;
}

std::string from_header(const std::string& mailbox)
{
    const auto open = mailbox.rfind('<');
    if (open == std::string::npos) return mailbox;
    const auto name = std::string{provisioning::trimmed(std::string_view{mailbox}.substr(0, open))};
    if (is_ascii(name)) return '"' + name + "\" <" + address_of(mailbox) + '>';
    return header_text(name) + " <" + address_of(mailbox) + '>';
}

std::string date_now()
{
    const std::time_t now = std::time(nullptr);
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", fmt::gmtime(now));
}

struct Reading {
    std::string_view rest;
};

std::size_t give(char* to, std::size_t size, std::size_t count, void* from)
{
    auto& rest = static_cast<Reading*>(from)->rest;
    const auto octets = std::min(size * count, rest.size());
    std::memcpy(to, rest.data(), octets);
    rest.remove_prefix(octets);
    return octets;
}

/// Keeps the server's last line, but for its farewell (RFC 5321 s4.2.3: 221).
std::size_t hear(char* line, std::size_t size, std::size_t count, void* last)
{
    const std::string_view said{line, size * count};
    if (!said.starts_with("221")) static_cast<std::string*>(last)->assign(said);
    return said.size();
}

/// Asked about once a second.
int goes_on(void* stopping, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
{
    return (*static_cast<const std::function<bool()>*>(stopping))() ? 1 : 0;
}

void global_start()
{
    static const auto done = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(done);
}

} // namespace

struct Mailer::Inside {
    CURL* handle = curl_easy_init();
    std::array<char, CURL_ERROR_SIZE> error{};
    ~Inside() { curl_easy_cleanup(handle); }

    Delivery outcome_of(CURLcode code, const std::string& said)
    {
        if (code == CURLE_OK) return {Delivery::Outcome::sent, said};
        long status = 0;
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        const std::string_view problem = error[0] != '\0' ? error.data() : curl_easy_strerror(code);
        const auto text = said.empty() ? std::string{problem} : fmt::format("{} ({})", problem, said);
        // The recipient is refused at RCPT; a text that the server does not want is refused after DATA.
        const bool of_message = problem.starts_with("RCPT failed") || code == CURLE_WEIRD_SERVER_REPLY;
        if (of_message && status >= 500 && status < 600) return {Delivery::Outcome::refused, text};
        if (of_message && status >= 400) return {Delivery::Outcome::later, text};
        return {Delivery::Outcome::carrier, text};
    }
};

Mailer::Mailer()
{
    global_start();
    inside_ = std::make_unique<Inside>();
}

Mailer::~Mailer() = default;

std::string address_of(const std::string& mailbox)
{
    const auto open = mailbox.rfind('<'), close = mailbox.rfind('>');
    if (open == std::string::npos || close == std::string::npos || close < open) return mailbox;
    return mailbox.substr(open + 1, close - open - 1);
}

std::string rendered(const Mail& mail, const std::string& from, const std::string& date)
{
    const auto sender = address_of(from);
    std::string text = "Date: " + date + "\r\nFrom: " + from_header(without_line_ends(from)) +
                       "\r\nTo: " + without_line_ends(mail.to) +
                       "\r\nSubject: " + header_text(without_line_ends(mail.subject)) + "\r\nMessage-ID: <" + mail.id +
                       sender.substr(std::min(sender.find('@'), sender.size())) +
                       ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                       "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    std::string lines;
    for (const char c : mail.text) lines += c == '\n' ? "\r\n" : std::string(1, c); // RFC 2045 s6.8: canonical form
    const auto encoded = base64(lines);
    constexpr std::size_t width = 76;
    for (std::size_t at = 0; at < encoded.size(); at += width) text += encoded.substr(at, width) + "\r\n";
    return text;
}

Delivery Mailer::send(const MailServer& server, const Mail& mail, const std::function<bool()>& stopping)
{
    auto* const handle = inside_->handle;
    if (handle == nullptr) return {Delivery::Outcome::carrier, "libcurl gave no handle"};
    curl_easy_reset(handle);
    std::string said;
    const auto message = rendered(mail, server.from, date_now());
    Reading reading{message};
    const auto from = '<' + address_of(server.from) + '>', to = '<' + without_line_ends(mail.to) + '>';
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients(curl_slist_append(nullptr, to.c_str()),
                                                                                 &curl_slist_free_all);
    inside_->error[0] = '\0';
    curl_easy_setopt(handle, CURLOPT_URL, server.url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(server.tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    if (!server.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, server.ca_file.c_str());
    if (!server.user.empty()) {
        curl_easy_setopt(handle, CURLOPT_USERNAME, server.user.c_str());
        curl_easy_setopt(handle, CURLOPT_PASSWORD, server.password.c_str());
    }
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, from.c_str());
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, &give);
    curl_easy_setopt(handle, CURLOPT_READDATA, &reading);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &hear);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &said);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, inside_->error.data());
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, connect_timeout_s);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT, timeout_s);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &goes_on);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, const_cast<std::function<bool()>*>(&stopping));
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    const auto code = curl_easy_perform(handle); // first: it is what fills `said`
    return inside_->outcome_of(code, std::string{provisioning::trimmed(said)});
}

} // namespace io
