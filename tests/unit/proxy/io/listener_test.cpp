#include "proxy/io/listener.h"

#include "proxy/io/dialer.h"
#include "tests/support/io_loop.h"
#include "tests/support/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <new>
#include <string>
#include <vector>

namespace cork::io {
namespace {

using std::chrono::milliseconds;
using test::IoLoop;
using test::TemporaryFolder;
using ::testing::HasSubstr;

IpAddress loopback() {
  return *IpAddress::parse("127.0.0.1");
}

// A client's descriptor, connected; the kernel completes that before anybody accepts.
class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const auto to = socket_endpoint(loopback(), port);
    connected = ::connect(fd_, to.data(), static_cast<socklen_t>(to.size())) == 0;
  }
  explicit Client(const std::filesystem::path& path)
      : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, path.c_str(), path.native().size());
    connected = ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  bool connected = false;

 private:
  int fd_;
};

TEST(BoundSocket, FindsAPortWhereNoneIsNamed) {
  const auto bound = BoundSocket::tcp(loopback(), 0);
  ASSERT_TRUE(bound);
  ASSERT_TRUE(bound->address());
  EXPECT_EQ(bound->address()->address, loopback());
  EXPECT_NE(bound->address()->port, 0);
  EXPECT_EQ(bound->to_string(), fmt::format("127.0.0.1:{}", bound->address()->port));
}

TEST(BoundSocket, SaysWhatToDoAboutAPortInUse) {
  const auto first = BoundSocket::tcp(loopback(), 0);
  ASSERT_TRUE(first);
  const auto second = BoundSocket::tcp(loopback(), first->address()->port);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().what,
              HasSubstr(fmt::format("{}: address in use", first->to_string())));
  EXPECT_THAT(second.error().what, HasSubstr("`listen`"));
}

TEST(BoundSocket, SaysThatThisMachineHasNoSuchAddress) {
  const auto bound = BoundSocket::tcp(*IpAddress::parse("192.0.2.1"), 0);
  ASSERT_FALSE(bound);
  EXPECT_THAT(bound.error().what, HasSubstr("192.0.2.1:0: this machine has no such address"));
}

TEST(BoundSocket, FreesItsPortWhenItGoes) {
  std::uint16_t port = 0;
  {
    const auto bound = BoundSocket::tcp(loopback(), 0);
    ASSERT_TRUE(bound);
    port = bound->address()->port;
  }
  EXPECT_TRUE(BoundSocket::tcp(loopback(), port));
}

TEST(BoundSocket, AUnixSocketIsForItsOwnerAndGroupAndGoesWithIt) {
  const TemporaryFolder folder;
  const auto path = folder / "dev.sock";
  {
    const auto bound = BoundSocket::unix_socket(path);
    ASSERT_TRUE(bound) << bound.error().what;
    EXPECT_EQ(bound->to_string(), "unix:" + path.string());
    EXPECT_EQ(bound->address(), std::nullopt);
    struct stat info{};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_TRUE(S_ISSOCK(info.st_mode));
    EXPECT_EQ(info.st_mode & 0777U, 0660U);
    EXPECT_TRUE(Client(path).connected);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(BoundSocket, AMovedFromOneRemovesNothing) {
  const TemporaryFolder folder;
  auto bound = BoundSocket::unix_socket(folder / "dev.sock");
  ASSERT_TRUE(bound);
  const BoundSocket moved(std::move(*bound));
  {
    const BoundSocket gone(std::move(*bound));
  }
  EXPECT_TRUE(Client(folder / "dev.sock").connected);
}

TEST(BoundSocket, ReplacesASocketFileNobodyListensOn) {
  const TemporaryFolder folder;
  const auto path = folder / "dev.sock";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.native().size());
  const int stale = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(stale, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(stale);
  const auto bound = BoundSocket::unix_socket(path);
  ASSERT_TRUE(bound) << bound.error().what;
  EXPECT_TRUE(Client(path).connected);
}

TEST(BoundSocket, LeavesASocketFileThatSomebodyListensOn) {
  const TemporaryFolder folder;
  const auto path = folder / "dev.sock";
  const auto first = BoundSocket::unix_socket(path);
  ASSERT_TRUE(first);
  const auto second = BoundSocket::unix_socket(path);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().what, HasSubstr("address in use"));
  EXPECT_TRUE(Client(path).connected);
}

TEST(BoundSocket, LeavesASocketFileWhoseListenerIsTooBusyToAnswer) {
  const TemporaryFolder folder;
  const auto path = folder / "dev.sock";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.native().size());
  const int busy = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(busy, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(busy, 0), 0);
  const Client fills_the_queue(path);
  const auto bound = BoundSocket::unix_socket(path);
  ::close(busy);
  ASSERT_FALSE(bound);
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(BoundSocket, LeavesAFileThatIsNoSocket) {
  const TemporaryFolder folder;
  const auto path = folder.write("dev.sock", "precious");
  const auto bound = BoundSocket::unix_socket(path);
  ASSERT_FALSE(bound);
  EXPECT_THAT(bound.error().what, HasSubstr("no socket is in the way"));
  EXPECT_EQ(folder.read("dev.sock"), "precious");
}

TEST(BoundSocket, SaysHowLongAPathMayBe) {
  const TemporaryFolder folder;
  const auto bound = BoundSocket::unix_socket(folder / std::string(200, 'a'));
  ASSERT_FALSE(bound);
  EXPECT_THAT(bound.error().what, HasSubstr("at most 107 bytes"));
}

TEST(BoundSocket, SaysWhereAFolderIsMissing) {
  const TemporaryFolder folder;
  const auto bound = BoundSocket::unix_socket(folder / "missing" / "dev.sock");
  ASSERT_FALSE(bound);
  EXPECT_THAT(bound.error().what, HasSubstr("No such file or directory"));
}

// A port that was free a moment ago.
std::uint16_t free_port() {
  return BoundSocket::tcp(loopback(), 0)->address()->port;
}

TEST(BoundSocket, GivesWayToOneThatOverlapsItAndComesBack) {
  for (const auto& [mine, theirs] :
       {std::pair("127.0.0.1", "0.0.0.0"), std::pair("0.0.0.0", "127.0.0.1")}) {
    const std::uint16_t port = free_port();
    auto first = BoundSocket::tcp(*IpAddress::parse(mine), port);
    ASSERT_TRUE(first);
    const IpAddress other = *IpAddress::parse(theirs);
    EXPECT_FALSE(BoundSocket::tcp(other, port)) << "in use";
    ASSERT_TRUE(first->give_way());
    {
      const auto second = BoundSocket::tcp(other, port);
      ASSERT_TRUE(second) << second.error().what;
      EXPECT_TRUE(Client(port).connected);
    }
    EXPECT_FALSE(Client(port).connected) << "nobody listens there now";
    const auto back = first->come_back();
    ASSERT_TRUE(back) << back.error().what;
    EXPECT_TRUE(Client(port).connected);
  }
}

TEST(BoundSocket, DoesNotGiveWayWithAUnixSocket) {
  const TemporaryFolder folder;
  auto bound = BoundSocket::unix_socket(folder / "dev.sock");
  ASSERT_TRUE(bound);
  EXPECT_FALSE(bound->give_way());
  EXPECT_TRUE(Client(folder / "dev.sock").connected);
}

class AcceptorTest : public ::testing::Test {
 protected:
  AcceptorTest() : bound(BoundSocket::tcp(loopback(), 0)) {}
  [[nodiscard]] std::uint16_t port() const { return bound->address()->port; }
  std::function<void(Socket)> collect() {
    return [this](Socket socket) { accepted.push_back(std::move(socket)); };
  }
  Acceptor accept_at(const BoundSocket& at, std::function<void(Socket)> take) {
    return Acceptor::at(at, loop.executor(), std::move(take)).value();
  }
  IoLoop loop;
  Result<BoundSocket> bound;
  std::vector<Socket> accepted;
};

TEST_F(AcceptorTest, HandsOverEachConnection) {
  Acceptor acceptor = accept_at(*bound, collect());
  acceptor.start();
  const Client first(port());
  const Client second(port());
  ASSERT_TRUE(first.connected && second.connected);
  ASSERT_TRUE(loop.run_until([&] { return accepted.size() == 2; }));
  EXPECT_TRUE(peer_of(accepted[0]));
}

TEST_F(AcceptorTest, AcceptsAtAUnixSocketToo) {
  const TemporaryFolder folder;
  const auto door = BoundSocket::unix_socket(folder / "dev.sock");
  ASSERT_TRUE(door);
  Acceptor acceptor = accept_at(*door, collect());
  acceptor.start();
  const Client client(folder / "dev.sock");
  EXPECT_TRUE(loop.run_until([&] { return accepted.size() == 1; }));
}

TEST_F(AcceptorTest, SeveralShareOneSocket) {
  Acceptor first = accept_at(*bound, collect());
  Acceptor second = accept_at(*bound, collect());
  first.start();
  second.start();
  const Client one(port());
  ASSERT_TRUE(loop.run_until([&] { return accepted.size() == 1; }));
  first.stop();
  const Client two(port());
  EXPECT_TRUE(loop.run_until([&] { return accepted.size() == 2; }));
}

TEST_F(AcceptorTest, AcceptsNoMoreOnceStopped) {
  Acceptor acceptor = accept_at(*bound, collect());
  acceptor.start();
  loop.run_for(milliseconds(5));
  acceptor.stop();
  const Client client(port());
  loop.run_for(milliseconds(20));
  EXPECT_TRUE(accepted.empty());
  acceptor.stop();
}

TEST_F(AcceptorTest, GoesOnWhenAConnectionCannotBeTakenOver) {
  int failures = 0;
  Acceptor acceptor = accept_at(*bound, [&](Socket socket) {
    if (failures++ == 0) throw std::bad_alloc();
    accepted.push_back(std::move(socket));
  });
  acceptor.start();
  const Client first(port());
  const Client second(port());
  EXPECT_TRUE(loop.run_until([&] { return accepted.size() == 1; }));
}

TEST_F(AcceptorTest, GoesOnWhenItsSocketGaveWayAndCameBack) {
  auto door = BoundSocket::tcp(loopback(), free_port());
  ASSERT_TRUE(door);
  Acceptor acceptor = accept_at(*door, collect());
  acceptor.start();
  loop.run_for(milliseconds(5));
  ASSERT_TRUE(door->give_way());
  loop.run_for(milliseconds(5));
  ASSERT_TRUE(door->come_back());
  const Client client(door->address()->port);
  EXPECT_TRUE(loop.run_until([&] { return accepted.size() == 1; }));
}

TEST_F(AcceptorTest, WithoutADescriptorLeftThereIsNone) {
  // Once with some: UBSan needs descriptors for the first look at a type.
  const Executor executor = loop.executor();
  const auto take = collect();
  ASSERT_TRUE(Acceptor::at(*bound, executor, take));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int lowest_free = ::dup(0);
  ::close(lowest_free);
  const rlimit none_left{static_cast<rlim_t>(lowest_free), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none_left), 0);
  const auto acceptor = Acceptor::at(*bound, executor, take);
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_FALSE(acceptor);
  EXPECT_THAT(acceptor.error().what, HasSubstr("Too many open files"));
}

TEST_F(AcceptorTest, OutOfDescriptorsItWaitsAndDoesNotSpin) {
  Acceptor acceptor = accept_at(*bound, collect());
  acceptor.start();
  loop.run_for(milliseconds(5));
  const Client client(port());
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int lowest_free = ::dup(0);
  ::close(lowest_free);
  const rlimit none_left{static_cast<rlim_t>(lowest_free), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none_left), 0);
  // One attempt every 50 ms, and a few handlers each.
  const auto until = SteadyClock::now() + milliseconds(120);
  std::size_t handlers = 0;
  while (SteadyClock::now() < until) {
    loop.context.restart();
    handlers += loop.context.run_one_for(milliseconds(10));
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_TRUE(accepted.empty());
  EXPECT_LT(handlers, 50U);
  EXPECT_TRUE(loop.run_until([&] { return accepted.size() == 1; }));
}

}  // namespace
}  // namespace cork::io
