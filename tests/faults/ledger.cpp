#include "tests/faults/ledger.hpp"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace load {

Ledger::Ledger(const std::string& path)
{
    if (path.empty()) return;
    file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file_ < 0) {
        std::perror(path.c_str());
        std::exit(1);
    }
}

Ledger::~Ledger()
{
    if (file_ >= 0) ::close(file_);
}

void Ledger::write(char what, const Record& record)
{
    if (file_ < 0) return;
    const auto line = std::string(1, what) + ' ' + record.id + ' ' + record.kind + ' ' +
                      std::to_string(record.seconds) + ' ' + std::to_string(record.download) + ' ' +
                      std::to_string(record.upload) + '\n';
    if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        std::perror("acct_load: the ledger");
        std::exit(1);
    }
}

} // namespace load
