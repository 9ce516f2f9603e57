#include "net/tls_identity.hpp"

#include <openssl/pem.h>

#include <algorithm>
#include <cstring>

namespace oai::net {
namespace {

bio_handle opened(const pem_source& source) {
    if (source.is_path) return bio_handle(BIO_new_file(std::string(source.text).c_str(), "rb"));
    return bio_handle(BIO_new_mem_buf(source.text.data(), static_cast<int>(source.text.size())));
}

struct password_request {
    const std::string_view* password;
    bool asked = false;
};

int give_password(char* into, int size, int, void* arg) noexcept {
    auto& request = *static_cast<password_request*>(arg);
    request.asked = true;
    if (request.password == nullptr || request.password->size() > static_cast<std::size_t>(size))
        return -1;
    std::memcpy(into, request.password->data(), request.password->size());
    return static_cast<int>(request.password->size());
}

std::string why_no_key(const password_request& request) {
    if (!request.asked) return "there is no private key that can be read in it";
    if (request.password == nullptr) return "the private key is encrypted and needs its password";
    return "the password does not open the private key";
}

}  // namespace

std::shared_ptr<const tls_identity> tls_identity::read(const pem_source& certificate,
                                                       const pem_source& key,
                                                       const std::string_view* password,
                                                       std::string& why) {
    const openssl_errors errors;
    const std::shared_ptr<tls_identity> made(new tls_identity());
    const bio_handle certificates = opened(certificate);
    if (!certificates) return why = "the certificate's file cannot be read", nullptr;
    made->certificate_.reset(PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr));
    if (!made->certificate_) return why = "there is no certificate in PEM format in it", nullptr;
    while (X509* next = PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr))
        made->chain_.emplace_back(next);

    const bio_handle keys = opened(key);
    if (!keys) return why = "the private key's file cannot be read", nullptr;
    password_request request{password};
    made->key_.reset(PEM_read_bio_PrivateKey(keys.get(), nullptr, give_password, &request));
    if (!made->key_) return why = why_no_key(request), nullptr;
    if (X509_check_private_key(made->certificate_.get(), made->key_.get()) != 1)
        return why = "the private key does not belong to the certificate", nullptr;

    ERR_clear_error();
    const ssl_context_handle trial(SSL_CTX_new(TLS_client_method()));
    if (!made->use_in(trial.get()))
        return why = "OpenSSL refuses the certificate: " + errors.last(), nullptr;
    return made;
}

std::shared_ptr<const tls_identity> tls_identity::of(SSL* ssl) {
    X509* certificate = SSL_get_certificate(ssl);
    EVP_PKEY* key = SSL_get_privatekey(ssl);
    if (certificate == nullptr || key == nullptr) return nullptr;
    const std::shared_ptr<tls_identity> made(new tls_identity());
    X509_up_ref(certificate);
    made->certificate_.reset(certificate);
    EVP_PKEY_up_ref(key);
    made->key_.reset(key);
    STACK_OF(X509)* chain = nullptr;
    SSL_get0_chain_certs(ssl, static_cast<void*>(&chain));
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        X509_up_ref(sk_X509_value(chain, i));
        made->chain_.emplace_back(sk_X509_value(chain, i));
    }
    return made;
}

bool tls_identity::use_in(SSL_CTX* context) const noexcept {
    if (SSL_CTX_use_cert_and_key(context, certificate_.get(), key_.get(), nullptr, 1) != 1)
        return false;
    return std::all_of(chain_.begin(), chain_.end(), [context](const x509_handle& each) {
        return SSL_CTX_add1_chain_cert(context, each.get()) == 1;
    });
}

std::string tls_identity::subject() const {
    const bio_handle memory(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(memory.get(), X509_get_subject_name(certificate_.get()), 0,
                       XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

bool tls_identity::operator==(const tls_identity& other) const noexcept {
    const auto same = [](const x509_handle& one, const x509_handle& two) {
        return X509_cmp(one.get(), two.get()) == 0;
    };
    return same(certificate_, other.certificate_) &&
           std::equal(chain_.begin(), chain_.end(), other.chain_.begin(), other.chain_.end(),
                      same) &&
           EVP_PKEY_eq(key_.get(), other.key_.get()) == 1;
}

}  // namespace oai::net
