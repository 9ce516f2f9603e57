#include "net/tls_trust.hpp"

#include <dirent.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cstdlib>

#include "net/openssl_handles.hpp"
#include "net/tls.hpp"

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

void trust_file(X509_STORE* into, const std::string& path, trusted& told) {
    told.from = path;
    if (X509_STORE_load_file(into, path.c_str()) != 1)
        told.broken = "no certificates can be read from " + path;
}

void trust_folder(X509_STORE* into, const std::string& path, trusted& told) {
    told.from += (told.from.empty() ? "" : ", ") + path;
    X509_STORE_load_path(into, path.c_str());
    if (::access(path.c_str(), R_OK | X_OK) != 0 && told.broken.empty())
        told.broken = "no certificates can be read from " + path;
}

void trust_data(X509_STORE* into, const std::string& pem, trusted& told) {
    told.from += told.from.empty() ? "given certificates" : ", given certificates";
    const bio_handle text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    int found = 0;
    for (;; ++found) {
        const x509_handle each(PEM_read_bio_X509_AUX(text.get(), nullptr, nullptr, nullptr));
        if (!each) break;
        X509_STORE_add_cert(into, each.get());
    }
    if (found == 0 && told.broken.empty())
        told.broken = "there is no certificate in PEM format in the given data";
}

void trust_system(X509_STORE* into, trusted& told) {
    if (readable(X509_get_default_cert_file()) || holds_files(X509_get_default_cert_dir())) {
        X509_STORE_set_default_paths(into);
        told.from = X509_get_default_cert_dir();
        return;
    }
    for (const char* bundle : bundles)
        if (readable(bundle)) return trust_file(into, bundle, told);
}

trusted load(X509_STORE* into, const tls_settings& settings) {
    const openssl_errors errors;
    trusted told;
    // Who names authorities trusts those alone.
    const bool named =
        !settings.ca_file.empty() || !settings.ca_dir.empty() || !settings.ca_data.empty();
    const std::string file = named ? settings.ca_file : environment("SSL_CERT_FILE");
    const std::string folder = named ? settings.ca_dir : environment("SSL_CERT_DIR");
    if (!file.empty()) trust_file(into, file, told);
    if (!folder.empty()) trust_folder(into, folder, told);
    if (!settings.ca_data.empty()) trust_data(into, settings.ca_data, told);
    if (!named && file.empty() && folder.empty()) trust_system(into, told);
    return told;
}

}  // namespace

trusted load_trust(SSL_CTX* into, const tls_settings& settings) {
    return load(SSL_CTX_get_cert_store(into), settings);
}

std::string check_trust(const tls_settings& settings) {
    const store_handle scratch(X509_STORE_new());
    return load(scratch.get(), settings).broken;
}

}  // namespace oai::net
