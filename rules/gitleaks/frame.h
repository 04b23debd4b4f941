// What the authors of gitleaks' rules put around a credential, so that in files it stands alone: in
// traffic the sender chooses what it stands beside.
//
// Pure.
//
//   without_frame(R"(\b(acme_[a-z0-9]{24})(?:[\x60'"\s;]|\\[nr]|$))");   // "(acme_[a-z0-9]{24})"
#pragma once

#include <string>
#include <string_view>

namespace cork::gitleaks {

// A regex whose every match begins with three letters or signs that are given, each letter in one
// case or either, or with one of several such beginnings, loses the word boundary in front and what
// has to stand behind it (as gitleaks' generators write those, and \b). Of another one, which would
// match inside longer words then, the end may be what ends a value in URLs, markup and programs
// too. A regex without such a frame, or one that cork's own parser does not read, stays as it is.
[[nodiscard]] std::string without_frame(std::string_view regex);

}  // namespace cork::gitleaks
