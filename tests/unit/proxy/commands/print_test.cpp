#include "proxy/commands/print.h"

#include "proxy/commands/output_stream.h"
#include "tests/support/full_stream.h"
#include "world.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

namespace cork::commands {
namespace {

// More than a stream holds back, and less.
const std::string kLong(100'000, 'x'), kShort = "x";

TEST(Print, GoesToTheStreamThatItIsFor) {
  const World world;
  Captured out, err;
  const Context context = world.context(out, err);
  print(context, "{} of {}\n", 1, 2);
  print_error(context, "{}", "{}");
  print(err.file(), "{:>3}", 7);
  EXPECT_EQ(out.text(), "1 of 2\n");
  EXPECT_EQ(err.text(), "{}  7");
}

TEST(Print, NeverThrowsAndItsLengthDecidesNothing) {
  const World world;
  for (const int why : {EPIPE, ENOSPC, EBADF}) {
    for (const std::string& text : {kLong, kShort}) {
      test::FullStream full(why);
      Captured unused, err;
      Context context = world.context(unused, err);
      context.out = full.file();
      for (int i = 0; i < 3; ++i) print(context, "{}", text);
      EXPECT_EQ(flush_output(context, kNo), why == EPIPE ? kNo : kFailed) << text.size();
      const std::string said = why == EPIPE ? "" : std::string(std::strerror(why)) + '\n';
      EXPECT_TRUE(err.text().ends_with(said)) << err.text();
      EXPECT_EQ(err.text().empty(), said.empty()) << err.text();
    }
  }
}

TEST(Print, LetsAnErrorStreamBeThatTakesNothing) {
  const World world;
  for (const std::string& text : {kLong, kShort}) {
    test::FullStream full(ENOSPC);
    Captured out, unused;
    Context context = world.context(out, unused);
    context.err = full.file();
    print_error(context, "{}", text);
    print(context, "word");
    EXPECT_EQ(flush_output(context, kNo), kNo);
    EXPECT_EQ(out.text(), "word");
  }
}

}  // namespace
}  // namespace cork::commands
