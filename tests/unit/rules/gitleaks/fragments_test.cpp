#include "rules/gitleaks/fragments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace cork::gitleaks {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Gives the text as a file does: as much as is asked for.
ReadBytes reading(const std::string& text, std::size_t& at) {
  return [&text, &at](std::span<char> into) {
    const std::size_t count = std::min(into.size(), text.size() - at);
    text.copy(into.data(), count, at);
    at += count;
    return count;
  };
}

struct Piece {
  std::size_t size, first_line;
  bool operator==(const Piece&) const = default;
};
void PrintTo(const Piece& piece, std::ostream* out) {
  *out << piece.size << " from line " << piece.first_line;
}

std::vector<Piece> pieces(const std::string& text) {
  std::size_t at = 0;
  FragmentReader reader(reading(text, at));
  std::vector<Piece> all;
  std::string whole;
  while (const auto fragment = reader.next()) {
    all.push_back({fragment->text.size(), fragment->first_line});
    whole += fragment->text;
  }
  EXPECT_TRUE(whole == text || reader.is_binary());
  return all;
}

TEST(FragmentReaderTest, GivesASmallFileWhole) {
  EXPECT_THAT(pieces(""), IsEmpty());
  EXPECT_THAT(pieces("one\ntwo"), ElementsAre(Piece{7, 1}));
}

TEST(FragmentReaderTest, EndsAPieceAtTwoNewlinesBehindTheFirst100000Bytes) {
  std::string text(99'999, 'x');
  text += "yy\n \t\nmore";
  EXPECT_THAT(pieces(text), ElementsAre(Piece{100'005, 1}, Piece{4, 3}));
}

TEST(FragmentReaderTest, EndsAPieceThatHasThemAlready) {
  std::string text(99'998, 'x');
  text += "\n\nmore";
  EXPECT_THAT(pieces(text), ElementsAre(Piece{100'000, 1}, Piece{4, 3}));
}

TEST(FragmentReaderTest, GoesOn25000BytesAtMost) {
  EXPECT_THAT(pieces(std::string(130'000, 'x')), ElementsAre(Piece{125'000, 1}, Piece{5'000, 1}));
}

// What was read ahead to find the border is a piece of its own, as far as the next border.
TEST(FragmentReaderTest, GoesOnInSmallPiecesWhereItReadAhead) {
  std::string text(100'000, 'x');
  text += "\n\n" + std::string(4'093, 'y') + "zz\n\n" + std::string(10, 'w');
  EXPECT_THAT(pieces(text), ElementsAre(Piece{100'002, 1}, Piece{4'097, 3}, Piece{10, 5}));
}

TEST(FragmentReaderTest, LeavesABinaryFileOut) {
  const std::string text = "MZ" + std::string(10, 'x');
  std::size_t at = 0;
  FragmentReader reader(reading(text, at));
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.is_binary());
}

}  // namespace
}  // namespace cork::gitleaks
