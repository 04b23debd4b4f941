// One bottle's policy: its routes, and the three questions an exchange asks of them.
//
// Pure: no I/O, no clock, no locks. Built once from configuration, immutable afterwards, shared
// freely between threads. A default Bottle denies everything.
//
//   Decision d = bottle.decide_connect(endpoint, scheme);      // before any name is resolved
//   Decision d = bottle.decide_request(head);                  // and method, path, git's words
//   Decision d = bottle.decide_address(endpoint, scheme, ip);  // every address, before any is
//   dialled
#pragma once

#include "base/ip_address.h"
#include "base/limits.h"
#include "base/message.h"
#include "base/neighbourhood.h"
#include "rules/policy/credential_pin.h"
#include "rules/policy/decision.h"
#include "rules/policy/git_request.h"
#include "rules/policy/host_pattern.h"
#include "rules/policy/path_pattern.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cork::policy {

enum class Mode : std::uint8_t {
  enforce,
  observe,  // decide and record; refuse only what must never pass
};

// Ordered by what is let through.
enum class OnLeak : std::uint8_t {
  block,   // the request is refused
  redact,  // the secret is masked in the body; where it cannot be, the request is refused
  warn,    // it is recorded and passes
};
// "redact". Static storage.
[[nodiscard]] std::string_view name_of(OnLeak on_leak) noexcept;

// What nobody can read of a body: whether it may leave.
enum class Opaque : std::uint8_t { allow, deny };

enum class Tls : std::uint8_t {
  intercept,    // terminated, and everything inside is looked at
  passthrough,  // relayed unread: nothing inside can be decided
};

// One entry of a bottle's allowlist. Entries with the same pattern, scheme and port unite.
struct Route {
  HostPattern pattern;
  Scheme scheme = Scheme::https;
  std::uint16_t port = 443;
  std::vector<std::string>
      methods;                  // empty: every method; compared case-sensitively (RFC 9110, 9.1)
  std::vector<Cidr> addresses;  // special-purpose blocks this route opens
  OnLeak on_leak = OnLeak::block;
  Where where;                          // its line in the configuration
  std::vector<PathPattern> paths = {};  // empty: every path
  GitVerbs git = {};                    // empty: not for git alone
  // Whoever may act there. The routes of one place unite here too: pinned is pinned for all of it.
  CredentialPin credential = {};
  Tls tls = Tls::intercept;
  std::uint64_t upload_limit_bytes =
      kPassthroughUploadBytes;  // of one tunnel that is passed through
  Opaque opaque = Opaque::allow;
};

struct Objection;

class Bottle {
 public:
  Bottle() = default;
  // `where` is the line of the bottle's `allow`, named where no route matches.
  Bottle(std::string name, Mode mode, std::vector<Route> routes, Where where);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] Mode mode() const noexcept { return mode_; }
  [[nodiscard]] const std::vector<Route>& routes() const noexcept { return routes_; }

  // The routes of the single most specific pattern that matches (exact before `*.` before the
  // longest `**.`), for that scheme and port; empty: none. There is no falling through to a wider
  // pattern, not even where the most specific one is for other ports only. Pointers live as long
  // as this Bottle.
  [[nodiscard]] std::vector<const Route*> match(const Endpoint& endpoint, Scheme scheme) const;

  // May the bottle open a connection there at all? Address literals of a special-purpose block are
  // judged here too. `observe` turns a missing route into an observed decision, never an address.
  [[nodiscard]] Decision decide_connect(const Endpoint& endpoint, Scheme scheme) const;
  // May this request be made? Host and scheme as above, then what its routes are narrowed by:
  // method, path in every plausible reading, git's words, and nothing that overrides them.
  [[nodiscard]] Decision decide_request(const RequestHead& head) const;
  // The route that admits the request, as decide_request() found it; nullptr: none does.
  [[nodiscard]] const Route* admitting(const RequestHead& head) const;
  // Puts an objection to a request, or to its body (body_rule.h), into words.
  [[nodiscard]] Decision denial(const Objection& objection, const RequestHead& head) const;
  // May this address, which the name of `endpoint` resolved to, be dialled? `observe` changes
  // nothing here. A metadata service is opened only by a block that is its address alone. What is
  // judged is the address that `around` says is reached.
  [[nodiscard]] Decision decide_address(const Endpoint& endpoint, Scheme scheme,
                                        const IpAddress& address,
                                        const Neighbourhood& around = {}) const;
  // " in cork.yaml": where an operator would change it; "" where no file says it.
  [[nodiscard]] std::string in_file() const;
  // The route by which TLS to that place is relayed unread; nullptr where it is intercepted. One
  // route there that intercepts decides for all.
  [[nodiscard]] const Route* passes_through(const Endpoint& endpoint) const;
  // What to do with a leak to that place: of what its routes say, that which lets least through;
  // `block` where there is none. One that observes says it and does not do it: see
  // secrets::Actions.
  [[nodiscard]] OnLeak on_leak(const Endpoint& endpoint, Scheme scheme) const;
  // Whether a body that cannot be read may go there: `deny` where any route there says so. A bottle
  // that observes allows it everywhere.
  [[nodiscard]] Opaque opaque(const Endpoint& endpoint, Scheme scheme) const;

 private:
  using Routes = std::vector<const Route*>;

  [[nodiscard]] Routes routes_of_pattern(const Host& host) const;
  [[nodiscard]] std::string opening(const Endpoint& endpoint, Scheme scheme,
                                    std::optional<GitVerb> verb) const;
  [[nodiscard]] Decision no_route(const Endpoint& endpoint, Scheme scheme) const;
  [[nodiscard]] Decision judge_address(const Routes& routes, const Endpoint& endpoint,
                                       Scheme scheme, const IpAddress& address,
                                       const Neighbourhood& around) const;

  std::string name_;
  Mode mode_ = Mode::enforce;
  std::vector<Route> routes_;
  Where where_;
  // Indices into routes_ by the text of their pattern.
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_pattern_;
};

}  // namespace cork::policy
