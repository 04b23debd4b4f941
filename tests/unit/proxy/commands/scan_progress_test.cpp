#include "proxy/commands/scan_progress.h"

#include "world.h"

#include <gtest/gtest.h>

namespace cork::commands {
namespace {

TEST(ProgressText, SaysHowFarItIs) {
  EXPECT_EQ(progress_text({.files = 3, .all_files = 10, .bytes = 500, .all_bytes = 1000}, 100),
            "[############            ]  50%  3/10 files, 500 B");
  EXPECT_EQ(progress_text({.files = 10, .all_files = 10, .bytes = 0, .all_bytes = 0}, 12),
            "[##########…");
}

TEST(ProgressBarTest, DrawsOnlyOnATerminal) {
  Captured out;
  ProgressBar bar(out.file());
  bar.draw({.files = 1, .all_files = 2, .bytes = 0, .all_bytes = 0});
  bar.clear();
  EXPECT_FALSE(bar.draws());
  EXPECT_EQ(out.text(), "");
}

}  // namespace
}  // namespace cork::commands
