#include "proxy/commands/output_stream.h"

#include "proxy/commands/print.h"
#include "tests/support/full_stream.h"
#include "world.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdio>

namespace cork::commands {
namespace {

class OutputStream : public testing::Test {
 protected:
  // What becomes of `code` where a stream refuses for this reason.
  int flushed(int why, int code) {
    test::FullStream full(why);
    Captured out, err;
    Context context = world_.context(out, err);
    context.out = full.file();
    print(context, "a short word");
    const int first = flush_output(context, code);
    said_ = err.text();
    EXPECT_EQ(flush_output(context, first), first);
    EXPECT_EQ(err.text(), said_) << "told once";
    return first;
  }

  World world_;
  std::string said_;
};

TEST_F(OutputStream, KeepsTheCodeWhereAllWasWritten) {
  Captured out, err;
  const Context context = world_.context(out, err);
  print(context, "word");
  for (const int code : {kYes, kFailed, kUsage, kNo}) EXPECT_EQ(flush_output(context, code), code);
  EXPECT_EQ(out.text(), "word");
  EXPECT_EQ(err.text(), "");
}

TEST_F(OutputStream, SaysWhatIsNotWrittenAndWhy) {
  for (const int code : {kYes, kFailed, kNo}) EXPECT_EQ(flushed(ENOSPC, code), kFailed);
  EXPECT_EQ(flushed(ENOSPC, kUsage), kUsage);
  EXPECT_EQ(said_, "cork: error: the output cannot be written: No space left on device\n");
}

TEST_F(OutputStream, IsQuietWhereNobodyReadsAnyMore) {
  EXPECT_EQ(flushed(EPIPE, kNo), kNo);
  EXPECT_EQ(said_, "");
}

}  // namespace
}  // namespace cork::commands
