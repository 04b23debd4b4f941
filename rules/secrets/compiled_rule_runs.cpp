// What is asked of a match before RE2 is: of the run of bytes that its secret lies in.
#include "rules/secrets/compiled_rule.h"
#include "rules/secrets/randomness.h"

#include <cmath>

namespace cork::secrets {
namespace {

// Where in a run of its alphabet a secret may begin; with more it is not asked first whether it
// looks random, or what its name is.
constexpr std::size_t kMostBeginnings = 4;

}  // namespace

// The secret lies in the run over its alphabet that ends here, or one byte before: the match's last
// byte may be none of it. And a text of n different bytes has log2(n) bits a byte at most.
bool CompiledRule::may_hold(std::string_view text, std::size_t end, bool folded,
                            Dropped* dropped) const {
  if (entropy_ <= 0 && !random_ && !assigned_) return true;
  const ByteSet alphabet = folded ? ignoring_case(shape_.credential) : shape_.credential;
  const std::size_t floor = end > width_ ? end - width_ : 0;
  ByteSet seen;
  std::size_t at = end;
  for (; at > floor; --at) {
    const auto byte = static_cast<unsigned char>(text[at - 1]);
    if (alphabet[byte]) {
      seen.set(byte);
    } else if (at < end) {
      break;
    }
  }
  if (entropy_ > 0 && std::log2(static_cast<double>(seen.count())) <= entropy_) return false;
  if ((!random_ && !assigned_) || at == floor || !shape_.before_secret) return true;
  const bool own = alphabet[static_cast<unsigned char>(text[end - 1])];
  const ByteSet before = folded ? ignoring_case(*shape_.before_secret) : *shape_.before_secret;
  const Beginning beginning = may_begin_in(text.substr(0, own ? end : end - 1), at, before);
  if (beginning == Beginning::unnamed && dropped != nullptr) dropped->end = end;
  return beginning == Beginning::possible;
}

// The run goes on to `end`, or to the byte before, and a secret begins nowhere in what is new of
// it.
bool CompiledRule::is_dropped(std::string_view text, std::size_t end, bool folded,
                              const Dropped& dropped) const {
  if (folded || !shape_.before_secret || dropped.end == 0 || end <= dropped.end) return false;
  const ByteSet& before = *shape_.before_secret;
  for (std::size_t at = dropped.end - 1; at < end; ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (before[byte] || (!shape_.credential[byte] && at + 1 < end)) return false;
  }
  return true;
}

// In a run of its alphabet that begins at `from`, the secret begins there, or behind one of
// `before`; and ends with the text, or a byte before that, which was a sign of its alphabet.
CompiledRule::Beginning CompiledRule::may_begin_in(std::string_view text, std::size_t from,
                                                   const ByteSet& before) const {
  std::size_t tried = 0;
  Beginning beginning = Beginning::unnamed;
  for (; from + 1 < text.size(); ++from) {
    if (!before[static_cast<unsigned char>(text[from - 1])]) continue;
    const std::string_view secret = text.substr(from);
    if (++tried > kMostBeginnings) return Beginning::possible;
    if (assigned_ && !names_.may_name(text, from)) continue;
    if (!random_ || looks_random(secret) || looks_random(secret.substr(0, secret.size() - 1))) {
      return Beginning::possible;
    }
    beginning = Beginning::none;
  }
  return beginning;
}

}  // namespace cork::secrets
