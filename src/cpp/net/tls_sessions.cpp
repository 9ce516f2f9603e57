#include "net/tls_sessions.hpp"

namespace oai::net {

void tls_sessions::add(const std::string& server, SSL_SESSION* session) {
    handle owned(session);
    if (!SSL_SESSION_is_resumable(session)) return;
    if (by_server_.size() >= servers && !by_server_.contains(server))
        by_server_.erase(by_server_.begin());
    auto& known = by_server_[server];
    known.push_back(std::move(owned));
    if (known.size() > per_server) known.pop_front();
}

tls_sessions::handle tls_sessions::take(const std::string& server) {
    const auto at = by_server_.find(server);
    if (at == by_server_.end() || at->second.empty()) return nullptr;
    auto& known = at->second;
    if (SSL_SESSION_get_protocol_version(known.back().get()) < TLS1_3_VERSION) {
        SSL_SESSION_up_ref(known.back().get());
        return handle(known.back().get());
    }
    handle freshest = std::move(known.back());
    known.pop_back();
    return freshest;
}

}  // namespace oai::net
