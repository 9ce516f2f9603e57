#include "net/tls_peer.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>

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
    if (!accepted && peer) peer->failed_depth = X509_STORE_CTX_get_error_depth(chain);
    return accepted;
}

int keep_session(SSL* ssl, SSL_SESSION* session) noexcept {
    tls_peer* peer = peer_of(ssl);
    if (!peer) return 0;
    peer->with->sessions.add(peer->server, session);
    return 1;
}

bool is_address(const std::string& host) {
    error_code no;
    boost::asio::ip::make_address(host, no);
    return !no;
}

bool untrusted(long result) noexcept {
    return result == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
           result == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
           result == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
           result == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
           result == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
}

}  // namespace

void watch_tls_peers(SSL_CTX* ctx, bool verify) noexcept {
    SSL_CTX_set_verify(ctx, verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, note_refused);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ctx, keep_session);
}

bool prepare_tls(SSL* ssl, tls_peer& peer) {
    SSL_set_ex_data(ssl, peer_index(), &peer);
    if (const auto session = peer.with->sessions.take(peer.server))
        SSL_set_session(ssl, session.get());
    if (is_address(peer.host))
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), peer.host.c_str()) == 1;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // The dot that ends an absolute name is for the resolver only (RFC 6066 3).
    const std::string name = peer.host.substr(0, peer.host.size() - peer.host.ends_with('.'));
    return SSL_set_tlsext_host_name(ssl, name.c_str()) == 1 &&
           SSL_set1_host(ssl, name.c_str()) == 1;
}

std::string explain_tls_failure(SSL* ssl, const tls_peer& peer, error_code code) {
    const long result = SSL_get_verify_result(ssl);
    if (result == X509_V_OK || peer.failed_depth < 0)
        return "TLS handshake failed: " + code.message() + " (host " + peer.host + ")";
    std::string text = "certificate verify failed: ";
    text += X509_verify_cert_error_string(result);
    text += " (host " + peer.host + ", depth " + std::to_string(peer.failed_depth) + ")";
    if (!untrusted(result)) return text;
    text += "; set SSL_CERT_FILE to the CA's PEM file if you trust it";
    if (peer.with->trust.empty()) text += " (no CA certificates were found on this machine)";
    return text;
}

}  // namespace oai::net
