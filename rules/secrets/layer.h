// One text in the tree of texts that a part is: the bytes on the wire, or what a decoder made of
// the text above; with the decoders that what is in it calls for.
//
// Not thread-safe. Four kinds of text come out of one. What a declared content coding holds; the
// text with one level of escapes taken off; stretches that stand in it as base64, hexadecimal
// digits or UTF-16; and what compressed containers hold that are recognised in it. Decoders of
// escapes come and go: each begins where the first escape is, behind a window of text that is the
// same in both, and ends when nothing was altered for a window, since both texts are then the same
// again. So text without escapes costs one scan, whatever the depth; and of text with escapes most
// is left to the text below (see View), which is therefore fed first.
//
//   Layer wire(scan, {.codings = hints.content_encoding, .form = false});
//   wire.append(bytes, {offset, offset + bytes.size()});
//   wire.process(false);
//   while (wire.busy()) wire.resume();
//   wire.settled(false);
#pragma once

#include "rules/secrets/containers.h"
#include "rules/secrets/decoder.h"
#include "rules/secrets/field_value.h"
#include "rules/secrets/json_pointer.h"
#include "rules/secrets/masks.h"
#include "rules/secrets/readability.h"
#include "rules/secrets/scan.h"
#include "rules/secrets/view.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cork::secrets {

class Layer final : public Sink {
 public:
  struct Kind {
    std::span<const std::string> codings;  // still to be taken off, the last one first
    bool form = false;                     // the text is declared as a form
    std::size_t depth = 0;                 // encodings taken off so far, escapes apart
    std::size_t escapes = 0;               // taken off since then
    enum class Quoted : std::uint8_t { no, here, before };
    Quoted quoted = Quoted::no;  // quoted-printable was: last of all, or before others
    bool aside = false;  // and behind others: what is below it is in the text beside as well
    bool open = true;    // nothing but escapes and what was declared is between it and the wire
  };
  // The text on the wire.
  Layer(Scan& scan, const Kind& kind) : Layer(scan, kind, nullptr, {}) {}
  ~Layer();
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;

  // So much that decodes to text, or at all, is no chance. Few credentials are shorter.
  static constexpr std::size_t kTellingBytes = 20;

  using Sink::append;
  void append(Bytes derived, std::span<const Run> runs) override;
  // Scans what was appended, here and in all that comes from it; `last`: it ends here. What a full
  // slice leaves of the containers in it is busy().
  void process(bool last);
  // Goes on with that.
  void resume();
  [[nodiscard]] bool busy() const noexcept;
  [[nodiscard]] bool full() const noexcept override { return scan_.full() || !scan_.going(); }
  // Below this position no open candidate begins, in this text or in one made of it. After
  // process(), with `look`, the text itself is looked at: see View::open_from().
  [[nodiscard]] Offset settled(bool look) const;
  // Between two calls, of which many scans may stand: keeps no room for what comes, here and in all
  // that comes from it.
  void give_back_room();
  // Text that is kept, here and in all that comes from it.
  [[nodiscard]] std::size_t retained_bytes() const;
  // On the wire, where the first credential begins that is to be masked and may go on; its end
  // where there is none.
  [[nodiscard]] Offset masked_from() const noexcept;

 private:
  struct Branch;
  class Runs;  // NOLINT(cppcoreguidelines-virtual-class-destructor): final, as its definition says
  // A form is read as one, and as any other text beside it: its content type is the sender's word.
  // A soft hyphen that is spelled as a byte is read as either: see find_soft_hyphen().
  enum class Escaping : std::uint8_t { plain, form, quoted, hyphens };
  struct Start {
    Offset at = 0;
    ContainerKind kind = ContainerKind::gzip;
    bool front = false;  // see Branch
  };
  // A credential to be masked, whose end is not known yet.
  struct OpenMask {
    Offset begin;     // on the wire
    Offset from, at;  // in this text: between them all belongs to it
    Extent extent;
    RuleIndex rule;  // as in Scan::Secret, like the kind
    cork::secrets::Kind kind;
    bool worded;       // see WireRange
    std::string seen;  // of known values, without what is only masked with them
    Offset seen_to;    // the end of that
  };

  // `above` outlives this; `name` is the decoder's in between.
  Layer(Scan& scan, const Kind& kind, Layer* above, std::string_view name);

  void append_long(Bytes derived, Origin origin);
  void add(Bytes derived, std::span<const Run> runs);
  // A decoder reads what stands there.
  void cover(Offset begin, Offset end);
  // How much of what has come, or of all where it ended, nobody reads. On trial, that is kept here.
  void count_unread();
  void report(std::span<const Scan::Secret> secrets);
  [[nodiscard]] Place place_of(const Scan::Secret& secret) const;
  // In the text that the escapes stand in, where that tells one credential from the next.
  [[nodiscard]] Spot spot_of(const Scan::Secret& secret) const;
  [[nodiscard]] std::string_view name_at(const Place& place) const;
  [[nodiscard]] std::string pointer_at(Offset position) const;
  [[nodiscard]] std::string form_field_at(Offset position) const;
  [[nodiscard]] Field field_of(const Scan::Secret& secret) const;

  // layer_masks.cpp
  [[nodiscard]] bool may_mask() const noexcept;
  // What stands at `secret`, where that is known to the byte and can be cut out; or why it is not.
  [[nodiscard]] std::expected<WireRange, Unmasked> on_the_wire(const Scan::Secret& secret) const;
  [[nodiscard]] std::expected<Offset, Unmasked> begin_on_the_wire(Offset begin) const;
  // Whether nothing is left to be done, although it cannot be masked any more: all of it is, as it
  // was found in a text above as well, and the rule says no more than that.
  [[nodiscard]] bool is_masked(const Scan::Secret& secret, Unmasked why) const;
  [[nodiscard]] std::optional<Offset> end_on_the_wire(Offset end) const;
  [[nodiscard]] std::optional<Extent> extent_of(const Scan::Secret& secret) const;
  // In the text on the wire: what no text holds, near to what would be masked.
  [[nodiscard]] bool binary_near(Offset begin, Offset end) const;
  void open_mask(const Scan::Secret& secret, Offset begin);
  void see_more(OpenMask& mask, const Scan::Secret& secret);
  // Whether it is more of what an open mask covers; then the mask covers it as well.
  bool goes_on(const Scan::Secret& secret);
  void close_masks(bool last);
  [[nodiscard]] const Layer& wire() const noexcept;

  void open_declared();
  void find_containers();
  void add_container(Start start);
  // Whether the text that escapes are taken off has the same, and so the container that they begin.
  [[nodiscard]] bool is_above(Offset begin, std::size_t size) const;
  void open_container(Start start);
  void close_containers();
  void feed_containers();
  // Up to here: what the next one that begins stands in, and what not, is then the same however the
  // text is cut.
  [[nodiscard]] Offset fed_end() const noexcept {
    return ending_ || !reads_as_text() ? view_.end() : cut_;
  }
  // Hands on what there is room for up to `end`; false: it is not there yet.
  bool feed_to(Branch& branch, Offset end);
  bool feed_some(Branch& branch, Offset end);
  // Whether what it is open for has ended.
  [[nodiscard]] static bool front_is_over(const Branch& branch) noexcept;
  // Tells which of its bytes are read in another form, and counts those that are in none.
  void judge(Branch& branch);
  // Whether that is to wait: for what a line of digits that may begin a container by chance makes.
  [[nodiscard]] static bool on_trial(const Branch& branch) noexcept;
  // Counts what was kept, if it was on trial.
  void end_trial();

  void feed_escapes(Escaping escaping, Offset from, bool last);
  // Where in what came since `from` the first of them stands; end of the text: nowhere.
  [[nodiscard]] Offset find_escapes(Escaping escaping, Offset from);
  // The same of a form that nobody declared.
  [[nodiscard]] Offset find_form(Offset from);
  // From where what shows quoted-printable is to be looked for: `from`, or where it may have been
  // cut before.
  [[nodiscard]] Offset quoted_from(Offset from);
  void open_escapes(Escaping escaping, Offset from);
  // Mail is looked for in mail, and behind two levels of other escapes: behind each, the texts
  // would be twice as many.
  [[nodiscard]] bool may_hold_mail() const noexcept {
    if (!reads_as_text() || kind_.escapes >= scan_.limits().depth) return false;
    return kind_.quoted == Kind::Quoted::no
               ? kind_.escapes <= 2
               : kind_.quoted == Kind::Quoted::here && kind_.escapes == 1;
  }
  // What the text of `branch` tells of this one need not be looked for here. From `pending` on,
  // nothing is decoded yet.
  void leave_to(Branch& branch, Offset pending);
  void feed_runs(Offset from, bool last);
  // From where on the text so far may be an encoding that goes on behind its end.
  [[nodiscard]] Offset digits_at_end();
  // Scanned for encodings: what a declared coding is taken off of is not, but for brotli, whose
  // data may hold any bytes unread.
  [[nodiscard]] bool reads_as_text() const noexcept {
    return kind_.codings.empty() || kind_.codings.back() == "br";
  }
  // What an encoding in this text stands for, at the next depth.
  [[nodiscard]] Kind inner() const noexcept;
  // The text above tells all that this one can still tell.
  [[nodiscard]] bool over() const noexcept;
  // Nothing in it goes on but escapes.
  [[nodiscard]] bool idle() const noexcept;
  // No match that is not known yet begins before this position, here or where further escapes are
  // taken off.
  [[nodiscard]] Offset reach() const noexcept;
  void trim();
  template <class Visit>
  void each_text(Visit visit) const;

  Scan& scan_;
  Layer* above_;
  std::string_view name_;
  const Kind kind_;
  std::uint64_t number_;  // see Spot
  View view_;
  Offset handed_on_ = 0;      // escapes and runs were looked for before this
  Offset searched_ = 0;       // containers were looked for before this
  Offset cut_ = 0;            // from here on may begin one that the end cuts; see find_containers()
  std::size_t too_deep_ = 0;  // bytes that are past the depth, and not looked into
  bool ending_ = false;       // nothing more comes
  bool opened_ = false;       // the declared container was
  bool sealed_looked_for_ = false;
  // Where view_.begin() is; in texts without escapes taken off.
  std::optional<JsonPointer> pointer_;
  Readability readability_;
  std::optional<std::size_t> trial_;  // unread bytes, while it may be there by chance
  bool opens_ = false;                // one of its containers is none by chance
  std::vector<std::unique_ptr<Branch>> containers_;
  std::unique_ptr<Decoder> spare_zstd_;             // read to its end: making one takes long
  std::vector<Start> starts_;                       // of containers to come, in order
  std::array<std::unique_ptr<Branch>, 4> escapes_;  // by Escaping
  bool shows_soft_hyphen_ = false;   // the byte of one stands here, since the text above asked
  bool spells_soft_hyphen_ = false;  // and in the text below, since it was looked for here
  bool saw_quoted_ = false;          // from then on every =67 is one
  Offset digits_told_at_ = 0, digits_at_end_ = 0;  // digits_at_end(), and the end it was told of
  std::optional<Offset> cut_marker_;  // where the end of the text cut what may be the first of it
  bool form_;                         // the text is one, declared or by its front
  bool may_be_form_;                  // so far; and a name was given a value in it
  bool assigns_ = false;
  std::array<std::unique_ptr<Runs>, 4> runs_;
  std::array<Offset, 4> runs_read_to_{};  // before this they are over
  std::vector<OpenMask> masks_;
};

}  // namespace cork::secrets
