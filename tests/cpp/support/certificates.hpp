// Keys and certificates made on the spot with OpenSSL, as PEM text.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace oai::testing {

struct certificate {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> x509;

    std::string pem() const {
        return text([this](BIO* to) { PEM_write_bio_X509(to, x509.get()); });
    }
    std::string key_pem() const {
        return text([this](BIO* to) {
            PEM_write_bio_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
    }

  private:
    template <class Write>
    static std::string text(Write write) {
        std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), BIO_free);
        write(memory.get());
        char* data = nullptr;
        const long size = BIO_get_mem_data(memory.get(), &data);
        return {data, static_cast<std::size_t>(size)};
    }
};

struct certificate_wish {
    std::string name;                          // common name
    std::string alternatives;                  // e.g. "DNS:localhost,IP:127.0.0.1"; empty: a CA
    const certificate* signer = nullptr;       // null: signed by itself
    long valid_from = -3600, valid_to = 3600;  // seconds from now
};

inline certificate make_certificate(const certificate_wish& wish) {
    static long serial = 1;
    certificate made;
    made.key.reset(EVP_EC_gen("P-256"), EVP_PKEY_free);
    made.x509.reset(X509_new(), X509_free);
    X509* x509 = made.x509.get();
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), serial++);
    X509_gmtime_adj(X509_getm_notBefore(x509), wish.valid_from);
    X509_gmtime_adj(X509_getm_notAfter(x509), wish.valid_to);
    X509_set_pubkey(x509, made.key.get());
    X509_NAME* name = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wish.name.c_str()), -1, -1,
                               0);
    const certificate& signer = wish.signer ? *wish.signer : made;
    X509_set_issuer_name(x509, X509_get_subject_name(signer.x509.get()));
    X509V3_CTX context;
    X509V3_set_ctx(&context, signer.x509.get(), x509, nullptr, nullptr, 0);
    const auto add = [&](int nid, const char* value) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
        X509_add_ext(x509, extension, -1);
        X509_EXTENSION_free(extension);
    };
    if (wish.alternatives.empty())
        add(NID_basic_constraints, "critical,CA:TRUE");
    else
        add(NID_subject_alt_name, wish.alternatives.c_str());
    X509_sign(x509, signer.key.get(), EVP_sha256());
    return made;
}

}  // namespace oai::testing
