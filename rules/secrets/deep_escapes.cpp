// Many levels of escapes taken off a text, one decoder behind the other, with no look at what
// stands between them.
#include "rules/secrets/decoder.h"
#include "rules/secrets/origin_map.h"
#include "rules/secrets/text_runs.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>

namespace cork::secrets {
namespace {

// Of one level's text: where it came from, in the numbering of the level above. Few runs, since
// places need not be told to the byte here.
constexpr std::size_t kFewRuns = 32;

class DeepDecoder final : public Decoder {
 public:
  explicit DeepDecoder(std::size_t silence) {
    for (Level& level : levels_) level.decoder = make_escape_decoder(false, silence);
  }

  Verdict push_some(Bytes& input, Offset at, Sink& sink) override {
    const Bytes all = std::exchange(input, {});
    const Verdict verdict = push_into(0, all, at, sink);
    forget();
    return verdict;
  }

  Verdict finish(Sink& sink) override {
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      Link link(*this, i, sink);
      const Verdict verdict = levels_[i].decoder->finish(link);
      if (verdict != Verdict::clean) return fail(i, verdict);
      if (link.verdict != Verdict::clean) return link.verdict;
    }
    return Verdict::clean;
  }

  [[nodiscard]] Offset pending_from() const noexcept override {
    Offset pending = levels_.back().decoder->pending_from();
    for (std::size_t i = kLast; i > 0; --i) pending = pending_above(i, pending);
    return pending;
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "escapes"; }
  [[nodiscard]] std::string_view problem() const noexcept override { return problem_; }

 private:
  struct Level {
    std::unique_ptr<Decoder> decoder;
    Offset made = 0;  // bytes
    OriginMap origins{kFewRuns};
  };

  // Where what level `i` makes goes.
  struct Link final : Sink {
    Link(DeepDecoder& decoder, std::size_t i, Sink& out) noexcept
        : of(decoder), level(i), sink(out) {}
    using Sink::append;
    void append(Bytes derived, std::span<const Run> runs) override {
      if (verdict != Verdict::clean) return;
      verdict = of.take(level, derived, runs, sink);
    }
    DeepDecoder& of;
    std::size_t level;
    Sink& sink;
    Verdict verdict = Verdict::clean;
  };

  Verdict push_into(std::size_t i, Bytes text, Offset at, Sink& sink) {
    Link link(*this, i, sink);
    const Verdict verdict = levels_[i].decoder->push(text, at, link);
    if (verdict != Verdict::clean) return fail(i, verdict);
    return link.verdict;
  }

  Verdict take(std::size_t i, Bytes derived, std::span<const Run> runs, Sink& sink) {
    if (i == kLast) {
      hand_on(derived, runs, sink);
      return Verdict::clean;
    }
    Level& level = levels_[i];
    const Offset at = level.made;
    level.origins.add_all(at, runs);
    level.made += derived.size();
    return push_into(i + 1, derived, at, sink);
  }

  // What is pending from level `i` on, as the level above numbers it; `pending`: in what it reads.
  [[nodiscard]] Offset pending_above(std::size_t i, Offset pending) const noexcept {
    const Level& above = levels_[i - 1];
    const Offset own = above.decoder->pending_from();
    return above.made == 0 ? own : std::min(own, above.origins.source(pending));
  }
  // Where nothing is pending before.
  void forget() noexcept {
    Offset pending = levels_.back().decoder->pending_from();
    for (std::size_t i = kLast; i > 0; --i) {
      const Offset above = pending_above(i, pending);
      levels_[i - 1].origins.forget_before(pending);
      pending = above;
    }
  }

  // As from the text that all this is made of.
  void hand_on(Bytes derived, std::span<const Run> runs, Sink& sink) const {
    TextRuns out(sink);
    std::string_view text = as_text(derived);
    for (const Run& run : runs) {
      const bool same = !run.origin.altered;
      const std::size_t plain = run.ends_in_escape() ? run.size - 1 : same ? run.size : 0;
      put_plain(text.substr(0, plain), run.origin.begin, out);
      if (plain < run.size) {
        out.put(text.substr(plain, run.size - plain), {source(kLast, run.origin.begin + plain),
                                                       source_end(kLast, run.origin.end), 0, true});
      }
      text.remove_prefix(run.size);
    }
    out.flush();
  }
  // What the last level reads at `at`, and leaves as it is.
  void put_plain(std::string_view text, Offset at, TextRuns& out) const {
    while (!text.empty()) {
      std::size_t size = text.size();
      Offset from = at;
      for (std::size_t i = kLast; i > 0 && size > 0; --i) {
        const OriginMap& origins = levels_[i - 1].origins;
        size = std::min(size, origins.same_from(from));
        from = origins.source(from);
      }
      if (size > 0) {
        out.put(text.substr(0, size), {from, from + size, 1, false});
      } else {
        size = 1;
        out.put(text.substr(0, 1), {source(kLast, at), source_end(kLast, at + 1), 0, true});
      }
      text.remove_prefix(size);
      at += size;
    }
  }

  // What a place in what level `i` reads came from.
  [[nodiscard]] Offset source(std::size_t i, Offset at) const noexcept {
    while (i > 0) at = levels_[--i].origins.source(at);
    return at;
  }
  [[nodiscard]] Offset source_end(std::size_t i, Offset at) const noexcept {
    while (i > 0) at = levels_[--i].origins.source_end(at);
    return at;
  }

  Verdict fail(std::size_t i, Verdict verdict) noexcept {
    problem_ = levels_[i].decoder->problem();
    return verdict;
  }

  static constexpr std::size_t kLast = kDeepEscapes - 1;

  std::array<Level, kDeepEscapes> levels_;
  std::string_view problem_;
};

}  // namespace

std::unique_ptr<Decoder> make_deep_escape_decoder(std::size_t silence) {
  return std::make_unique<DeepDecoder>(silence);
}

}  // namespace cork::secrets
