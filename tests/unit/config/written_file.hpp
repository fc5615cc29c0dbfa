// tests/unit/config/written_file.hpp - a configuration file that lives as long as its test.
#pragma once

#include "daemon/config/config.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

class WrittenFile {
public:
    explicit WrittenFile(std::string_view text)
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "porteiro-config-XXXXXX").string();
        directory_ = ::mkdtemp(pattern.data());
        std::ofstream(path(), std::ios::binary) << text;
    }
    ~WrittenFile() { std::filesystem::remove_all(directory_); }
    WrittenFile(const WrittenFile&) = delete;
    WrittenFile& operator=(const WrittenFile&) = delete;
    std::string path() const { return directory_ + "/porteiro.yaml"; }

private:
    std::string directory_;
};

inline config::Config loaded(std::string_view text) { return config::load(WrittenFile(text).path()); }

/// The complaint about `text`, without the directory of the file; "" when there is none.
inline std::string complaint(std::string_view text)
{
    const WrittenFile file(text);
    try {
        config::load(file.path());
        return "";
    } catch (const config::Error& error) {
        const std::string message = error.what();
        const auto at = message.find(file.path());
        return at == 0 ? message.substr(file.path().size() - std::string_view{"porteiro.yaml"}.size()) : message;
    }
}
