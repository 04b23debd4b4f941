// Which files gitleaks does not look into: archives by their name, and what begins like a program,
// a document, an archive or a font.
//
// Pure.
//
//   if (is_archive_name("a.tar.gz") || begins_like_binary(first_bytes)) skip();
#pragma once

#include <string_view>

namespace cork::gitleaks {

// The file's name, or path, has an ending of an archive or a compressed file. gitleaks asks for the
// ending anywhere in the name and so leaves out "app.browser.js" for its ".br"; here it must be an
// ending, or stand before a number ("a.zip.001").
[[nodiscard]] bool is_archive_name(std::string_view path);

// `head` is what one read gave, up to 100,000 bytes: marks lie as deep as 32 KiB. Pictures, sound
// and moving pictures are not meant: gitleaks reads them as text.
[[nodiscard]] bool begins_like_binary(std::string_view head);

}  // namespace cork::gitleaks
