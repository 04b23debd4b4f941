// What every command of the command line is given, and what it returns.
//
// A command is a function of its options and a Context, so that tests run it in process. The
// add_*() functions say a command's options to CLI11; the chosen one ends up in `run`.
#pragma once

#include "proxy/config/config.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>

namespace CLI {
class App;
}

namespace cork::commands {

// docs/commands.md
enum ExitCode : int { kYes = 0, kFailed = 1, kUsage = 2, kNo = 3 };

// What became of the output so far.
struct OutputState {
  int error = 0;  // errno where it could not be written
  bool is_told = false;
};

struct Context {
  config::Environment environment;
  std::FILE* out = nullptr;
  std::FILE* err = nullptr;
  bool out_is_terminal = false;
  std::size_t columns = 0;  // of the terminal; 0: nobody's, and no line is cut
  std::function<std::chrono::system_clock::time_point()> now;
  std::uint64_t seed = 0;  // of what is made up at random
  // Waits a moment for more to read; false: stop waiting.
  std::function<bool()> pause;
  // Of `out`, as a FILE keeps that it failed and not why: of what print() wrote to this context.
  mutable OutputState output = {};
};

using Run = std::function<int(const Context&)>;

void add_check(CLI::App& root, Run& run);
void add_plan(CLI::App& root, Run& run);
void add_doctor(CLI::App& root, Run& run);
void add_ca(CLI::App& root, Run& run);
void add_env(CLI::App& root, Run& run);
void add_rules(CLI::App& root, Run& run);
void add_audit(CLI::App& root, Run& run);
void add_health(CLI::App& root, Run& run);
void add_scan(CLI::App& root, Run& run);

}  // namespace cork::commands
