// One text in the tree of texts that a part is: the bytes on the wire, or what a decoder made of
// the text above; with the decoders that what is in it calls for.
//
// Not thread-safe. Decoders of escapes come and go: each begins where the first escape is, behind a
// window of text that is the same in both, and ends when nothing was altered for a window, since
// both texts are then the same again. So text without escapes costs one scan, whatever the depth.
//
//   Layer wire(scan, {.codings = hints.content_encoding, .form = false});
//   wire.append(bytes, {offset, offset + bytes.size()});
//   wire.process(false);
//   while (wire.busy()) wire.resume();
//   wire.settled(false);
#pragma once

#include "rules/secrets/decoder.h"
#include "rules/secrets/json_pointer.h"
#include "rules/secrets/scan.h"
#include "rules/secrets/view.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace cork::secrets {

class Layer final : public Sink {
 public:
  struct Kind {
    std::span<const std::string> codings;  // still to be taken off, the last one first
    bool form = false;                     // the text is a form
    std::size_t containers = 0;            // taken off so far
    std::size_t escapes = 0;               // taken off since the last container
  };
  // The text on the wire.
  Layer(Scan& scan, const Kind& kind) : Layer(scan, kind, nullptr, {}) {}
  ~Layer();
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;

  using Sink::append;
  void append(Bytes derived, std::span<const Run> runs) override;
  // Scans what was appended, here and in all that comes from it; `last`: it ends here. What a full
  // slice leaves of the containers in it is busy().
  void process(bool last);
  // Goes on with that.
  void resume();
  [[nodiscard]] bool busy() const noexcept;
  [[nodiscard]] bool full() const noexcept override { return scan_.full(); }
  // Below this position no open candidate begins, in this text or in one made of it. After
  // process(), with `look`, the text itself is looked at: see View::open_from().
  [[nodiscard]] Offset settled(bool look) const;

 private:
  struct Branch;
  enum class Escape : std::uint8_t { json, percent };

  // `above` outlives this; `name` is the decoder's in between.
  Layer(Scan& scan, const Kind& kind, const Layer* above, std::string_view name);

  void append_long(Bytes derived, Origin origin);
  void report(std::span<const Scan::Secret> secrets);
  [[nodiscard]] Place place_of(const Scan::Secret& secret) const;
  [[nodiscard]] std::string pointer_at(Offset position) const;
  [[nodiscard]] std::string form_field_at(Offset position) const;
  void choose_container(bool last);
  void feed_container();
  // Hands on what there is room for; false: nothing more goes in now.
  bool feed_container_some(Branch& branch);
  void open_container(std::unique_ptr<Decoder> decoder, bool declared);
  void feed_escape(std::unique_ptr<Branch>& branch, Escape escape, Offset from, bool last);
  void open_escape(std::unique_ptr<Branch>& branch, std::unique_ptr<Decoder> decoder, Offset from);
  [[nodiscard]] bool may_open_escape() const noexcept;
  // The text above tells all that this one can still tell.
  [[nodiscard]] bool over() const noexcept;
  void trim();

  Scan& scan_;
  const Layer* above_;
  std::string_view name_;
  Kind kind_;
  View view_;
  std::size_t own_escapes_ = 0;
  std::size_t& escapes_alive_;    // below the container that this text came out of: own or above's
  Offset handed_on_ = 0;          // the escape branches have seen the text before this
  Offset decoded_to_ = 0;         // the container has
  bool ending_ = false;           // nothing more comes
  bool from_start_ = true;        // position 0 is where the text began, not where this joined it
  bool container_known_ = false;  // it was decided whether this is a container
  // Where view_.begin() is; in texts without escapes taken off.
  std::optional<JsonPointer> pointer_;
  std::unique_ptr<Branch> container_, json_, percent_;
};

}  // namespace cork::secrets
