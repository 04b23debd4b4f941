#include "certs/certificate.h"

#include "tests/support/test_tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/x509v3.h>

#include <set>

namespace cork::certs {
namespace {

using std::chrono::days;
using std::chrono::sys_seconds;
using ::testing::HasSubstr;

const sys_seconds kNow = std::chrono::sys_days{std::chrono::year{2031} / 5 / 17};

std::string extension_text(const X509* certificate, int nid) {
  const int index = X509_get_ext_by_NID(certificate, nid, -1);
  if (index < 0) return "none";
  X509_EXTENSION* extension = X509_get_ext(certificate, index);
  const BioPtr out(BIO_new(BIO_s_mem()));
  X509V3_EXT_print(out.get(), extension, 0, 0);
  const std::string critical = X509_EXTENSION_get_critical(extension) != 0 ? "critical, " : "";
  return critical + test::detail::text_of(out.get());
}

std::string subject_of(const X509* certificate) {
  std::array<char, 256> text{};
  X509_NAME_oneline(X509_get_subject_name(certificate), text.data(), text.size());
  return text.data();
}

std::vector<unsigned char> serial_of(const X509* certificate) {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
  const unsigned char* data = ASN1_STRING_get0_data(serial);
  return {data, data + ASN1_STRING_length(serial)};
}

class LeafCertificate : public testing::Test {
 protected:
  EvpPkeyPtr ca_key = make_p256_key().value();
  X509Ptr ca = make_ca_certificate(ca_key.get(), kNow).value();
  EvpPkeyPtr leaf_key = make_p256_key().value();
  Validity validity{kNow - days{1}, kNow + days{30}};

  X509Ptr leaf(std::string_view host) {
    return make_leaf_certificate({ca.get(), ca_key.get()}, leaf_key.get(),
                                 Host::parse(host).value(), validity)
        .value();
  }
};

TEST_F(LeafCertificate, CaIsARootThatMaySignOnlyLeaves) {
  EXPECT_EQ(extension_text(ca.get(), NID_basic_constraints), "critical, CA:TRUE, pathlen:0");
  EXPECT_EQ(extension_text(ca.get(), NID_key_usage), "critical, Certificate Sign, CRL Sign");
  EXPECT_NE(extension_text(ca.get(), NID_subject_key_identifier), "none");
  EXPECT_EQ(X509_get_version(ca.get()), 2);
  EXPECT_EQ(X509_self_signed(ca.get(), 1), 1);
  EXPECT_EQ(X509_check_ca(ca.get()), 1);
}

TEST_F(LeafCertificate, CaLastsTenYearsUnderANameOfItsOwn) {
  const auto dates = validity_of(ca.get()).value();
  EXPECT_EQ(dates.not_before, kNow - days{1});
  EXPECT_EQ(dates.not_after, kNow + days{3650});
  EXPECT_THAT(subject_of(ca.get()), testing::MatchesRegex("/CN=cork CA [0-9a-f]{8}"));
  EXPECT_NE(subject_of(ca.get()), subject_of(make_ca_certificate(ca_key.get(), kNow)->get()));
}

TEST_F(LeafCertificate, IsForAServerAndNothingElse) {
  const auto certificate = leaf("example.com");
  EXPECT_EQ(extension_text(certificate.get(), NID_basic_constraints), "critical, CA:FALSE");
  EXPECT_EQ(extension_text(certificate.get(), NID_key_usage), "critical, Digital Signature");
  EXPECT_EQ(extension_text(certificate.get(), NID_ext_key_usage), "TLS Web Server Authentication");
  EXPECT_EQ(X509_get_version(certificate.get()), 2);
}

TEST_F(LeafCertificate, NamesItsHostInTheSanAndTheSubject) {
  struct Case {
    std::string host, san, subject;
  };
  const std::string long_host = std::string(60, 'a') + ".example";  // 68 characters
  const std::string longest_cn = std::string(60, 'a') + ".exa";     // 64
  for (const Case& c : std::vector<Case>{
           {"Example.com.", "DNS:example.com", "/CN=example.com"},
           {"a_b.example", "DNS:a_b.example", "/CN=a_b.example"},
           {"192.0.2.7", "IP Address:192.0.2.7", "/CN=192.0.2.7"},
           {"[2001:db8::1]", "IP Address:2001:DB8:0:0:0:0:0:1", "/CN=2001:db8::1"},
           {longest_cn, "DNS:" + longest_cn, "/CN=" + longest_cn},
           {long_host, "critical, DNS:" + long_host, ""},
       }) {
    const auto certificate = leaf(c.host);
    EXPECT_EQ(extension_text(certificate.get(), NID_subject_alt_name), c.san);
    EXPECT_EQ(subject_of(certificate.get()), c.subject);
  }
}

TEST_F(LeafCertificate, NamesItsIssuersKey) {
  const auto certificate = leaf("example.com");
  const ASN1_OCTET_STRING* authority = X509_get0_authority_key_id(certificate.get());
  ASSERT_NE(authority, nullptr);
  EXPECT_EQ(ASN1_OCTET_STRING_cmp(authority, X509_get0_subject_key_id(ca.get())), 0);
  EXPECT_EQ(X509_NAME_cmp(X509_get_issuer_name(certificate.get()), X509_get_subject_name(ca.get())),
            0);
}

TEST_F(LeafCertificate, HasAPositiveSerialThatNeverRepeats) {
  std::set<std::vector<unsigned char>> serials{serial_of(ca.get())};
  for (int i = 0; i < 64; ++i) {
    const auto certificate = leaf("example.com");
    const auto serial = serial_of(certificate.get());
    EXPECT_EQ(serial.size(), 16U);
    EXPECT_EQ(serial.front() & 0x80, 0);
    EXPECT_EQ(ASN1_STRING_type(X509_get0_serialNumber(certificate.get())), V_ASN1_INTEGER);
    serials.insert(serial);
  }
  EXPECT_EQ(serials.size(), 65U);
}

TEST_F(LeafCertificate, CarriesTheDatesItIsGiven) {
  const auto dates = validity_of(leaf("example.com").get()).value();
  EXPECT_EQ(dates.not_before, validity.not_before);
  EXPECT_EQ(dates.not_after, validity.not_after);
}

TEST_F(LeafCertificate, HoldsBeforeTheStrictestVerifier) {
  const std::string long_host = std::string(60, 'a') + ".example";
  for (const std::string& host :
       {std::string("example.com"), std::string("192.0.2.7"), long_host}) {
    const auto certificate = leaf(host);
    const std::unique_ptr<X509_STORE, FreeWith<&X509_STORE_free>> store(X509_STORE_new());
    const std::unique_ptr<X509_STORE_CTX, FreeWith<&X509_STORE_CTX_free>> context(
        X509_STORE_CTX_new());
    X509_STORE_add_cert(store.get(), ca.get());
    ASSERT_EQ(X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr), 1);
    X509_VERIFY_PARAM* param = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE);
    X509_VERIFY_PARAM_set_time(param, std::chrono::system_clock::to_time_t(kNow));
    X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_depth(param, 1);
    if (Host::parse(host)->is_name()) {
      X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
      X509_VERIFY_PARAM_set1_host(param, host.c_str(), host.size());
    } else {
      X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str());
    }
    EXPECT_EQ(X509_verify_cert(context.get()), 1)
        << host << ": " << X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
  }
}

TEST(Certificate, SurvivesPem) {
  const auto key = make_p256_key().value();
  const auto ca = make_ca_certificate(key.get(), kNow).value();
  const auto copy = certificate_from_pem(certificate_to_pem(ca.get()).value(), "x").value();
  EXPECT_EQ(X509_cmp(ca.get(), copy.get()), 0);
  const auto key_copy = key_from_pem(key_to_pem(key.get()).value(), "x").value();
  EXPECT_EQ(EVP_PKEY_eq(key.get(), key_copy.get()), 1);
}

TEST(Certificate, NamesTheSourceThatHoldsNone) {
  EXPECT_THAT(certificate_from_pem("hello", "the file").error().what,
              HasSubstr("the file: holds no PEM certificate"));
  EXPECT_THAT(key_from_pem("hello", "the file").error().what,
              HasSubstr("the file: holds no PEM private key"));
}

TEST(Certificate, SaysThatAKeyIsEncryptedInsteadOfAsking) {
  const auto key = make_p256_key().value();
  const BioPtr out(BIO_new(BIO_s_mem()));
  ASSERT_EQ(PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_128_cbc(), "pass", 4,
                                          nullptr, nullptr),
            1);
  EXPECT_THAT(key_from_pem(test::detail::text_of(out.get()), "the file").error().what,
              HasSubstr("the key is encrypted"));
}

TEST(Certificate, HasItsFingerprintInPairsOfHex) {
  const auto key = make_p256_key().value();
  const auto ca = make_ca_certificate(key.get(), kNow).value();
  const std::string text = fingerprint_of(ca.get()).value();
  EXPECT_THAT(text, testing::MatchesRegex("[0-9A-F]{2}(:[0-9A-F]{2}){31}"));
  EXPECT_EQ(text, fingerprint_of(certificate_from_pem(*certificate_to_pem(ca.get()), "x")->get()));
}

}  // namespace
}  // namespace cork::certs
