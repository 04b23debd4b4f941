#include "proxy/app/run.h"

#include "certs/authority.h"
#include "certs/trust.h"
#include "proxy/app/assembly.h"
#include "proxy/app/environment.h"
#include "proxy/app/file_watch.h"
#include "proxy/app/signals.h"
#include "proxy/commands/bundle_files.h"
#include "proxy/commands/print.h"
#include "proxy/config/leak_words.h"
#include "proxy/config/named_files.h"
#include "proxy/config/ownership.h"
#include "rules/gitleaks/document.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cork::app {

namespace {

// A changed file is taken within twice that.
constexpr unsigned kLookEveryMs = 400;
// So many looks at the files for one at the network.
constexpr unsigned kLooksPerNetwork = 25;

// What prints the variables a client needs, as it can be typed in any shell.
std::string env_command(const config::Config& config) {
  std::error_code ignored;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
  return fmt::format("'{}' env --config '{}'", self.empty() ? "cork" : self.string(),
                     std::filesystem::absolute(config.file, ignored).string());
}

// A crash must not write keys and secrets to disk. (LeakSanitizer needs to be traceable.)
void forbid_core_dumps() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer)
  ::prctl(PR_SET_DUMPABLE, 0);
#endif
}

// The usual soft limit, 1024, is less than SessionLimits::connections.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

Result<void> write_bundle(const config::Config& config, const std::filesystem::path& file) {
  const auto now = std::chrono::system_clock::now();
  const auto authority = certs::Authority::load(config.ca_directory, now);
  if (!authority) return fail(authority.error().what);
  const auto bundle = certs::client_bundle(authority->certificate_pem());
  if (!bundle) return fail(bundle.error().what);
  return commands::write_bundle_files(file, *bundle);
}

// That the terminal is gone must not end cork.
void say(std::FILE* to, const std::string& line) {
  commands::write(to, line);
  static_cast<void>(std::fflush(to));  // nobody could be told
}

void print_welcome(const config::Config& config, const Assembly& assembly, std::FILE* out) {
  commands::print(out, "cork is running with {}\n", config.file.string());
  for (const auto& door : assembly.doors()) {
    commands::print(out, "  bottle {:<12} {}\n", door.bottle, door.address);
  }
  if (!assembly.metrics_address().empty()) {
    commands::print(out, "  metrics             http://{}/metrics\n", assembly.metrics_address());
  }
  commands::print(out, "  audit log           {}\n", config.audit_path.string());
  commands::print(out, "  CA fingerprint      {}\n", assembly.ca_fingerprint());
  commands::print(out, "\nIn another shell:\n");
  const bool several = assembly.doors().size() > 1;
  for (const auto& door : assembly.doors()) {
    commands::print(out, "  eval \"$({}{})\"\n", env_command(config),
                    several ? fmt::format(" --bottle '{}'", door.bottle) : "");
  }
  static_cast<void>(std::fflush(out));  // nobody could be told
}

// What was meant and is not so: rules that only record what they find, or are not there, and
// exceptions that have ended.
void print_warnings(const config::Config& config, const Assembly& assembly, std::FILE* err) {
  Diagnostics warnings = assembly.rule_warnings();
  for (const auto& bottle : config.bottles) {
    std::ranges::move(config::expired_exceptions(bottle, std::chrono::system_clock::now()),
                      std::back_inserter(warnings));
  }
  say(err, gitleaks::render_warnings(warnings));
}

// Everything that a configuration is read from.
std::vector<std::filesystem::path> files_of(const config::Config& config) {
  std::vector<std::filesystem::path> files = config.rules_files;
  files.push_back(config.file);
  files.push_back(config.ca_directory / "ca.cert.pem");
  files.push_back(config.ca_directory / "ca.key.pem");
  if (!config.upstream_ca_file.empty()) files.push_back(config.upstream_ca_file);
  std::ranges::move(config::secret_files(config), std::back_inserter(files));
  return files;
}

Result<config::Config, Diagnostics> load_safely(const config::Config& now) {
  auto next = config::load(now.file, environment(), {.key = now.fingerprint_key});
  if (!next) return next;
  auto problems = config::problems_to_serve(*next);
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return next;
}

// The configuration that is in force afterwards. `watched`: what one that was refused is read from,
// so that mending any of it is seen.
// `asked`: by an operator, and not by a file that changed.
config::Config reload(config::Config now, Assembly& assembly, bool asked, std::FILE* err,
                      std::vector<std::filesystem::path>& watched) {
  auto next = load_safely(now);
  if (next) watched = files_of(*next);
  if (!next) assembly.reload_failed();
  auto later = next ? assembly.reload(*next)
                    : Result<std::vector<std::string>, Diagnostics>(std::unexpected(next.error()));
  if (!later) {
    say(err, render(later.error()) +
                 "cork: the configuration was not taken: going on with the one before\n");
    return now;
  }
  if (asked) assembly.unlock();
  say(err, fmt::format("cork: configuration taken: {}\n", now.file.string()));
  print_warnings(*next, assembly, err);
  for (const std::string& key : *later) {
    say(err, fmt::format("cork: warning: `{}` changes with the next start\n", key));
  }
  return *std::move(next);
}

// The signal that ends it.
int serve_until_ended(config::Config config, Assembly& assembly, FileWatch watch, std::FILE* err) {
  auto watched = files_of(config);
  for (unsigned looks = 1;; ++looks) {
    const int signal = wait_for_signal(kLookEveryMs);
    if (signal == SIGTERM || signal == SIGINT) return signal;
    // Early once, for what the lookup at the start found.
    if ((looks == 1 || looks % kLooksPerNetwork == 0) && assembly.refresh_network()) {
      say(err, "cork: this machine's network changed: addresses are judged by it\n");
    }
    if (signal == SIGHUP) {
      const auto reopened = assembly.reopen_log();
      say(err, fmt::format("cork: SIGHUP: {}\n",
                           reopened ? "audit log reopened" : reopened.error().what));
    }
    if (signal != SIGHUP && !watch.changed()) continue;
    const auto before = watched;
    config = reload(std::move(config), assembly, signal == SIGHUP, err, watched);
    if (watched != before) watch = FileWatch(watched);
  }
}

}  // namespace

int run(const config::Config& config, const RunOptions& options, std::FILE* out, std::FILE* err) {
  forbid_core_dumps();
  raise_descriptor_limit();
  // From before the rules are compiled: what changes meanwhile is seen.
  FileWatch watch(files_of(config));
  const bool has_ca = std::filesystem::exists(config.ca_directory / "ca.cert.pem");
  auto assembly = Assembly::make(config);
  if (!has_ca) watch = FileWatch(files_of(config));  // with the one that was just made
  if (!assembly) {
    say(err, render(assembly.error()));
    return 2;
  }
  if (options.ca_bundle) {
    if (auto written = write_bundle(config, *options.ca_bundle); !written) {
      say(err, fmt::format("cork: error: --ca-bundle: {}\n", written.error().what));
      return 2;
    }
  }
  (*assembly)->start();
  print_welcome(config, **assembly, out);
  print_warnings(config, **assembly, err);
  const int signal = serve_until_ended(config, **assembly, std::move(watch), err);
  say(err, fmt::format("cork: {}: draining for at most {} s; once more ends at once\n",
                       signal_name(signal), options.drain_ms / 1000));
  const bool drained = (*assembly)->drain(options.drain_ms);
  unblock_ending_signals();  // from here on a signal ends the process
  (*assembly)->stop();
  if (!drained) say(err, "cork: some exchanges were cut off\n");
  return 0;
}

}  // namespace cork::app
