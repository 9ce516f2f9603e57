// OpenSSL's objects with an owner, and its error queue as one sentence.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace oai::net {

template <auto Free>
struct openssl_free {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using bio_handle = std::unique_ptr<BIO, openssl_free<BIO_free>>;
using x509_handle = std::unique_ptr<X509, openssl_free<X509_free>>;
using key_handle = std::unique_ptr<EVP_PKEY, openssl_free<EVP_PKEY_free>>;
using store_handle = std::unique_ptr<X509_STORE, openssl_free<X509_STORE_free>>;
using verify_param_handle =
    std::unique_ptr<X509_VERIFY_PARAM, openssl_free<X509_VERIFY_PARAM_free>>;
using ssl_handle = std::unique_ptr<SSL, openssl_free<SSL_free>>;
using ssl_context_handle = std::unique_ptr<SSL_CTX, openssl_free<SSL_CTX_free>>;

// The queue is the thread's, and Python's ssl reads it too: nothing of ours stays in it.
class openssl_errors {
  public:
    openssl_errors() noexcept { ERR_clear_error(); }
    ~openssl_errors() { ERR_clear_error(); }
    openssl_errors(const openssl_errors&) = delete;

    std::string last() const {
        const char* reason = ERR_reason_error_string(ERR_peek_last_error());
        return reason != nullptr ? reason : "unknown reason";
    }
};

}  // namespace oai::net
