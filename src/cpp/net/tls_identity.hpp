// Who we are to a server that asks: a certificate, its chain and the private key. Immutable; any
// thread.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/openssl_handles.hpp"

namespace oai::net {

// PEM text, or the path of a file that holds it. Borrowed.
struct pem_source {
    std::string_view text;
    bool is_path = false;
};

class tls_identity {
  public:
    // Null, and why. `key` may be the certificate's own source; no `password`: an encrypted key is
    // refused.
    static std::shared_ptr<const tls_identity> read(const pem_source& certificate,
                                                    const pem_source& key,
                                                    const std::string_view* password,
                                                    std::string& why);
    // What `ssl` would show now; null if nothing.
    static std::shared_ptr<const tls_identity> of(SSL* ssl);

    bool use_in(SSL_CTX* context) const noexcept;
    std::string subject() const;
    // The same certificates and key.
    bool operator==(const tls_identity& other) const noexcept;

  private:
    tls_identity() = default;

    x509_handle certificate_;
    std::vector<x509_handle> chain_;
    key_handle key_;
};

using identities = std::vector<std::shared_ptr<const tls_identity>>;

}  // namespace oai::net
