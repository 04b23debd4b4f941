// base64 or hexadecimal digits from a known beginning, all of them: see encoded_runs.h.
#include "base/ascii.h"
#include "base/base64.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/text_runs.h"

#include <array>
#include <cstdint>
#include <utility>

namespace cork::secrets {
namespace {

// Derived bytes that settle as one.
constexpr std::size_t kBlockBytes = 48;
// White space in a row that may stand between digits.
constexpr std::size_t kMostSpace = 64;

class DigitDecoder final : public Decoder {
 public:
  // `bits` in a digit, which `value` gives, or -1.
  DigitDecoder(std::string_view name, unsigned bits, int (*value)(char)) noexcept
      : name_(name), bits_(bits), value_(value) {}

  // Digits shrink: all of `input` is taken, whatever room there is.
  Verdict push_some(Bytes& input, Offset at, Sink& sink) override;
  Verdict finish(Sink&) override { return Verdict::clean; }
  [[nodiscard]] Offset pending_from() const noexcept override {
    return filled_ > 0 ? begin_ : end_;
  }
  [[nodiscard]] std::string_view name() const noexcept override { return name_; }
  [[nodiscard]] std::string_view problem() const noexcept override {
    return "bytes that are no digits";
  }

 private:
  const std::string_view name_;
  const unsigned bits_;
  int (*const value_)(char);
  std::uint32_t word_ = 0;
  unsigned filled_ = 0;  // bits of `word_`
  std::size_t space_ = 0;
  Offset begin_ = 0, end_ = 0;  // of the digits that make the byte to come; of the input
};

Verdict DigitDecoder::push_some(Bytes& input, Offset at, Sink& sink) {
  const std::string_view text = as_text(std::exchange(input, {}));
  TextRuns out(sink);
  std::array<char, kBlockBytes> block;
  std::size_t size = 0;
  Offset from = filled_ > 0 ? begin_ : at;
  Verdict verdict = Verdict::clean;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int digit = value_(text[i]);
    if (digit < 0) {
      const bool space = text[i] == '\n' || text[i] == '\r' || text[i] == ' ' || text[i] == '\t';
      if (space && ++space_ <= kMostSpace) continue;
      verdict = Verdict::unscannable;
      break;
    }
    space_ = 0;
    if (filled_ == 0) begin_ = at + i;
    word_ = word_ << bits_ | static_cast<std::uint32_t>(digit);
    filled_ += bits_;
    if (filled_ < 8) continue;
    filled_ -= 8;
    block[size++] = static_cast<char>(word_ >> filled_ & 0xff);
    if (filled_ > 0) begin_ = at + i;
    if (size < block.size()) continue;
    out.put({block.data(), size}, {from, at + i + 1, 0, true});
    size = 0;
    from = filled_ > 0 ? begin_ : at + i + 1;
  }
  end_ = at + text.size();
  if (size > 0) out.put({block.data(), size}, {from, filled_ > 0 ? begin_ + 1 : end_, 0, true});
  out.flush();
  return verdict;
}

}  // namespace

std::unique_ptr<Decoder> make_base64_decoder() {
  return std::make_unique<DigitDecoder>("base64", 6, &base64_digit);
}

std::unique_ptr<Decoder> make_hex_decoder() {
  return std::make_unique<DigitDecoder>("hex", 4, &hex_value);
}

}  // namespace cork::secrets
