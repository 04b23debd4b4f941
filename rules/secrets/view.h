// One text as Hyperscan and RE2 see it: its bytes as far back as a match may reach, and where they
// came from.
//
// Not thread-safe. Positions count the view's own bytes from 0. Retained are Scan::window() bytes
// before what is not scanned yet. Each scan begins that much before what is new: matches are no
// longer than that, so no state needs to be kept, and Hyperscan is faster at it than at streams.
//
// Where escapes are taken off this text, most of it is in the other one as well, and is scanned
// there alone: see leave_from(). What is left to do here are matches that an escape may be part of,
// or that something stands beside which the other text has no word's end for: keep(). And rules by
// which a backslash may belong to a credential look at all of either text; there are few.
//
//   View view(scan);
//   view.append(bytes, runs);
//   for (const Scan::Secret& secret : view.scan(false)) ...
#pragma once

#include "rules/secrets/decoder.h"
#include "rules/secrets/origin_map.h"
#include "rules/secrets/scan.h"

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct hs_database;

namespace cork::secrets {

class View {
 public:
  struct Stretch {
    Offset begin, end;
  };

  // Text is scanned when so much is there: each scan reads a window of what came before again. It
  // stays in the nearest cache.
  static constexpr std::size_t kBatchBytes = 8192;

  explicit View(Scan& scan)
      : scan_(&scan), origins_(scan.actions().mask() ? OriginMap::kManyExact : OriginMap::kMany) {}

  // Begins the view with a window of the text of `above` before `from`. What ends in it or in text
  // passed on behind it is left to that view, so this one is quiet until something altered is
  // appended. How much that is; `from` is in the text of `above`. `tells`: what is altered is to be
  // asked for, by take_unlike().
  std::size_t begin_behind(const View& above, Offset from, bool tells);
  // There is text here that no other view scans.
  [[nodiscard]] bool loud() const noexcept { return loud_; }
  // In the text it came from: what ends behind this is told here, from the first that was altered;
  // nowhere while the view is quiet.
  [[nodiscard]] std::optional<Offset> tells_from() const noexcept { return tells_from_; }
  // Stretches of the text it came from, since the last call, which do not match here as they do
  // there.
  [[nodiscard]] std::vector<Stretch> take_unlike() noexcept { return std::exchange(unlike_, {}); }

  // What ends behind `position` is another view's to tell, which is made of this one, but for
  // matches that what is kept is part of or stands beside, until it is taken back. Not yet scanned
  // is all from there on, or what stands before it was kept.
  void leave_from(Offset position);
  void keep(Stretch stretch);
  void take_back(Offset position);

  void append(Bytes bytes, std::span<const Run> runs);
  // Scans what was appended since the last call; with `last`, the end of the text is seen as well.
  // What ends with the text is told as soon as nothing that follows could change it, and once more
  // when something has followed. Valid until the next call to the same Scan.
  const std::vector<Scan::Secret>& scan(bool last);
  // How many bytes at the front no match can reach any more; 0 until dropping them is worth it.
  // Everything must be scanned.
  [[nodiscard]] std::size_t surplus() const noexcept;
  void drop_front(std::size_t bytes);
  // Keeps no room for more.
  void give_back_room();

  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  [[nodiscard]] std::string_view text_from(Offset position) const noexcept;
  [[nodiscard]] Offset begin() const noexcept { return begin_; }
  [[nodiscard]] Offset end() const noexcept { return begin_ + text_.size(); }
  [[nodiscard]] std::size_t unscanned() const noexcept { return text_.size() - scanned_; }

  // No open candidate of a blocking rule begins before this position, whatever follows.
  [[nodiscard]] Offset held_from() const noexcept;
  // The same, from a look at the text itself: costs more and holds less. All must be scanned.
  [[nodiscard]] Offset open_from() const noexcept;
  // The same, if the text ended at `position`.
  [[nodiscard]] Offset held_from(Offset position) const noexcept;
  [[nodiscard]] Offset open_from(Offset position) const noexcept;
  // From here on, it is as in the text it came from.
  [[nodiscard]] Offset altered_to() const noexcept { return altered_to_; }

  // Where, since the last call, the first escape stood that may join digits which the text it came
  // from shows apart, or tell them from what is glued to them; end(): nowhere.
  [[nodiscard]] Offset take_joint() noexcept;
  // The same of what any escape is in, of which some bring bytes of a dump nearer.
  [[nodiscard]] Offset take_escape() noexcept;
  // The last one is told by the next call too, where no more than `near` bytes have come behind it.
  void put_back_last(std::size_t near) noexcept;

  [[nodiscard]] OriginMap& origins() noexcept { return origins_; }
  [[nodiscard]] const OriginMap& origins() const noexcept { return origins_; }

 private:
  static constexpr Offset kNoEnd = std::numeric_limits<Offset>::max();
  // Matches that end behind `after`, up to and at `to`.
  struct Ends {
    Offset after, to;
  };

  // What was read of known values before `from`, which they were not looked for behind yet.
  [[nodiscard]] known::KnownValues::Cursor known_before(Offset from) const;
  // Something altered stands at `position`, `source` in the text it came from: scans from there.
  void begin_loud(Offset position, Offset source);
  void add_unlike(Stretch stretch);
  void want(Ends ends);
  void search(const Ends& ends, const hs_database* database, bool last);
  // Those that are due now of `wanted_`, and what is between them.
  void search_all(bool last);
  // Of what was appended at `position`: all that is altered in it separates.
  void take_pairs(const Run& run, Offset position);
  // Whether what `run` ends in, behind `position`, may join.
  [[nodiscard]] bool joins(const Run& run, Offset position) const noexcept;
  // The same of an escape of two bytes that stands for the one there.
  [[nodiscard]] bool joins(Offset position) const noexcept;

  Scan* scan_;
  std::string text_;
  Offset begin_ = 0;                       // position of text_[0]
  std::size_t scanned_ = 0;                // of text_
  bool loud_ = true;                       // there is text here that no other view scans
  std::vector<Ends> wanted_{{0, kNoEnd}};  // to be told here, in order
  Offset told_to_ = 0;                     // matches that end up to here are told, here or there
  Offset altered_to_ = 0;
  bool tells_ = false;
  std::optional<Offset> tells_from_;
  std::vector<Stretch> unlike_;
  std::optional<Offset> joint_, escape_;
  known::KnownValues::Cursor known_;
  Offset known_to_ = 0;  // known values were looked for before this
  OriginMap origins_;
};

}  // namespace cork::secrets
