#include "proxy/app/signals.h"

#include <csignal>
#include <ctime>

namespace cork::app {

namespace {

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

sigset_t awaited_signals() {
  sigset_t set = ending_signals();
  sigaddset(&set, SIGHUP);
  return set;
}

int wait_for(const sigset_t& set, unsigned milliseconds) {
  const timespec wait{.tv_sec = milliseconds / 1000,
                      .tv_nsec = static_cast<long>(milliseconds % 1000) * 1'000'000};
  const int signal = sigtimedwait(&set, nullptr, &wait);
  return signal > 0 ? signal : 0;
}

}  // namespace

void block_signals() {
  const sigset_t set = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // fails for numbers of no signal
}

int wait_for_signal(unsigned milliseconds) {
  return wait_for(awaited_signals(), milliseconds);
}

int poll_signal(unsigned milliseconds) {
  return wait_for(ending_signals(), milliseconds);
}

void unblock_ending_signals() {
  const sigset_t set = ending_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::string_view signal_name(int signal) noexcept {
  if (signal == SIGHUP) return "SIGHUP";
  return signal == SIGINT ? "SIGINT" : "SIGTERM";
}

}  // namespace cork::app
