// One pool and whole exchanges on it, called from the test's thread.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "http/pool.hpp"
#include "support/on_engine.hpp"

namespace oai::testing {

struct answer {
    failure error;  // of acquire, or the first of send, read_head and read_some
    http::response_head head;
    std::string body;
    bool reused = false, sent_any = false, received_any = false, undelivered = false;
    bool complete = false;  // read to errc::end_of_body
};

class http_client {
  public:
    explicit http_client(std::uint16_t port, http::pool_settings settings = {}, bool tls = false,
                         std::string host = "127.0.0.1")
        : settings_(std::move(settings)) {
        http::origin to;
        to.tls = tls;
        to.host = std::move(host);
        to.port = port;
        to_ = std::make_shared<const http::origin>(std::move(to));
        pool_ =
            call_on_engine([this] { return http::make_pool(net::engine::shared(), settings_); });
        generation_ = net::engine::generation();  // the first client starts the engine
    }
    ~http_client() {
        if (generation_ != net::engine::generation()) return;
        call_on_engine([this] { pool_.reset(); });
    }

    answer post(std::string target, std::string body) {
        return exchange("POST", std::move(target), std::move(body));
    }
    answer get(std::string target) { return exchange("GET", std::move(target), ""); }

    answer exchange(std::string method, std::string target, std::string body, bool fresh = false) {
        http::request message = make(std::move(method), std::move(target), std::move(body));
        return on_engine(
            [this, &message, fresh] { return one(pool_, to_, clocks, message, fresh); });
    }

    static http::request make(std::string method, std::string target, std::string body) {
        http::request message;
        message.method = std::move(method);
        message.target = std::move(target);
        message.body = std::move(body);
        auto fixed = std::make_shared<http::header_block>();
        fixed->add("X-Fixed", "1");
        message.fixed = std::move(fixed);
        message.extra.add("X-Extra", "2");
        return message;
    }

    static task<answer> one(std::shared_ptr<http::pool> pool,
                            std::shared_ptr<const http::origin> to, timeouts clocks,
                            const http::request& message, bool fresh) {
        answer result;
        auto exchange = co_await pool->acquire(to, clocks, fresh, &result, result.error);
        if (!exchange) co_return result;
        result.reused = exchange->reused();
        error_code ec = co_await exchange->send(message);
        if (!ec) ec = co_await exchange->read_head(result.head);
        while (!ec) ec = co_await exchange->read_some(result.body);
        result.complete = ec == errc::end_of_body;
        if (!result.complete) result.error.code = ec;
        result.sent_any = exchange->sent_any();
        result.received_any = exchange->received_any();
        result.undelivered = exchange->undelivered();
        co_return result;
    }

    const std::shared_ptr<http::pool>& pool() const { return pool_; }
    const std::shared_ptr<const http::origin>& to() const { return to_; }
    http::pool_stats stats() {
        return call_on_engine([this] { return pool_->stats(); });
    }

    timeouts clocks;

  private:
    http::pool_settings settings_;
    std::shared_ptr<const http::origin> to_;
    std::shared_ptr<http::pool> pool_;
    unsigned generation_ = 0;
};

}  // namespace oai::testing
