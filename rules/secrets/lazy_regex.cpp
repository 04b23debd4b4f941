#include "rules/secrets/lazy_regex.h"

#include <re2/re2.h>

#include <mutex>
#include <optional>
#include <utility>

namespace cork::secrets {

namespace {

re2::RE2::Options options_for(LazyRegex::Case letters) {
  re2::RE2::Options options(re2::RE2::Latin1);
  options.set_log_errors(false);
  options.set_max_mem(64 << 20);
  options.set_case_sensitive(letters == LazyRegex::Case::exact);
  return options;
}

}  // namespace

struct LazyRegex::State {
  const std::string text;
  const Case letters;
  std::once_flag once = {};
  std::optional<re2::RE2> regex = std::nullopt;
};

LazyRegex::LazyRegex(std::string text, Case letters)
    : state_(new State{std::move(text), letters}) {}
LazyRegex::~LazyRegex() = default;
LazyRegex::LazyRegex(LazyRegex&&) noexcept = default;

const re2::RE2& LazyRegex::get() const {
  State& state = *state_;
  std::call_once(state.once, [&] { state.regex.emplace(state.text, options_for(state.letters)); });
  return *state.regex;
}

}  // namespace cork::secrets
