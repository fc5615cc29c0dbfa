// daemon/io/program.hpp - a program of the operator's, run to its end.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace io {

struct Ran {
    int status = -1; ///< its exit status; -1: it could not be started, was killed by a signal, or took too long
    std::string out; ///< at most 4 KiB of its standard output
    std::string err; ///< likewise of its standard error; what went wrong when status is -1
};
/// Gives it `input` on its standard input. Ended, with what it started, when `longest` is over or `stopping` says so.
/// Blocks.
Ran run_program(const std::string& path, const std::string& input, std::chrono::milliseconds longest,
                const std::function<bool()>& stopping);

} // namespace io
