// Reads one file in gitleaks' form.
//
// Pure: text in, values out. Every error at once, with line and column and what to write instead.
//
//   auto parsed = parse_document(text, ".gitleaks.toml");
//   if (!parsed) return render(parsed.error());
#pragma once

#include "base/diagnostic.h"
#include "base/result.h"
#include "rules/gitleaks/config.h"

#include <string>
#include <string_view>

namespace cork::gitleaks {

struct ParsedDocument {
  Document document;
  Diagnostics warnings;  // spellings of old, and what has no effect
};

// Keys as gitleaks 8.30 knows them, in any case. An unknown key, a wrong type, a bad regex, a group
// that the regex does not have and an id twice are errors: gitleaks would read on and find less
// than was meant, or end with a panic. A rule without regex and path may have them from another
// file; where that cannot be asked because of other errors it is one too, unless the file extends
// one or `is_extended`.
Result<ParsedDocument, Diagnostics> parse_document(std::string_view text, const std::string& file,
                                                   bool is_extended = false);

// That of a rule without regex and path.
[[nodiscard]] Diagnostic finds_nothing(const std::string& rule, const Where& where);

// "(?:a|b)"; nullptr for none. The patterns must have compiled one by one.
Result<std::shared_ptr<const Pattern>> join_patterns(const std::vector<std::string>& regexes);

// "warning: " instead of "error: ", otherwise as render() writes them.
[[nodiscard]] std::string render_warnings(const Diagnostics& warnings);

}  // namespace cork::gitleaks
