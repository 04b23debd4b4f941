// UTF-16 and UTF-32 of ASCII characters: see encoded_runs.h.
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/text_runs.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

namespace cork::secrets {
namespace {

constexpr std::size_t kMostZeros = 3;
constexpr std::size_t kFewestUnits = 9;

bool is_text(char c) noexcept {
  return (c >= 0x20 && c < 0x7f) || c == '\t' || c == '\n' || c == '\r';
}

class WideRuns final : public Decoder {
 public:
  Verdict push_some(Bytes& input, Offset at, Sink& sink) override;
  Verdict finish(Sink& sink) override;
  [[nodiscard]] Offset pending_from() const noexcept override {
    return running_ && count_ > 0 ? waiting_[0].at : running_ ? unit_at_ : end_;
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "utf-16"; }

 private:
  struct Unit {
    char c = 0;
    Offset at = 0;
    std::uint8_t taken = 0;  // bytes of input
  };
  void begin(char before, Offset at) noexcept;
  // False: the run ended before this byte.
  bool take(char c, Offset at, TextRuns& out);
  void complete_unit(TextRuns& out);
  void put(const Unit& unit, TextRuns& out) const {
    out.put({&unit.c, 1}, {unit.at, unit.at + unit.taken, unit.taken, true});
  }
  void end_run(Sink& sink, TextRuns& out);

  bool running_ = false, has_char_ = false;
  char char_ = 0, last_ = 0;  // of the unit; of the input
  Offset unit_at_ = 0;
  std::size_t zeros_ = 0;
  bool open_ = false;  // enough units have come
  std::array<Unit, kFewestUnits> waiting_{};
  std::size_t count_ = 0;
  Offset end_ = 0;
};

// Behind a zero byte at `at`, and what stood before it.
void WideRuns::begin(char before, Offset at) noexcept {
  running_ = true;
  open_ = false;
  count_ = 0;
  zeros_ = 1;
  has_char_ = is_text(before);
  char_ = before;
  unit_at_ = has_char_ ? at - 1 : at;
}

bool WideRuns::take(char c, Offset at, TextRuns& out) {
  if (c == '\0') return ++zeros_ <= kMostZeros;
  if (!is_text(c) || zeros_ == 0 || zeros_ == 2) return false;
  complete_unit(out);
  has_char_ = true;
  char_ = c;
  unit_at_ = at;
  zeros_ = 0;
  return true;
}

void WideRuns::complete_unit(TextRuns& out) {
  if (!has_char_) return;
  const Unit unit{char_, unit_at_, static_cast<std::uint8_t>(1 + zeros_)};
  if (open_) return put(unit, out);
  waiting_[count_++] = unit;
  if (count_ < waiting_.size()) return;
  for (const Unit& each : waiting_) put(each, out);
  count_ = 0;
  open_ = true;
}

void WideRuns::end_run(Sink& sink, TextRuns& out) {
  if (open_ || count_ + 1 == waiting_.size()) complete_unit(out);
  out.flush();
  if (open_) sink.boundary();
  running_ = open_ = false;
  count_ = 0;
}

Verdict WideRuns::push_some(Bytes& input, Offset at, Sink& sink) {
  const std::string_view text = as_text(std::exchange(input, {}));
  TextRuns out(sink);
  for (std::size_t i = 0; i < text.size();) {
    if (running_) {
      if (take(text[i], at + i, out)) {
        ++i;
      } else {
        end_run(sink, out);
      }
      continue;
    }
    const void* zero = std::memchr(text.data() + i, 0, text.size() - i);
    if (zero == nullptr) break;
    i = static_cast<std::size_t>(static_cast<const char*>(zero) - text.data());
    // Of a long row of them, the last one may belong to the character behind it.
    const std::size_t behind = std::min(text.find_first_not_of('\0', i), text.size());
    if (behind - i > kMostZeros) i = behind - 1;
    begin(i > 0 ? text[i - 1] : last_, at + i);
    ++i;
  }
  if (!text.empty()) last_ = text.back();
  end_ = at + text.size();
  out.flush();
  return Verdict::clean;
}

Verdict WideRuns::finish(Sink& sink) {
  TextRuns out(sink);
  if (running_) end_run(sink, out);
  return Verdict::clean;
}

}  // namespace

// From the byte before it, which may be the character.
std::size_t find_wide_run(std::string_view text) noexcept {
  const std::size_t zero = text.find('\0');
  return zero == text.npos ? text.size() : zero - std::min<std::size_t>(zero, 1);
}

std::unique_ptr<Decoder> make_wide_runs() {
  return std::make_unique<WideRuns>();
}

}  // namespace cork::secrets
