// TLS sessions to resume, by server: the last few tickets each gave out. Engine thread only.
#pragma once

#include <openssl/ssl.h>

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

namespace oai::net {

class tls_sessions {
  public:
    // Takes over the caller's reference.
    void add(const std::string& server, SSL_SESSION* session);
    // The freshest session, or null. TLS 1.3 tickets are used once (RFC 8446 C.4).
    struct release {
        void operator()(SSL_SESSION* session) const noexcept { SSL_SESSION_free(session); }
    };
    using handle = std::unique_ptr<SSL_SESSION, release>;
    handle take(const std::string& server);

  private:
    static constexpr std::size_t per_server = 8;
    static constexpr std::size_t servers = 256;
    std::unordered_map<std::string, std::deque<handle>> by_server_;
};

}  // namespace oai::net
