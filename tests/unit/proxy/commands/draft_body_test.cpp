#include "proxy/commands/draft_body.h"

#include "base/descriptor.h"
#include "tests/support/temporary_folder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iterator>
#include <string>
#include <thread>

namespace cork::commands {
namespace {

std::string all_of(DraftBody& body) {
  return {std::istreambuf_iterator<char>(body.stream()), {}};
}

TEST(DraftBodies, AreAFileOrStandardInput) {
  test::TemporaryFolder folder;
  auto file = DraftBody::open(folder.write("body", "a text"), -1);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->size(), 6u);
  EXPECT_EQ(all_of(*file), "a text");
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "piped", 5), 5);
  ::close(ends[1]);
  auto piped = DraftBody::open("-", ends[0]);
  ::close(ends[0]);
  ASSERT_TRUE(piped);
  EXPECT_EQ(piped->size(), 5u);
  EXPECT_EQ(all_of(*piped), "piped");
  EXPECT_THAT(DraftBody::open(folder / "none", -1).error().what, testing::HasSubstr("none: "));
  EXPECT_EQ(DraftBody::open("-", -1).error().what,
            "standard input is closed: pipe the body into it, or name a file");
}

TEST(DraftBodies, SayWhyWhatIsNoFileCannotBeOpened) {
  test::TemporaryFolder folder;
  const std::string path = folder / "door";
  ASSERT_EQ(::mknod(path.c_str(), S_IFSOCK | 0600, 0), 0);
  EXPECT_EQ(DraftBody::open(path, -1).error().what,
            path + " cannot be opened: No such device or address");
}

TEST(DraftBodies, AreReadFromAPipeThatIsNamed) {
  test::TemporaryFolder folder;
  const auto pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::jthread writer([&pipe] {
    const Descriptor end(::open(pipe.c_str(), O_WRONLY | O_CLOEXEC));
    EXPECT_EQ(::write(end.get(), "piped", 5), 5);
  });
  auto body = DraftBody::open(pipe, -1);
  ASSERT_TRUE(body) << body.error().what;
  EXPECT_EQ(body->size(), 5u);
  EXPECT_EQ(all_of(*body), "piped");
}

TEST(DraftBodies, BeginAFormWithAName) {
  test::TemporaryFolder folder;
  const struct {
    std::string text;
    bool form;
  } cases[] = {{"note=x", true},
               {"a%5B0%5D=1&b=2", true},
               {"a[b]=", true},
               {"{\"a\": \"b=c\"}", false},
               {"=x", false},
               {"a text = b", false},
               {"", false},
               {"name", false},
               {std::string(200, 'a') + "=", false}};
  for (const auto& one : cases) {
    auto body = DraftBody::open(folder.write("body", one.text), -1);
    ASSERT_TRUE(body);
    EXPECT_EQ(body->begins_form(), one.form) << one.text;
    EXPECT_EQ(all_of(*body), one.text) << "it is read from its beginning still";
  }
}

}  // namespace
}  // namespace cork::commands
