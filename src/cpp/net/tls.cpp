#include "net/tls.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "net/tls_peer.hpp"

namespace oai::net {
namespace {

template <class T>
bool same(const std::shared_ptr<T>& one, const std::shared_ptr<T>& two) noexcept {
    return one == two || (one && two && *one == *two);
}

void set_alpn(SSL_CTX* ctx, const std::vector<std::string>& names) {
    std::string wire;
    for (const std::string& name : names) {
        wire += static_cast<char>(name.size());
        wire += name;
    }
    if (!wire.empty())
        SSL_CTX_set_alpn_protos(ctx, reinterpret_cast<const unsigned char*>(wire.data()),
                                static_cast<unsigned>(wire.size()));
}

void set_up(tls_context& made, const tls_settings& settings) {
    SSL_CTX* ctx = made.context.native_handle();
    if (settings.carried) {
        made.checks_host = settings.carried->checks_host();
        made.has_identity = settings.carried->has_identity();
        made.trust.from = "the given ssl.SSLContext";
        if (!settings.carried->apply(ctx)) made.trust.broken = "the TLS context cannot be copied";
        return watch_tls_peers(ctx, settings.carried->verify_mode());
    }
    SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    // As Python's ssl does, however OpenSSL was built: no keys or signatures under 112 bits.
    SSL_CTX_set_security_level(ctx, std::max(2, SSL_CTX_get_security_level(ctx)));
    SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    X509_VERIFY_PARAM_set_hostflags(SSL_CTX_get0_param(ctx), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (settings.verify) made.trust = load_trust(ctx, settings);
    made.checks_host = settings.verify;
    watch_tls_peers(ctx, settings.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE);
}

std::shared_ptr<tls_context> build(const tls_settings& settings) {
    auto made = std::make_shared<tls_context>();
    set_up(*made, settings);
    SSL_CTX* ctx = made->context.native_handle();
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    set_alpn(ctx, settings.alpn);
    if (!settings.identity) return made;
    made->has_identity = true;
    if (!settings.identity->use_in(ctx)) made->trust.broken = "the client certificate is refused";
    return made;
}

}  // namespace

bool tls_settings::operator==(const tls_settings& other) const noexcept {
    return verify == other.verify && ca_file == other.ca_file && ca_dir == other.ca_dir &&
           ca_data == other.ca_data && alpn == other.alpn && same(identity, other.identity) &&
           same(carried, other.carried);
}

std::shared_ptr<tls_context> tls_contexts::get(const tls_settings& settings) {
    const auto known = std::find_if(built_.begin(), built_.end(), [&settings](const auto& each) {
        return each.first == settings;
    });
    if (known != built_.end()) {
        std::rotate(known, known + 1, built_.end());
        return built_.back().second;
    }
    if (built_.size() >= most) built_.erase(built_.begin());
    built_.emplace_back(settings, build(settings));
    return built_.back().second;
}

}  // namespace oai::net
