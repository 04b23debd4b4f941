#include "rules/gitleaks/byte_regex.h"

#include "base/utf8.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace cork::gitleaks {
namespace {

constexpr char32_t kFirst = 0x80, kLast = 0x10FFFF, kReplacement = 0xFFFD;
constexpr int kTrailingBits = 6;
// Of what has more, as scripts have, Hyperscan could not search for a hundred in any time.
constexpr std::size_t kMostRanges = 8;

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

// All characters of some ranges: up to 4 MB, which most regexes do not need.
class CharactersIn {
 public:
  explicit CharactersIn(std::span<const Range> ranges) : ranges_(ranges) {}

  [[nodiscard]] std::string_view text() {
    if (!text_.empty()) return text_;
    for (const Range& range : ranges_) {
      for (char32_t c = range.first; c <= range.last; ++c) text_ += to_utf8(c).view();
    }
    return text_;
  }

 private:
  std::span<const Range> ranges_;
  std::string text_;
};

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

// Of "7f", "{3b1}".
char32_t number_of(std::string_view digits, int base = 16) {
  if (digits.starts_with('{')) digits = digits.substr(1, digits.size() - 2);
  std::uint32_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  return number;
}

bool is_octal(char c) noexcept {
  return c >= '0' && c <= '7';
}

// "\n", "\pL", "\p{Greek}", "\x41", "\x{3b1}", "\101", and "\Q[...\E"
std::size_t escape_size(std::string_view text) {
  const char kind = text.size() > 1 ? text[1] : '\0';
  const auto within = [text](std::size_t size) { return std::min(size, text.size()); };
  if (kind == 'Q') return within(std::min(text.find("\\E"), text.size() - 2) + 2);
  if (is_octal(kind)) {
    std::size_t size = 2;
    while (size < 4 && size < text.size() && is_octal(text[size])) ++size;
    return size;
  }
  if (kind != 'p' && kind != 'P' && kind != 'x') return within(2);
  if (text.substr(2).starts_with('{')) return within(text.find('}') + 1);
  return within(kind == 'x' ? 4 : 3);
}

// The character that an escape says by its number.
std::optional<char32_t> numbered(std::string_view escape) {
  if (escape.starts_with("\\x")) return number_of(escape.substr(2));
  if (escape.size() > 1 && is_octal(escape[1])) return number_of(escape.substr(1), 8);
  return std::nullopt;
}

bool is_class(std::string_view escape) {
  return escape.size() > 1 && std::string_view("dDsSwWpP").contains(escape[1]);
}

class ByteRegex {
 public:
  ByteRegex(std::string_view regex, Characters beyond) : rest_(regex), beyond_(beyond) {}

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
          literal();
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

  void add(const std::vector<std::string>& alternatives) {
    bytes_ += fmt::format("(?{}:{})", fold_ ? "-i" : "", fmt::join(alternatives, "|"));
  }

  void literal() {
    const CodePoint next = next_code_point(rest_);
    if (next.length == 1 && rest_.front() != '\0') return copy(1);
    add_character(next.value.value_or(kReplacement));
    rest_.remove_prefix(next.length);
  }

  void add_character(char32_t c) {
    if (c < kFirst) {
      bytes_ += byte_class(static_cast<std::uint8_t>(c), static_cast<std::uint8_t>(c));
      return;
    }
    std::vector<std::string> cases;
    const auto in = [c](const Range& range) { return range.first <= c && c <= range.last; };
    if (fold_ && std::ranges::any_of(kCased, in)) {
      cases = alternatives("(?i)" + std::string(to_utf8(c).view()), cased_);
    }
    if (cases.empty()) add_sequences({c, c}, cases);
    add(cases);
  }

  // What stands for one character, which `among` has all of that are beyond ASCII.
  std::vector<std::string> alternatives(const std::string& element, CharactersIn& among) {
    std::vector<std::string>& known = known_[element];
    if (!known.empty()) return known;
    std::vector<Range> ranges = ranges_of(element, among.text());
    if (ranges.size() > kMostRanges && beyond_ == Characters::at_least) {
      ranges = {{kFirst, kLast}};
    }
    for (const Range& range : ranges) {
      add_sequences(range, known);
      // A byte that is no UTF-8 is read as this one.
      const bool any = range.first <= kReplacement && kReplacement <= range.last;
      if (any && beyond_ == Characters::at_least) known.emplace_back("[\\x80-\\xff]");
    }
    if (std::string ascii = ascii_of(element); !ascii.empty()) known.push_back(std::move(ascii));
    return known;
  }

  void convert_class(std::size_t size) {
    const std::string element = (fold_ ? "(?i)" : "") + std::string(rest_.substr(0, size));
    const std::vector<std::string> all = alternatives(element, all_);
    if (all.empty()) return copy(size);
    add(all);
    rest_.remove_prefix(size);
  }

  void escape() {
    const std::size_t size = escape_size(rest_);
    if (rest_.starts_with("\\Q")) return quoted(size);
    if (size == 2 && rest_[1] == '\0') {
      rest_.remove_prefix(1);
      return literal();
    }
    if (rest_.starts_with("\\p") || rest_.starts_with("\\P")) return convert_class(size);
    const auto number = numbered(rest_.substr(0, size));
    if (!number || (*number < kFirst && rest_[1] == 'x')) return copy(size);
    add_character(*number);
    rest_.remove_prefix(size);
  }

  void quoted(std::size_t size) {
    std::string_view text = rest_.substr(2, size - 2);
    if (text.ends_with("\\E")) text.remove_suffix(2);
    const std::string plain = re2::RE2::QuoteMeta(piece(text));
    const std::string_view behind = std::exchange(rest_, plain);
    while (!rest_.empty()) rest_.front() == '\\' ? copy(escape_size(rest_)) : literal();
    rest_ = behind.substr(size);
  }

  void bracket() {
    std::size_t at = rest_.starts_with("[^") ? 2 : 1;
    bool beyond = false;
    const auto item = [&] {
      const std::string_view left = rest_.substr(at);
      const bool escaped = left.front() == '\\';
      const std::string_view taken = left.substr(0, escaped ? escape_size(left) : 1);
      const auto number = escaped ? numbered(taken) : std::nullopt;
      const bool octal = number && taken[1] != 'x';
      beyond = beyond || taken.front() <= 0 || octal || number.value_or(0) >= kFirst ||
               taken.starts_with("\\p") || taken.starts_with("\\P") || taken.back() == '\0';
      at += taken.size();
      return !escaped || !is_class(taken);
    };
    for (bool first = true; at < rest_.size() && (first || rest_[at] != ']'); first = false) {
      const std::string_view left = rest_.substr(at);
      const std::size_t named = left.starts_with("[:") ? left.find(":]", 2) : left.npos;
      if (named != left.npos) {
        at += named + 2;
      } else if (item() && at + 1 < rest_.size() && rest_[at] == '-' && rest_[at + 1] != ']') {
        ++at;
        item();
      }
    }
    const std::size_t size = std::min(at + 1, rest_.size());
    beyond ? convert_class(size) : copy(size);
  }

  // "(", "(?i)", "(?i-s:", "(?P<name>"
  void open() {
    const bool named = rest_.starts_with("(?P<") || rest_.starts_with("(?<");
    const std::size_t end = named ? rest_.find('>') : rest_.find_first_of(":)");
    if (named && end != rest_.npos) {
      // Nothing asks for names, and they need not be ASCII.
      outside_.push_back(fold_);
      bytes_ += '(';
      rest_.remove_prefix(end + 1);
      return;
    }
    if (!rest_.starts_with("(?") || end == rest_.npos) {
      outside_.push_back(fold_);
      return copy(1);
    }
    const std::string_view flags = rest_.substr(0, end);
    if (rest_[end] == ':') outside_.push_back(fold_);
    if (const std::size_t at = flags.find('i'); at != flags.npos) fold_ = at < flags.find('-');
    copy(end + 1);
  }

  void close() {
    if (!outside_.empty()) {
      fold_ = outside_.back();
      outside_.pop_back();
    }
    copy(1);
  }

  std::string_view rest_;
  Characters beyond_;
  std::string bytes_;
  bool fold_ = false;
  std::vector<bool> outside_;  // whether case is ignored, outside of each group
  CharactersIn cased_{kCased}, all_{kAll};
  std::map<std::string, std::vector<std::string>> known_;  // what was asked for before
};

}  // namespace

std::string in_bytes(std::string_view regex, Characters beyond) {
  return ByteRegex(regex, beyond).run();
}

}  // namespace cork::gitleaks
