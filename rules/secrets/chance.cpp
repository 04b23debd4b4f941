#include "rules/secrets/chance.h"

#include "base/base64.h"
#include "rules/secrets/entropy.h"

#include <algorithm>
#include <cmath>

namespace cork::secrets {
namespace {

constexpr double kDigits = 64;
// Of kTellingRun random ones. Words and code have fewer, and so has what somebody typed.
constexpr double kRandomBits = 5.5;
static_assert(kTellingRun <= kCountedBytes);
// So many amino acids in front of what looks like a credential show that it is of a sequence. Of
// AWS's key ids, one in 1,800 has no other letters and no digits.
constexpr std::size_t kAminoAcidsBefore = 8, kAminoAcidsInLine = 50;

bool is_amino_acid(char c) noexcept {
  return std::string_view("ACDEFGHIKLMNPQRSTVWY").contains(c);
}
bool are_amino_acids(std::string_view text) noexcept {
  return std::ranges::all_of(text, is_amino_acid);
}

}  // namespace

double bits_in_base64url(const RegexNode& regex) {
  using Kind = RegexNode::Kind;
  switch (regex.kind) {
    case Kind::bytes: {
      int count = 0;
      for (std::size_t c = 0; c < 0x80; ++c) {
        if (regex.set[c] && is_base64url_digit(static_cast<char>(c))) ++count;
      }
      return count == 0 ? kNever : std::log2(kDigits / count);
    }
    case Kind::assertion:
      return 0;
    case Kind::group:
      return bits_in_base64url(regex.children.front());
    case Kind::repeat:
      return regex.min == 0 ? 0 : regex.min * bits_in_base64url(regex.children.front());
    case Kind::alternatives: {
      double least = kNever;
      for (const RegexNode& one : regex.children) least = std::min(least, bits_in_base64url(one));
      return least;
    }
    case Kind::sequence: {
      double all = 0;
      for (const RegexNode& one : regex.children) all += bits_in_base64url(one);
      return all;
    }
  }
  return 0;
}

bool is_inside_base64url(std::string_view text, std::size_t secret_begin) noexcept {
  if (secret_begin < kTellingRun) return false;
  const std::string_view before = text.substr(secret_begin - kTellingRun, kTellingRun);
  return std::ranges::all_of(before, is_base64url_digit) && entropy_exceeds(before, kRandomBits);
}

bool is_inside_protein(std::string_view text, std::string_view secret) noexcept {
  if (!are_amino_acids(secret)) return false;
  std::string_view before = text.substr(0, static_cast<std::size_t>(secret.data() - text.data()));
  // Sequences are written in lines, of 50 letters or more, and a heading is a short one.
  std::size_t asked = kAminoAcidsBefore;
  if (before.ends_with('\n')) {
    before.remove_suffix(before.ends_with("\r\n") ? 2 : 1);
    asked = kAminoAcidsInLine;
  }
  return before.size() >= asked && are_amino_acids(before.substr(before.size() - asked));
}

}  // namespace cork::secrets
