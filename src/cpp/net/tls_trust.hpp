// Whom a TLS context trusts: authorities that were named, else the environment's, else the
// system's. Reads files.
#pragma once

#include <openssl/ssl.h>

#include <string>

namespace oai::net {

struct tls_settings;

struct trusted {
    std::string from;    // where the certificates came from, for failure texts; empty: none found
    std::string broken;  // why nothing can be trusted, e.g. a file that cannot be read; else empty
};

trusted load_trust(SSL_CTX* into, const tls_settings& settings);
// Why the authorities that `settings` name cannot be trusted; empty if they can.
std::string check_trust(const tls_settings& settings);

}  // namespace oai::net
