// A secret seen: which rule, where, how sure. No type here has room for the secret itself, so that
// no log, record or refusal can hold one by accident.
//
// Pure values.
#pragma once

#include "base/bytes.h"
#include "base/fingerprint.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {

enum class Part : std::uint8_t { authority, method, path, query, field, body, message, trailer };

// "body". Static storage.
[[nodiscard]] std::string_view name_of(Part part) noexcept;

// Ordered: a scan's verdict is sticky and only rises.
enum class Verdict : std::uint8_t {
  clean,
  leak,         // a blocking rule's credential was confirmed
  unscannable,  // a body that cannot be read to its end: malformed, truncated, unknown coding
  over_limit,   // the work budget, depth or a cap was exhausted
};

[[nodiscard]] constexpr Verdict worse(Verdict a, Verdict b) noexcept {
  return a < b ? b : a;
}

enum class Confidence : std::uint8_t { low, high };

using RuleIndex = std::uint16_t;  // within one Ruleset

using cork::Fingerprint;
using cork::FingerprintKey;
[[nodiscard]] Fingerprint fingerprint(const FingerprintKey& key, std::string_view secret) noexcept;

struct Place {
  Part part = Part::body;
  Offset begin = 0, end = 0;  // wire bytes of the part
  std::string pointer;        // "/messages/37/content" in JSON, a field's name, else ""
  std::string encoding;       // views between wire and secret: "gzip json", "" for the raw bytes
};

// Where a credential begins: in which of the texts that are made of a part, and there. What begins
// where another did is more of it.
struct Spot {
  std::uint64_t text = 0;
  Offset begin = 0;
  Offset end = 0;  // of what was seen of it there, by which none is another
  bool operator==(const Spot& other) const noexcept {
    return text == other.text && begin == other.begin;
  }
};

// What was seen: what a rule describes, a value that the bottle is known to have (rules/known), or
// one that is planted to be seen nowhere.
enum class Kind : std::uint8_t { rule, known_value, canary };

// Why what was to be masked is not.
enum class Unmasked : std::uint8_t {
  none,      // it is, or was not to be
  encoded,   // more than escapes is between it and the wire
  partial,   // the rule sees no more than a part of it
  endless,   // nothing tells where it ends, or what of the wire it is
  quoted,    // a quote, or the end of a form's field, stands in it
  binary,    // bytes that are no text stand beside it
  gone,      // where it begins has left
  too_many,  // as many are in the part already as are masked
};

struct Finding {
  RuleIndex rule = 0;  // where the kind is that
  Confidence confidence = Confidence::high;
  bool blocking = true;  // false: masked, or recorded only (low confidence, or at home)
  Fingerprint print;
  Place place;
  Spot spot = {};
  Kind kind = Kind::rule;
  std::string name = {};  // of a known value, as it was configured: for the audit log alone
  bool redacted = false;  // what left in its place is a mask of the same length
  bool stops = false;     // it is why the request is refused
  // Why it may leave though it is a leak, and who says so; empty: nobody does.
  std::string exception = {}, owner = {};
  Unmasked unmasked = Unmasked::none;
};

// What its rule and its place ask for: "block", "redact" or "record". Static storage.
[[nodiscard]] std::string_view name_of_action(const Finding& finding) noexcept;

// It may make room for another: it says neither that something was refused or masked, nor that a
// leak passed because somebody vouches for it.
[[nodiscard]] bool is_note(const Finding& finding) noexcept;

// Adds it where there are less than `most`, at least 1; else a blocking one takes the place of the
// last note, if none of them blocks, and is one more where there is no note.
void keep(std::vector<Finding>& findings, Finding found, std::size_t most);
// The same of what a rule found, unless it is told: the same secret, or as much of it at the same
// spot. What is longer there takes the place of what is told.
void keep_new(std::vector<Finding>& findings, Finding found, std::size_t most);

}  // namespace cork::secrets
