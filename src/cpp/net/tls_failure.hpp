// Why TLS failed, in words for the user: what was wrong, and what to do about it.
#pragma once

#include <openssl/ssl.h>

#include <string>

#include "core/error.hpp"
#include "net/tls_peer.hpp"

namespace oai::net {

// Of a handshake.
std::string explain_tls_failure(SSL* ssl, const tls_peer& peer, error_code code);
// Of a connection whose handshake was over: in TLS 1.3 a server looks at the client's certificate
// after that. Empty: `code` is not an error of TLS.
std::string explain_tls_alert(error_code code);

}  // namespace oai::net
