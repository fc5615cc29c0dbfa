// daemon/config/manual.hpp - porteirod(8), from the table of keys.
#pragma once

#include <string>

namespace config {

std::string manual();  ///< roff, man(7) macros

}  // namespace config
