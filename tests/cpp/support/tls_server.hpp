// A TLS server on loopback that answers every request alike and notes what each client offered.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "support/certificates.hpp"
#include "support/scripted_server.hpp"

namespace oai::testing {

struct tls_visit {
    std::string sni, alpn;
    bool resumed = false;
    int version = 0;
    int requests = 0;
    bool ended = false, goodbye = false;  // the client left; it said so first
};

class tls_server {
  public:
    using secure_stream = boost::asio::ssl::stream<tcp::socket&>;

    // Each connection is played by `script`, from after the handshake.
    tls_server(const certificate& own, std::function<void(secure_stream&)> script)
        : tls_server(own, std::move(script), "", 0) {}
    // `highest`: TLS version, 0 for the newest.
    explicit tls_server(const certificate& own, std::string body = "ok", int highest = 0)
        : tls_server(own, nullptr, std::move(body), highest) {}

    std::uint16_t port() const { return server_.port(); }
    std::vector<tls_visit> visits() {
        const std::lock_guard guard(mutex_);
        return visits_;
    }

  private:
    tls_server(const certificate& own, std::function<void(secure_stream&)> script, std::string body,
               int highest)
        : context_(boost::asio::ssl::context::tls_server),
          script_(std::move(script)),
          body_(std::move(body)),
          server_([this](peer& client, int number) { play(client, number); }) {
        context_.use_certificate_chain(boost::asio::buffer(own.pem()));
        context_.use_private_key(boost::asio::buffer(own.key_pem()),
                                 boost::asio::ssl::context::pem);
        SSL_CTX* ctx = context_.native_handle();
        SSL_CTX_set_max_proto_version(ctx, highest);
        SSL_CTX_set_session_id_context(ctx, reinterpret_cast<const unsigned char*>("t"), 1);
        SSL_CTX_set_alpn_select_cb(ctx, select_http1, nullptr);
    }

    static int select_http1(SSL*, const unsigned char** out, unsigned char* size,
                            const unsigned char* in, unsigned in_size, void*) {
        static const unsigned char http1[] = "\x08http/1.1";
        return SSL_select_next_proto(const_cast<unsigned char**>(out), size, http1, 9, in,
                                     in_size) == OPENSSL_NPN_NEGOTIATED
                   ? SSL_TLSEXT_ERR_OK
                   : SSL_TLSEXT_ERR_NOACK;
    }

    void play(peer& client, int number) {
        secure_stream secure(client.socket(), context_);
        boost::system::error_code ec;
        secure.handshake(boost::asio::ssl::stream_base::server, ec);
        SSL* ssl = secure.native_handle();
        tls_visit seen;
        if (const char* sni = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)) seen.sni = sni;
        const unsigned char* alpn = nullptr;
        unsigned alpn_size = 0;
        SSL_get0_alpn_selected(ssl, &alpn, &alpn_size);
        if (alpn_size) seen.alpn.assign(reinterpret_cast<const char*>(alpn), alpn_size);
        seen.resumed = SSL_session_reused(ssl) == 1;
        seen.version = SSL_version(ssl);
        note(number, seen);
        if (ec) return;
        if (script_) return script_(secure);
        std::string got;
        const std::string answer =
            "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body_.size()) + "\r\n\r\n" +
            body_;
        for (;;) {
            std::size_t head =
                boost::asio::read_until(secure, boost::asio::dynamic_buffer(got), "\r\n\r\n", ec);
            if (ec) {
                seen.ended = true;
                seen.goodbye = ec == boost::asio::error::eof;
                return note(number, seen);
            }
            const auto at = got.find("Content-Length: ");
            if (at < head) head += std::stoul(got.substr(at + 16));
            if (got.size() < head)
                boost::asio::read(secure, boost::asio::dynamic_buffer(got),
                                  boost::asio::transfer_exactly(head - got.size()), ec);
            got.erase(0, head);
            ++seen.requests;
            note(number, seen);
            boost::asio::write(secure, boost::asio::buffer(answer), ec);
            if (ec) return;
        }
    }

    void note(int number, const tls_visit& seen) {
        const std::lock_guard guard(mutex_);
        if (visits_.size() <= static_cast<std::size_t>(number))
            visits_.resize(static_cast<std::size_t>(number) + 1);
        visits_[static_cast<std::size_t>(number)] = seen;
    }

    boost::asio::ssl::context context_;
    const std::function<void(secure_stream&)> script_;
    const std::string body_;
    std::mutex mutex_;
    std::vector<tls_visit> visits_;
    scripted_server server_;
};

}  // namespace oai::testing
