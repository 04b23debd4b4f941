// cork.yaml as plain values, and reading it.
//
// Only proxy/app and proxy/commands include this: everything else has its own small Options.
//
//   auto config = load("/etc/cork/cork.yaml", environment);
//   if (!config) { fputs(render(config.error()).c_str(), stderr); return 2; }
#pragma once

#include "base/diagnostic.h"
#include "base/result.h"
#include "rules/known/known_values.h"
#include "rules/policy/bottle.h"
#include "rules/policy/door.h"
#include "rules/policy/leak_words.h"
#include "rules/secrets/finding.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cork::config {

// Where a listener binds: an address and port, or a unix socket.
struct TcpListen {
  IpAddress address;
  std::uint16_t port = 0;  // 0: any free one
  bool operator==(const TcpListen&) const = default;
};
struct UnixListen {
  std::filesystem::path path;
  bool operator==(const UnixListen&) const = default;
};
struct Listen {
  std::variant<TcpListen, UnixListen> at;
  Where where;
};
[[nodiscard]] std::string to_string(
    const Listen& listen);  // "127.0.0.1:8888", "unix:/run/dev.sock"

// A set of routes that a bottle takes with `use` (presets.h).
struct UsedPreset {
  std::string name;
  unsigned version = 0;
  bool pinned = false;  // the configuration names the version
  std::string what;     // what it is for, in a few words
  Where where;
};

// A preset's route that a bottle's own entry for the same host pattern replaces.
struct ReplacedRoute {
  policy::Route route;
  Where by;
};

// Where a password stands: in one of the two. Never the password itself.
struct PasswordSource {
  std::string variable;
  std::filesystem::path file;
};
[[nodiscard]] std::string to_string(const PasswordSource& source);  // "env:DEV", "file:/run/dev"

// Where values come from that a bottle is known to have. Never the values themselves.
struct SecretSource {
  std::string source;                    // "env:GITHUB_TOKEN", "dotenv:/srv/app/.env"
  std::vector<Host> homes = {};          // where they may go
  std::vector<std::string> fields = {};  // and in which fields; none: Authorization alone
  bool canary = false;
  std::size_t values = 0;               // that are looked for; 0: none was read
  std::size_t all_values = 0;           // that were read, those included that anybody could write
  std::vector<std::string> names = {};  // of a .env file: of the values that are looked for
  Where where = {};
};

struct BottleConfig {
  Listen listen;
  policy::Bottle bottle;
  std::vector<UsedPreset> presets;
  std::vector<ReplacedRoute> replaced;
  policy::Conditions conditions = {};           // which of the listener's clients are this bottle's
  std::optional<PasswordSource> password = {};  // of conditions.proxy_user
  std::vector<SecretSource> secrets = {};
  std::shared_ptr<const known::KnownValues> known = {};  // nullptr: none
  std::optional<std::uint64_t> lock_after = {};          // refused known values
  policy::LeakWords leaks = {};
};

struct Config {
  std::filesystem::path file;
  std::filesystem::path ca_directory;
  std::filesystem::path audit_path;
  std::uint64_t audit_max_bytes = 0;  // 0: as far as the disk allows
  std::optional<Listen> metrics;
  std::filesystem::path upstream_ca_file;  // empty: none
  Where upstream_ca_where = {};
  std::vector<std::filesystem::path> rules_files;  // gitleaks-form TOML beside cork's own
  std::vector<Where> rules_where;                  // of each of them
  bool builtin_rules = true;
  std::vector<std::string> rule_groups = {};  // that are on; each is one of secrets::rule_groups()
  std::size_t workers = 0;                    // 0: one a core
  std::vector<BottleConfig> bottles;
  // Under which the prints of pinned credentials were made.
  secrets::FingerprintKey fingerprint_key{};
};

// The variable's value, or nullopt where it is unset. An argument, so that tests need no process
// environment.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

// What becomes of the credentials that routes pin.
struct CredentialReading {
  secrets::FingerprintKey key{};  // for their prints: a secret one for whoever serves
  bool values = true;             // false: nobody will compare any, so that none needs to be there
};

using Clock = std::chrono::system_clock;

// Every error at once, with line and column, and what to write instead. `now`: what dates are
// measured by.
Result<Config, Diagnostics> parse(std::string_view yaml, const std::filesystem::path& file,
                                  const Environment& environment,
                                  const CredentialReading& credentials = {},
                                  Clock::time_point now = Clock::now());
Result<Config, Diagnostics> load(const std::filesystem::path& file, const Environment& environment,
                                 const CredentialReading& credentials = {});

// --config, $CORK_CONFIG, ~/.config/cork/cork.yaml, /etc/cork/cork.yaml: the first that is given or
// exists; never the current directory.
Result<std::filesystem::path, Diagnostics> find(const std::optional<std::filesystem::path>& flag,
                                                const Environment& environment);

// The commented configuration that `cork run` writes where there is none.
[[nodiscard]] std::string default_config_text();

}  // namespace cork::config
