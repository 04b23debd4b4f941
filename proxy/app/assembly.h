// The parts of a running cork, made from a configuration and wired together.
//
// Everything that can fail does so in make(), before a thread is started or a connection taken.
#pragma once

#include "base/diagnostic.h"
#include "base/ip_address.h"
#include "base/limits.h"
#include "base/result.h"
#include "proxy/config/config.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cork::io {
class Resolver;
}
namespace cork::secrets {
class Ruleset;
}

namespace cork::app {

// What tests replace.
struct Overrides {
  SessionLimits session;
  HttpLimits http;
  ScanLimits scan;
  BottleLimits bottle;
  AuditLimits audit;
  std::shared_ptr<io::Resolver> resolver;         // nullptr: the system's
  std::function<std::vector<Cidr>()> on_link;     // empty: the networks of the system's interfaces
  std::shared_ptr<const secrets::Ruleset> rules;  // nullptr: the configuration's
};

class Assembly {
 public:
  // The CA (made on first use), the log, the rules, the upstream trust, every listener.
  static Result<std::unique_ptr<Assembly>, Diagnostics> make(const config::Config& config,
                                                             Overrides overrides = {});
  ~Assembly();
  Assembly(const Assembly&) = delete;
  Assembly& operator=(const Assembly&) = delete;

  void start();
  // Takes no more connections and lets exchanges in flight end; true: all did in time. A signal
  // meanwhile ends the waiting.
  bool drain(std::uint64_t ms);
  void stop();
  // Takes another configuration: new exchanges follow it at once, those in progress are decided
  // again, and bottles come and go with their listeners. An error changes nothing. The keys
  // that are read at the start only, and say something else than at the start.
  Result<std::vector<std::string>, Diagnostics> reload(const config::Config& next);
  // An operator has looked: no bottle is locked any more.
  void unlock();
  // A configuration that could not even be read, for the metrics.
  void reload_failed();
  // Looks at the interfaces and at what was last found of a NAT64; true: something had changed, and
  // what is in progress was decided again. To be called now and then, by the thread that reloads.
  bool refresh_network();
  // After a rotation moved the log away.
  Result<void> reopen_log();

  struct Door {
    std::string bottle;
    std::string address;  // "127.0.0.1:8888"
  };
  // One a bottle, in the configuration's order: those that share a listener have the same address.
  [[nodiscard]] const std::vector<Door>& doors() const noexcept;
  // Of the rules in force: see config::LoadedRules.
  [[nodiscard]] const Diagnostics& rule_warnings() const noexcept;
  [[nodiscard]] std::string metrics_address() const;  // "" where there is none
  [[nodiscard]] std::string ca_fingerprint() const;

 private:
  struct Parts;
  explicit Assembly(std::unique_ptr<Parts> parts) noexcept;
  std::unique_ptr<Parts> parts_;
};

}  // namespace cork::app
