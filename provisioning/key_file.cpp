// provisioning/key_file.cpp - the file that holds the key of provisioning/seal.hpp.
#include "provisioning/seal.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace provisioning {
namespace {

using Key = std::array<std::uint8_t, Sealer::key_octets>;
constexpr std::size_t text_octets = 2 * Sealer::key_octets;

[[noreturn]] void fail(const std::string& path, const std::string& what)
{
    throw std::runtime_error("key file " + path + ": " + what);
}

[[noreturn]] void fail_with_errno(const std::string& path, const std::string& what)
{
    fail(path, what + ": " + std::generic_category().message(errno));
}

class File {
public:
    File(const std::string& path, int flags, ::mode_t mode = 0) : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File()
    {
        if (fd_ >= 0) ::close(fd_);
    }
    bool is_open() const noexcept { return fd_ >= 0; }
    int fd() const noexcept { return fd_; }

private:
    int fd_;
};

// The text of a key, wiped when it dies.
struct KeyText {
    std::array<char, text_octets + 2> characters{};  // the digits, a newline, and one more to see that there is more
    std::size_t size = 0;
    KeyText() = default;
    KeyText(const KeyText&) = delete;
    KeyText& operator=(const KeyText&) = delete;
    ~KeyText() { ::explicit_bzero(characters.data(), characters.size()); }
};

int hex_digit(char c) noexcept
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

Sealer sealer_of(const std::string& path, const KeyText& text)
{
    constexpr auto expected = "expected 64 hexadecimal digits and a newline";
    const std::string_view line{text.characters.data(), text.size};
    if (line.size() - (line.ends_with('\n') ? 1 : 0) != text_octets)
        fail(path, std::string{"wrong length, "} + expected);
    Key key;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const int high = hex_digit(line[2 * i]);
        const int low = hex_digit(line[2 * i + 1]);
        if (high < 0 || low < 0) fail(path, std::string{"not hexadecimal, "} + expected);
        key[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    Sealer sealer{key};
    ::explicit_bzero(key.data(), key.size());
    return sealer;
}

void check_private(const std::string& path, const File& file)
{
    struct ::stat status;
    if (::fstat(file.fd(), &status) != 0) fail_with_errno(path, "cannot look at it");
    if (!S_ISREG(status.st_mode)) fail(path, "not a regular file");
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) fail(path, "open to other accounts, run chmod 0400 on it");
    const auto user = ::geteuid();
    if (status.st_uid != user && status.st_uid != 0) {
        fail(path, "belongs to user " + std::to_string(status.st_uid) + ", we run as " + std::to_string(user) +
                       "; run chown on it");
    }
}

Sealer load(const std::string& path, const File& file)
{
    check_private(path, file);
    KeyText text;
    while (text.size < text.characters.size()) {
        const auto got = ::read(file.fd(), text.characters.data() + text.size, text.characters.size() - text.size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail_with_errno(path, "cannot read it");
        if (got == 0) break;
        text.size += static_cast<std::size_t>(got);
    }
    return sealer_of(path, text);
}

bool write_all(const File& file, const char* data, std::size_t size) noexcept
{
    while (size > 0) {
        const auto put = ::write(file.fd(), data, size);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return false;
        data += put;
        size -= static_cast<std::size_t>(put);
    }
    return true;
}

void sync_directory_of(const std::string& path)
{
    const auto slash = path.rfind('/');
    const auto directory = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
    const File file{directory, O_RDONLY | O_DIRECTORY};
    if (!file.is_open() || ::fsync(file.fd()) != 0) fail_with_errno(path, "cannot sync its directory");
}

Sealer make(const std::string& path, const File& file)
{
    Key key;
    if (::getrandom(key.data(), key.size(), 0) != static_cast<::ssize_t>(key.size()))
        fail_with_errno(path, "cannot draw random octets");
    KeyText text;
    constexpr std::string_view digits = "0123456789abcdef";
    for (const auto octet : key) {
        text.characters[text.size++] = digits[octet >> 4];
        text.characters[text.size++] = digits[octet & 15];
    }
    ::explicit_bzero(key.data(), key.size());
    text.characters[text.size++] = '\n';
    if (!write_all(file, text.characters.data(), text.size) || ::fchmod(file.fd(), 0400) != 0 ||
        ::fsync(file.fd()) != 0) {
        const int error = errno;
        ::unlink(path.c_str());  // half a key would be refused at the next start
        errno = error;
        fail_with_errno(path, "cannot write it");
    }
    sync_directory_of(path);
    return sealer_of(path, text);
}

}  // namespace

Sealer load_or_make_key(const std::string& path)
{
    constexpr int read_flags = O_RDONLY | O_NONBLOCK;  // a FIFO must not hold us up
    if (const File file{path, read_flags}; file.is_open()) return load(path, file);
    if (errno != ENOENT) fail_with_errno(path, "cannot open it");
    if (const File file{path, O_WRONLY | O_CREAT | O_EXCL, 0400}; file.is_open()) return make(path, file);
    if (errno != EEXIST) fail_with_errno(path, "cannot make it");
    if (const File file{path, read_flags}; file.is_open()) return load(path, file);  // another daemon was faster
    fail_with_errno(path, "cannot open it");
}

}  // namespace provisioning
