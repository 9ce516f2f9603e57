// A TLS context that somebody else made, taken over: what OpenSSL tells of it, copied, but for the
// store of trusted certificates, which is shared. Immutable.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>

#include "net/openssl_handles.hpp"
#include "net/tls_identity.hpp"

namespace oai::net {

class tls_carried {
  public:
    // While nobody changes `from`, which stays as it is. Null, and why, if a context made of what
    // can be told would not say the same to a server.
    static std::shared_ptr<const tls_carried> read(SSL_CTX* from, bool checks_host,
                                                   std::string& why);

    // `to` is new.
    bool apply(SSL_CTX* to) const noexcept;
    int verify_mode() const noexcept { return verify_mode_; }
    bool checks_host() const noexcept { return checks_host_; }
    bool has_identity() const noexcept { return !identities_.empty(); }
    bool operator==(const tls_carried& other) const noexcept;

  private:
    tls_carried() = default;
    void copy_settings(SSL_CTX* from);
    void copy_ciphers(SSL_CTX* from);
    void copy_identities(SSL* from);

    bool checks_host_ = true;
    int verify_mode_ = 0, lowest_ = 0, highest_ = 0, security_level_ = 0;
    std::uint64_t options_ = 0;
    std::string ciphers_, suites_;  // up to TLS 1.2; of TLS 1.3
    verify_param_handle param_;
    store_handle store_;
    identities identities_;
};

}  // namespace oai::net
