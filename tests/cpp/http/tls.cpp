// HTTPS against servers whose certificates are right, or wrong in one way each.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/core/lightweight_test.hpp>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "net/stream.hpp"
#include "net/tls.hpp"
#include "net/tls_peer.hpp"
#include "support/http_client.hpp"
#include "support/tls_server.hpp"

using namespace oai;
using namespace oai::testing;

namespace {

// A file that lives as long as the object.
class pem_file {
  public:
    explicit pem_file(const std::string& text) {
        const int fd = ::mkstemp(path_.data());
        ::close(fd);
        std::ofstream(path_) << text;
    }
    ~pem_file() { ::unlink(path_.c_str()); }
    const std::string& path() const { return path_; }

  private:
    std::string path_ = "/tmp/oai-test-XXXXXX";
};

const certificate ca = make_certificate({.name = "Test CA", .alternatives = ""});
const pem_file ca_file(ca.pem());

certificate leaf(const std::string& alternatives, long from = -3600, long to = 3600) {
    return make_certificate({.name = "leaf",
                             .alternatives = alternatives,
                             .signer = &ca,
                             .valid_from = from,
                             .valid_to = to});
}

http::pool_settings trusting(const std::string& file) {
    http::pool_settings settings;
    settings.tls.ca_file = file;
    return settings;
}

void right_certificates_pass() {
    const certificate own = leaf("DNS:localhost,IP:127.0.0.1");
    tls_server server(own);
    for (const char* host : {"localhost", "127.0.0.1"}) {
        http::pool_settings settings = trusting(ca_file.path());
        settings.tls.alpn = {"http/1.1"};
        http_client client(server.port(), settings, true, host);
        for (int i = 0; i < 2; ++i) {
            const answer got = client.post("/", "hello");
            BOOST_TEST_EQ(got.error.code, error_code());
            BOOST_TEST_EQ(got.body, "ok");
            BOOST_TEST_EQ(got.reused, i == 1);
        }
    }
    const auto visits = server.visits();
    BOOST_TEST_EQ(visits.size(), 2u);
    BOOST_TEST_EQ(visits[0].sni, "localhost");
    BOOST_TEST_EQ(visits[1].sni, "");  // RFC 6066: no addresses
    BOOST_TEST_EQ(visits[0].requests, 2);
    BOOST_TEST_EQ(visits[0].alpn, "http/1.1");
    BOOST_TEST_EQ(visits[0].version, TLS1_3_VERSION);
}

void absolute_names_go_without_their_dot() {
    net::tls_settings settings;
    settings.verify = false;
    net::tls_contexts contexts;
    net::tls_peer peer;
    peer.with = contexts.get(settings);
    peer.host = "api.example.com.";
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(peer.with->context.native_handle()),
                                                        SSL_free);
    BOOST_TEST(net::prepare_tls(ssl.get(), peer));
    BOOST_TEST_EQ(std::string(SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name)),
                  "api.example.com");
}

struct refusal {
    const char* host;
    const char* alternatives;
    long from, to;
    bool self_signed;
    const char* reason;
};

void wrong_certificates_are_refused() {
    const refusal cases[] = {
        {"localhost", "DNS:other.example", -9, 9, false,
         "certificate verify failed: hostname mismatch (host localhost, depth 0): the certificate "
         "is "
         "for other.example; check base_url"},
        {"127.0.0.1", "IP:127.0.0.2", -9, 9, false,
         "certificate verify failed: IP address mismatch (host 127.0.0.1, depth 0): the "
         "certificate "
         "is for 127.0.0.2; check base_url"},
        {"localhost", "DNS:loc*host", -9, 9, false,
         "certificate verify failed: hostname mismatch (host localhost, depth 0): the certificate "
         "is "
         "for loc*host; check base_url"},
        {"localhost", "DNS:localhost", -9, -5, false,
         "certificate verify failed: certificate has expired (host localhost, depth 0): it was "
         "valid "
         "until "},
        {"localhost", "DNS:localhost", 500, 900, false,
         "certificate verify failed: certificate is not yet valid (host localhost, depth 0): it is "
         "valid from "},
        {"localhost", "DNS:localhost", -9, 9, true,
         "certificate verify failed: self-signed certificate (host localhost, depth 0); set "
         "SSL_CERT_FILE to the CA's PEM file if you trust it, or pass verify= (trusted now: "},
    };
    for (const refusal& each : cases) {
        const certificate own =
            each.self_signed ? make_certificate({.name = "self", .alternatives = each.alternatives})
                             : leaf(each.alternatives, each.from, each.to);
        tls_server server(own);
        http_client client(server.port(), trusting(ca_file.path()), true, each.host);
        const answer got = client.get("/");
        BOOST_TEST_EQ(got.error.code, error_code(errc::tls_failed));
        BOOST_TEST(got.error.where == phase::tls);
        const std::string told =
            std::string(each.host) + ':' + std::to_string(server.port()) + ": " + each.reason;
        BOOST_TEST_EQ(got.error.detail.substr(0, told.size()), told);
        BOOST_TEST_EQ(client.stats().open, 0u);

        http::pool_settings careless;
        careless.tls.verify = false;
        http_client indifferent(server.port(), careless, true, each.host);
        BOOST_TEST_EQ(indifferent.get("/").body, "ok");
        for (const tls_visit& visit : server.visits()) BOOST_TEST(!visit.resumed);
    }
}

void sessions_are_resumed() {
    const certificate own = leaf("DNS:localhost");
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_server server(own, "ok", version);
        for (int i = 0; i < 3; ++i) {
            http_client client(server.port(), trusting(ca_file.path()), true, "localhost");
            BOOST_TEST_EQ(client.get("/").body, "ok");
        }
        const auto visits = server.visits();
        BOOST_TEST_EQ(visits.size(), 3u);
        BOOST_TEST_EQ(visits[0].version, version);
        BOOST_TEST(!visits[0].resumed);
        BOOST_TEST(visits[1].resumed);
        BOOST_TEST(visits[2].resumed);
    }
}

void old_versions_are_refused() {
    const certificate own = leaf("DNS:localhost");
    tls_server server(own, "ok", TLS1_1_VERSION);
    http_client client(server.port(), trusting(ca_file.path()), true, "localhost");
    BOOST_TEST_EQ(client.get("/").error.code, error_code(errc::tls_failed));
}

void large_bodies_both_ways() {
    const std::string large(4 << 20, 'q');
    const certificate own = leaf("DNS:localhost");
    tls_server server(own, large);
    http_client client(server.port(), trusting(ca_file.path()), true, "localhost");
    for (int i = 0; i < 2; ++i) {
        const answer got = client.post("/", large);
        BOOST_TEST_EQ(got.error.code, error_code());
        BOOST_TEST(got.body == large);
        BOOST_TEST_EQ(got.reused, i == 1);
    }
}

std::vector<tls_visit> ended_visits(tls_server& server) {
    const auto all_ended = [&server] {
        const auto visits = server.visits();
        return std::all_of(visits.begin(), visits.end(), [](auto& each) { return each.ended; });
    };
    for (int i = 0; i < 10'000 && !all_ended(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return server.visits();
}

void says_goodbye() {
    const certificate own = leaf("DNS:localhost");
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_server server(own, "ok", version);
        {
            http_client client(server.port(), trusting(ca_file.path()), true, "localhost");
            BOOST_TEST_EQ(client.get("/").body, "ok");
        }
        http_client again(server.port(), trusting(ca_file.path()), true, "localhost");
        BOOST_TEST_EQ(again.get("/").body, "ok");
        call_on_engine([&again] { again.pool()->close(true); });
        const auto visits = ended_visits(server);
        BOOST_TEST_EQ(visits.size(), 2u);
        for (const tls_visit& visit : visits) BOOST_TEST(visit.ended && visit.goodbye);
        BOOST_TEST(visits.back().resumed);  // the goodbye does not spoil the session
    }
    BOOST_TEST_EQ(net::open_streams(), 0);
}

// The answer to a large request comes while the request is still being written, and is longer than
// what is read ahead.
void early_answers_are_delivered() {
    const std::string large(32 << 20, 'q'), refusal(100'000, 'r');
    const certificate own = leaf("DNS:localhost");
    std::atomic<int> begun{0}, delivered{0};
    tls_server server(own, [&](tls_server::secure_stream& client) {
        const int number = begun++;
        boost::system::error_code ec;
        char some[1000];
        client.read_some(boost::asio::buffer(some), ec);
        const std::string head = "HTTP/1.1 413 Too Large\r\nContent-Length: 100000\r\n\r\n";
        boost::asio::write(client, boost::asio::buffer(head + refusal), ec);
        // Neither reads nor closes until the client has its answer.
        while (delivered <= number) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
    http_client client(server.port(), trusting(ca_file.path()), true, "localhost");
    for (int i = 0; i < 2; ++i) {
        const answer got = client.post("/", large);
        ++delivered;
        BOOST_TEST_EQ(got.error.code, error_code());
        BOOST_TEST_EQ(got.head.status, 413);
        BOOST_TEST(got.body == refusal);
        BOOST_TEST(!got.reused && got.complete);
        BOOST_TEST_EQ(client.stats().open, 0u);
    }
}

void trust_comes_from_the_environment() {
    const certificate own = leaf("DNS:localhost");
    tls_server server(own);
    const auto ask = [&server] {
        net::engine::stop();  // contexts are built once an engine
        http_client client(server.port(), {}, true, "localhost");
        return client.get("/");
    };
    ::unsetenv("SSL_CERT_DIR");
    ::setenv("SSL_CERT_FILE", ca_file.path().c_str(), 1);
    BOOST_TEST_EQ(ask().body, "ok");
    ::setenv("SSL_CERT_FILE", "/nowhere/ca.pem", 1);
    BOOST_TEST(ask().error.detail.ends_with(": no certificates can be read from /nowhere/ca.pem"));
    ::unsetenv("SSL_CERT_FILE");
    const answer untrusted = ask();
    BOOST_TEST_EQ(untrusted.error.code, error_code(errc::tls_failed));
    BOOST_TEST(untrusted.error.detail.find("unable to get local issuer certificate") !=
               std::string::npos);
}

void not_tls_at_all() {
    scripted_server server([](peer& client, int) {
        client.write("HTTP/1.1 400 Bad Request\r\n\r\n");
        client.await_close();
    });
    http_client client(server.port(), trusting(ca_file.path()), true, "localhost");
    const answer got = client.get("/");
    BOOST_TEST_EQ(got.error.code, error_code(errc::tls_failed));
    BOOST_TEST(got.error.detail.find("wrong version number") != std::string::npos);
}

void handshakes_are_limited() {
    scripted_server server([](peer& client, int) {
        char all[4096];
        boost::system::error_code ec;
        while (!ec) client.socket().read_some(boost::asio::buffer(all), ec);
    });
    http_client client(server.port(), trusting(ca_file.path()), true, "localhost");
    client.clocks.connect = milliseconds(40);
    const answer got = client.get("/");
    BOOST_TEST_EQ(got.error.code, error_code(errc::connect_timeout));
    BOOST_TEST(got.error.where == phase::tls);
    BOOST_TEST_EQ(client.stats().open, 0u);
}

}  // namespace

int main() {
    right_certificates_pass();
    absolute_names_go_without_their_dot();
    wrong_certificates_are_refused();
    sessions_are_resumed();
    old_versions_are_refused();
    large_bodies_both_ways();
    says_goodbye();
    early_answers_are_delivered();
    trust_comes_from_the_environment();
    not_tls_at_all();
    handshakes_are_limited();
    net::engine::stop();
    BOOST_TEST_EQ(net::open_streams(), 0);
    return boost::report_errors();
}
