#include "certs/authority.h"

#include "certs/certificate.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <set>
#include <thread>
#include <vector>

namespace cork::certs {
namespace {

namespace fs = std::filesystem;
using std::chrono::days;
using std::chrono::hours;
using ::testing::AllOf;
using ::testing::HasSubstr;

const Clock::time_point kNow = Clock::now();

void put_ca(const test::TemporaryFolder& folder, const std::string& certificate,
            const std::string& key) {
  folder.write("ca.cert.pem", certificate);
  fs::permissions(folder.write("ca.key.pem", key), fs::perms::owner_read);
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

TEST(Authority, MakesAFolderAndTwoFilesForItsOwnerAlone) {
  const test::TemporaryFolder folder;
  const auto ca = Authority::create(folder / "share/cork/ca", kNow);
  ASSERT_TRUE(ca.has_value()) << ca.error().what;
  EXPECT_EQ(fs::status(folder / "share/cork/ca").permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(folder / "share/cork/ca/ca.key.pem").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_THAT(names_in(folder / "share/cork/ca"),
              testing::ElementsAre("ca.cert.pem", "ca.key.pem"));
  EXPECT_EQ(folder.read("share/cork/ca/ca.cert.pem"), ca->certificate_pem());
}

TEST(Authority, NeverReplacesACa) {
  const test::TemporaryFolder folder;
  const auto first = Authority::create(folder.path(), kNow).value();
  EXPECT_THAT(Authority::create(folder.path(), kNow).error().what,
              AllOf(HasSubstr(folder.path().string()), HasSubstr("already holds a CA")));
  EXPECT_EQ(Authority::load(folder.path(), kNow)->fingerprint(), first.fingerprint());
  fs::remove(folder / "ca.cert.pem");
  EXPECT_THAT(Authority::create(folder.path(), kNow).error().what, HasSubstr("already holds a CA"));
}

TEST(Authority, IsTheSameCaWhenLoadedAgain) {
  const test::TemporaryFolder folder;
  const auto made = Authority::load_or_create(folder.path(), kNow).value();
  const auto loaded = Authority::load_or_create(folder.path(), kNow).value();
  EXPECT_EQ(made.certificate_pem(), loaded.certificate_pem());
  EXPECT_EQ(made.fingerprint(), loaded.fingerprint());
  EXPECT_EQ(made.not_after(), loaded.not_after());
  EXPECT_GT(made.not_after(), kNow + days{3649});
  EXPECT_THAT(made.fingerprint(), testing::MatchesRegex("[0-9A-F]{2}(:[0-9A-F]{2}){31}"));
}

TEST(Authority, EndsAsOneCaHoweverManyMakeItAtOnce) {
  const test::TemporaryFolder folder;
  for (int round = 0; round < 8; ++round) {
    const auto directory = folder / ("ca" + std::to_string(round));
    std::vector<std::string> results(6);
    std::vector<std::thread> racers;
    for (auto& result : results) {
      racers.emplace_back([&result, &directory] {
        const auto ca = Authority::load_or_create(directory, kNow);
        result = ca ? ca->fingerprint() : ca.error().what;
      });
    }
    for (auto& racer : racers) racer.join();
    const auto settled = Authority::load(directory, kNow);
    ASSERT_TRUE(settled.has_value()) << settled.error().what;
    EXPECT_THAT(results, testing::Each(settled->fingerprint()));
    EXPECT_THAT(names_in(directory), testing::ElementsAre("ca.cert.pem", "ca.key.pem"));
  }
}

TEST(Authority, CompletesACaWhoseMakerDiedBetweenTheFiles) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(Authority::create(folder.path(), kNow).has_value());
  const std::string key = folder.read("ca.key.pem");
  fs::remove(folder / "ca.cert.pem");
  const auto ca = Authority::load_or_create(folder.path(), kNow);
  ASSERT_TRUE(ca.has_value()) << ca.error().what;
  EXPECT_EQ(folder.read("ca.key.pem"), key);
}

TEST(Authority, AsksForTheKeyOfALoneCertificate) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(Authority::create(folder.path(), kNow).has_value());
  fs::remove(folder / "ca.key.pem");
  EXPECT_THAT(Authority::load_or_create(folder.path(), kNow).error().what,
              AllOf(HasSubstr("ca.key.pem is missing"), HasSubstr("delete ca.cert.pem")));
  EXPECT_FALSE(fs::exists(folder / "ca.key.pem"));
}

TEST(Authority, RefusesAKeyThatOthersCanReadAndSaysWhatToRun) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(Authority::create(folder.path(), kNow).has_value());
  ASSERT_EQ(::chmod((folder / "ca.key.pem").c_str(), 0640), 0);
  const auto refused = Authority::load(folder.path(), kNow);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().what,
              HasSubstr("run: chmod 600 '" + (folder / "ca.key.pem").string() + "'"));
}

TEST(Authority, RefusesWhatIsNoWorkingCaAndNamesFileAndReason) {
  const test::TestCa root, other;
  const auto leaf = root.issue({.dns = {"example.com"}});
  const auto intermediate = root.issue({.common_name = "below", .ca = true});
  const auto stale =
      test::self_signed({.common_name = "old", .valid_until = hours(-1), .ca = true});
  const auto early = test::self_signed({.common_name = "new", .valid_from = hours(2), .ca = true});
  struct Case {
    std::string certificate, key, reason;
  };
  for (const Case& c : std::vector<Case>{
           {root.certificate_pem(), other.key_pem(), "does not fit the key"},
           {leaf.certificate, leaf.key, "is not the certificate of a CA"},
           {intermediate.certificate, intermediate.key, "is not self-signed"},
           {stale.certificate, stale.key, "has expired; delete ca.key.pem and ca.cert.pem"},
           {early.certificate, early.key, "is not valid yet; is the clock right?"},
           {"", root.key_pem(), "ca.cert.pem: holds no PEM certificate"},
           {root.certificate_pem(), "", "ca.key.pem: holds no PEM private key"},
           {root.certificate_pem(), std::string(70'000, 'a'), "ca.key.pem: larger than"},
       }) {
    const test::TemporaryFolder folder;
    put_ca(folder, c.certificate, c.key);
    const auto refused = Authority::load(folder.path(), kNow);
    ASSERT_FALSE(refused.has_value()) << c.reason;
    EXPECT_THAT(refused.error().what,
                AllOf(HasSubstr(folder.path().string()), HasSubstr(c.reason)));
  }
}

TEST(Authority, TakesARootThatSomebodyElseMade) {
  const test::TemporaryFolder folder;
  const test::TestCa root;
  put_ca(folder, "a comment\n" + root.certificate_pem(), root.key_pem());
  const auto ca = Authority::load(folder.path(), kNow);
  ASSERT_TRUE(ca.has_value()) << ca.error().what;
  EXPECT_EQ(ca->certificate_pem(), root.certificate_pem());
  EXPECT_TRUE(ca->mint(Host::parse("example.com").value(), kNow).has_value());
}

TEST(Authority, SaysThatThereIsNoCaYet) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(Authority::load(folder / "none", kNow).error().what,
              AllOf(HasSubstr("ca.cert.pem"), HasSubstr("No such file or directory")));
}

TEST(AuthorityMint, BackDatesADayAndLastsThirty) {
  const test::TemporaryFolder folder;
  const auto ca = Authority::create(folder.path(), kNow).value();
  const auto later = kNow + days{10};
  const auto leaf = ca.mint(Host::parse("example.com").value(), later).value();
  const auto dates = validity_of(leaf.certificate.get()).value();
  const auto second = std::chrono::floor<std::chrono::seconds>(later);
  EXPECT_EQ(dates.not_before, second - days{1});
  EXPECT_EQ(dates.not_after, second + days{30});
}

TEST(AuthorityMint, NeverOutlivesItsCa) {
  const test::TemporaryFolder folder;
  const auto root = test::self_signed(
      {.common_name = "short", .valid_from = hours(-1), .valid_until = hours(48), .ca = true});
  put_ca(folder, root.certificate, root.key);
  const auto ca = Authority::load(folder.path(), kNow).value();
  const auto bounds = validity_of(test::certificate_of(root.certificate).get()).value();
  const auto leaf = ca.mint(Host::parse("example.com").value(), kNow).value();
  const auto dates = validity_of(leaf.certificate.get()).value();
  EXPECT_EQ(dates.not_before, bounds.not_before);
  EXPECT_EQ(dates.not_after, bounds.not_after);
  EXPECT_EQ(ca.mint(Host::parse("example.com").value(), ca.not_after()).error().what,
            "the CA has expired");
}

TEST(AuthorityMint, SharesOneLeafKeyThatIsNotTheCas) {
  const test::TemporaryFolder folder;
  const auto ca = Authority::create(folder.path(), kNow).value();
  const auto one = ca.mint(Host::parse("one.example").value(), kNow).value();
  const auto two = ca.mint(Host::parse("two.example").value(), kNow).value();
  EXPECT_EQ(EVP_PKEY_eq(one.key.get(), two.key.get()), 1);
  EXPECT_EQ(X509_check_private_key(one.certificate.get(), one.key.get()), 1);
  EXPECT_NE(EVP_PKEY_eq(one.key.get(), test::key_of(folder.read("ca.key.pem")).get()), 1);
}

TEST(AuthorityMint, MintsInManyThreadsAtOnce) {
  const test::TemporaryFolder folder;
  const auto ca = Authority::create(folder.path(), kNow).value();
  std::vector<int> good(4, 0);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < good.size(); ++i) {
    threads.emplace_back([&, i] {
      const auto root = test::certificate_of(ca.certificate_pem());
      for (int n = 0; n < 20; ++n) {
        const auto host = Host::parse("h" + std::to_string(n) + ".example").value();
        const auto leaf = ca.mint(host, kNow);
        const bool fits =
            leaf && X509_verify(leaf->certificate.get(), X509_get0_pubkey(root.get())) == 1;
        good[i] += fits ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(good, testing::Each(20));
}

}  // namespace
}  // namespace cork::certs
