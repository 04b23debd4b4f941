// What docs/evasion.md says of each way to hide a credential, as cases that do it.
//
// Pure: randomness is an argument.
//
//   for (const EvasionRow& row : evasion_rows()) {
//     for (const EvasionCase& one : row.cases) judge(one.hide(token, random), one.seen);
//   }
#pragma once

#include "tests/detection/encodings.h"
#include "tests/detection/parts.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets::detection {

enum class Seen {
  stopped,  // as a leak
  passes,
  refused  // for what cannot be read, or is too much
};

struct Hidden {
  Request request;
  std::string known = {};      // a secret that the bottle knows
  bool refuse_opaque = false;  // the route says `opaque: deny`

  Hidden(Request sent) : request(std::move(sent)) {}  // NOLINT: cases return either
  Hidden(std::string body);                           // NOLINT: of text/plain
};

struct EvasionCase {
  std::string_view what;
  Seen seen;
  // Of a credential that is stopped as it is; some make one of their own.
  std::function<Hidden(const std::string& token, Random& random)> hide;
};

struct EvasionRow {
  std::string_view begins;  // the first cell of the row in the document does so
  std::string_view seen;    // its second cell
  std::vector<EvasionCase> cases;
};

// Static storage.
[[nodiscard]] std::span<const EvasionRow> evasion_rows();

// The parts of evasion_rows(), in the order of the document.
[[nodiscard]] std::vector<EvasionRow> spelling_rows();
[[nodiscard]] std::vector<EvasionRow> digit_rows();
[[nodiscard]] std::vector<EvasionRow> container_rows();
[[nodiscard]] std::vector<EvasionRow> splitting_rows();

// ---- What cases are made of

[[nodiscard]] Request in_field(std::string_view name, std::string value);
// f(byte) for each of them.
[[nodiscard]] std::string each_byte(std::string_view text,
                                    const std::function<std::string(unsigned char)>& f);
[[nodiscard]] std::string in_lines(std::string_view digits, std::size_t width,
                                   std::string_view before = "");
[[nodiscard]] std::string as(std::string_view encoding, std::string_view text, Random& random);

}  // namespace cork::secrets::detection
