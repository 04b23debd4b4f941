#include "proxy/app/network_watch.h"

#include "tests/support/io_loop.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace cork::app {
namespace {

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

// Answers what it is told to, and counts the questions.
class OneAnswer final : public io::Resolver {
 public:
  io::Awaitable<io::IoResult<std::vector<IpAddress>>> resolve(std::string name, std::string,
                                                              std::uint64_t) override {
    EXPECT_EQ(name, kIpv4OnlyName);
    ++asked;
    co_return answer;
  }
  io::IoResult<std::vector<IpAddress>> answer;
  int asked = 0;
};

class NetworkWatchTest : public testing::Test {
 protected:
  void ask() {
    const int before = resolver_.asked;
    watch_.ask(loop_.executor());
    // The lookup is over when another may begin.
    ASSERT_TRUE(loop_.run_until([&] { return resolver_.asked > before; }));
    loop_.run_until([n = 0]() mutable { return ++n > 3; });
  }

  test::IoLoop loop_;
  OneAnswer resolver_;
  std::vector<Cidr> on_link_{Cidr::parse("8.8.8.0/24").value()};
  NetworkWatch watch_{{resolver_, 1'000, [this] { return on_link_; }}};
  session::Snapshot snapshot_ = [this] {
    session::Snapshot made;
    made.generation = 7;
    watch_.show(made);
    return made;
  }();
};

TEST_F(NetworkWatchTest, ShowsTheInterfacesAtOnceAndNoNat64) {
  EXPECT_EQ(snapshot_.around.on_link(), on_link_);
  EXPECT_TRUE(snapshot_.around.nat64().empty());
  EXPECT_FALSE(snapshot_.own_addresses.empty());
  EXPECT_EQ(watch_.renewed(snapshot_), nullptr);
}

TEST_F(NetworkWatchTest, AnInterfaceThatComesIsANewSnapshot) {
  on_link_.push_back(Cidr::parse("9.9.9.0/24").value());
  const auto renewed = watch_.renewed(snapshot_);
  ASSERT_NE(renewed, nullptr);
  EXPECT_EQ(renewed->generation, 8U);
  EXPECT_EQ(renewed->around.classify(ip("9.9.9.9")), AddressClass::on_link);
  EXPECT_EQ(watch_.renewed(*renewed), nullptr);
}

TEST_F(NetworkWatchTest, ANat64ThatIsFoundIsANewSnapshot) {
  resolver_.answer = std::vector{ip("2606:4700:64::c000:aa"), ip("192.0.0.170")};
  ask();
  const auto renewed = watch_.renewed(snapshot_);
  ASSERT_NE(renewed, nullptr);
  EXPECT_EQ(renewed->around.classify(ip("2606:4700:64::a00:1")), AddressClass::private_use);
}

TEST_F(NetworkWatchTest, ANat64ThatIsGoneIsANewSnapshot) {
  resolver_.answer = std::vector{ip("64:ff9b::c000:aa")};
  ask();
  const auto with = watch_.renewed(snapshot_);
  ASSERT_NE(with, nullptr);
  resolver_.answer = std::vector{ip("192.0.0.170"), ip("192.0.0.171")};
  ask();
  const auto without = watch_.renewed(*with);
  ASSERT_NE(without, nullptr);
  EXPECT_TRUE(without->around.nat64().empty());
}

// A resolver that fails for a moment must not make a private address a public one.
TEST_F(NetworkWatchTest, ALookupThatFailsIsNoErrorAndChangesNothing) {
  resolver_.answer = std::vector{ip("64:ff9b::c000:aa")};
  ask();
  const auto with = watch_.renewed(snapshot_);
  ASSERT_NE(with, nullptr);
  for (const auto kind : {io::IoError::Kind::timeout, io::IoError::Kind::refused}) {
    resolver_.answer = std::unexpected(io::IoError{kind, "no answer"});
    ask();
    EXPECT_EQ(watch_.renewed(*with), nullptr);
  }
}

TEST_F(NetworkWatchTest, HasNoAnswerUntilALookupSucceeds) {
  resolver_.answer = std::unexpected(io::IoError{io::IoError::Kind::timeout, "no answer"});
  ask();
  EXPECT_FALSE(watch_.has_answer());
  resolver_.answer = std::vector{ip("192.0.0.170")};
  ask();
  EXPECT_TRUE(watch_.has_answer());
}

// Where the interfaces cannot be read, their networks do not become anybody's.
TEST_F(NetworkWatchTest, InterfacesThatCannotBeReadHaveNotGone) {
  on_link_.clear();
  EXPECT_EQ(watch_.renewed(snapshot_), nullptr);
}

TEST_F(NetworkWatchTest, AskingMeanwhileAsksAgainWithTheNewAnswer) {
  resolver_.answer = std::vector{ip("192.0.0.170")};
  watch_.ask(loop_.executor());
  watch_.ask(loop_.executor());
  watch_.ask(loop_.executor());
  ASSERT_TRUE(loop_.run_until([&] { return resolver_.asked >= 2; }));
  ask();
  EXPECT_EQ(resolver_.asked, 3);
}

}  // namespace
}  // namespace cork::app
