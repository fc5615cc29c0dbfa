// daemon/ctl/main.cpp - porteiro, the command line over the admin socket.
#include "daemon/ctl/run.hpp"

#include <csignal>
#include <exception>
#include <iostream>

int main(int argc, char** argv)
{
    std::signal(SIGPIPE, SIG_DFL);  // `porteiro login list | head` ends quietly
    try {
        const auto status = ctl::run({argv + (argc > 0 ? 1 : 0), argv + argc}, std::cin, std::cout, std::cerr);
        std::cout.flush();
        if (std::cout) return status;
        std::cerr << "error: the output cannot be written\n";
    } catch (const std::exception& fault) {
        std::cerr << "error: porteiro itself failed: " << fault.what() << '\n';
    }
    return 70;
}
