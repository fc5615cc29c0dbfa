// tests/faults/ledger.hpp - what was sent and what was acknowledged, line by line in a file: "S ID KIND SECONDS DOWN
// UP" before a record leaves, "A ..." with the same words once its reply has proved genuine.
#pragma once

#include <cstdint>
#include <string>

namespace load {

struct Record {
    std::string id; ///< Acct-Session-Id
    const char* kind = "";
    std::uint64_t seconds = 0, download = 0, upload = 0;
};

class Ledger {
public:
    explicit Ledger(const std::string& path); ///< empty: writes nothing
    ~Ledger();
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;
    void sent(const Record& record) { write('S', record); }
    void acknowledged(const Record& record) { write('A', record); }

private:
    void write(char what, const Record& record);
    int file_ = -1;
};

} // namespace load
