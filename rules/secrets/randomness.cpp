#include "rules/secrets/randomness.h"

#include "base/ascii.h"
#include "base/base64.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>

namespace cork::secrets {

namespace {

// Pairs of letters that follow one another in the names of source code, the most frequent ones:
// a quarter of all that there are, and four in five of those that are written.
constexpr std::string_view kPairs =
    "er in re te en es ti at on st le ed ar nt al an de ng or li se ra ri co ta ro ne ma me "
    "et tr it ec la is na io el si ve un as to ca ac lo di ns nd pr ch ce ic ge ni ll pe il "
    "pa rs ad ts ea ct em am ol ss he im ie po om nc mi ut ou ab no rt ap su ha us ur bl fi "
    "da ia th oc id os op ot ig mo sa ke ex ck mp ul ag sc ci ir so sh be do od ly ai sp pl "
    "ef ba rr va ep ee vi cl tt iv tu fo ow pi ev ty um ak ru pt eg iz gr ho hi ze ff oo up "
    "cr bi gi fe ov wa lu bu if rm ub ga nu ip qu ka ei ue au rd pp rc nn lt ib";

constexpr std::size_t index_of(char a, char b) noexcept {
  return static_cast<std::size_t>(a - 'a') * 26 + static_cast<std::size_t>(b - 'a');
}

constexpr auto kCommon = [] {
  std::array<bool, std::size_t{26} * 26> common{};
  for (std::size_t i = 0; i + 1 < kPairs.size(); i += 3) {
    common[index_of(kPairs[i], kPairs[i + 1])] = true;
  }
  return common;
}();

// Bits. What is drawn has about log2(36) of them everywhere; these are nearer to what is written.
constexpr double kFirst = 3, kRepeated = 1, kNext = 1, kCommonPair = 2, kRarePair = 5.5;
constexpr double kHump = 3, kLetterOrDigit = 4.3, kDigit = 3.3, kPunctuation = 1;

constexpr std::size_t kUuidGroup = 8;  // the digits before a UUID's first hyphen, then four, four
// Below these a text was written. Few words have digits in two places; what has them in one, or
// none, has to be stranger. Hexadecimal digits are few, and follow one another by chance more
// often.
constexpr double kDrawnHex = 2.6, kDrawn = 3.0, kDrawnWithOneDigit = 3.3, kDrawnLetters = 3.9;
constexpr std::size_t kShortestDecoded = 9;
// Of a type's name: a capital, and small letters behind it.
constexpr std::size_t kShortestHump = 3;

double surprise_at(char before, char c) noexcept {
  if (!is_alnum(c)) return kPunctuation;
  if (!is_alnum(before)) return kFirst;
  if (is_digit(before) != is_digit(c)) return kLetterOrDigit;
  if (is_digit(c)) return std::abs(c - before) <= 1 ? kNext : kDigit;
  const char a = to_lower(before), b = to_lower(c);
  if (a == b) return kRepeated;
  if (a == before && b != c) return kHump;
  if (kCommon[index_of(a, b)]) return kCommonPair;
  return b - a == 1 ? kNext : kRarePair;
}

// Or the beginning of one.
bool is_uuid(std::string_view text) noexcept {
  if (text.size() <= kUuidGroup) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : hex_value(text[i]) < 0) return false;
  }
  return true;
}

// PKCS7PrivateKeyTypes, or its beginning: two words in it, half of it in words, and these written.
bool is_type_name(std::string_view text) noexcept {
  std::size_t humps = 0, letters = 0, pairs = 0, common = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (is_upper(text[at])) {
      while (end < text.size() && is_lower(text[end])) ++end;
    }
    if (end - at >= kShortestHump) {
      ++humps;
      letters += end - at;
      for (std::size_t i = at + 1; i < end; ++i) {
        ++pairs;
        common += kCommon[index_of(to_lower(text[i - 1]), text[i])] ? 1 : 0;
      }
    }
    at = end;
  }
  return humps >= 2 && 2 * letters >= text.size() && 3 * common >= 2 * pairs;
}

// What base64 of a text stands for: that is what is to be judged. Bytes drawn at random are no
// text.
std::optional<std::string> text_in_base64(std::string_view text) {
  std::string standard(text.substr(0, text.size() - text.size() % 4));
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  auto decoded = base64_decoded(standard);
  const auto printable = [](char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\r'; };
  if (!decoded || decoded->size() < kShortestDecoded || !std::ranges::all_of(*decoded, printable)) {
    return std::nullopt;
  }
  return decoded;
}

struct Makeup {
  std::size_t changes = 0;  // between letters and digits that follow one another
  bool hex = true;
};

Makeup makeup_of(std::string_view text) noexcept {
  Makeup makeup;
  char before = '-';
  for (const char c : text) {
    if (is_alnum(before) && is_alnum(c)) makeup.changes += is_digit(before) != is_digit(c);
    makeup.hex = makeup.hex && hex_value(c) >= 0;
    before = c;
  }
  return makeup;
}

}  // namespace

double surprise(std::string_view text) noexcept {
  if (text.empty()) return 0;
  double bits = is_alnum(text.front()) ? kFirst : kPunctuation;
  for (std::size_t i = 1; i < text.size(); ++i) bits += surprise_at(text[i - 1], text[i]);
  return bits / static_cast<double>(text.size());
}

bool looks_random(std::string_view text) {
  if (is_uuid(text) || is_type_name(text)) return false;
  const Makeup makeup = makeup_of(text);
  const double least = makeup.changes == 0   ? kDrawnLetters
                       : makeup.changes == 1 ? kDrawnWithOneDigit
                       : makeup.hex          ? kDrawnHex
                                             : kDrawn;
  if (surprise(text) < least) return false;
  // Last, since it costs the most.
  const auto decoded = text_in_base64(text);
  return !decoded || looks_random(*decoded);
}

}  // namespace cork::secrets
