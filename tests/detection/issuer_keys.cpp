#include "base/base64.h"
#include "tests/detection/issuer_formats.h"
#include "tests/detection/issuer_shapes.h"

// What standards give their form: keys, signed tokens, addresses with passwords.

namespace cork::secrets::detection {

namespace {

constexpr std::string_view kUris = "https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1";

// In pieces, so that no file holds the line.
std::string key_label(std::string_view kind) {
  return std::string(kind) +
         "PRIVATE"
         " KEY";
}

// DER (X.690) of a sequence of `size` bytes.
std::string der(std::size_t size, Random& r) {
  const std::string length{static_cast<char>(size >> 8), static_cast<char>(size & 0xff)};
  return "\x30\x82" + length + std::string("\x02\x01\x00", 3) + random_bytes(r, size - 3);
}

std::string openssh_key(Random& r) {
  const std::string head("openssh-key-v1\0\0\0\0\4none\0\0\0\4none\0\0\0\0\0\0\0\1", 39);
  return pem(key_label("OPENSSH "), head + random_bytes(r, 260), 70);
}

std::string signed_token(std::string_view algorithm, std::size_t signature, Random& r) {
  return unpadded_base64url("{\"alg\":\"" + std::string(algorithm) + "\",\"typ\":\"JWT\"}") + "." +
         unpadded_base64url("{\"sub\":\"" + uuid(r) + "\",\"iat\":1760000000,\"exp\":176" +
                            digits(r, 7) + "}") +
         "." + unpadded_base64url(random_bytes(r, signature));
}

// As managers of passwords make one.
std::string password(Random& r) {
  return alnum(r, 20);
}

std::string service_account(Random& r) {
  const std::string id = drawn(r, 10, kLower);
  return "{\n  \"type\": \"service_account\",\n  \"project_id\": \"" + id +
         "\",\n  \"private_key_id\": \"" + hex(r, 40) + "\",\n  \"private_key\": \"" +
         json_string(pem(key_label(""), der(1190, r))) + "\",\n  \"client_email\": \"build@" + id +
         ".iam.gserviceaccount.com\"\n}\n";
}

std::vector<IssuerFormat> keys() {
  return {
      {"PEM: RSA key", "https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.2", "TLS_KEY",
       [](Random& r) { return pem(key_label("RSA "), der(1187, r)); }},
      {"PEM: key of PKCS #8", "https://www.rfc-editor.org/rfc/rfc7468#section-10", "PRIVATE_KEY",
       [](Random& r) { return pem(key_label(""), der(1213, r)); }},
      {"PEM: Ed25519 key", "https://www.rfc-editor.org/rfc/rfc8410#section-7", "SIGNING_KEY",
       [](Random& r) {
         return pem(key_label(""), std::string("\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70"
                                               "\x04\x22\x04\x20",
                                               16) +
                                       random_bytes(r, 32));
       }},
      {"PEM: elliptic curve key", "https://www.rfc-editor.org/rfc/rfc5915#section-4", "EC_KEY",
       [](Random& r) {
         return pem(key_label("EC "), "\x30\x77\x02\x01\x01\x04\x20" + random_bytes(r, 114));
       }},
      {"PEM: encrypted key", "https://www.rfc-editor.org/rfc/rfc7468#section-11", "KEY_FILE",
       [](Random& r) { return pem(key_label("ENCRYPTED "), der(1310, r)); }},
      {"OpenSSH: key", "https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL.key", "SSH_PRIVATE_KEY",
       &openssh_key},
      {"OpenPGP: key", "https://www.rfc-editor.org/rfc/rfc9580#section-6.2", "GPG_KEY",
       [](Random& r) {
         const std::string label = "PGP " + key_label("") + " BLOCK";
         return "-----BEGIN " + label + "-----\n\n" + base64_lines(random_bytes(r, 700), 64) + "=" +
                drawn(r, 4, kBase64) + "\n-----END " + label + "-----\n";
       }},
      {"Google Cloud: service account key", "https://cloud.google.com/iam/docs/keys-create-delete",
       "GOOGLE_CREDENTIALS", &service_account},
      {"age: identity", "https://github.com/C2SP/C2SP/blob/main/age.md", "SOPS_AGE_KEY",
       [](Random& r) {
         std::string key = bech32("age-secret-key-", random_bytes(r, 32));
         for (char& c : key) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
         return key;
       }},
      {"JWT: HS256", "https://www.rfc-editor.org/rfc/rfc7519", "ACCESS_TOKEN",
       [](Random& r) { return signed_token("HS256", 32, r); }},
      {"JWT: RS256", "https://www.rfc-editor.org/rfc/rfc7519", "ID_TOKEN",
       [](Random& r) { return signed_token("RS256", 256, r); }},
      {"JWT: ES256", "https://www.rfc-editor.org/rfc/rfc7519", "SESSION_TOKEN",
       [](Random& r) { return signed_token("ES256", 64, r); }},
  };
}

std::vector<IssuerFormat> addresses() {
  return {
      {"PostgreSQL: address with a password",
       "https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS",
       "DATABASE_URL",
       [](Random& r) { return "postgresql://app:" + password(r) + "@db.internal:5432/app"; }},
      {"MySQL: address with a password",
       "https://dev.mysql.com/doc/refman/8.4/en/connecting-using-uri-or-key-value-pairs.html",
       "MYSQL_URL", [](Random& r) { return "mysql://app:" + password(r) + "@10.3.0.7:3306/app"; }},
      {"MongoDB: address with a password",
       "https://www.mongodb.com/docs/manual/reference/connection-string/", "MONGODB_URI",
       [](Random& r) {
         return "mongodb+srv://app:" + password(r) + "@cluster0." + drawn(r, 5, kLowerAlnum) +
                ".mongodb.net/app?retryWrites=true";
       }},
      {"Redis: address with a password", "https://www.iana.org/assignments/uri-schemes/prov/rediss",
       "REDIS_URL",
       [](Random& r) { return "rediss://default:" + password(r) + "@cache.internal:6380/0"; }},
      {"AMQP: address with a password", "https://www.rabbitmq.com/docs/uri-spec", "AMQP_URL",
       [](Random& r) { return "amqps://worker:" + password(r) + "@mq.internal:5671/jobs"; }},
      {"HTTPS: address with a password", kUris, "PIP_INDEX_URL",
       [](Random& r) { return "https://build:" + password(r) + "@pkg.corp.internal/simple"; }},
  };
}

}  // namespace

std::vector<IssuerFormat> formats_of_keys() {
  std::vector<IssuerFormat> list = keys();
  const auto more = addresses();
  list.insert(list.end(), more.begin(), more.end());
  return list;
}

}  // namespace cork::secrets::detection
