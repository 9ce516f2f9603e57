#include "net/tls_peer.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <optional>

namespace oai::net {
namespace {

int peer_index() noexcept {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

tls_peer* peer_of(const SSL* ssl) noexcept {
    return static_cast<tls_peer*>(SSL_get_ex_data(ssl, peer_index()));
}

int note_refused(int accepted, X509_STORE_CTX* chain) noexcept {
    const auto* ssl = static_cast<const SSL*>(
        X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
    tls_peer* peer = ssl ? peer_of(ssl) : nullptr;
    if (accepted || !peer) return accepted;
    peer->failed_depth = X509_STORE_CTX_get_error_depth(chain);
    X509* refused = X509_STORE_CTX_get_current_cert(chain);
    if (refused && X509_up_ref(refused)) peer->refused.reset(refused);
    return accepted;
}

// Called only where there is no certificate to show.
int note_demand(SSL* ssl, X509**, EVP_PKEY**) noexcept {
    if (tls_peer* peer = peer_of(ssl)) peer->demanded = true;
    return 0;
}

int keep_session(SSL* ssl, SSL_SESSION* session) noexcept {
    tls_peer* peer = peer_of(ssl);
    if (!peer) return 0;
    peer->with->sessions.add(peer->server, session);
    return 1;
}

// The address that a certificate would name: one without a zone.
std::optional<std::string> address_of(const std::string& host) {
    error_code no;
    std::string text = host.substr(0, host.find('%'));
    boost::asio::ip::make_address(text, no);
    if (no) return std::nullopt;
    return text;
}

}  // namespace

void watch_tls_peers(SSL_CTX* ctx, int verify_mode) noexcept {
    SSL_CTX_set_verify(ctx, verify_mode, note_refused);
    SSL_CTX_set_client_cert_cb(ctx, note_demand);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ctx, keep_session);
}

bool prepare_tls(SSL* ssl, tls_peer& peer) {
    SSL_set_ex_data(ssl, peer_index(), &peer);
    if (const auto session = peer.with->sessions.take(peer.server))
        SSL_set_session(ssl, session.get());
    const bool checked = peer.with->checks_host;
    if (const auto address = address_of(peer.host))
        return !checked ||
               X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), address->c_str()) == 1;
    // The dot that ends an absolute name is for the resolver only (RFC 6066 3).
    const std::string name = peer.host.substr(0, peer.host.size() - peer.host.ends_with('.'));
    return SSL_set_tlsext_host_name(ssl, name.c_str()) == 1 &&
           (!checked || SSL_set1_host(ssl, name.c_str()) == 1);
}

}  // namespace oai::net
