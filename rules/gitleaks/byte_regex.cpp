#include "rules/gitleaks/byte_regex.h"

#include "base/utf8.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace cork::gitleaks {
namespace {

constexpr char32_t kFirst = 0x80, kLast = 0x10FFFF, kReplacement = 0xFFFD;
constexpr int kTrailingBits = 6;
// More than Greek has; of what has more, as all letters, no engine could search for twenty.
constexpr std::size_t kMostRanges = 64;

struct Range {
  char32_t first, last;
};

// All letters that have two cases are in the first, all characters in the second.
constexpr Range kCased[] = {
    {kFirst, 0x2FFF}, {0xA640, 0xABFF}, {0xFB00, 0xFFFF}, {0x10400, 0x1EFFF}};
constexpr Range kAll[] = {{kFirst, 0xD7FF}, {0xE000, kLast}};

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

template <std::size_t N>
std::string text_of(const Range (&ranges)[N]) {
  std::string text;
  for (const Range& range : ranges) {
    for (char32_t c = range.first; c <= range.last; ++c) text += to_utf8(c).view();
  }
  return text;
}

char32_t character_at(std::string_view text) {
  return next_code_point(text).value.value_or(kReplacement);
}

std::string byte_class(std::uint8_t first, std::uint8_t last) {
  return first == last ? fmt::format("\\x{:02x}", first)
                       : fmt::format("[\\x{:02x}-\\x{:02x}]", first, last);
}

// Where it can be, as one sequence of bytes, or of classes of them; as RE2 does it for itself.
void add_sequences(Range range, std::vector<std::string>& sequences) {
  for (const char32_t longest : {0x7FFU, 0xFFFFU}) {
    if (range.first <= longest && range.last > longest) {
      add_sequences({range.first, longest}, sequences);
      return add_sequences({longest + 1, range.last}, sequences);
    }
  }
  const std::size_t size = to_utf8(range.first).size;
  for (int bits = kTrailingBits; bits < static_cast<int>(size) * kTrailingBits;
       bits += kTrailingBits) {
    const char32_t trailing = (char32_t{1} << bits) - 1;
    if ((range.first & ~trailing) == (range.last & ~trailing)) continue;
    if ((range.first & trailing) != 0) {
      add_sequences({range.first, range.first | trailing}, sequences);
      return add_sequences({(range.first | trailing) + 1, range.last}, sequences);
    }
    if ((range.last & trailing) != trailing) {
      add_sequences({range.first, (range.last & ~trailing) - 1}, sequences);
      return add_sequences({range.last & ~trailing, range.last}, sequences);
    }
  }
  const Utf8 first = to_utf8(range.first), last = to_utf8(range.last);
  std::string& sequence = sequences.emplace_back();
  for (std::size_t i = 0; i < size; ++i) {
    sequence += byte_class(static_cast<std::uint8_t>(first.bytes[i]),
                           static_cast<std::uint8_t>(last.bytes[i]));
  }
}

char32_t last_of(std::string_view text) {
  std::size_t begin = text.size() - 1;
  while ((static_cast<std::uint8_t>(text[begin]) & 0xC0) == 0x80) --begin;
  return character_at(text.substr(begin));
}

// What `element` may stand for of the characters of `text`, which are in order.
std::vector<Range> ranges_of(const std::string& element, std::string_view text) {
  const re2::RE2 runs("(?:" + element + ")+", re2::RE2::Quiet);
  std::vector<Range> ranges;
  re2::StringPiece found;
  for (std::size_t at = 0;
       runs.Match(piece(text), at, text.size(), re2::RE2::UNANCHORED, &found, 1);) {
    const std::string_view run(found.data(), found.size());
    ranges.push_back({character_at(run), last_of(run)});
    at = static_cast<std::size_t>(run.data() - text.data()) + run.size();
  }
  return ranges;
}

std::string ascii_of(const std::string& element) {
  const re2::RE2 one(element, re2::RE2::Quiet);
  std::string bytes;
  for (std::uint8_t c = 0; c < kFirst; ++c) {
    const char byte = static_cast<char>(c);
    if (re2::RE2::FullMatch(piece({&byte, 1}), one)) bytes += byte_class(c, c);
  }
  return bytes.empty() ? bytes : "[" + bytes + "]";
}

class ByteRegex {
 public:
  explicit ByteRegex(std::string_view regex) : rest_(regex) {}

  std::string run() {
    while (!rest_.empty()) {
      switch (rest_.front()) {
        case '\\':
          escape();
          break;
        case '[':
          bracket();
          break;
        case '(':
          open();
          break;
        case ')':
          close();
          break;
        default:
          character();
      }
    }
    return std::move(bytes_);
  }

 private:
  // It is as it is written.
  void copy(std::size_t size) {
    bytes_ += rest_.substr(0, size);
    rest_.remove_prefix(std::min(size, rest_.size()));
  }

  // It stands for one of the characters, of which some are beyond ASCII.
  void convert(std::size_t size, std::string_view characters) {
    const std::string element = (fold_ ? "(?i)" : "") + std::string(rest_.substr(0, size));
    std::vector<std::string> all;
    std::vector<Range> ranges = ranges_of(element, characters);
    if (ranges.size() > kMostRanges) ranges = {{kFirst, kLast}};
    for (const Range& range : ranges) {
      add_sequences(range, all);
      // A byte that is no UTF-8 is read as this one.
      if (range.first <= kReplacement && kReplacement <= range.last) {
        all.emplace_back("[\\x80-\\xff]");
      }
    }
    if (std::string ascii = ascii_of(element); !ascii.empty()) all.push_back(std::move(ascii));
    if (all.empty()) return copy(size);
    bytes_ += fmt::format("(?{}:{})", fold_ ? "-i" : "", fmt::join(all, "|"));
    rest_.remove_prefix(size);
  }
  void convert(std::size_t size) { convert(size, all_characters()); }

  void character() {
    const std::size_t size = next_code_point(rest_).length;
    if (size == 1) return copy(1);
    convert(size, text_of(kCased));
  }

  void escape() {
    const std::size_t size = escape_size(rest_);
    if (rest_.starts_with("\\Q")) return quoted(size);
    if (is_beyond_ascii(rest_.substr(0, size))) return convert(size);
    copy(size);
  }

  // "\Q[...\E"
  void quoted(std::size_t size) {
    std::string_view text = rest_.substr(2, size - 2);
    if (text.ends_with("\\E")) text.remove_suffix(2);
    const std::string plain = re2::RE2::QuoteMeta(piece(text));
    const std::string_view behind = std::exchange(rest_, plain);
    while (!rest_.empty()) rest_.front() == '\\' ? copy(escape_size(rest_)) : character();
    rest_ = behind.substr(size);
  }

  void bracket() {
    const std::size_t size = bracket_size();
    if (is_beyond_ascii(rest_.substr(0, size))) return convert(size);
    copy(size);
  }

  [[nodiscard]] std::size_t bracket_size() const {
    std::size_t at = rest_.starts_with("[^") ? 2 : 1;
    for (bool first = true; at < rest_.size() && (first || rest_[at] != ']'); first = false) {
      const std::string_view left = rest_.substr(at);
      const std::size_t named = left.starts_with("[:") ? left.find(":]") : left.npos;
      if (named != left.npos) {
        at += named + 2;
      } else {
        at += left.front() == '\\' ? escape_size(left) : 1;
      }
    }
    return std::min(at + 1, rest_.size());
  }

  // "\n", "\pL", "\p{Greek}", "\x41", "\x{3b1}"
  static std::size_t escape_size(std::string_view text) {
    const char kind = text.size() > 1 ? text[1] : '\0';
    if (kind == 'Q') return std::min(text.find("\\E"), text.size() - 2) + 2;
    if (kind != 'p' && kind != 'P' && kind != 'x') return std::min<std::size_t>(2, text.size());
    if (text.substr(2).starts_with('{')) return std::min(text.find('}') + 1, text.size());
    return std::min<std::size_t>(kind == 'x' ? 4 : 3, text.size());
  }

  // Of an escape or a class: whether it is said of some.
  static bool is_beyond_ascii(std::string_view text) {
    while (!text.empty()) {
      const char c = text.front();
      const std::size_t size = c == '\\' ? escape_size(text) : 1;
      if (c < 0 || text.starts_with("\\p") || text.starts_with("\\P")) return true;
      if (text.starts_with("\\x") && number_of(text.substr(2, size - 2)) >= kFirst) return true;
      text.remove_prefix(size);
    }
    return false;
  }

  // "41", "{3b1}"
  static char32_t number_of(std::string_view digits) {
    if (digits.starts_with('{')) digits = digits.substr(1, digits.size() - 2);
    std::uint32_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    return number;
  }

  // "(", "(?i)", "(?i-s:", "(?P<name>"
  void open() {
    if (!rest_.starts_with("(?") || rest_.starts_with("(?P") || rest_.starts_with("(?<")) {
      outside_.push_back(fold_);
      return copy(1);
    }
    const std::size_t end = rest_.find_first_of(":)");
    std::string flags(rest_.substr(2, end - 2));
    if (rest_[end] == ':') outside_.push_back(fold_);
    if (const std::size_t at = flags.find('i'); at != flags.npos) fold_ = at < flags.find('-');
    // Which of two quantifiers is greedy makes no match.
    std::erase(flags, 'U');
    if (flags.ends_with('-')) flags.pop_back();
    const bool none = flags.empty() && rest_[end] == ')';
    if (!none) bytes_ += fmt::format("(?{}{}", flags, rest_[end]);
    rest_.remove_prefix(end + 1);
  }

  void close() {
    fold_ = outside_.back();
    outside_.pop_back();
    copy(1);
  }

  // Takes 4 MB, and is not needed for most regexes.
  std::string_view all_characters() {
    if (all_characters_.empty()) all_characters_ = text_of(kAll);
    return all_characters_;
  }

  std::string_view rest_;
  std::string bytes_, all_characters_;
  bool fold_ = false;
  std::vector<bool> outside_;  // whether case is ignored, outside of each group
};

}  // namespace

std::string in_bytes(std::string_view regex) {
  return ByteRegex(regex).run();
}

}  // namespace cork::gitleaks
