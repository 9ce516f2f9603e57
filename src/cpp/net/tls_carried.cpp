#include "net/tls_carried.hpp"

#include <algorithm>

#include "net/client_hello.hpp"

namespace oai::net {
namespace {

bool is_tls13(const SSL_CIPHER* cipher) noexcept {
    return SSL_CIPHER_get_protocol_id(cipher) >> 8 == 0x13;
}

bool same_param(const X509_VERIFY_PARAM* one, const X509_VERIFY_PARAM* two) noexcept {
    return X509_VERIFY_PARAM_get_flags(one) == X509_VERIFY_PARAM_get_flags(two) &&
           X509_VERIFY_PARAM_get_depth(one) == X509_VERIFY_PARAM_get_depth(two) &&
           X509_VERIFY_PARAM_get_hostflags(one) == X509_VERIFY_PARAM_get_hostflags(two) &&
           X509_VERIFY_PARAM_get_auth_level(one) == X509_VERIFY_PARAM_get_auth_level(two);
}

}  // namespace

std::shared_ptr<const tls_carried> tls_carried::read(SSL_CTX* from, bool checks_host,
                                                     std::string& why) {
    const openssl_errors errors;
    if (SSL_CTX_get_verify_callback(from) != nullptr)
        return why = "certificates are checked by a callback", nullptr;
    const std::shared_ptr<tls_carried> made(new tls_carried());
    made->checks_host_ = checks_host;
    made->copy_settings(from);
    made->copy_ciphers(from);
    const ssl_handle probe(SSL_new(from));
    if (!probe) return why = "OpenSSL makes no connection of it: " + errors.last(), nullptr;
    made->copy_identities(probe.get());

    const ssl_context_handle trial(SSL_CTX_new(TLS_client_method()));
    if (!made->apply(trial.get())) return why = "OpenSSL says: " + errors.last(), nullptr;
    const std::string theirs = client_hello(from);
    if (theirs.empty() || theirs != client_hello(trial.get()))
        return why = "it offers servers what OpenSSL does not tell", nullptr;
    return made;
}

void tls_carried::copy_settings(SSL_CTX* from) {
    verify_mode_ = SSL_CTX_get_verify_mode(from);
    lowest_ = static_cast<int>(SSL_CTX_get_min_proto_version(from));
    highest_ = static_cast<int>(SSL_CTX_get_max_proto_version(from));
    security_level_ = SSL_CTX_get_security_level(from);
    options_ = SSL_CTX_get_options(from);
    param_.reset(X509_VERIFY_PARAM_new());
    X509_VERIFY_PARAM_set1(param_.get(), SSL_CTX_get0_param(from));
    X509_STORE* store = SSL_CTX_get_cert_store(from);
    X509_STORE_up_ref(store);
    store_.reset(store);
}

void tls_carried::copy_ciphers(SSL_CTX* from) {
    const STACK_OF(SSL_CIPHER)* all = SSL_CTX_get_ciphers(from);
    for (int i = 0; i < sk_SSL_CIPHER_num(all); ++i) {
        const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(all, i);
        std::string& list = is_tls13(cipher) ? suites_ : ciphers_;
        list.append(list.empty() ? "" : ":").append(SSL_CIPHER_get_name(cipher));
    }
}

// There may be one for each kind of key.
void tls_carried::copy_identities(SSL* from) {
    for (long more = SSL_set_current_cert(from, SSL_CERT_SET_FIRST); more == 1;
         more = SSL_set_current_cert(from, SSL_CERT_SET_NEXT))
        if (auto found = tls_identity::of(from)) identities_.push_back(std::move(found));
}

bool tls_carried::apply(SSL_CTX* to) const noexcept {
    SSL_CTX_set_security_level(to, security_level_);
    SSL_CTX_clear_options(to, ~options_);
    SSL_CTX_set_options(to, options_);
    SSL_CTX_set1_cert_store(to, store_.get());
    return SSL_CTX_set_min_proto_version(to, lowest_) == 1 &&
           SSL_CTX_set_max_proto_version(to, highest_) == 1 &&
           (ciphers_.empty() || SSL_CTX_set_cipher_list(to, ciphers_.c_str()) == 1) &&
           SSL_CTX_set_ciphersuites(to, suites_.c_str()) == 1 &&
           SSL_CTX_set1_param(to, param_.get()) == 1 &&
           std::all_of(identities_.begin(), identities_.end(),
                       [to](const auto& each) { return each->use_in(to); });
}

bool tls_carried::operator==(const tls_carried& other) const noexcept {
    const auto same = [](const auto& one, const auto& two) { return *one == *two; };
    return checks_host_ == other.checks_host_ && verify_mode_ == other.verify_mode_ &&
           lowest_ == other.lowest_ && highest_ == other.highest_ &&
           security_level_ == other.security_level_ && options_ == other.options_ &&
           ciphers_ == other.ciphers_ && suites_ == other.suites_ && store_ == other.store_ &&
           same_param(param_.get(), other.param_.get()) &&
           std::equal(identities_.begin(), identities_.end(), other.identities_.begin(),
                      other.identities_.end(), same);
}

}  // namespace oai::net
