// The signals that end cork, taken by waiting for them instead of by handlers.
#pragma once

#include <string_view>

namespace cork::app {

// Before any thread is started, so that every thread inherits it: SIGTERM and SIGINT are kept for
// wait_for_signal(), SIGPIPE is ignored.
void block_signals();

// Until SIGTERM or SIGINT arrives.
int wait_for_signal();
// The same, but for at most that long; 0: none came.
int poll_signal(unsigned milliseconds);

[[nodiscard]] std::string_view signal_name(int signal) noexcept;

}  // namespace cork::app
