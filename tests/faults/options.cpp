#include "tests/faults/options.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

namespace load {
namespace {

constexpr const char* usage =
    "usage: acct_load --auth PORT --acct PORT --nas FILE --accounts FILE [--steps login,start,interim*3,stop]\n"
    "  [--sessions N] [--first N] [--boot TEXT] [--ports N] [--foreign PERCENT] [--window N] [--rate PER-SECOND]\n"
    "  [--within MS] [--timeout MS] [--tries N] [--give-up S] [--interval S] [--age S] [--seed N] [--ledger FILE]\n"
    "FILE: a line for each NAS, \"ADDRESS SECRET\"; for each account, \"LOGIN PASSWORD\" (no spaces in them).\n"
    "SIGTERM: begins no more sessions, ends those under way. The last line is what happened, as JSON.\n";

[[noreturn]] void wrong(const std::string& what)
{
    std::fprintf(stderr, "acct_load: %s\n%s", what.c_str(), usage);
    std::exit(2);
}

std::uint64_t number(const std::string& text)
{
    char* end = nullptr;
    const auto value = std::strtoull(text.c_str(), &end, 10);
    if (text.empty() || *end != '\0') wrong(text + " is no number");
    return value;
}

template <class Pair>
std::vector<Pair> pairs_of(const std::string& path)
{
    std::ifstream file(path);
    std::vector<Pair> pairs;
    for (std::string first, second; file >> first >> second;) pairs.push_back({first, second});
    if (pairs.empty()) wrong(path + " says nothing");
    return pairs;
}

std::vector<Step> steps_of(const std::string& text)
{
    static const std::map<std::string, Step> by_name{{"login", Step::login},     {"start", Step::start},
                                                     {"interim", Step::interim}, {"stop", Step::stop},
                                                     {"on", Step::on},           {"off", Step::off}};
    std::vector<Step> steps;
    std::istringstream list(text);
    for (std::string item; std::getline(list, item, ',');) {
        const auto star = item.find('*');
        const auto found = by_name.find(item.substr(0, star));
        if (found == by_name.end()) wrong(item + " is no step");
        steps.insert(steps.end(), star == std::string::npos ? 1 : number(item.substr(star + 1)), found->second);
    }
    return steps;
}

using Setter = std::function<void(Options&, const std::string&)>;

template <class Field>
Setter as_number(Field Options::* field)
{
    return [field](Options& o, const std::string& v) { o.*field = Field(number(v)); };
}

const std::map<std::string, Setter>& setters()
{
    static const std::map<std::string, Setter> table{
        {"--auth", as_number(&Options::auth_port)},
        {"--acct", as_number(&Options::acct_port)},
        {"--nas", [](Options& o, const std::string& v) { o.nas = pairs_of<NasAddress>(v); }},
        {"--accounts", [](Options& o, const std::string& v) { o.accounts = pairs_of<Account>(v); }},
        {"--ledger", [](Options& o, const std::string& v) { o.ledger = v; }},
        {"--steps", [](Options& o, const std::string& v) { o.steps = steps_of(v); }},
        {"--boot", [](Options& o, const std::string& v) { o.boot = v; }},
        {"--sessions", as_number(&Options::sessions)},
        {"--first", as_number(&Options::first)},
        {"--seed", as_number(&Options::seed)},
        {"--ports", as_number(&Options::ports)},
        {"--foreign", as_number(&Options::foreign_percent)},
        {"--window", as_number(&Options::window)},
        {"--rate", as_number(&Options::rate)},
        {"--within", as_number(&Options::within)},
        {"--timeout", as_number(&Options::timeout)},
        {"--tries", as_number(&Options::tries)},
        {"--give-up", as_number(&Options::give_up)},
        {"--interval", as_number(&Options::interval)},
        {"--age", as_number(&Options::age)}};
    return table;
}

} // namespace

Options options_of(int argc, char** argv)
{
    Options options;
    options.steps = steps_of("login,start,interim*3,stop");
    for (int i = 1; i < argc; i += 2) {
        const auto found = setters().find(argv[i]);
        if (found == setters().end() || i + 1 >= argc) wrong(std::string(argv[i]) + " is not known or lacks its value");
        found->second(options, argv[i + 1]);
    }
    if (options.auth_port == 0 || options.acct_port == 0 || options.nas.empty() || options.accounts.empty())
        wrong("--auth, --acct, --nas and --accounts are needed");
    if (options.steps.empty() || options.ports > 0xffffffff) wrong("no steps, or too many ports");
    return options;
}

} // namespace load
