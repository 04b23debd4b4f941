// What hangs on a Layer: for its own sources alone.
//
// Not thread-safe.
#pragma once

#include "rules/secrets/layer.h"

#include <memory>
#include <utility>
#include <vector>

namespace cork::secrets {

// A decoder, and the text that it makes.
struct Layer::Branch {
  Branch(Scan& scan, const Kind& kind, Layer& above, std::unique_ptr<Decoder> by, Offset from)
      : decoder(std::move(by)),
        begin(from),
        fed_to(from),
        layer(scan, kind, &above, decoder->name()) {}

  // Where what was not yet decoded begins.
  [[nodiscard]] Offset pending_from() const noexcept {
    return fed_to == begin ? begin : decoder->pending_from();
  }

  std::unique_ptr<Decoder> decoder;
  Offset begin, fed_to;   // in the text above
  bool stays = false;     // a form: everything in it is altered
  bool declared = false;  // what it cannot decode refuses the part
  bool inside = false;    // it began in the bytes of another, and may be but a piece of its data
  bool ended = false;     // nothing more goes in
  Layer layer;
};

// Finds stretches of one encoding; each is a text of its own.
class Layer::Runs final : public Sink {
 public:
  // `digits`: what a container is in whose digits these are.
  Runs(Layer& of, std::unique_ptr<Decoder> finder, ContainerKind digits)
      : of_(of), finder_(std::move(finder)), digits_(digits) {}
  ~Runs() = default;
  Runs(const Runs&) = delete;
  Runs& operator=(const Runs&) = delete;

  void push(std::string_view text, Offset at, bool last);
  void resume();
  [[nodiscard]] bool busy() const noexcept { return !ending_.empty() || (text_ && text_->busy()); }
  [[nodiscard]] Offset pending_from() const noexcept { return finder_->pending_from(); }
  template <class Visit>
  void each_text(Visit visit) const {
    if (text_) visit(*text_);
    for (const auto& text : ending_) visit(*text);
  }

  using Sink::append;
  void append(Bytes derived, std::span<const Run> runs) override;
  void boundary() override;
  void container(Offset at) override { of_.add_container({at, digits_}); }

 private:
  Layer& of_;
  std::unique_ptr<Decoder> finder_;
  ContainerKind digits_;
  std::unique_ptr<Layer> text_;                 // of the stretch that goes on
  std::vector<std::unique_ptr<Layer>> ending_;  // of others, with work left
  std::size_t too_deep_ = 0;                    // bytes of a stretch that is not looked into
};

template <class Visit>
void Layer::each_text(Visit visit) const {
  for (const auto& branch : containers_) visit(branch->layer);
  for (const auto* branch : {&escapes_, &quoted_}) {
    if (*branch) visit((*branch)->layer);
  }
  for (const auto& runs : runs_) {
    if (runs) runs->each_text(visit);
  }
}

}  // namespace cork::secrets
