// TLS settings and the contexts built from them. Building a context reads files: engine thread only.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace oai::net {

// Two transports with equal settings may share a context; connections are never shared across unequal
// ones. Empty paths: SSL_CERT_FILE and SSL_CERT_DIR if set, else the system's store.
struct tls_settings {
    bool verify = true;
    std::string ca_file;
    std::string ca_dir;
    std::vector<std::string> alpn;  // in order of preference; empty: no ALPN extension

    bool operator==(const tls_settings&) const = default;
};

}  // namespace oai::net
