// TLS settings and the contexts built from them. Building a context reads files: engine thread
// only.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "net/tls_sessions.hpp"

namespace oai::net {

namespace asio = boost::asio;

// Two transports with equal settings may share a context; connections are never shared across
// unequal ones. Without paths: SSL_CERT_FILE and SSL_CERT_DIR if set, else the system's store.
struct tls_settings {
    bool verify = true;
    std::string ca_file;
    std::string ca_dir;
    std::vector<std::string> alpn;  // in order of preference; empty: no ALPN extension

    bool operator==(const tls_settings&) const = default;
};

// One context for all connections with these settings, and the sessions their servers gave out.
struct tls_context {
    tls_context() : context(asio::ssl::context::tls_client) {}

    asio::ssl::context context;
    tls_sessions sessions;
    std::string broken;  // why nothing can be trusted, e.g. a file that cannot be read; else empty
    std::string trust;   // where the trusted certificates came from, for failure texts
};

// Builds each context once. Part of the engine.
class tls_contexts {
  public:
    std::shared_ptr<tls_context> get(const tls_settings& settings);

  private:
    std::vector<std::pair<tls_settings, std::shared_ptr<tls_context>>> built_;
};

}  // namespace oai::net
