// daemon/core/text.hpp - what came from the wire as text that may be stored and shown: clean UTF-8, nothing else.
#pragma once

#include <string>
#include <string_view>

namespace core {

/// `octets` with every control character, backslash and octet that is not part of valid UTF-8 written as \xNN.
std::string clean(std::string_view octets);

}  // namespace core
