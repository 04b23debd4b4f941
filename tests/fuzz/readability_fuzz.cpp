// How much of a text nobody reads: the same however the text is cut and however often it is asked,
// no more than came, and nothing where all of it is read in another form.
#include "rules/secrets/readability.h"
#include "tests/fuzz/require.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace cork;
using secrets::Readability;

using cork::fuzz::require;

struct Step {
  enum What : std::uint8_t { push, pass, cover } what = push;
  std::string text;
  Offset begin = 0, end = 0;
};

// Bytes of the input that steps are made of, one after the other.
class Reader {
 public:
  explicit Reader(std::string_view input) : left_(input) {}
  [[nodiscard]] bool empty() const noexcept { return left_.empty(); }
  std::size_t byte() noexcept {
    if (left_.empty()) return 0;
    const auto value = static_cast<unsigned char>(left_.front());
    left_.remove_prefix(1);
    return value;
  }
  std::string_view text(std::size_t size) noexcept {
    const std::string_view text = left_.substr(0, size);
    left_.remove_prefix(text.size());
    return text;
  }

 private:
  std::string_view left_;
};

std::vector<Step> steps_of(Reader input) {
  std::vector<Step> steps;
  Offset size = 0;
  while (!input.empty() && size < 100'000) {
    const std::size_t choice = input.byte();
    Step step{.what = static_cast<Step::What>(choice % 3), .text = {}};
    if (step.what == Step::cover) {
      step.begin = size - std::min<Offset>(size, input.byte() * 64);
      step.end = step.begin + input.byte() * 64;
    } else {
      const std::string_view once = input.text(1 + input.byte());
      for (std::size_t n = 0; n <= choice / 64; ++n) step.text += once;
      size += step.text.size();
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

// Texts in pieces of `piece` bytes; 0: at once.
std::size_t unread_of(const std::vector<Step>& steps, std::size_t piece) {
  Readability readable;
  std::size_t unread = 0;
  for (const Step& step : steps) {
    if (step.what == Step::cover) readable.cover(step.begin, step.end);
    std::string_view left = step.text;
    while (!left.empty()) {
      const std::string_view next = left.substr(0, piece == 0 ? left.size() : piece);
      step.what == Step::push ? readable.push(next) : readable.pass(next);
      left.remove_prefix(next.size());
      if (piece != 0) unread += readable.take_unread(false);
    }
  }
  return unread + readable.take_unread(true);
}

}  // namespace

// The first byte is the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::vector<Step> steps = steps_of(Reader(input));
  const std::size_t unread = unread_of(steps, 0);
  require(unread_of(steps, 1u + data[0]) == unread);
  Offset pushed = 0, all = 0;
  for (const Step& step : steps) {
    all += step.text.size();
    if (step.what == Step::push) pushed += step.text.size();
  }
  require(unread <= pushed);
  // What comes of a decoder later than that is too late.
  if (all + 256 <= Readability::kBehind) {
    steps.push_back({Step::cover, {}, 0, all});
    require(unread_of(steps, 0) == 0);
  }
  using secrets::kSealedBytes, secrets::sealed_kind;
  require(sealed_kind(input) == sealed_kind(input.substr(0, kSealedBytes)));
  return 0;
}
