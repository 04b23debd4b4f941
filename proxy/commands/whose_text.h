// Whose clients are a bottle's, in words: its door, and the conditions that tell it from the others
// there. Never a password.
//
// Pure.
#pragma once

#include "proxy/config/config.h"

#include <string>

namespace cork::commands {

// "127.0.0.1:8888", "127.0.0.1:8888, shared with ci and docs".
[[nodiscard]] std::string door_text(const config::Config& config,
                                    const config::BottleConfig& bottle);

// "clients from 172.20.0.0/16 with the proxy user 'dev' (password from env:DEV)"; "" where it takes
// whoever comes.
[[nodiscard]] std::string whose_text(const config::BottleConfig& bottle);

}  // namespace cork::commands
