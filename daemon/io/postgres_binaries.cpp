// daemon/io/postgres_binaries.cpp - finding PostgreSQL.
#include "daemon/io/postgres_binaries.hpp"

#include "daemon/io/embedded_postgres.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

namespace io {
namespace {

namespace fs = std::filesystem;

int number_in(std::string_view text)
{
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

bool has_both(const fs::path& directory)
{
    return ::access((directory / "postgres").c_str(), X_OK) == 0 && ::access((directory / "initdb").c_str(), X_OK) == 0;
}

/// "postgres (PostgreSQL) 15.18 (Debian ...)" -> 15
int major_of(const fs::path& directory)
{
    const auto program = (directory / "postgres").string();
    if (program.find('\'') != std::string::npos) return 0;
    const std::unique_ptr<FILE, int (*)(FILE*)> output(::popen(("'" + program + "' --version").c_str(), "re"),
                                                       ::pclose);
    char line[256] = {};
    if (!output || !std::fgets(line, sizeof line, output.get())) return 0;
    const std::string_view text = line;
    const auto at = text.find(") ");
    return at == text.npos ? 0 : number_in(text.substr(at + 2));
}

std::vector<PostgresBinaries> in_path()
{
    const char* path = std::getenv("PATH");
    std::istringstream directories(path ? path : "/usr/local/bin:/usr/bin");
    for (std::string directory; std::getline(directories, directory, ':');)
        if (directory.starts_with('/') && has_both(directory)) return {{directory, major_of(directory)}};
    return {};
}

}  // namespace

std::vector<PostgresBinaries> installed_postgres(const std::string& root)
{
    std::vector<PostgresBinaries> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(root, error)) {
        const auto directory = entry.path() / "bin";
        const int major = number_in(entry.path().filename().string());
        if (major > 0 && has_both(directory)) found.push_back({directory.string(), major});
    }
    std::ranges::sort(found, std::greater{}, &PostgresBinaries::major);
    return found.empty() ? in_path() : found;
}

PostgresBinaries choose_postgres(std::span<const PostgresBinaries> installed, const std::string& data)
{
    constexpr std::string_view instead = ", or set \"database\" to the connection string of a server";
    int wanted = 0;
    std::ifstream(data + "/PG_VERSION") >> wanted;
    for (const auto& one : installed)
        if (wanted ? one.major == wanted : one.major >= oldest_postgres) return one;
    if (wanted)
        throw EmbeddedError(
            fmt::format("{} was made by PostgreSQL {}, which is not installed here: apt install postgresql-{}", data,
                        wanted, wanted));
    if (installed.empty())
        throw EmbeddedError(fmt::format("the embedded database needs PostgreSQL {} or newer, and none is installed: "
                                        "apt install postgresql{}",
                                        oldest_postgres, instead));
    throw EmbeddedError(fmt::format("the embedded database needs PostgreSQL {} or newer, and {} is the newest here: "
                                    "install a newer one{}",
                                    oldest_postgres, installed.front().major, instead));
}

}  // namespace io
