// What hangs on a Layer: for its own sources alone.
//
// Not thread-safe.
#pragma once

#include "rules/secrets/layer.h"

#include <array>
#include <cstdint>
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
        covered_to(from),
        judged_to(from),
        layer(scan, kind, &above, decoder->name()) {}

  // Where what was not yet decoded begins.
  [[nodiscard]] Offset pending_from() const noexcept {
    return fed_to == begin ? begin : decoder->pending_from();
  }

  std::unique_ptr<Decoder> decoder;
  Offset begin, fed_to;  // in the text above
  // For Layer::judge(): there as well, what came of it, and what nothing came of.
  Offset covered_to, judged_to;
  std::uint64_t made = 0;
  std::int64_t silent = 0;
  bool digits = false;    // what a container is in, none itself
  bool stays = false;     // everything in it is altered
  bool left_to = false;   // what is in it, is told there: see leave_to()
  bool front = false;     // ends with what is in it at its front
  bool declared = false;  // what it cannot decode refuses the part
  bool ended = false;     // nothing more goes in
  Layer layer;
};

// Finds stretches of one encoding; each is a text of its own, and at each reading of the digits
// there may be one at a time.
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
  void give_back_room() { finder_->give_back_room(); }
  [[nodiscard]] bool busy() const noexcept;
  [[nodiscard]] Offset pending_from() const noexcept { return finder_->pending_from(); }
  template <class Visit>
  void each_text(Visit visit) const {
    for (const Reading& reading : readings_) {
      if (reading.text) visit(*reading.text);
    }
    for (const auto& text : ending_) visit(*text);
  }

  using Sink::append;
  void append(Bytes derived, std::span<const Run> runs) override {
    readings_[0].append(derived, runs);
  }
  void boundary() override { readings_[0].boundary(); }
  Sink& lane(std::size_t reading) override { return readings_[reading]; }
  void container(Offset at) override { of_.add_container({at, digits_}); }
  void zlib(Offset at) override { of_.add_container({at, digits_, true}); }

 private:
  struct Reading final : Sink {
    explicit Reading(Runs& all) noexcept : runs(all) {}
    using Sink::append;
    void append(Bytes derived, std::span<const Run> of_it) override;
    void boundary() override;

    // Chance makes shorter ones of what is read at another alignment, or nowhere: those cover where
    // they stand when they have ended, if they can be read.
    static constexpr std::size_t kOnTrial = 256;

    Runs& runs;
    std::unique_ptr<Layer> text;  // of the stretch that goes on
    std::size_t made = 0;         // bytes of that
    Offset from = 0, to = 0;      // where it stands, while it is on trial
    std::size_t too_deep = 0;     // bytes of a stretch that is not looked into
    char begins_with = 0;         // that stretch
    bool differ = false;          // its bytes
  };

  Layer& of_;
  std::unique_ptr<Decoder> finder_;
  ContainerKind digits_;
  std::array<Reading, 4> readings_{Reading(*this), Reading(*this), Reading(*this), Reading(*this)};
  std::vector<std::unique_ptr<Layer>> ending_;  // of stretches that have ended, with work left
};

template <class Visit>
void Layer::each_text(Visit visit) const {
  for (const auto& branch : containers_) visit(branch->layer);
  for (const auto& branch : escapes_) {
    if (branch) visit(branch->layer);
  }
  for (const auto& runs : runs_) {
    if (runs) runs->each_text(visit);
  }
}

}  // namespace cork::secrets
