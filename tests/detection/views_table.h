// The tables of docs/encodings.md, made of what the tests hold recall to.
//
// Pure.
#pragma once

#include <string>

namespace cork::secrets::detection {

// Markdown: what the marks of the tables mean, in the numbers that the tests ask for.
[[nodiscard]] std::string views_legend();
// Markdown: encodings against parts of a request, and families of encodings in each other.
[[nodiscard]] std::string views_table();

}  // namespace cork::secrets::detection
