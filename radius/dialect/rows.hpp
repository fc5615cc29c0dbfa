// radius/dialect/rows.hpp - the vendors' tables: which attribute says which term, and in what form.
// render(), misfits(), unsaid(), fingerprint() and can_change() read these rows and nothing else; a vendor's ways are
// data.
#pragma once

#include "radius/dialect/change.hpp"

namespace radius::dialect {

/// The terms that an operator can set, and `rates`: all speeds at once, for vendors that write them as one text.
enum class Term : std::uint8_t {
    framed_ip,
    framed_pool,
    framed_ipv6_prefix,
    framed_ipv6_pool,
    delegated_ipv6_prefix,
    delegated_ipv6_pool,
    routes,
    session_timeout,
    idle_timeout,
    interim,
    download,
    upload,
    burst_download,
    burst_upload,
    burst_time,
    rates,
    filter,
    address_list,
    redirect,
    class_
};

enum class Form : std::uint8_t {
    octets,       ///< as they are: an address, Class
    text,         ///< after the row's `before`
    digits,       ///< a number as text, after the row's `before`
    ipv6_prefix,  ///< RFC 3162 s2.3
    integer,      ///< 32 bits; a number above them is sent as the highest
    rate_limit,   ///< RouterOS: rx/tx, bursts, thresholds, burst times; says every speed
    kilobits      ///< accel-ppp: down/up in kbit/s; says download and upload
};

/// Whether one that a plan or login spells out stands in the place of the generated one, or both are sent.
enum class Repeat : std::uint8_t { once, several };

/// What a CoA-Request can do with an attribute that a session has or is to have.
enum class Coa : std::uint8_t {
    no,       ///< the vendor does not take it there
    replaces, ///< sets it, or another value in the place of the one it has; nothing takes it away
    list      ///< the same, and naming the open list takes it away
};

struct Row {
    std::string_view attribute;  ///< its name in etc/dictionary
    std::uint32_t vendor;        ///< 0: a standard attribute
    std::uint8_t type;
    Term term;
    Form form;
    Repeat repeat = Repeat::once;
    std::string_view before{};
    Coa coa = Coa::no;
};

/// What to do about a term for which the vendor has no words, where something can be done.
struct Silence {
    Term term;
    std::string_view remedy;
};

struct Vocabulary {
    std::span<const Row> rows;
    std::span<const Silence> silences;
};
const Vocabulary& vocabulary(Dialect dialect) noexcept;

/// Whether an attribute of that row tells the vendor that term.
bool says(const Row& row, Term term) noexcept;

/// The group that a term is compared in; nothing for those that hold from the next login on.
std::optional<TermGroup> group_of(Term term) noexcept;

/// The values of a row, one at a time. `value` is empty when there is none to send; it lives as long as the terms and
/// the scratch. `fits` is false when the attribute cannot carry what the terms say: the value is then the nearest that
/// does fit, or none. `given` and `most` are what was wanted and what the attribute carries, in octets or units.
struct Spoken {
    Octets value{};
    bool fits = true;
    std::uint64_t given = 0, most = 0;
};
using Scratch = std::array<std::uint8_t, 256>;
std::size_t count(const Terms& terms, Term term) noexcept;  ///< how many values: 0 is a term that is not set
Spoken speak(const Row& row, const Terms& terms, std::size_t index, Scratch& scratch) noexcept;

}  // namespace radius::dialect
