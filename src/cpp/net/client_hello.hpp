// What a TLS context says first to a server, without what is random in it: two contexts that say
// the same offer the same, even what OpenSSL has no question for (groups, signature algorithms).
#pragma once

#include <openssl/ssl.h>

#include <string>

namespace oai::net {

// Without the ALPN extension, which each user of a context sets anew. Empty: it cannot say
// anything. Leaves the context as it is.
std::string client_hello(SSL_CTX* context);

}  // namespace oai::net
