#include "rules/known/known_values.h"

#include "base/ascii.h"
#include "rules/known/plainness.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cork::known {
namespace {

constexpr std::size_t kMostValues = 1024;
constexpr std::size_t kMostPrints = std::size_t{1} << 17;
// A longer one must have a telling part.
constexpr std::size_t kLongestPlain = 1024;

}  // namespace

KnownValues::KnownValues(const HashKeys& keys)
    : squeezed_(Lane::Reads::letters_and_digits, keys),
      whole_(Lane::Reads::everything, keys),
      folded_(Lane::Reads::folded, keys) {}

bool KnownValues::add(ValueIndex index, std::string_view value) {
  const bool squeezed = squeezed_.add(index, value);
  if (!squeezed && !whole_.add(index, value)) return false;
  // Case was part of what made it strong: without it, it may be any name.
  if (squeezed) (void)folded_.add(index, value);
  return true;
}

Result<std::shared_ptr<const KnownValues>> KnownValues::make(std::vector<Value> values,
                                                             const FingerprintKey& key) {
  if (values.size() > kMostValues) {
    return fail("more than " + std::to_string(kMostValues) + " values cannot be looked for");
  }
  auto made = std::make_shared<KnownValues>(HashKeys::from(key));
  for (Value& value : values) {
    const auto index = static_cast<ValueIndex>(made->secrets_.size());
    const std::string_view text = value.text.view();
    if (const auto weakness = weakness_of(text)) {
      return fail("the value of " + value.secret.name + " " + std::string(*weakness));
    }
    if ((text.size() > kLongestPlain && !has_telling_part(text)) || !made->add(index, text)) {
      return fail("the value of " + value.secret.name + " reads like ordinary text");
    }
    if (const auto password = password_in(text); !weakness_of(password)) {
      (void)made->add(index, password);
    }
    if (made->squeezed_.prints() + made->whole_.prints() > kMostPrints) {
      return fail("with the value of " + value.secret.name + " there is too much to look for");
    }
    made->has_canary_ = made->has_canary_ || value.secret.canary;
    made->secrets_.push_back(std::move(value.secret));
    value.text.wipe();
  }
  for (Lane* lane : {&made->squeezed_, &made->whole_, &made->folded_}) lane->seal();
  made->whole_width_ = std::max(made->squeezed_.widest_whole(), made->whole_.widest_whole());
  return made;
}

void KnownValues::find(Cursor& at, std::string_view text, std::size_t from,
                       std::vector<Found>& found) const {
  squeezed_.find(at.squeezed, text, from, found);
  whole_.find(at.whole, text, from, found);
}

void KnownValues::find_folded(std::string_view text, std::vector<Found>& found) const {
  Lane::Cursor at, whole;
  folded_.find(at, text, 0, found);
  whole_.find(whole, text, 0, found);
}

bool KnownValues::no_more_than(const KnownValues& others) const {
  return std::ranges::all_of(secrets_, [&](const Secret& secret) {
    return std::ranges::any_of(others.secrets_, [&](const Secret& other) {
      return other.print == secret.print && (other.canary || !secret.canary);
    });
  });
}

bool KnownValues::at_home(ValueIndex value, const Host& host,
                          std::string_view field) const noexcept {
  const Secret& secret = secrets_[value];
  if (secret.canary || std::ranges::find(secret.homes, host) == secret.homes.end()) return false;
  return std::ranges::any_of(
      secret.fields, [&](const std::string& name) { return equals_ignoring_case(name, field); });
}

bool has_telling_part(std::string_view value) {
  if (!weakness_of(password_in(value))) return true;
  const std::string structure = structure_of(value);
  std::string text, marks;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (!is_alpha(c) && !is_digit(c) && static_cast<unsigned char>(c) < 0x80) continue;
    text += c;
    marks += structure[i];
  }
  bool telling = text.size() >= kShortest && text.size() < kWindow && !is_plain(text) &&
                 2 * std::ranges::count(marks, 's') <= std::ssize(marks);
  for (std::size_t begin = 0; begin + kWindow <= text.size() && !telling; ++begin) {
    const std::string_view window = std::string_view(text).substr(begin, kWindow);
    telling = is_telling(window, std::string_view(marks).substr(begin, kWindow));
  }
  wipe(text);
  return telling;
}

}  // namespace cork::known
