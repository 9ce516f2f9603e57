// Client certificates and contexts taken over, without a network.
#include <openssl/pem.h>

#include <boost/core/lightweight_test.hpp>
#include <string>

#include "net/client_hello.hpp"
#include "net/tls.hpp"
#include "support/certificates.hpp"

using namespace oai;
using namespace oai::net;
using oai::testing::certificate;
using oai::testing::make_certificate;

namespace {

const certificate mine = make_certificate({.name = "me", .alternatives = "DNS:me"});
const certificate other = make_certificate({.name = "other", .alternatives = "DNS:other"});

std::string locked_key(const certificate& of, std::string password) {
    const bio_handle to(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(to.get(), of.key.get(), EVP_aes_128_cbc(),
                             reinterpret_cast<const unsigned char*>(password.data()),
                             static_cast<int>(password.size()), nullptr, nullptr);
    char* text = nullptr;
    const long size = BIO_get_mem_data(to.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::shared_ptr<const tls_identity> read(const std::string& certificate, const std::string& key,
                                         std::string& why,
                                         const std::string_view* password = nullptr) {
    return tls_identity::read({certificate, false}, {key, false}, password, why);
}

void certificates_are_read() {
    std::string why;
    const auto one = read(mine.pem() + other.pem(), mine.key_pem(), why);
    BOOST_TEST(one != nullptr);
    BOOST_TEST_EQ(one->subject(), "CN=me");
    BOOST_TEST(*one == *read(mine.pem() + other.pem(), mine.key_pem(), why));
    BOOST_TEST(!(*one == *read(mine.pem(), mine.key_pem(), why)));
    const std::string both = mine.key_pem() + mine.pem();
    BOOST_TEST(read(both, both, why) != nullptr);
    const std::string_view right = "secret";
    BOOST_TEST(read(mine.pem(), locked_key(mine, "secret"), why, &right) != nullptr);
    BOOST_TEST_EQ(why, "");
    BOOST_TEST_EQ(ERR_peek_error(), 0u);
}

void or_it_is_said_why_not() {
    const auto refused = [](const std::string& certificate, const std::string& key,
                            const std::string_view* password = nullptr) {
        std::string why;
        BOOST_TEST(read(certificate, key, why, password) == nullptr);
        BOOST_TEST_EQ(ERR_peek_error(), 0u);
        return why;
    };
    const std::string_view wrong = "wrong";
    const std::string locked = locked_key(mine, "secret");
    BOOST_TEST_EQ(refused("", ""), "there is no certificate in PEM format in it");
    BOOST_TEST_EQ(refused(mine.pem(), mine.pem()),
                  "there is no private key that can be read in it");
    BOOST_TEST_EQ(refused(mine.pem(), other.key_pem()),
                  "the private key does not belong to the certificate");
    BOOST_TEST_EQ(refused(mine.pem(), locked),
                  "the private key is encrypted and needs its password");
    BOOST_TEST_EQ(refused(mine.pem(), locked, &wrong),
                  "the password does not open the private key");
    std::string why;
    BOOST_TEST(tls_identity::read({"/nowhere", true}, {"/nowhere", true}, nullptr, why) == nullptr);
    BOOST_TEST_EQ(why, "the certificate's file cannot be read");
}

ssl_context_handle context() {
    return ssl_context_handle(SSL_CTX_new(TLS_client_method()));
}

void contexts_that_offer_the_same_say_the_same() {
    const auto one = context(), two = context();
    const std::string hello = client_hello(one.get());
    BOOST_TEST(!hello.empty());
    BOOST_TEST_EQ(client_hello(two.get()), hello);
    const unsigned char h2[] = "\x02h2";
    SSL_CTX_set_alpn_protos(two.get(), h2, 3);
    BOOST_TEST_EQ(client_hello(two.get()), hello);
    SSL_CTX_set1_groups_list(two.get(), "P-384");
    BOOST_TEST(client_hello(two.get()) != hello);
}

void contexts_are_carried() {
    const auto theirs = context();
    SSL_CTX_use_certificate(theirs.get(), mine.x509.get());
    SSL_CTX_use_PrivateKey(theirs.get(), mine.key.get());
    SSL_CTX_set_verify(theirs.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_min_proto_version(theirs.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(theirs.get(), SSL_OP_NO_TICKET);
    SSL_CTX_set_cipher_list(theirs.get(), "ECDHE+AESGCM");
    X509_VERIFY_PARAM_set_depth(SSL_CTX_get0_param(theirs.get()), 3);
    X509_VERIFY_PARAM_set_hostflags(SSL_CTX_get0_param(theirs.get()), 4);
    std::string why;
    const auto carried = tls_carried::read(theirs.get(), false, why);
    BOOST_TEST(carried != nullptr);
    BOOST_TEST(carried->has_identity() && !carried->checks_host());
    BOOST_TEST_EQ(carried->verify_mode(), SSL_VERIFY_PEER);
    BOOST_TEST(*carried == *tls_carried::read(theirs.get(), false, why));

    const auto ours = context();
    BOOST_TEST(carried->apply(ours.get()));
    BOOST_TEST_EQ(SSL_CTX_get_options(ours.get()), SSL_CTX_get_options(theirs.get()));
    BOOST_TEST_EQ(SSL_CTX_get_cert_store(ours.get()), SSL_CTX_get_cert_store(theirs.get()));
    BOOST_TEST_EQ(SSL_CTX_get0_certificate(ours.get()), mine.x509.get());
    const X509_VERIFY_PARAM* param = SSL_CTX_get0_param(ours.get());
    BOOST_TEST_EQ(X509_VERIFY_PARAM_get_depth(param), 3);
    BOOST_TEST_EQ(X509_VERIFY_PARAM_get_hostflags(param), 4u);
}

int accept_all(int, X509_STORE_CTX*) {
    return 1;
}

void or_refused() {
    std::string why;
    const auto grouped = context();
    SSL_CTX_set1_groups_list(grouped.get(), "P-384");
    BOOST_TEST(tls_carried::read(grouped.get(), true, why) == nullptr);
    BOOST_TEST_EQ(why, "it offers servers what OpenSSL does not tell");
    const auto called = context();
    SSL_CTX_set_verify(called.get(), SSL_VERIFY_PEER, accept_all);
    BOOST_TEST(tls_carried::read(called.get(), true, why) == nullptr);
    BOOST_TEST_EQ(why, "certificates are checked by a callback");
    BOOST_TEST_EQ(ERR_peek_error(), 0u);
}

void differing_settings_have_contexts_of_their_own() {
    tls_contexts contexts;
    std::string why;
    tls_settings plain, known, same, carried;
    plain.verify = known.verify = same.verify = false;
    known.identity = read(mine.pem(), mine.key_pem(), why);
    same.identity = read(mine.pem(), mine.key_pem(), why);
    const auto theirs = context();
    carried.carried = tls_carried::read(theirs.get(), true, why);
    BOOST_TEST(contexts.get(plain) == contexts.get(plain));
    BOOST_TEST(contexts.get(known) == contexts.get(same));
    BOOST_TEST(contexts.get(known) != contexts.get(plain));
    BOOST_TEST(contexts.get(carried) != contexts.get(plain));
    BOOST_TEST(contexts.get(known)->has_identity);
    tls_settings pinned;
    pinned.ca_data = mine.pem();
    BOOST_TEST_EQ(contexts.get(pinned)->trust.from, "given certificates");
    BOOST_TEST_EQ(check_trust(pinned), "");
    pinned.ca_data = "no certificate";
    BOOST_TEST_EQ(check_trust(pinned), "there is no certificate in PEM format in the given data");
}

void contexts_that_nobody_asks_for_are_forgotten() {
    tls_contexts contexts;
    tls_settings first;
    first.verify = false;
    const std::weak_ptr<tls_context> kept = contexts.get(first);
    for (std::size_t i = 0; i < tls_contexts::most; ++i) {
        tls_settings more = first;
        more.ca_dir = std::to_string(i);
        contexts.get(more);
    }
    BOOST_TEST(kept.expired());
}

}  // namespace

int main() {
    certificates_are_read();
    or_it_is_said_why_not();
    contexts_that_offer_the_same_say_the_same();
    contexts_are_carried();
    or_refused();
    differing_settings_have_contexts_of_their_own();
    contexts_that_nobody_asks_for_are_forgotten();
    return boost::report_errors();
}
