#include "base/descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <string_view>
#include <thread>
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

std::atomic<int> interruptions = 0;

// Signals come while it waits for what another thread writes.
TEST(ReadSome, WaitsOnThroughSignals) {
  struct sigaction interrupt{}, before{};
  interrupt.sa_handler = [](int) { ++interruptions; };
  ASSERT_EQ(0, ::sigaction(SIGUSR1, &interrupt, &before));  // without SA_RESTART
  const auto [read_end, write_end] = new_pipe();
  const Descriptor reader(read_end), writer(write_end);
  const pthread_t waiting = ::pthread_self();
  std::thread other([&, to = writer.get()] {
    while (interruptions < 3) {
      ::pthread_kill(waiting, SIGUSR1);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    EXPECT_EQ(4, ::write(to, "here", 4));
  });
  std::array<char, 8> block{};
  const ssize_t got = read_some(reader.get(), block);
  other.join();
  ::sigaction(SIGUSR1, &before, nullptr);
  ASSERT_EQ(4, got);
  EXPECT_EQ("here", std::string_view(block.data(), 4));
  EXPECT_GE(interruptions, 3);
  EXPECT_GT(0, read_some(-1, block));
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
