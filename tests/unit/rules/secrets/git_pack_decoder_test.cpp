#include "rules/secrets/body_scanner.h"
#include "rules/secrets/content_decoder.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cork::secrets {
namespace {

using test::git_delta;
using test::git_object;
using test::git_pack;
using test::GitType;

std::string decoded(const std::string& wire, std::size_t piece) {
  const auto decoder = make_git_pack_decoder(ScanLimits{});
  test::Collected out;
  EXPECT_EQ(Verdict::unscannable, test::decode(*decoder, wire, piece, out));
  EXPECT_EQ("the end of a git pack", decoder->problem());
  return out.text;
}

TEST(GitPackDecoder, TellsTheTextOfEachObjectHoweverItIsCut) {
  const std::string long_text = "text " + std::string(5000, 'x');
  const std::string wire =
      git_pack({git_object(GitType::commit, "", "tree 1\nfirst"),
                git_object(GitType::tree, "", "100644 a.txt"),
                git_object(GitType::blob, "", long_text), git_object(GitType::blob, "", "")});
  for (const std::size_t piece : {1u, 2u, 7u, 31u, 10'000u}) {
    EXPECT_EQ("tree 1\nfirst\n100644 a.txt\n" + long_text + "\n\n", decoded(wire, piece)) << piece;
  }
}

TEST(GitPackDecoder, TellsWhatADifferenceAdds) {
  const std::string added = std::string(150, 'a') + "b";
  for (const std::string& base : {std::string("\x81\x05"), std::string("\x05")}) {
    EXPECT_EQ("\n" + added + "\n\n",
              decoded(git_pack({git_object(GitType::distance_delta, base, git_delta(added))}), 3));
  }
  // By SHA-1, and by SHA-256: which, nothing says.
  for (const std::size_t size : {20u, 32u}) {
    const std::string base(size, '\x07');
    const std::string wire = git_pack({git_object(GitType::named_delta, base, git_delta(added)),
                                       git_object(GitType::blob, "", "z")});
    for (const std::size_t piece : {1u, 5u, 1000u})
      EXPECT_EQ("\n" + added + "\n\nz\n", decoded(wire, piece));
  }
}

TEST(GitPackDecoder, EndsWhereItIsNone) {
  const auto problem = [](const std::string& wire) {
    const auto decoder = make_git_pack_decoder(ScanLimits{});
    test::Collected out;
    EXPECT_EQ(Verdict::unscannable, test::decode(*decoder, wire, 3, out));
    return std::string(decoder->problem());
  };
  EXPECT_EQ("a git pack of no objects", problem(git_pack({})));
  EXPECT_EQ("no object of git's", problem(git_pack({git_object(GitType{5}, "", "text")})));
  EXPECT_EQ("no object of git's", problem(git_pack({"\x35plain text, and more of it"})));
  EXPECT_EQ("git object that does not inflate",
            problem(git_pack({"\x35\x78\x9c\x07\xff\xff\xff"})));
  const std::string whole = git_pack({git_object(GitType::blob, "", "text")});
  EXPECT_EQ("git pack ends early", problem(whole.substr(0, whole.size() - 25)));
}

TEST(GitPackDecoder, IsFoundInWhatAPushSends) {
  const auto rules = test::small_rules();
  WorkerScratch scratch(*rules);
  const std::string text = "key: " + test::token() + "\n";
  for (const char version : {'\2', '\3'}) {
    const std::string body = "00940000 1111 refs/heads/main\0 report-status0000" +
                             git_pack({git_object(GitType::blob, "", std::string(3000, '.')),
                                       git_object(GitType::blob, "", text)},
                                      version);
    for (std::size_t piece = 1; piece <= body.size(); piece += 13) {
      BodyScanner scanner({.rules = rules, .hints = {}, .limits = {}});
      std::size_t at = 0;
      for (; at < body.size() && scanner.verdict() == Verdict::clean; at += piece) {
        scanner.feed(as_bytes(std::string_view(body).substr(at, piece)), scratch);
        scanner.idle(scratch);
      }
      EXPECT_LT(scanner.settled(), body.size() - test::deflated(text, 15).size());
      scanner.finish(scratch);
      EXPECT_EQ(Verdict::leak, scanner.verdict()) << piece;
      ASSERT_FALSE(scanner.findings().empty());
      EXPECT_EQ("git", scanner.findings()[0].place.encoding);
    }
  }
}

}  // namespace
}  // namespace cork::secrets
