// The signals that end cork, taken by waiting for them instead of by handlers.
#pragma once

#include <string_view>

namespace cork::app {

// Before any thread is started, so that every thread inherits it: SIGTERM, SIGINT and SIGHUP are
// kept for wait_for_signal(), SIGPIPE is ignored.
void block_signals();

// SIGTERM, SIGINT or SIGHUP, if one arrives within that time; 0: none came.
int wait_for_signal(unsigned milliseconds);
// SIGTERM or SIGINT, if one arrives within that time; 0: none came.
int poll_signal(unsigned milliseconds);

// SIGTERM and SIGINT end the process again, as they do by default.
void unblock_ending_signals();

[[nodiscard]] std::string_view signal_name(int signal) noexcept;

}  // namespace cork::app
