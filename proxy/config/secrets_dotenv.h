// A .env file: KEY=value, a line each.
//
// Pure. No message quotes a line.
//
//   auto variables = parse_dotenv("# ours\nexport TOKEN='abc'\n");
//   (*variables)[0].name;   // "TOKEN"
#pragma once

#include "base/result.h"
#include "rules/known/clear.h"

#include <string>
#include <string_view>
#include <vector>

namespace cork::config {

struct DotenvVariable {
  std::string name;
  known::Clear value;
};

// In their order. `export` may stand before the name, and a comment behind '#' where a word could
// begin. In "double" quotes backslash escapes are taken off, in 'single' ones nothing is; either
// may go over several lines. Nothing is expanded.
Result<std::vector<DotenvVariable>> parse_dotenv(std::string_view text);

}  // namespace cork::config
