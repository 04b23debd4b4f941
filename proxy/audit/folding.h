// Repeated refusals, counted in one record: ordinary ones get a line each, a flood of the same gets
// one when it begins and one with the count when its window ends.
//
// Pure: time is an argument. Not thread-safe: each worker has its own. Bounded: so many records at
// a time for each bottle, and for the strangers of each door; what is past them joins one of
// several hosts.
//
//   switch (folding.add(record, now).how) {
//     case Folding::How::whole:  …    // render_refused(record)
//     case Folding::How::begins: …    // render_repeating(record): its id is on disk from now on
//     case Folding::How::counted: …   // nothing to write: the refusal has `id`
//   }
//   for (const Repeated& ended : folding.take_ended(now)) append(render_repeated(ended));
#pragma once

#include "base/limits.h"
#include "base/token_bucket.h"
#include "proxy/audit/record.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace cork::audit {

class Folding {
 public:
  using Time = TokenBucket::Time;

  explicit Folding(const AuditLimits& limits) : limits_(limits) {}

  enum class How : std::uint8_t {
    whole,    // a line of its own
    begins,   // the first of those that one record counts
    counted,  // by a record that has begun
  };
  struct Answer {
    How how = How::whole;
    std::string id;  // the record's that counts it
  };
  // One more refusal.
  Answer add(const Record& record, Time now);
  // The same where the bottle may write nothing more: for each reason one record counts all that it
  // is refused, and another what holds a leak, by rule.
  Answer add_exhausted(const Record& record, Time now);
  // The record that begins could not be written after all.
  void forget(const Record& record);

  // What is counted for good, and forgets whom nobody asked for in a while.
  std::vector<Repeated> take_ended(Time now);
  // The same, whether or not its window has ended.
  std::vector<Repeated> take_all();

 private:
  struct Fold {
    Repeated repeated;
    Time ends;
  };
  struct Alike {
    TokenBucket lines;
    std::optional<Fold> fold = std::nullopt;
  };
  // A bottle, or the door of strangers: no one is shown the id of another's record.
  using Whose = std::pair<std::string, std::optional<std::size_t>>;
  // Reason, host and port ("" and 0: several hosts), whether there is a leak.
  using Key = std::tuple<policy::Reason, std::string, std::uint16_t, bool>;
  struct OfBottle {
    TokenBucket lines;
    std::map<Key, Alike> alike;
  };

  static Whose whose(const Record& record) { return {record.bottle, record.door}; }
  OfBottle& of(const Record& record);
  Alike& alike_for(OfBottle& bottle, const Record& record);
  Answer count(Alike& alike, const Record& record, Time now, bool may_write, Time ends);
  void end(Alike& alike);

  AuditLimits limits_;
  std::map<Whose, OfBottle> bottles_;
  std::vector<Repeated> ended_;
};

}  // namespace cork::audit
