#include "mock/server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <thread>

#include "mock/connection.hpp"
#include "mock/log.hpp"

namespace oai::mock {

using tcp = asio::ip::tcp;

// One io_context and its thread. Connections stay with the worker that got them.
struct server::worker {
    asio::io_context io{1};
    asio::executor_work_guard<executor> guard{io.get_executor()};
    std::thread thread;
};

struct server::threads {
    explicit threads(unsigned count) : workers(count) {}

    error_code listen(const options& settings) {
        error_code ec;
        auto address =
            asio::ip::make_address(settings.host == "localhost" ? "127.0.0.1" : settings.host, ec);
        if (ec) return ec;
        tcp::endpoint endpoint(address, settings.port);
        acceptor.open(endpoint.protocol(), ec);
        if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
        if (!ec) acceptor.bind(endpoint, ec);
        if (!ec) acceptor.listen(4096, ec);
        return ec;
    }

    void accept(world& state) {
        auto& home = workers[next++ % workers.size()].io;
        acceptor.async_accept(
            home.get_executor(), [this, &state, &home](error_code ec, tcp_socket socket) {
                if (ec == asio::error::operation_aborted) return;
                if (ec) return accept_later(state);
                auto made = std::make_shared<connection>(std::move(socket), state, ++connections);
                asio::dispatch(home, [made] { made->start(); });
                accept(state);
            });
    }

    // Out of descriptors, most likely: some may be free in a moment.
    void accept_later(world& state) {
        retry.expires_after(std::chrono::milliseconds(20));
        retry.async_wait([this, &state](error_code ec) {
            if (!ec) accept(state);
        });
    }

    std::vector<worker> workers;  // worker cannot move: sized once
    asio::basic_socket_acceptor<tcp, executor> acceptor{workers.front().io.get_executor()};
    timer retry{workers.front().io.get_executor()};
    std::size_t next = 0;
    std::uint64_t connections = 0;
};

server::server(options settings) : world_(std::move(settings)) {}

server::~server() {
    stop();
}

error_code server::start() {
    auto made = std::make_unique<threads>(std::max(world_.settings.threads, 1u));
    if (error_code ec = made->listen(world_.settings)) return ec;
    port_ = made->acceptor.local_endpoint().port();
    made->accept(world_);
    for (auto& one : made->workers) {
        one.thread = std::thread([io = &one.io] { io->run(); });
    }
    threads_ = std::move(made);
    return {};
}

void server::stop() {
    if (!threads_) return;
    for (auto& one : threads_->workers) one.io.stop();
    for (auto& one : threads_->workers) one.thread.join();
    threads_.reset();
}

void server::forget() {
    if (!threads_) return;
    error_code ignored;
    threads_->acceptor.close(ignored);
    // The threads do not exist here: joining, or destroying what they hold, would never end.
    static_cast<void>(threads_.release());
}

}  // namespace oai::mock
