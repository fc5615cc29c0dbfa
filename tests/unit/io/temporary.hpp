// tests/unit/io/temporary.hpp - a directory for one test, which an unprivileged account can pass through; and waiting
// for a state instead of for a time.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

class Temporary {
public:
    Temporary()
    {
        std::string pattern = "/tmp/porteiro-test-XXXXXX";
        path_ = ::mkdtemp(pattern.data());
        ::chmod(path_.c_str(), 0755);
    }
    ~Temporary()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;

    std::string path(const std::string& name = "") const { return name.empty() ? path_ : path_ + '/' + name; }

private:
    std::string path_;
};

/// True once `condition` holds; false when it does not within `longest`.
template <class Condition>
bool eventually(Condition condition, std::chrono::seconds longest = std::chrono::seconds{20})
{
    const auto end = std::chrono::steady_clock::now() + longest;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return true;
}

/// The message of what `act` throws; "" when it throws nothing.
template <class Act>
std::string thrown_by(Act act)
{
    try {
        act();
        return "";
    } catch (const std::exception& error) {
        return error.what();
    }
}
