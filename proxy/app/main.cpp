// cork's entry: the process's own environment, clock, randomness and streams meet the commands
// here.
#include "proxy/app/cli.h"
#include "proxy/app/environment.h"
#include "proxy/app/run.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <random>
#include <thread>

namespace {

std::size_t terminal_columns() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

int main(int argc, char** argv) {
  using cork::commands::Context;
  const Context context{
      .environment = cork::app::environment(),
      .out = stdout,
      .err = stderr,
      .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
      .columns = terminal_columns(),
      .now = [] { return std::chrono::system_clock::now(); },
      .seed = std::random_device{}(),
      .pause =
          [] {
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
            return true;
          },
  };
  return cork::app::dispatch(argc, argv, context, &cork::app::run);
}
