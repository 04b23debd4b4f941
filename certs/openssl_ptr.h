// OpenSSL's handles as unique_ptr, and its error queue as text.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace cork::certs {

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* handle) const noexcept {
    Free(handle);
  }
};

using X509Ptr = std::unique_ptr<X509, FreeWith<&X509_free>>;
using EvpPkeyPtr = std::unique_ptr<EVP_PKEY, FreeWith<&EVP_PKEY_free>>;
using SslCtxPtr = std::unique_ptr<SSL_CTX, FreeWith<&SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, FreeWith<&SSL_free>>;
using BioPtr = std::unique_ptr<BIO, FreeWith<&BIO_free>>;

// The oldest error of this thread's queue in words, and empties the queue. "" where there is none.
[[nodiscard]] std::string take_openssl_error();

}  // namespace cork::certs
