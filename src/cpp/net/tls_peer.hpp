// One TLS connection's checks: whom we mean, whom we met, and why it did not fit. Engine thread
// only.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "core/error.hpp"
#include "net/tls.hpp"

namespace oai::net {

// What a connection keeps beside its SSL object.
struct tls_peer {
    std::shared_ptr<tls_context> with;
    std::string host;
    std::string server;     // "host port": whose sessions may be resumed
    int failed_depth = -1;  // of the certificate that was refused
};

// Sets the callbacks that fill in tls_peer and collect sessions.
void watch_tls_peers(SSL_CTX* ctx, bool verify) noexcept;
// Before the handshake: SNI, host name check, a session to resume. `peer` must outlive `ssl`.
bool prepare_tls(SSL* ssl, tls_peer& peer);
// Why the handshake failed, in words for the user.
std::string explain_tls_failure(SSL* ssl, const tls_peer& peer, error_code code);

}  // namespace oai::net
