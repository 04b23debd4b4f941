// Writing JSON strings by hand, for the records and refusals that are made once an exchange.
//
// Pure. Output is always valid JSON and valid UTF-8, whatever the input.
#pragma once

#include <string>
#include <string_view>

namespace cork {

// Appends `text` as a JSON string with its quotes. Control characters, DEL, U+2028/2029 and bidi
// controls are escaped; a byte that is not UTF-8 becomes U+FFFD.
void append_json(std::string& out, std::string_view text);

}  // namespace cork
