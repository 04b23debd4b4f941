// The secrets that a bottle is known to have, to be found in whatever leaves: whole, in part,
// backwards, split by what is no letter or digit, and in a host's name whatever their case. What
// encodes them is taken off by the views of rules/secrets.
//
// Immutable; shared between threads. Made from values in clear and holds none of them: what is kept
// are keyed prints, which are compared as a whole.
//
// A value is found by any 16 successive characters of it (letters and digits, or any where it has
// too few of those) that are neither plain text, nor structure (a URL's host, a JWT's header), nor
// another value's too. So of a value that is found as it streams by no 16 such characters have left
// before. What has fewer characters, or none that are not plain, is found as a whole, and
// whole_width() bytes must be held back for it.
//
//   auto known = KnownValues::make(std::move(values), key);
//   if (!known) return fail(known.error().what);
//   KnownValues::Cursor at;
//   (*known)->find(at, text, 0, found);         // found[0].value -> (*known)->secrets()[...].name
#pragma once

#include "base/fingerprint.h"
#include "base/host.h"
#include "base/result.h"
#include "rules/known/clear.h"
#include "rules/known/lane.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cork::known {

// What is said of a value, and may be shown to whoever runs cork.
struct Secret {
  std::string name;                                     // "env:GITHUB_TOKEN"
  std::vector<Host> homes = {};                         // where it may go
  std::vector<std::string> fields = {"authorization"};  // and in which of the head's, lower case
  bool canary = false;                                  // is never to be seen, whatever is allowed
  Fingerprint print = {};                               // under the same key as those of findings
};

struct Value {
  Secret secret;
  Clear text;
};

class KnownValues {
 public:
  // Overwrites all that is in `values`. Refuses one that weakness_of() knows of, or that would be
  // found by nothing; and more than can be looked for at a time. Names it, never quotes it.
  static Result<std::shared_ptr<const KnownValues>> make(std::vector<Value> values,
                                                         const FingerprintKey& key);

  // By ValueIndex.
  [[nodiscard]] const std::vector<Secret>& secrets() const noexcept { return secrets_; }
  [[nodiscard]] bool has_canary() const noexcept { return has_canary_; }

  // What came before in one text.
  struct Cursor {
    Lane::Cursor squeezed, whole;
  };
  // Adds what ends in text[from, end), which follows what `at` has seen. `text` holds what came
  // before, as far back as whole_width() where there is as much.
  void find(Cursor& at, std::string_view text, std::size_t from, std::vector<Found>& found) const;
  // The same of a text all by itself whose case does not survive: a host's name.
  void find_folded(std::string_view text, std::vector<Found>& found) const;

  // How far back the beginning of what is found as a whole may be.
  [[nodiscard]] std::size_t whole_width() const noexcept { return whole_width_; }

  // Whether all that this finds, `others` found as well, and what was a canary there.
  [[nodiscard]] bool no_more_than(const KnownValues& others) const;

  // May it stand in that field of a request to that host?
  [[nodiscard]] bool at_home(ValueIndex value, const Host& host,
                             std::string_view field) const noexcept;

  explicit KnownValues(const HashKeys& keys);

 private:
  [[nodiscard]] bool add(ValueIndex index, std::string_view value);

  std::vector<Secret> secrets_;
  Lane squeezed_, whole_, folded_;
  std::size_t whole_width_ = 0;
  bool has_canary_ = false;
};

// Whether some part of the value tells it by itself. What has none reads like ordinary text.
[[nodiscard]] bool has_telling_part(std::string_view value);

}  // namespace cork::known
