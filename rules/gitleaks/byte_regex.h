// A regex about characters as one about bytes: what searches traffic reads bytes, whatever they
// are.
//
// Pure.
//
//   in_bytes("[а-я]", Characters::at_least);   // (?:\xd0[\xb0-\xbf]|\xd1[\x80-\x8f])
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cork::gitleaks {

// Which of those beyond ASCII a class of many ranges (\p{Greek}) stands for in bytes. For what is
// looked for, all of them, and bytes that are no UTF-8 where it takes U+FFFD: exact ones are too
// many for Hyperscan. For what is allowed, no others.
enum class Characters : std::uint8_t { at_least, exactly };

// Characters beyond ASCII, classes that name some (\p{Greek}, [а-я], [^é]) and numbers (\x{3b1})
// become the bytes of their UTF-8, in both cases where case is ignored. Classes that name ASCII
// alone (., [^"], \S) stay: their characters beyond it are any byte. \Q...\E and octal numbers are
// written as every engine reads them; groups lose their names. `regex` is one that RE2 takes.
[[nodiscard]] std::string in_bytes(std::string_view regex, Characters beyond);

}  // namespace cork::gitleaks
