// Scans one part of an outgoing message as it streams by, in every encoding it can see, and says
// how far it is settled: how many wire bytes can be forwarded because no open candidate begins in
// them.
//
// Not thread-safe; one object a part. Memory is bounded by ScanLimits and the ruleset's widths.
//
//   BodyScanner scanner({rules, Part::body, hints, limits, key});
//   Verdict v = scanner.feed(wire, scratch);   // then bytes before scanner.settled() may go
//   v = scanner.finish(scratch);               // at the end: clean means all may go
#pragma once

#include "base/bytes.h"
#include "base/limits.h"
#include "base/memory_budget.h"
#include "rules/secrets/actions.h"
#include "rules/secrets/finding.h"
#include "rules/secrets/masks.h"
#include "rules/secrets/ruleset.h"
#include "rules/secrets/scan.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cork::secrets {

// What the head says of the body. Believed only to look closer, never to look away: the raw bytes
// are always scanned, containers are recognised by their first bytes, and escapes by sight.
struct ContentHints {
  std::string content_type;                   // the field's value, as sent; may be empty
  std::vector<std::string> content_encoding;  // codings in the order applied, lower case
};

class BodyScanner {
 public:
  struct Context {
    std::shared_ptr<const Ruleset> rules;
    Part part = Part::body;
    ContentHints hints;
    ScanLimits limits;
    FingerprintKey key{};
    std::size_t slice_bytes = 0;  // scanned in one call, about; 0: all there is
    std::optional<Destination> destination = std::nullopt;  // of a body
    MemoryBudget* memory = nullptr;  // for what decoders keep; outlives the scanner
    // The bottle's own secrets, which are leaks wherever they are in a body; nullptr: none.
    std::shared_ptr<const known::KnownValues> known = nullptr;
    // What is done about leaks; those that stop nothing do not end the scan.
    Actions actions = Actions();
    // A body of which more than a little cannot be read is `unscannable`: see opaque().
    bool refuse_opaque = false;
  };

  explicit BodyScanner(Context context);
  ~BodyScanner();
  BodyScanner(BodyScanner&&) noexcept;
  BodyScanner& operator=(BodyScanner&&) noexcept;

  // The next bytes of the part. An unknown content coding is `unscannable` at once. Where
  // Context::slice_bytes is set, this and every other call may leave work: see busy().
  Verdict feed(Bytes wire, WorkerScratch& scratch);
  // The same as far as one slice goes: `wire` is then what was not taken. Not while busy().
  Verdict feed_some(Bytes& wire, WorkerScratch& scratch);
  // The sender paused: settles up to the earliest open candidate. Time never settles more than
  // that.
  Verdict idle(WorkerScratch& scratch);
  // The part is complete. Clean: settled() is all that was fed.
  Verdict finish(WorkerScratch& scratch);

  // The last call left work, and its answer is not the last word: let others have their turn, then
  // resume().
  [[nodiscard]] bool busy() const noexcept;
  Verdict resume(WorkerScratch& scratch);

  // Monotone; in wire bytes. Meaningless once the verdict is not clean.
  [[nodiscard]] Offset settled() const noexcept;
  [[nodiscard]] Verdict verdict() const noexcept;
  [[nodiscard]] const Actions& actions() const noexcept;
  // What is to be masked of what was fed, and was not taken before; none of it lies before
  // settled() as it was then. Ranges may touch or overlap.
  [[nodiscard]] std::vector<WireRange> take_masks();
  // At most ScanLimits::findings and one; the blocking one is always among them.
  [[nodiscard]] std::span<const Finding> findings() const noexcept;
  // What was masked of known values, told apart by all that was seen of each: whoever finds one out
  // by guessing has others than who repeats himself.
  [[nodiscard]] std::span<const Fingerprint> masked_known() const noexcept;
  // What made the verdict `unscannable` or `over_limit`: "gzip data ends early". Static storage.
  [[nodiscard]] std::string_view problem() const noexcept;

  struct Work {
    std::uint64_t wire_bytes = 0, scanned_bytes = 0, examined_bytes = 0;
    std::uint64_t decoded_bytes = 0;  // what all that was encoded stood for
    std::uint64_t texts = 0;          // that were made of it
    // Binary data, and long runs of digits that stand for some: what no decoder made text of. Of
    // what is compressed, bytes of what it holds. Those of the last few KiB are not known yet.
    std::uint64_t unread_bytes = 0;
  };
  [[nodiscard]] Work work() const noexcept;
  // Text that is kept to look back on, in all forms.
  [[nodiscard]] std::size_t retained_bytes() const;
  // The verdict is `unscannable` because of what cannot be read; problem() says what that is.
  [[nodiscard]] bool opaque() const noexcept;
  [[nodiscard]] bool refuses_opaque() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cork::secrets
