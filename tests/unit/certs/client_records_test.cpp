#include "certs/client_records.h"

#include "tests/support/test_tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace cork::certs {
namespace {

using testing::HasSubstr;
using namespace std::string_literals;

std::string number(std::size_t value, int width) {
  std::string text;
  for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) {
    text += static_cast<char>(value >> shift & 0xff);
  }
  return text;
}

std::string record(int type, const std::string& body, int minor = 3) {
  return static_cast<char>(type) + "\x03"s + static_cast<char>(minor) + number(body.size(), 2) +
         body;
}

std::string extension(std::size_t type, const std::string& content) {
  return number(type, 2) + number(content.size(), 2) + content;
}

std::string hello_for(const std::string& host, const std::string& more = {}) {
  const std::string name = "\0"s + number(host.size(), 2) + host;
  const std::string extensions = extension(0, number(name.size(), 2) + name) + more;
  const std::string body = "\x03\x03"s + std::string(32, 'r') + "\0"s + number(2, 2) + "\x13\x01"s +
                           "\x01\0"s + number(extensions.size(), 2) + extensions;
  return "\x01"s + number(body.size(), 3) + body;
}

const std::string kTls13 = extension(43, "\x02\x03\x04"s);
const std::string kEch = extension(0xfe0d, "x");
const std::string kHello = record(22, hello_for("a.example", kTls13), 1);
const std::string kOldHello = record(22, hello_for("a.example"), 1);
const std::string kChange = record(20, "\x01");
const std::string kData = record(23, std::string(100, 'd'));

ClientRecords records_after(const std::string& hello) {
  return ClientRecords(peek_client_hello(as_bytes(hello)).hello);
}

// What is wrong with a stream, and how much of it may pass: the same however it is cut.
std::pair<std::string, std::size_t> judge(const std::string& stream, std::size_t piece) {
  ClientRecords records = records_after(stream);
  std::size_t passed = 0;
  for (std::size_t end = 0; end < stream.size() && records.problem().empty();) {
    end = std::min(end + piece, stream.size());
    passed += records.accept(as_bytes(std::string_view(stream).substr(passed, end - passed)));
  }
  return {std::string(records.problem()), passed};
}

void expect_passes(const std::string& stream) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, stream.size()}) {
    EXPECT_EQ(judge(stream, piece), std::pair(""s, stream.size())) << piece;
  }
}

void expect_cut(const std::string& good, const std::string& bad, const std::string& why) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, good.size() + bad.size()}) {
    const auto [problem, passed] = judge(good + bad, piece);
    EXPECT_THAT(problem, HasSubstr(why)) << piece;
    EXPECT_EQ(passed, good.size()) << "not a byte of the header that is wrong";
  }
}

TEST(ClientRecords, LetTlsPassWhateverItsVersion) {
  expect_passes(kHello + kData + kData);
  expect_passes(kHello + kChange + kData);
  expect_passes(kHello + record(21, "\x02\x30"));
  // TLS 1.2: key exchange, change, an encrypted Finished, data, an encrypted alert.
  expect_passes(kOldHello + record(22, "\x10" + std::string(40, 'k')) + kChange +
                record(22, std::string(40, 'f')) + kData + record(21, std::string(26, 'a')));
  expect_passes(kHello + record(23, std::string(16'384 + 256, 'l')));
}

TEST(ClientRecords, CutWhatStopsBeingTlsRecords) {
  expect_cut(kHello, "GET / HTTP/1.1\r\n\r\n", "no TLS record begins like that");
  expect_cut(kHello + kData, "SSH-2.0-x\r\n", "no TLS record begins like that");
  expect_cut(kHello + kData, record(24, "heartbeat"), "no TLS record begins like that");
  expect_cut(kHello + kData, record(19, "x"), "no TLS record begins like that");
  expect_cut(kHello, "\x17\x02\x03\0\x01x"s, "no TLS version");
  expect_cut(kHello, record(23, "x", 0), "no TLS version");
  expect_cut(kHello, record(23, "x", 4), "no TLS version");
  expect_cut(kHello, record(23, ""), "a record is empty");
  expect_cut(kHello, record(23, std::string(16'384 + 257, 'l')), "longer than TLS has them");
}

TEST(ClientRecords, CutWhatCannotBeEncryptedYet) {
  expect_cut(kOldHello, kData, "before the handshake could have ended");
  expect_cut(kOldHello, record(20, "more than one byte"), "ChangeCipherSpec is too long");
  expect_cut(kHello, record(21, "words in an alert"), "an alert in clear");
}

TEST(ClientRecords, HoldBackAHeaderThatIsNotWhole) {
  ClientRecords records = records_after(kHello);
  EXPECT_EQ(records.accept(as_bytes(kHello + "\x17\x03\x03\x01")), kHello.size());
  EXPECT_EQ(records.problem(), "");
  EXPECT_EQ(records.accept(as_bytes("\x17\x03\x03\0\x05"s)), 5U);
  EXPECT_EQ(records.accept(as_bytes("12345\x17")), 5U);
}

// A front end that follows the second would be led elsewhere by it.
TEST(ClientRecords, ASecondClientHelloMustNameTheSameHost) {
  const std::string same = record(22, hello_for("a.example", kTls13 + extension(44, "cookie")));
  const std::string other = record(22, hello_for("b.example", kTls13));
  const std::string hidden = record(22, hello_for("a.example", kTls13 + kEch));
  expect_passes(kHello + same + kData);
  expect_passes(kHello + kChange + same + kData);
  expect_cut(kHello, other, "names another host");
  expect_cut(kHello + kChange, other, "names another host");
  expect_cut(kHello, hidden, "hides its host");
  // However it is cut into records.
  const std::string message = hello_for("b.example", kTls13);
  expect_cut(kHello,
             record(22, message.substr(0, 1)) + record(22, message.substr(1, 60)) +
                 record(22, message.substr(61)),
             "names another host");
}

// Some server reads what another one does not.
TEST(ClientRecords, ASecondClientHelloThatCannotBeReadIsCut) {
  const std::string twice = kTls13 + extension(0xff99, "") + extension(0xff99, "");
  const std::string malformed = record(22, hello_for("b.example", twice));
  const std::string followed = record(22, hello_for("b.example", kTls13) + "\x0b\0\0\0"s);
  const std::string long_one = record(22, "\x01\x01\x01\0"s + std::string(16'000, 'x'));
  for (const std::string& before : {kHello, kHello + kChange, kHello + kChange + kChange}) {
    expect_cut(before, malformed, "cannot be read");
    expect_cut(before, followed, "cannot be read");
  }
  expect_cut(kHello, long_one, "cannot be read");
  expect_cut(kOldHello, malformed, "cannot be read");
}

// A server that refuses early data skips it.
TEST(ClientRecords, EarlyDataHideNoSecondClientHello) {
  const std::string other = record(22, hello_for("b.example", kTls13));
  const std::string same = record(22, hello_for("a.example", kTls13));
  expect_passes(kHello + kChange + kData + same + kData);
  expect_cut(kHello + kData, other, "names another host");
  expect_cut(kHello + kChange + kData, other, "names another host");
}

// Nothing tells its beginning from an encrypted Finished, but nothing of that kind follows one.
TEST(ClientRecords, ASecondClientHelloInPiecesBehindAChangeIsCutAtTheSecond) {
  const std::string message = hello_for("b.example", kTls13);
  for (const std::size_t first : {1U, 3U, 40U}) {
    const std::string begun = kHello + kChange + record(22, message.substr(0, first));
    const std::string rest = record(22, message.substr(first));
    expect_cut(begun, rest, "in pieces");
    expect_cut(begun + kChange, rest, "in pieces");
    expect_cut(begun + kData, rest, "in pieces");
  }
  const std::string huge = "\x01\x01\xff\0"s + std::string(100, 'x');
  expect_cut(kHello + kChange + record(22, huge), record(22, huge), "in pieces");
}

TEST(ClientRecords, EncryptedBytesThatBeginLikeAClientHelloAreNone) {
  for (const std::string& hello : {kOldHello, kHello}) {
    const std::string finished = hello + kChange + record(22, "\x01" + std::string(39, 'f'));
    expect_passes(finished + kData);
    expect_passes(finished + record(22, std::string(40, 'n')) + kData);
    // Like one that is longer than its record. Its sender waits for the answer: so do those who
    // hold a byte of it back.
    expect_passes(hello + kChange + record(22, "\x01\0\0\xff"s + std::string(36, 'f')));
  }
}

// The real thing, with OpenSSL on both sides.
class OpensslTest : public testing::TestWithParam<int> {};

TEST_P(OpensslTest, AWholeSessionPasses) {
  const test::TestCa root;
  const auto identity = root.issue({.dns = {"a.example"}});
  const SslCtxPtr client(SSL_CTX_new(TLS_client_method())),
      server(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_max_proto_version(client.get(), GetParam());
  const BioPtr certificate_bio(
      BIO_new_mem_buf(identity.certificate.data(), static_cast<int>(identity.certificate.size())));
  const X509Ptr certificate(PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr));
  const BioPtr key_bio(BIO_new_mem_buf(identity.key.data(), static_cast<int>(identity.key.size())));
  const EvpPkeyPtr key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  SSL_CTX_use_certificate(server.get(), certificate.get());
  SSL_CTX_use_PrivateKey(server.get(), key.get());
  // The client's first key share is refused, so that there is a second ClientHello in TLS 1.3.
  SSL_CTX_set1_groups_list(client.get(), "P-521:P-256");
  SSL_CTX_set1_groups_list(server.get(), "P-256");
  const SslPtr near_end(SSL_new(client.get())), far_end(SSL_new(server.get()));
  SSL_set_tlsext_host_name(near_end.get(), "a.example");
  SSL_set_bio(near_end.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_bio(far_end.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_connect_state(near_end.get());
  SSL_set_accept_state(far_end.get());
  std::optional<ClientRecords> records;
  std::size_t passed = 0;
  const auto carry_over = [&] {
    const std::string sent = test::detail::text_of(SSL_get_wbio(near_end.get()));
    BIO_reset(SSL_get_wbio(near_end.get()));
    if (!records && !sent.empty()) records = records_after(sent);
    if (records) EXPECT_EQ(records->accept(as_bytes(sent)), sent.size()) << records->problem();
    passed += sent.size();
    BIO_write(SSL_get_rbio(far_end.get()), sent.data(), static_cast<int>(sent.size()));
    SSL_do_handshake(far_end.get());
    const std::string answer = test::detail::text_of(SSL_get_wbio(far_end.get()));
    BIO_reset(SSL_get_wbio(far_end.get()));
    BIO_write(SSL_get_rbio(near_end.get()), answer.data(), static_cast<int>(answer.size()));
    ERR_clear_error();
  };
  for (int turn = 0; turn < 6; ++turn) {
    SSL_do_handshake(near_end.get());
    carry_over();
  }
  ASSERT_EQ(SSL_is_init_finished(near_end.get()), 1);
  const std::string data(100'000, 'x');
  EXPECT_EQ(SSL_write(near_end.get(), data.data(), static_cast<int>(data.size())), 100'000);
  SSL_shutdown(near_end.get());
  carry_over();
  EXPECT_GT(passed, 100'000U);
}

INSTANTIATE_TEST_SUITE_P(Versions, OpensslTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

}  // namespace
}  // namespace cork::certs
