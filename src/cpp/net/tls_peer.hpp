// One TLS connection's checks: whom we mean, and whom we met. Engine thread only.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "net/openssl_handles.hpp"
#include "net/tls.hpp"

namespace oai::net {

// What a connection keeps beside its SSL object.
struct tls_peer {
    std::shared_ptr<tls_context> with;
    std::string host;
    std::string server;   // "host port": whose sessions may be resumed
    x509_handle refused;  // a certificate of the server's, and where in its chain
    int failed_depth = -1;
    bool demanded = false;  // the server asked for our certificate, and we have none
};

// Sets how certificates are checked (SSL_VERIFY_PEER ...), and the callbacks that fill in tls_peer
// and collect sessions.
void watch_tls_peers(SSL_CTX* ctx, int verify_mode) noexcept;
// Before the handshake: SNI, host name check, a session to resume. `peer` must outlive `ssl`.
bool prepare_tls(SSL* ssl, tls_peer& peer);

}  // namespace oai::net
