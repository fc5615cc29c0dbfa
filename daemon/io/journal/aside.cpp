#include "daemon/io/journal/aside.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace io::journal {

void keep_aside(const std::string& folder, const std::string& name)
{
    constexpr std::size_t most_kept = 4;
    std::error_code ignored; // it is a convenience: the records that can be read are read all the same
    std::filesystem::create_hard_link(folder + '/' + name, folder + '/' + name + ".bad", ignored);
    std::vector<std::filesystem::path> kept;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
        if (entry.path().extension() == ".bad") kept.push_back(entry.path());
    std::ranges::sort(kept);
    for (std::size_t i = 0; i + most_kept < kept.size(); ++i) std::filesystem::remove(kept[i], ignored);
}

} // namespace io::journal
