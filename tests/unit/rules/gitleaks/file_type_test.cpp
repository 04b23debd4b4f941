#include "rules/gitleaks/file_type.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::gitleaks {
namespace {

using std::string_literals::operator""s;

TEST(ArchiveName, IsByItsEnding) {
  for (const char* name : {"a.zip", "b/c.TAR.GZ", "x.7z", "x.zip.001", "y.tar.zst", "z.br"}) {
    EXPECT_TRUE(is_archive_name(name)) << name;
  }
  for (const char* name : {"a.py", "app.browser.js", "tar", "v1.2", "a.zip/b.txt", "x.gzip"}) {
    EXPECT_FALSE(is_archive_name(name)) << name;
  }
}

TEST(BinaryBeginning, IsThatOfProgramsArchivesDocumentsAndFonts) {
  const std::string filler(300, 'x');
  for (const std::string& head :
       {"\x7F"
        "ELF"s +
            filler,
        "MZ rest"s, "PK\3\4"s, "%PDF-1.7"s, "%!PS"s, "\x1F\x8B\x08"s, "!<arch>\n"s, "{\\rtf1"s,
        "SQLite format 3"s, filler.substr(0, 257) + "ustar", "\xD0\xCF\x11\xE0"s,
        "\x28\xB5\x2F\xFD"s, "\x50\x2A\x4D\x18\1\0\0\0z\x28\xB5\x2F\xFD"s, "wOFF\0\1\0\0"s,
        "\0asm\1\0\0\0"s, "FWS9"s}) {
    EXPECT_TRUE(begins_like_binary(head)) << head.substr(0, 8);
  }
}

TEST(BinaryBeginning, IsNotThatOfTextOrPictures) {
  for (const std::string& head :
       {""s, "#!/bin/sh\n"s,
        "\x7F"
        "ELF"s,
        "\x89PNG\r\n"s, "GIF89a"s, "PK"s, "M"s, std::string(600, '\0'), "<?xml?>"s}) {
    EXPECT_FALSE(begins_like_binary(head)) << head.substr(0, 8);
  }
}

}  // namespace
}  // namespace cork::gitleaks
