#include "proxy/io/read_buffer.h"

#include "proxy/io/tcp_stream.h"
#include "tests/support/fake_stream.h"
#include "tests/support/io_loop.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace cork::io {
namespace {

using test::FakeStream;
using test::IoLoop;
using ReadResult = IoResult<std::size_t>;

// The block that the pool would hand out next; it stays in the pool.
const std::byte* next_block(BufferPool& pool) {
  auto block = pool.take();
  const auto* address = block.get();
  pool.give(std::move(block));
  return address;
}

class ReadBufferTest : public ::testing::Test {
 protected:
  ReadResult fill(Stream& stream, std::size_t limit = kBlockBytes) {
    return loop.run(buffer.fill(stream, limit));
  }
  IoLoop loop;
  BufferPool pool;
  ReadBuffer buffer{pool};
};

TEST_F(ReadBufferTest, AppendsPieceByPieceAndSaysZeroAtTheEnd) {
  FakeStream stream({"GET / HT", "TP/1.1"});
  EXPECT_EQ(fill(stream), ReadResult(8));
  EXPECT_EQ(fill(stream), ReadResult(6));
  EXPECT_EQ(as_text(buffer.view()), "GET / HTTP/1.1");
  EXPECT_EQ(fill(stream), ReadResult(0));
  EXPECT_EQ(as_text(buffer.view()), "GET / HTTP/1.1");
}

TEST_F(ReadBufferTest, ConsumesFromTheFrontAndNeverTooMuch) {
  FakeStream stream({"abcdef"});
  ASSERT_TRUE(fill(stream));
  buffer.consume(2);
  EXPECT_EQ(as_text(buffer.view()), "cdef");
  buffer.consume(100);
  EXPECT_TRUE(buffer.empty());
  EXPECT_TRUE(buffer.view().empty());
}

TEST_F(ReadBufferTest, GivesItsBlockBackOnceNothingIsLeft) {
  const auto* block = next_block(pool);
  FakeStream stream({"abc"});
  ASSERT_TRUE(fill(stream));
  EXPECT_EQ(buffer.view().data(), block);
  buffer.consume(3);
  EXPECT_EQ(next_block(pool), block);
}

TEST_F(ReadBufferTest, GivesItsBlockBackAtTheEndOfTheStream) {
  const auto* block = next_block(pool);
  FakeStream stream;
  EXPECT_EQ(fill(stream), ReadResult(0));
  EXPECT_EQ(next_block(pool), block);
}

TEST_F(ReadBufferTest, HoldsNoBlockWhileItWaits) {
  auto [near_end, far_end] = loop.unix_pair();
  TcpStream stream(std::move(near_end), loop.deadlines);
  TcpStream peer(std::move(far_end), loop.deadlines);
  const auto* block = next_block(pool);
  test::Running<ReadResult> filled;
  loop.start(buffer.fill(stream), filled);
  loop.run_for(std::chrono::milliseconds(5));
  ASSERT_FALSE(filled.done());
  EXPECT_EQ(next_block(pool), block);
  ASSERT_TRUE(loop.run(peer.write(as_bytes("now"))));
  ASSERT_TRUE(loop.finish(filled));
  EXPECT_EQ(as_text(buffer.view()), "now");
  EXPECT_EQ(buffer.view().data(), block);
}

TEST_F(ReadBufferTest, PassesErrorsOn) {
  FakeStream stream({"abc"});
  stream.fails_with = IoError{IoError::Kind::truncated, "cut"};
  ASSERT_TRUE(fill(stream));
  const auto n = fill(stream);
  ASSERT_FALSE(n);
  EXPECT_EQ(n.error().kind, IoError::Kind::truncated);
  EXPECT_EQ(as_text(buffer.view()), "abc");
}

TEST_F(ReadBufferTest, MakesRoomByMovingWhatIsLeftToTheFront) {
  const std::string block(kBlockBytes, 'a');
  FakeStream stream({block, "tail"});
  ASSERT_EQ(fill(stream), ReadResult(kBlockBytes));
  buffer.consume(kBlockBytes - 3);
  EXPECT_EQ(fill(stream), ReadResult(4));
  EXPECT_EQ(as_text(buffer.view()), "aaatail");
}

TEST_F(ReadBufferTest, IsFullAtOneBlockUnlessMoreIsAllowed) {
  FakeStream stream({std::string(2 * kBlockBytes, 'a')});
  ASSERT_EQ(fill(stream), ReadResult(kBlockBytes));
  const auto n = fill(stream);
  ASSERT_FALSE(n);
  EXPECT_EQ(n.error().kind, IoError::Kind::reset);
  EXPECT_EQ(n.error().what, "too large");
}

TEST_F(ReadBufferTest, GrowsForALargeHeadUpToItsLimitAndNoFurther) {
  constexpr std::size_t kLimit = 3 * kBlockBytes;
  std::string text;
  for (std::size_t i = 0; text.size() < 2 * kLimit; ++i) text += std::to_string(i) + ' ';
  FakeStream stream({text});
  std::size_t filled = 0;
  while (filled < kLimit) {
    const auto n = fill(stream, kLimit);
    ASSERT_TRUE(n);
    filled += *n;
  }
  EXPECT_EQ(filled, kLimit);
  EXPECT_TRUE(as_text(buffer.view()) == text.substr(0, kLimit));
  EXPECT_FALSE(fill(stream, kLimit));
}

TEST_F(ReadBufferTest, ALargeBlockDoesNotGoIntoThePool) {
  const auto* block = next_block(pool);
  FakeStream stream({std::string(2 * kBlockBytes, 'a'), "b"});
  ASSERT_TRUE(fill(stream, 2 * kBlockBytes));
  ASSERT_TRUE(fill(stream, 2 * kBlockBytes));
  EXPECT_EQ(next_block(pool), block);  // given back when the buffer outgrew it
  buffer.consume(2 * kBlockBytes);
  EXPECT_EQ(next_block(pool), block);
  EXPECT_EQ(fill(stream), ReadResult(1));
  EXPECT_EQ(buffer.view().data(), block);
}

TEST_F(ReadBufferTest, MovesWithWhatItHolds) {
  FakeStream stream({"abc"});
  ASSERT_TRUE(fill(stream));
  ReadBuffer moved(std::move(buffer));
  EXPECT_EQ(as_text(moved.view()), "abc");
  EXPECT_TRUE(buffer.empty());  // NOLINT(bugprone-use-after-move): empty is what it promises
  ReadBuffer assigned(pool);
  assigned = std::move(moved);
  EXPECT_EQ(as_text(assigned.view()), "abc");
  buffer = std::move(assigned);
  EXPECT_EQ(as_text(buffer.view()), "abc");
}

TEST(BufferPool, KeepsNoMoreThanABoundedNumberOfBlocks) {
  BufferPool pool;
  std::vector<BufferPool::Block> blocks;
  for (int i = 0; i < 200; ++i) blocks.push_back(pool.take());
  for (auto& block : blocks) pool.give(std::move(block));
  EXPECT_NE(pool.take(), nullptr);
}

}  // namespace
}  // namespace cork::io
