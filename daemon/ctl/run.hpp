// daemon/ctl/run.hpp - the whole program but its main(): words in, texts and exit status out.
#pragma once

#include "provisioning/refusal.hpp"

#include <istream>
#include <ostream>
#include <string>
#include <vector>

namespace ctl {

/// 0 done; 1 refused; 2 usage; 3 daemon or database away; 4 stopped by a guard.
int exit_status(provisioning::ErrorCode code) noexcept;

int run(const std::vector<std::string>& words, std::istream& input, std::ostream& output, std::ostream& errors);

}  // namespace ctl
