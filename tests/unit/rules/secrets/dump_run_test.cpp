#include "rules/secrets/dump_run.h"

#include "rules/secrets/text_runs.h"
#include "tests/unit/rules/secrets/stretches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Reads = DumpRun::Reads;

constexpr std::string_view kBytes = "68 65 6c 6c 6f 20 77 6f 72 6c 64 21 21 21";
constexpr std::string_view kText = "hello world!!!";

struct Read {
  std::vector<std::string> texts;
  std::size_t taken = 0;  // of what was read, all of it where the run did not end
};

Read read(std::string_view text, Reads reads, bool in_line = false) {
  test::Stretches sink;
  TextRuns out(sink);
  DumpRun run(reads, 0, in_line);
  Read done;
  while (done.taken < text.size() && run.take(text[done.taken], done.taken, sink, out)) {
    ++done.taken;
  }
  if (done.taken == text.size()) {
    run.finish(sink, out);
  } else {
    run.end(sink, out);
  }
  done.texts = sink.texts;
  return done;
}

TEST(DumpRun, ReadsAListUntilSomethingElseStandsInIt) {
  const std::string text = std::string(kBytes) + " and 41";
  const Read done = read(text, Reads::lists);
  EXPECT_THAT(done.texts, ElementsAre(kText));
  EXPECT_EQ(text.find(" 41"), done.taken) << "the word's end is where it is judged";
}

TEST(DumpRun, ReadsWhatStandsBehindOffsetsAlone) {
  const std::string line = "00000000: " + std::string(kBytes) + "  hello 41 42 43";
  EXPECT_THAT(read(line, Reads::lines).texts, ElementsAre(kText));
  EXPECT_THAT(read(std::string(kBytes), Reads::lines).texts, IsEmpty());
}

TEST(DumpRun, BehindWhatMayBeAnOffsetAListIsLongerThanALine) {
  EXPECT_THAT(read(kBytes, Reads::lists, true).texts, IsEmpty());
  const std::string longer = std::string(kBytes) + " 68 65 6c 6c 6f 21";
  EXPECT_THAT(read(longer, Reads::lists, true).texts, ElementsAre("hello world!!!hello!"));
}

TEST(DumpRun, TellsWhatIsNotJudgedYet) {
  test::Stretches sink;
  TextRuns out(sink);
  DumpRun run(Reads::lists, 100, false);
  EXPECT_EQ(100u, run.began());
  const std::string_view text = "41 42 4";
  for (std::size_t i = 0; i < text.size(); ++i) EXPECT_TRUE(run.take(text[i], 100 + i, sink, out));
  EXPECT_TRUE(run.undecided());
  EXPECT_EQ(106u, run.last_from());
  EXPECT_EQ(100u, run.pending_from()) << "fewer bytes than are handed on";
  EXPECT_FALSE(run.take('%', 107, sink, out)) << "half a byte";
  EXPECT_TRUE(run.in_word()) << "which may begin something else";
}

}  // namespace
}  // namespace cork::secrets
