#include "rules/secrets/encoded_runs.h"
#include "tests/support/mask_way.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/stretches.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

using test::Stretches;

// What the readings tell: those of lines with offsets, those of lists behind them, and apart from
// both what begins anew at each offset, which is more of the same or garbage.
class AllReadings final : public Sink {
 public:
  using Sink::append;
  void append(Bytes, std::span<const Run>) override { ADD_FAILURE() << "not in a lane"; }
  Sink& lane(std::size_t reading) override { return readings_.at(reading); }
  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> all = readings_[0].texts;
    all.insert(all.end(), readings_[2].texts.begin(), readings_[2].texts.end());
    for (const Stretches& each : readings_) {
      EXPECT_EQ("", each.open.text) << "a stretch without its end";
    }
    return all;
  }
  [[nodiscard]] const std::vector<std::string>& anew() const { return readings_[1].texts; }

 private:
  std::array<Stretches, 3> readings_;
};

std::vector<std::string> look(std::string_view text, std::size_t piece) {
  AllReadings out;
  const auto decoder = make_dump_runs();
  // As the scanner does: from where a run may begin, with what it may have begun in.
  const std::size_t begin = find_dump_run(text, false);
  EXPECT_EQ(Verdict::clean, test::decode(*decoder, text.substr(begin), piece, out));
  return out.texts();
}

// All of it, cut there alone.
AllReadings readings_in_two(std::string_view text, std::size_t cut) {
  AllReadings out;
  const auto decoder = make_dump_runs();
  decoder->push(as_bytes(text.substr(0, cut)), 0, out);
  decoder->push(as_bytes(text.substr(cut)), cut, out);
  decoder->finish(out);
  return out;
}
std::vector<std::string> look_in_two(std::string_view text, std::size_t cut) {
  return readings_in_two(text, cut).texts();
}

std::string joined(std::string_view text, std::string_view before, std::string_view between) {
  std::string out;
  for (const char c : text) {
    out += out.empty() ? "" : between;
    out += fmt::format("{}{:02x}", before, static_cast<unsigned char>(c));
  }
  return out;
}

// Eight bytes a line, indented.
std::string in_lines(std::string list) {
  for (std::size_t at = 8 * 6; at < list.size(); at += 8 * 6 + 5) list.insert(at - 1, "\n    ");
  return list;
}

std::string shown(std::string_view row) {
  std::string out(row);
  for (char& c : out) c = c < ' ' || c > '~' ? '.' : c;
  return out;
}

std::string xxd(std::string_view text, std::size_t group = 2) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 16) {
    const std::string_view row = text.substr(at, 16);
    out += fmt::format("{:08x}:", at);
    for (std::size_t i = 0; i < 16; ++i) {
      if (i % group == 0) out += ' ';
      out += i < row.size() ? test::hex(row.substr(i, 1)) : "  ";
    }
    out += "  " + shown(row) + "\n";
  }
  return out;
}

std::string hexdump(std::string_view text, std::string_view line_end = "\n") {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 16) {
    const std::string_view row = text.substr(at, 16);
    out += fmt::format("{:08x} ", at);
    for (std::size_t i = 0; i < 16; ++i) {
      out += i == 8 ? "  " : " ";
      out += i < row.size() ? test::hex(row.substr(i, 1)) : "  ";
    }
    out += fmt::format("  |{}|{}", shown(row), line_end);
  }
  return out + fmt::format("{:08x}{}", text.size(), line_end);
}

// od -x and hexdump: two bytes as a number, the low one first.
std::string words(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 16) {
    out += fmt::format("{:07o}", at);
    for (std::size_t i = at; i < at + 16 && i + 1 < text.size(); i += 2) {
      out += ' ' + test::hex(text.substr(i + 1, 1)) + test::hex(text.substr(i, 1));
    }
    out += '\n';
  }
  return out;
}

// tcpdump -X.
std::string tcpdump(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 16) {
    out += fmt::format("\t0x{:04x}: ", at);
    for (std::size_t i = at; i < at + 16 && i < text.size(); ++i) {
      out += i % 2 == 0 ? " " : "";
      out += test::hex(text.substr(i, 1));
    }
    out += "  " + shown(text.substr(at, 16)) + "\n";
  }
  return out;
}

// One blank before the characters of a full line.
std::string curl_trace(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 16) {
    out += fmt::format("{:04x}: ", at);
    for (std::size_t i = at; i < at + 16; ++i) {
      out += i < text.size() ? test::hex(text.substr(i, 1)) + " " : "   ";
    }
    out += shown(text.substr(at, 16)) + "\n";
  }
  return out;
}

const std::string kText =
    "the words|that \\n are\nlooked for: 0123456789abcdef, \"1 more\" 41 42 43.";

TEST(DumpRuns, AreReadAsProgramsPrintThemHoweverTheyAreCut) {
  const std::vector<std::string> dumps = {
      joined(kText, "", ":"),
      joined(kText, "", " "),
      joined(kText, "", "-"),
      joined(kText, "0x", ","),
      joined(kText, "0x", ", "),
      in_lines(joined(kText, "0x", ", ")),
      joined(kText, "\"", "\", "),
      xxd(kText),
      xxd(kText, 1),
      hexdump(kText),
      hexdump(kText, "\\n"),
      tcpdump(kText),
      curl_trace(kText),
      words(kText),
  };
  for (const std::string& dump : dumps) {
    for (const std::string& body :
         {dump, "bytes: " + dump + "\nand so on", "{\n" + dump + "};\n"}) {
      const std::vector<std::string> anew = readings_in_two(body, 0).anew();
      for (const std::size_t piece : {1u, 2u, 7u, 64u, 100'000u}) {
        EXPECT_EQ(std::vector{kText}, look(body, piece)) << piece << "\n" << body;
      }
      for (std::size_t cut = 1; cut < body.size(); cut += 3) {
        EXPECT_EQ(anew, readings_in_two(body, cut).anew()) << cut << "\n" << body;
      }
    }
  }
}

// What looks like an offset, and like what is behind a dump's bytes, may be there to hide one, or
// be words that nobody would take for a dump but where a cut falls into them.
TEST(DumpRuns, AreSeenBehindWhatLooksLikeAnotherOne) {
  constexpr std::string_view line = "sixteen letters!";
  for (const std::string_view in_front :
       {"0000000 4141 4141 4141 4141 x ", "000000 41 41 41 41 | ", "deadbeef 41 41 41 41  x ",
        "0000: 41 41 41 41  ", "commit data face abcd decade face abcd cafe config value\t",
        "abcdef beef\t", "deface 1234 5678\t", "commit abcdef12 1234\t"}) {
    for (const std::string& dump : {xxd(line), hexdump(line)}) {
      const std::string body = std::string(in_front) + dump;
      for (std::size_t cut = 0; cut <= body.size(); ++cut) {
        const AllReadings read = readings_in_two(body, cut);
        std::vector<std::string> told = read.texts();
        told.insert(told.end(), read.anew().begin(), read.anew().end());
        EXPECT_THAT(told, testing::Contains(testing::HasSubstr(line))) << cut << "\n" << body;
      }
    }
  }
}

// Wherever that is in what is looked at together.
TEST(DumpRuns, MayHaveShortLines) {
  for (std::size_t width = 4; width <= 8; ++width) {
    std::string list;
    for (std::size_t i = 0; i < kText.size(); ++i) {
      list += i == 0 ? "" : i % width == 0 ? ",\n    " : ", ";
      list += "0x" + test::hex(kText.substr(i, 1));
    }
    for (std::size_t before = 0; before < 64; ++before) {
      EXPECT_EQ(std::vector{kText}, look(std::string(before, '.') + ' ' + list, 10'000))
          << width << before;
      EXPECT_EQ(std::vector{kText}, look(std::string(before, '.') + '\n' + words(kText), 10'000));
    }
  }
}

TEST(DumpRuns, BeginAnewWithTheNextDump) {
  for (const std::string& dump : {hexdump(kText), xxd(kText), words(kText)}) {
    EXPECT_EQ((std::vector{kText, kText}), look(dump + dump, 10'000)) << dump;
    const std::string list = joined(kText, "", " ") + '\n';
    EXPECT_EQ((std::vector{kText, kText}), look(list + dump, 10'000)) << list << dump;
  }
}

TEST(DumpRuns, ShowWideCharacters) {
  std::string wide;
  for (const char c : kText) wide += {c, '\0'};
  for (const std::string& dump : {xxd(wide), hexdump(wide), joined(wide, "", " ")}) {
    const auto texts = look(dump, 1000);
    ASSERT_EQ(1u, texts.size()) << dump;
    EXPECT_TRUE(texts[0].starts_with(wide.substr(0, wide.size() - 1))) << dump;
  }
}

TEST(DumpRuns, GiveNothingOfOtherLists) {
  std::string zeros, numbers, codes;
  for (int i = 0; i < 400; ++i) {
    zeros += "00 ";
    numbers += fmt::format("{:02} ", i % 20);
    codes += fmt::format("{:04x}:", 0x2000 + i);
  }
  for (const std::string& text :
       {zeros, numbers, codes, hexdump(std::string(300, '\0')), std::string("12:34:56 78-90 ab cd"),
        std::string(5000, 'a'), joined(kText, "%", ""), joined(kText, "=", ""),
        joined(kText, "\\x", ""),
        std::string("52:54:00:12:34:56, 2001:0db8:85a3:0000:0000:8a2e")}) {
    EXPECT_TRUE(look(text, 100).empty()) << text;
  }
}

TEST(DumpRuns, EndWithWhatIsNoDump) {
  for (const std::string& dump : {hexdump(kText), xxd(kText)}) {
    for (const std::string& next : {xxd(kText), joined(kText, "", ":"), joined(kText, "0x", ", "),
                                    "<Buffer " + joined(kText, "", " ") + ">"}) {
      for (const std::string_view between : {"", "$ show\n", "prose that is long: and so on\n"}) {
        const std::string text = dump + std::string(between) + next;
        std::string read;
        for (const std::string& each : look(text, 10'000)) read += each;
        // The characters of a dump's last line may end in what is like bytes.
        EXPECT_TRUE(read.starts_with(kText) && read.ends_with(kText)) << text;
        EXPECT_LE(read.size(), 2 * kText.size() + 2) << text;
      }
    }
  }
}

// Of what looked like the beginning of another line of the dump, nothing is lost.
TEST(DumpRuns, EndWithAListWhereverItIsCut) {
  for (const std::string& dump : {hexdump(kText), xxd(kText), words(kText)}) {
    for (const std::string& next :
         {joined("3d1" + kText, "", " "), joined(kText, "0x", ", "), joined(kText, "", ":")}) {
      const std::string text = dump + next;
      const std::vector<std::string> whole = look(text, text.size());
      ASSERT_EQ(2u, whole.size()) << text;
      for (std::size_t cut = dump.size(); cut < dump.size() + 12; ++cut) {
        EXPECT_EQ(whole, look_in_two(text, cut)) << text << cut;
      }
    }
  }
}

// What looks like a dump's offset, or like the end of its line, hides no list behind it; and the
// words in front take nothing of it.
TEST(DumpRuns, AreFoundBehindWhatLooksLikePartOfOne) {
  const std::string list = joined(kText, "", " ");
  for (const std::string_view front :
       {"8080: ", "memory at 0x1000: ", "dead: ", "facade 41 41 41 41 x ", "000000 41 41 41 41 | ",
        "commit 914188c 12 13 14 15 to: ", "see x", "commit 914188c adds: ", "facade foo ",
        "facade \n", "x", "eJx", "will be ", "face the 12 13 14 15 facts of "}) {
    for (const std::string& bytes : {list, joined(kText, "", ":")}) {
      const std::string text = std::string(front) + bytes;
      EXPECT_THAT(look(text, 10'000), testing::Contains(testing::EndsWith(kText))) << text;
      for (std::size_t cut = 0; cut < front.size() + 16; ++cut) {
        EXPECT_THAT(look_in_two(text, cut), testing::Contains(testing::EndsWith(kText)))
            << text << cut;
      }
    }
  }
}

// A word that a cut follows is no longer for that.
TEST(DumpRuns, BeginBehindAWordHoweverShortTheListIs) {
  constexpr std::string_view few = "fifteen letters";
  for (const std::string_view front : {"cafe ", "2026 ", "face ", "abcde "}) {
    const std::string text = std::string(front) + joined(few, "", " ");
    for (std::size_t cut = 0; cut < text.size(); ++cut) {
      EXPECT_THAT(look_in_two(text, cut), testing::Contains(testing::EndsWith(few))) << text << cut;
    }
  }
}

TEST(DumpRuns, BeginBehindAListOrANumberInTheSameLineToo) {
  for (const std::string_view front :
       {"41 41 41 41 ", "52:54:00:12:34:56 ", "12-11-10-09 ", " line 96\t", "will be "}) {
    for (const std::string& dump : {xxd(kText), hexdump(kText)}) {
      const std::string text = std::string(front) + dump;
      EXPECT_THAT(look(text, 10'000), testing::Contains(kText)) << text;
      for (std::size_t cut = 0; cut < front.size() + 12; ++cut) {
        EXPECT_THAT(look_in_two(text, cut), testing::Contains(kText)) << text << cut;
      }
    }
  }
}

TEST(DumpRuns, MayHaveNumberedLines) {
  for (const std::string& dump : {hexdump(kText), xxd(kText), words(kText)}) {
    std::string numbered;
    std::size_t line = 8;
    for (std::size_t at = 0; at < dump.size();) {
      const std::size_t end = dump.find('\n', at) + 1;
      numbered += fmt::format("{:6}\u2192", line++) + dump.substr(at, end - at);
      at = end;
    }
    EXPECT_EQ(std::vector{kText}, look(numbered, 10'000)) << numbered;
  }
}

// In either way; and where only a part has come.
TEST(DumpRuns, BeginAtTheFirstWordWhereverTheTextIsCut) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 8000; ++round) {
    const cork::test::MaskWay way(round % 2 == 0);
    std::string text;
    for (const std::size_t size = random() % 200; text.size() < size;) {
      // Words that bytes of a dump are not, and signs.
      constexpr std::array words{"x ", ".", ",", "made ", "f0x ", "12g ", "number ", ";"};
      text += words[random() % words.size()];
    }
    const std::size_t stride = 3 + random() % 4;
    const bool offset = round % 3 == 0, group = offset && round % 2 == 0;
    text += offset ? "\n" : " ";
    const std::size_t begin = text.size();
    EXPECT_EQ(begin, find_dump_run(text, false)) << text;
    if (offset) text += "00000010: ";
    for (std::size_t i = 0; i < 2 * kFewestBytes; ++i) {
      text += test::hex("k").append(group ? i % 2 : stride - 2, ' ');
    }
    EXPECT_EQ(begin, find_dump_run(text, false)) << text;
    const std::size_t cut = begin + 1 + random() % (text.size() - begin - 1);
    EXPECT_EQ(begin, find_dump_run(text.substr(0, cut), false)) << text << cut;
  }
}

// Not equally far apart, and so seen at the end of the text alone: whether more may come or not.
TEST(DumpRuns, OfThreeBytesALineAreFoundAtTheEndOfTheLastTextToo) {
  const std::string_view bytes = "note_abcdefghijk";
  std::string text = "{";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text += test::hex(bytes.substr(i, 1)) + (i % 3 == 2 ? ",\n" : ",");
  }
  EXPECT_EQ(1u, find_dump_run(text, false));
  EXPECT_EQ(1u, find_dump_run(text, true));
  EXPECT_EQ(10u, find_dump_run("3d 6e ab, ", true)) << "too few to be text";
  EXPECT_EQ(0u, find_dump_run({}, false));
}

// Else all of a body would be held back for them.
TEST(DumpRuns, EndWithWhatGoesOnForEver) {
  for (const std::string_view more : {"ab", "A", "\n", "\\n", "*\n", "000000 \n", " ", "."}) {
    for (const std::string_view before : {"41 41 41 41 41 ", "000000 41 41 41 41 41\n"}) {
      std::string text(before);
      while (text.size() < 20'000) text += more;
      AllReadings out;
      const auto decoder = make_dump_runs();
      EXPECT_EQ(Verdict::clean, decoder->push(as_bytes(std::string_view(text)), 0, out));
      EXPECT_GT(decoder->pending_from(), text.size() - 1000) << before << more;
    }
  }
}

TEST(DumpRuns, TieTheTextToItsDigits) {
  const std::string dump = xxd(kText);
  Stretches out;
  const auto decoder = make_dump_runs();
  Bytes input = as_bytes(std::string_view(dump).substr(0, 60));
  EXPECT_EQ(Verdict::clean, decoder->push(input, 100, out));
  EXPECT_LE(decoder->pending_from(), 160u);
  EXPECT_GE(out.open.text.size(), kFewestBytes);
}

}  // namespace
}  // namespace cork::secrets
