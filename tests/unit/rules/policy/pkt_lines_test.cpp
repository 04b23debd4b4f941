#include "rules/policy/pkt_lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace cork::policy {
namespace {

using Kind = Packet::Kind;

struct Seen {
  Kind kind;
  std::string line;
  bool operator==(const Seen&) const = default;
};

std::vector<Seen> read(PktLines& lines, std::string_view text, std::size_t piece) {
  std::vector<Seen> seen;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    std::string_view bytes = text.substr(0, piece);
    while (const auto packet = lines.next(bytes)) {
      seen.push_back({packet->kind, std::string(packet->line)});
      if (packet->kind >= Kind::malformed) return seen;
    }
    EXPECT_TRUE(bytes.empty());
  }
  return seen;
}

TEST(PktLines, AreReadHoweverTheyAreCut) {
  constexpr std::string_view text = "0009done\n00040001000Abinary0000";
  const std::vector<Seen> expected{{Kind::line, "done"},
                                   {Kind::line, ""},
                                   {Kind::delimiter, ""},
                                   {Kind::line, "binary"},
                                   {Kind::flush, ""}};
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    PktLines lines(100);
    EXPECT_EQ(read(lines, text, piece), expected) << piece;
    EXPECT_TRUE(lines.between());
  }
}

TEST(PktLines, KnowWhetherOneIsOpen) {
  PktLines lines(100);
  EXPECT_TRUE(lines.between());
  EXPECT_TRUE(read(lines, "000", 1).empty());
  EXPECT_FALSE(lines.between());
  EXPECT_EQ(read(lines, "2", 1), (std::vector<Seen>{{Kind::response_end, ""}}));
  EXPECT_TRUE(lines.between());
  EXPECT_TRUE(read(lines, "0008abc", 7).empty());
  EXPECT_FALSE(lines.between());
}

TEST(PktLines, ThatAreNoneStayMalformed) {
  for (const std::string_view text : {"0003", "zzzz", "+010", "00 9done\n", "0x09", "-001"}) {
    PktLines lines(100);
    EXPECT_EQ(read(lines, text, 4), (std::vector<Seen>{{Kind::malformed, ""}})) << text;
    EXPECT_EQ(read(lines, "0000", 4), (std::vector<Seen>{{Kind::malformed, ""}})) << text;
  }
}

TEST(PktLines, LongerThanTheLimitAreRefusedBeforeTheyAreRead) {
  PktLines lines(100);
  EXPECT_EQ(read(lines, "0064" + std::string(96, 'x'), 9).size(), 1u);
  EXPECT_EQ(read(lines, "0065", 4), (std::vector<Seen>{{Kind::too_long, ""}}));
}

}  // namespace
}  // namespace cork::policy
