#include "base/descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace cork {
namespace {

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0;
}

std::array<int, 2> new_pipe() {
  std::array<int, 2> ends{-1, -1};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  return ends;
}

TEST(Descriptor, IsClosedByItsLastHolder) {
  const auto [read_end, write_end] = new_pipe();
  {
    Descriptor reader(read_end);
    const Descriptor moved(std::move(reader));
    EXPECT_TRUE(moved);
    EXPECT_EQ(moved.get(), read_end);
    EXPECT_TRUE(is_open(read_end));
  }
  EXPECT_FALSE(is_open(read_end));
  Descriptor writer;
  EXPECT_FALSE(writer);
  writer = Descriptor(write_end);
  EXPECT_TRUE(writer.close());
  EXPECT_FALSE(writer);
  EXPECT_FALSE(is_open(write_end));
}

TEST(Descriptor, IsTheCallersOnceReleased) {
  const auto [read_end, write_end] = new_pipe();
  Descriptor reader(read_end), writer(write_end);
  const int taken = reader.release();
  {
    const Descriptor none(std::move(reader));
  }
  EXPECT_TRUE(is_open(taken));
  const Descriptor again(taken);
}

}  // namespace
}  // namespace cork
