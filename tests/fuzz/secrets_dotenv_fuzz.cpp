// .env files: what is read was there, reads the same when it is written down again, and no message
// quotes any of it.
#include "base/ascii.h"
#include "proxy/config/secrets_dotenv.h"
#include "tests/fuzz/require.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace cork;
using config::DotenvVariable;

using cork::fuzz::require;

using Variables = std::vector<DotenvVariable>;

std::string in_double_quotes(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// Each value behind what `prefix` puts before a line, as `quoted` spells it.
template <class Quoted>
std::string written(const Variables& variables, std::string_view prefix, Quoted quoted) {
  std::string out;
  for (const DotenvVariable& one : variables) {
    out.append(prefix).append(one.name) += '=' + quoted(one.value.view()) + " # \"'\r\n";
  }
  return out;
}

void require_same(const Variables& variables, const std::string& text) {
  const auto again = config::parse_dotenv(text);
  require(again.has_value());
  require(std::ranges::equal(*again, variables, [](const auto& one, const auto& other) {
    return one.name == other.name && one.value.view() == other.value.view();
  }));
}

void check_error(std::string_view text, std::string what) {
  const std::string before = "line ", behind = " is no KEY=value";
  require(what.starts_with(before) && what.ends_with(behind));
  what = what.substr(before.size(), what.size() - before.size() - behind.size());
  require(!what.empty() && std::ranges::all_of(what, &is_digit));
  const auto line = std::stoul(what);
  require(line >= 1 && line <= 1u + static_cast<std::size_t>(std::ranges::count(text, '\n')));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto variables = config::parse_dotenv(text);
  if (!variables) {
    check_error(text, variables.error().what);
    return 0;
  }
  std::size_t at = 0;
  for (const DotenvVariable& one : *variables) {
    require(!one.name.empty() && !is_digit(one.name.front()));
    require(
        std::ranges::all_of(one.name, [](char c) { return is_alnum(c) || c == '_' || c == '.'; }));
    at = text.find(one.name, at);
    require(at != text.npos);
    at += one.name.size();
    // Only a backslash makes something of it that does not stand there.
    if (text.contains('\\')) continue;
    at = text.find(one.value.view(), at);
    require(at != text.npos);
    at += one.value.view().size();
  }
  require_same(*variables, written(*variables, "", &in_double_quotes));
  const auto holds_quote = [](const DotenvVariable& one) {
    return one.value.view().contains('\'');
  };
  if (std::ranges::any_of(*variables, holds_quote)) return 0;
  require_same(*variables, written(*variables, " export\t", [](std::string_view value) {
    return "'" + std::string(value) + "'";
  }));
  return 0;
}
