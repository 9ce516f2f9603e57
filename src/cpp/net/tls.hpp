// TLS settings and the contexts built from them. Building a context reads files: engine thread
// only.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "net/tls_carried.hpp"
#include "net/tls_identity.hpp"
#include "net/tls_sessions.hpp"
#include "net/tls_trust.hpp"

namespace oai::net {

namespace asio = boost::asio;

// Two transports with equal settings may share a context; connections are never shared across
// unequal ones. No authorities: SSL_CERT_FILE and SSL_CERT_DIR if set, else the system's store.
struct tls_settings {
    bool verify = true;
    std::string ca_file;
    std::string ca_dir;
    std::string ca_data;                           // PEM text
    std::vector<std::string> alpn;                 // in order of preference; empty: no ALPN
    std::shared_ptr<const tls_identity> identity;  // shown to servers that ask
    // In the place of everything above but `alpn` and `identity`.
    std::shared_ptr<const tls_carried> carried;

    bool operator==(const tls_settings& other) const noexcept;
};

// One context for all connections with these settings, and the sessions their servers gave out.
struct tls_context {
    tls_context() : context(asio::ssl::context::tls_client) {}

    asio::ssl::context context;
    tls_sessions sessions;
    trusted trust;
    bool checks_host = true;
    bool has_identity = false;
};

// Builds each context once; forgets those that were asked for longest ago. Part of the engine.
class tls_contexts {
  public:
    std::shared_ptr<tls_context> get(const tls_settings& settings);

    static constexpr std::size_t most = 64;

  private:
    std::vector<std::pair<tls_settings, std::shared_ptr<tls_context>>> built_;
};

}  // namespace oai::net
