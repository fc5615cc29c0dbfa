// tests/unit/provisioning/key_file_test.cpp - the key file is made once, private, and refused when it is not.
#include "provisioning/seal.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace provisioning;

namespace {

class Folder {
public:
    Folder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "porteiro-key-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }
    std::string operator/(const char* file) const { return (path_ / file).string(); }

private:
    std::filesystem::path path_;
};

void write(const std::string& path, const std::string& text, ::mode_t mode)
{
    std::ofstream{path} << text;
    REQUIRE(::chmod(path.c_str(), mode) == 0);
}

std::string error_of(const std::string& path)
{
    try {
        (void)load_or_make_key(path);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("X-04: a missing key file is made with mode 0400, and the same key comes from it again")
{
    const Folder folder;
    const auto path = folder / "key";
    Sealer made = load_or_make_key(path);
    struct ::stat status;
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0400);
    CHECK(status.st_size == 65);
    CHECK(load_or_make_key(path).key_id() == made.key_id());
    CHECK(load_or_make_key(folder / "other").key_id() != made.key_id());
}

TEST_CASE("X-04: a key file that others can touch, or that holds no key, is refused by name")
{
    const std::string digits(64, 'a');
    struct Row {
        std::string name;
        std::string text;
        ::mode_t mode;
        std::string error;
    };
    const std::string open_to_others = "open to other accounts, run chmod 0400 on it";
    const std::string length = "wrong length, expected 64 hexadecimal digits and a newline";
    const Row rows[] = {
        {"good", digits + '\n', 0400, ""},
        {"good, without a newline", digits, 0600, ""},
        {"readable by the group", digits + '\n', 0440, open_to_others},
        {"readable by all", digits + '\n', 0444, open_to_others},
        {"writable by the group", digits + '\n', 0420, open_to_others},
        {"empty", "", 0400, length},
        {"one digit short", digits.substr(1) + '\n', 0400, length},
        {"one digit more", digits + "a\n", 0400, length},
        {"two lines", digits + "\n\n", 0400, length},
        {"no hexadecimal digit", digits.substr(1) + "g\n", 0400,
         "not hexadecimal, expected 64 hexadecimal digits and a newline"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const Folder folder;
        const auto path = folder / "key";
        write(path, row.text, row.mode);
        CHECK(error_of(path) == (row.error.empty() ? "" : "key file " + path + ": " + row.error));
    }
}

TEST_CASE("what is no file is refused by name")
{
    const Folder folder;
    CHECK(error_of(folder / ".").ends_with("not a regular file"));
    CHECK(error_of(folder / "missing/key").ends_with("cannot make it: No such file or directory"));
    const auto fifo = folder / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(error_of(fifo) == "key file " + fifo + ": not a regular file");
}

TEST_CASE("a key file of another account is refused" * doctest::skip(::geteuid() != 0))
{
    const Folder folder;
    const auto path = folder / "key";
    write(path, std::string(64, 'a'), 0400);
    REQUIRE(::chown(path.c_str(), 65534, 65534) == 0);
    CHECK(error_of(path) == "key file " + path + ": belongs to user 65534, we run as 0; run chown on it");
}
