// daemon/io/log.hpp - one logfmt line per event on standard error: `level=info event=reject nas=bras1 login="joao"
// ...`. Octets outside 20..7e are escaped as \xNN and values are capped at 256 octets, so that hostile text stays on
// its line. A Secret cannot be given to it: there is no conversion. Lines that the reader does not take are dropped,
// never waited for.
#pragma once

#include "daemon/config/config.hpp"
#include "provisioning/secret.hpp"

#include <concepts>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace io {

struct LogField {
    std::string_view key;
    std::string value;
    LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
    LogField(std::string_view k, const char* v) : key(k), value(v) {}
    LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
    template <std::integral Number>
    LogField(std::string_view k, Number v) : key(k), value(std::to_string(v))
    {
    }
    LogField(std::string_view, const provisioning::Secret&) = delete;
};

/// One line without its newline: `event=NAME key=value key="quoted value" ...`.
std::string logfmt(std::string_view event, std::initializer_list<LogField> fields);

/// Thread-safe.
class Log {
public:
    explicit Log(config::LogLevel level);
    ~Log();  ///< writes what is queued
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    void set_level(config::LogLevel level);
    bool enabled(config::LogLevel level) const;
    void write(config::LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});
    void debug(std::string_view event, std::initializer_list<LogField> fields = {})
    {
        write(config::LogLevel::debug, event, fields);
    }
    void info(std::string_view event, std::initializer_list<LogField> fields = {})
    {
        write(config::LogLevel::info, event, fields);
    }
    void warning(std::string_view event, std::initializer_list<LogField> fields = {})
    {
        write(config::LogLevel::warning, event, fields);
    }
    void error(std::string_view event, std::initializer_list<LogField> fields = {})
    {
        write(config::LogLevel::error, event, fields);
    }

private:
    struct Sink;
    std::unique_ptr<Sink> sink_;
};

}  // namespace io
