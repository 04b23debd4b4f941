// base64 or hexadecimal digits from a known beginning, all of them: see encoded_runs.h. Escapes
// among them are read as what they stand for, whatever their level, since the text that they are
// taken off in may begin behind the container's front.
#include "rules/secrets/digit_codes.h"
#include "rules/secrets/digit_lines.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/escapes.h"
#include "rules/secrets/text_runs.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace cork::secrets {
namespace {

// Derived bytes that settle as one.
constexpr std::size_t kBlockBytes = 48;
static_assert(kDigitsAtOnce / Base64::kGroup * Base64::kBytes <= kBlockBytes);
// White space in a row that may stand between digits.
constexpr std::size_t kMostSpace = 64;
// Levels of escapes, and the bytes of text that one character may be spelled with.
constexpr std::size_t kMostLevels = 4;
constexpr std::size_t kLongestSpelling = kMostLevels * kLongestEscape;

// What the escape at the front of `text` stands for at last; `taken` 0: more is needed to tell.
Escape read_through(std::string_view text) noexcept {
  std::array<char, kLongestSpelling> front{};
  std::size_t taken = 0;  // of `text`, whose rest stands behind front[0]
  Escape escape;
  for (std::size_t level = 0; level < kMostLevels; ++level) {
    const std::string_view rest = text.substr(taken, front.size() - 1);
    const std::size_t kept = level == 0 ? 0 : 1;
    std::ranges::copy(rest, front.begin() + static_cast<std::ptrdiff_t>(kept));
    const std::string_view shown(front.data(), kept + rest.size());
    if (EscapeLead::has(static_cast<unsigned char>(shown.front())) == 0) break;
    const Escape next = parse_escape(shown, false);
    if (next.taken == 0) return {};
    if (next.size == 0 && !next.removed) break;
    taken += next.taken - kept;
    escape = next;
    if (next.removed || next.size > 1) break;
    front[0] = next.text[0];
  }
  escape.taken = std::max<std::size_t>(taken, 1);
  return escape;
}

template <class Code>
class DigitDecoder final : public Decoder {
 public:
  // Digits shrink: all of `input` is taken, whatever room there is.
  Verdict push_some(Bytes& input, Offset at, Sink& sink) override;
  Verdict finish(Sink&) override { return Verdict::clean; }
  [[nodiscard]] Offset pending_from() const noexcept override {
    return filled_ > 0 ? begin_ : held_.empty() ? end_ : end_ - held_.size();
  }
  [[nodiscard]] std::string_view name() const noexcept override { return Code::kName; }
  [[nodiscard]] std::string_view problem() const noexcept override {
    return "bytes that are no digits";
  }

 private:
  // What is made of one push, until it is handed on.
  struct Block {
    std::array<char, kBlockBytes> bytes;
    std::size_t size = 0;
    Offset from = 0;
  };
  // The input up to `end` made what is in the block, and may make the beginning of what follows.
  void hand_on(Block& block, Offset end, TextRuns& out) {
    out.put({block.bytes.data(), block.size}, {block.from, end, 0, true});
    block.size = 0;
    block.from = filled_ > 0 ? begin_ : end;
  }
  // Takes the groups of digits in front of the text, as many as are read at once; how many digits.
  std::size_t take_many(std::string_view text, Offset at, Block& block, TextRuns& out);
  // Takes a digit, or white space, that `taken` bytes at `at` stand for; false: neither.
  bool take(char c, Offset at, std::size_t taken, Block& block, TextRuns& out);
  Verdict decode(std::string_view text, Offset at, Sink& sink);

  static constexpr unsigned kBits = 8 * Code::kBytes / Code::kGroup;

  std::uint32_t word_ = 0;
  unsigned filled_ = 0;  // bits of `word_`
  std::size_t space_ = 0;
  std::string held_;            // an escape cut in two, which `end_` is behind
  Offset begin_ = 0, end_ = 0;  // of the digits that make the byte to come; of the input
};

template <class Code>
Verdict DigitDecoder<Code>::push_some(Bytes& input, Offset at, Sink& sink) {
  const std::string_view text = as_text(std::exchange(input, {}));
  if (held_.empty()) return decode(text, at, sink);
  const std::size_t before = held_.size();
  const std::string joined = std::exchange(held_, {}).append(text);
  return decode(joined, at - before, sink);
}

template <class Code>
Verdict DigitDecoder<Code>::decode(std::string_view text, Offset at, Sink& sink) {
  TextRuns out(sink);
  Block block;
  block.from = filled_ > 0 ? begin_ : at;
  Verdict verdict = Verdict::clean;
  end_ = at + text.size();
  for (std::size_t i = 0; i < text.size();) {
    const bool digits = Code::has(static_cast<unsigned char>(text[i])) != 0;
    if (const std::size_t taken = digits ? take_many(text.substr(i), at + i, block, out) : 0) {
      i += taken;
      continue;
    }
    if (take(text[i], at + i, 1, block, out)) {
      ++i;
      continue;
    }
    const Escape escape = read_through(text.substr(i));
    if (escape.taken == 0) {
      held_ = text.substr(i);
      break;
    }
    const bool goes_on = escape.removed || (escape.size == 1 &&
                                            take(escape.text[0], at + i, escape.taken, block, out));
    if (!goes_on) {
      end_ = at + i;
      verdict = Verdict::unscannable;
      break;
    }
    i += escape.taken;
  }
  if (block.size > 0) {
    out.put({block.bytes.data(), block.size},
            {block.from, filled_ > 0 ? begin_ + 1 : end_ - held_.size(), 0, true});
  }
  out.flush();
  return verdict;
}

template <class Code>
std::size_t DigitDecoder<Code>::take_many(std::string_view text, Offset at, Block& block,
                                          TextRuns& out) {
  if (filled_ > 0) return 0;
  std::array<Digit, kDigitsAtOnce> digits;
  const std::size_t groups = read_digits<Code>(text, digits.data()) / Code::kGroup;
  if (groups == 0) return 0;
  if (block.size + groups * Code::kBytes > block.bytes.size()) hand_on(block, at, out);
  for (std::size_t i = 0; i < groups; ++i, block.size += Code::kBytes) {
    Code::decode(digits.data() + i * Code::kGroup, block.bytes.data() + block.size);
  }
  const std::size_t taken = groups * Code::kGroup;
  if (block.size == block.bytes.size()) hand_on(block, at + taken, out);
  space_ = 0;
  return taken;
}

template <class Code>
bool DigitDecoder<Code>::take(char c, Offset at, std::size_t taken, Block& block, TextRuns& out) {
  const Digit digit = Code::kDigits[static_cast<unsigned char>(c)];
  if (digit == kNoDigit) {
    const bool space = c == '\n' || c == '\r' || c == ' ' || c == '\t';
    return space && ++space_ <= kMostSpace;
  }
  space_ = 0;
  if (filled_ == 0) begin_ = at;
  word_ = word_ << kBits | digit;
  filled_ += kBits;
  if (filled_ < 8) return true;
  filled_ -= 8;
  block.bytes[block.size++] = static_cast<char>(word_ >> filled_ & 0xff);
  if (filled_ > 0) begin_ = at;
  if (block.size == block.bytes.size()) hand_on(block, at + taken, out);
  return true;
}

}  // namespace

std::size_t find_base64_run(std::string_view text) noexcept {
  return find_first<Base64>(text, 0);
}

std::size_t find_hex_run(std::string_view text) noexcept {
  return find_first<Hex>(text, 0);
}

std::unique_ptr<Decoder> make_base64_decoder() {
  return std::make_unique<DigitDecoder<Base64>>();
}

std::unique_ptr<Decoder> make_hex_decoder() {
  return std::make_unique<DigitDecoder<Hex>>();
}

}  // namespace cork::secrets
