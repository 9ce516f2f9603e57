#include "net/tls.hpp"

#include <dirent.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cstdlib>

#include "net/tls_peer.hpp"

namespace oai::net {
namespace {

// Where the usual systems keep their bundle, for an OpenSSL whose built-in directory is empty.
constexpr const char* bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/opt/homebrew/etc/openssl@3/cert.pem",
    "/usr/local/etc/openssl@3/cert.pem",
};

bool readable(const std::string& path) {
    return ::access(path.c_str(), R_OK) == 0;
}

bool holds_files(const std::string& path) {
    DIR* folder = ::opendir(path.c_str());
    if (!folder) return false;
    bool found = false;
    while (const dirent* entry = ::readdir(folder)) found |= entry->d_name[0] != '.';
    ::closedir(folder);
    return found;
}

std::string environment(const char* variable) {
    const char* value = std::getenv(variable);
    return value ? value : "";
}

void trust_file(tls_context& into, const std::string& path) {
    into.trust = path;
    if (X509_STORE_load_file(SSL_CTX_get_cert_store(into.context.native_handle()), path.c_str()) ==
        1)
        return;
    ERR_clear_error();
    into.broken = "no certificates can be read from " + path;
}

void trust_folder(tls_context& into, const std::string& path) {
    into.trust += (into.trust.empty() ? "" : ", ") + path;
    X509_STORE_load_path(SSL_CTX_get_cert_store(into.context.native_handle()), path.c_str());
    if (::access(path.c_str(), R_OK | X_OK) != 0 && into.broken.empty())
        into.broken = "no certificates can be read from " + path;
}

void trust_system(tls_context& into) {
    if (readable(X509_get_default_cert_file()) || holds_files(X509_get_default_cert_dir())) {
        X509_STORE_set_default_paths(SSL_CTX_get_cert_store(into.context.native_handle()));
        into.trust = X509_get_default_cert_dir();
        return;
    }
    for (const char* bundle : bundles)
        if (readable(bundle)) return trust_file(into, bundle);
}

void set_trust(tls_context& into, const tls_settings& settings) {
    // Who names authorities trusts those alone.
    const bool named = !settings.ca_file.empty() || !settings.ca_dir.empty();
    const std::string file = named ? settings.ca_file : environment("SSL_CERT_FILE");
    const std::string folder = named ? settings.ca_dir : environment("SSL_CERT_DIR");
    if (!file.empty()) trust_file(into, file);
    if (!folder.empty()) trust_folder(into, folder);
    if (file.empty() && folder.empty()) trust_system(into);
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

std::shared_ptr<tls_context> build(const tls_settings& settings) {
    auto made = std::make_shared<tls_context>();
    SSL_CTX* ctx = made->context.native_handle();
    SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    set_alpn(ctx, settings.alpn);
    if (settings.verify) set_trust(*made, settings);
    watch_tls_peers(ctx, settings.verify);
    return made;
}

}  // namespace

std::shared_ptr<tls_context> tls_contexts::get(const tls_settings& settings) {
    for (const auto& [of, context] : built_)
        if (of == settings) return context;
    built_.emplace_back(settings, build(settings));
    return built_.back().second;
}

}  // namespace oai::net
