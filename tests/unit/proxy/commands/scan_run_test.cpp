#include "proxy/commands/scan_run.h"

#include "base/descriptor.h"
#include "rules/gitleaks/load.h"
#include "tests/support/temporary_folder.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cork::commands {
namespace {

gitleaks::Detector detector() {
  auto loaded =
      gitleaks::load_config("[[rules]]\nid = 'tok'\nregex = 'tok_[0-9]{4}'\n", "f.toml", {});
  return {std::move(loaded->config), {}};
}

TEST(ScanFiles, FindsTheSameWithOneThreadAndWithMany) {
  test::TemporaryFolder folder;
  std::vector<ScanFile> files;
  for (int i = 0; i < 50; ++i) {
    const std::string text = "x\ntok_" + std::to_string(1000 + i) + "\n";
    files.push_back({folder.write(std::to_string(i), text).native(), "", text.size()});
  }
  files.push_back({(folder / "gone").native(), "", 1});
  files.push_back({folder.write("a.zip", "tok_0000").native(), "", 8});
  files.push_back({folder.write("b", "MZtok_0000").native(), "", 10});
  const gitleaks::Detector searching = detector();
  for (const unsigned jobs : {1U, 8U}) {
    const ScanResult result = scan_files(searching, files, jobs, {});
    ASSERT_EQ(result.findings.size(), 50U);
    for (std::size_t i = 0; i < 50; ++i) {
      EXPECT_EQ(result.findings[i].secret, "tok_" + std::to_string(1000 + i));
      EXPECT_EQ(result.findings[i].file, files[i].path);
    }
    EXPECT_EQ(result.files, 50U);
    EXPECT_EQ(result.binary, 2U);
    ASSERT_EQ(result.problems.size(), 1U);
    EXPECT_NE(result.problems[0].find("gone: No such file"), std::string::npos);
  }
}

TEST(ScanFiles, OfNothingFindsNothing) {
  EXPECT_EQ(scan_files(detector(), {}, 4, {}).files, 0U);
}

TEST(ScanDescriptor, ReadsToTheEnd) {
  test::TemporaryFolder folder;
  const std::string text = std::string(300'000, 'x') + "\n tok_1234\n";
  const Descriptor file(::open(folder.write("f", text).c_str(), O_RDONLY | O_CLOEXEC));
  const ScanResult result = scan_descriptor(detector(), {}, file.get());
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].start_line, 2U);
  EXPECT_EQ(result.bytes, text.size());
}

TEST(ScanDescriptor, GoesOnBehindWhatWasReadAhead) {
  test::TemporaryFolder folder;
  const std::string text = "tok_1234\ntok_5678\n";
  const auto path = folder.write("f", text);
  for (const std::size_t most : {std::size_t{0}, std::size_t{4}, text.size(), std::size_t{99}}) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const std::string begun = read_ahead(file.get(), most);
    EXPECT_EQ(begun, text.substr(0, most));
    const ScanResult result = scan_descriptor(detector(), {}, file.get(), begun);
    EXPECT_EQ(result.findings.size(), 2U) << most;
    EXPECT_EQ(result.bytes, text.size()) << most;
  }
}

}  // namespace
}  // namespace cork::commands
