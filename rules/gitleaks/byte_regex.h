// A regex about characters as one about bytes: what searches traffic reads bytes, whatever they
// are.
//
// Pure.
#pragma once

#include <string>
#include <string_view>

namespace cork::gitleaks {

// Characters beyond ASCII, their classes (\p{Greek}, [а-я]) and numbers (\x{3b1}) become the bytes
// of their UTF-8, in both cases where case is ignored. What may stand for any character but a few
// ('.', [^"], \S) stays, and so stands for any byte but those; what stands for some of more scripts
// than a few (\pL) stands for all beyond ASCII. Literals in \Q...\E and flags are written as every
// engine reads them. `regex` is one that RE2 takes.
[[nodiscard]] std::string in_bytes(std::string_view regex);

}  // namespace cork::gitleaks
