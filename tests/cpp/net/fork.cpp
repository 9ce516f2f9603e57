// A process that forks while its engine is connected: the child starts afresh, the parent notices
// nothing, and the server sees the parent only.
#include <sys/wait.h>
#include <unistd.h>

#include <boost/core/lightweight_test.hpp>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

#include "net/connector.hpp"
#include "net/descriptors.hpp"
#include "net/engine.hpp"
#include "net/stream.hpp"
#include "support/on_engine.hpp"
#include "support/scripted_server.hpp"

using namespace oai;
using namespace oai::net;
using namespace oai::testing;

namespace {

// Held by the parent's engine; leaked, as everything of an engine that was forked away.
struct connection {
    std::shared_ptr<stream> on;
};

connection connect_to(std::uint16_t port) {
    return on_engine([port]() -> task<connection> {
        connector dial(engine::shared());
        std::optional<stream_socket> socket;
        std::string detail;
        endpoints where;
        where.emplace_back(boost::asio::ip::address_v4::loopback(), port);
        const error_code ec = co_await dial.connect(where, socket, detail);
        BOOST_TEST_EQ(ec, error_code());
        connection made;
        if (socket) made.on = std::make_shared<stream>(std::move(*socket));
        co_return made;
    });
}

std::string ask(const connection& on) {
    return on_engine([on]() -> task<std::string> {
        const std::string question = "ask\r\n\r\n";
        std::string answer(6, '\0');
        error_code ec;
        on.on->write_some(asio::buffer(question), asio::const_buffer(), ec);
        auto token = asio::redirect_error(asio::deferred, ec);
        const asio::mutable_buffer into = asio::buffer(answer);
        const std::size_t size = co_await on.on->async_read_some(into, token);
        co_return answer.substr(0, size);
    });
}

int child(std::uint16_t port, int parents_socket, unsigned generation) {
    if (engine::generation() == generation) return 1;
    if (open_streams() != 0) return 2;
    char byte = 0;
    if (::recv(parents_socket, &byte, 1, MSG_DONTWAIT) != -1 || errno != EBADF) return 3;
    engine::forget_after_fork();  // the embedder's own call comes later: it changes nothing
    connection own = connect_to(port);
    if (ask(own) != "answer") return 4;
    call_on_engine([&own] { own.on.reset(); });
    engine::forget_after_fork();
    if (call_on_engine([] { return 7; }) != 7) return 5;
    engine::stop();
    return 0;
}

// AddressSanitizer's allocator of this compiler keeps its locks across fork: a child hangs on one
// that another thread held. There, fork only while the other threads sleep.
#ifdef __SANITIZE_ADDRESS__
constexpr bool allocator_survives_fork = false;
#else
constexpr bool allocator_survives_fork = true;
#endif

pid_t fork_process() {
    if (!allocator_survives_fork) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return ::fork();
}

int status_of(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void the_child_starts_afresh() {
    std::atomic<int> ended{0};
    scripted_server server([&](peer& client, int) {
        while (!client.read_request().empty()) client.write("answer");
        ++ended;
    });
    connection mine = connect_to(server.port());
    BOOST_TEST_EQ(ask(mine), "answer");
    const int socket = mine.on->socket().native_handle();
    const unsigned generation = engine::generation();
    const pid_t pid = fork_process();
    if (pid == 0) ::_exit(child(server.port(), socket, generation));
    BOOST_TEST_EQ(status_of(pid), 0);
    BOOST_TEST_EQ(ask(mine), "answer");  // nothing was said on the parent's connection
    BOOST_TEST_EQ(server.connections(), 2);
    // The child holds no copy: closing it here ends it at the server, too.
    int hold[2];  // the child lives until the parent lets go
    BOOST_TEST_EQ(::pipe(hold), 0);
    const pid_t lingering = fork_process();
    if (lingering == 0) {
        ::close(hold[1]);
        char byte = 0;
        ::_exit(::read(hold[0], &byte, 1) == 0 ? 0 : 1);
    }
    while (ended < 1) std::this_thread::yield();
    call_on_engine([&] { mine.on.reset(); });
    while (ended < 2) std::this_thread::yield();
    BOOST_TEST_EQ(::waitpid(lingering, nullptr, WNOHANG), 0);
    ::close(hold[0]);
    ::close(hold[1]);
    BOOST_TEST_EQ(status_of(lingering), 0);
}

void forking_without_an_engine() {
    engine::stop();
    const pid_t pid = fork_process();
    if (pid == 0) ::_exit(call_on_engine([] { return 0; }));
    BOOST_TEST_EQ(status_of(pid), 0);
}

// The fork may catch the engine's thread anywhere.
void forking_a_busy_process() {
    std::atomic<bool> over{false};
    std::thread busy([&] {
        while (!over) call_on_engine([] {});
    });
    for (int i = 0; i < 30; ++i) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            const int answer = call_on_engine([] { return 9; });
            engine::stop();
            ::_exit(answer);
        }
        BOOST_TEST_EQ(status_of(pid), 9);
    }
    over = true;
    busy.join();
}

// Nor does the child find a lock taken that the engine holds most of the time, as OpenSSL has some.
void forking_an_engine_that_locks() {
    std::mutex lock;
    std::atomic<bool> over{false};
    std::thread busy([&] {
        while (!over)
            call_on_engine([&] {
                const std::scoped_lock held(lock);
                std::this_thread::sleep_for(std::chrono::microseconds(200));
            });
    });
    for (int i = 0; i < 30; ++i) {
        const pid_t pid = ::fork();
        if (pid == 0) ::_exit(lock.try_lock() ? 0 : 1);
        BOOST_TEST_EQ(status_of(pid), 0);
    }
    over = true;
    busy.join();
}

}  // namespace

int main() {
#ifndef __SANITIZE_THREAD__  // it does not support threads in a forked child
    the_child_starts_afresh();
    forking_without_an_engine();
    if (allocator_survives_fork) forking_a_busy_process();
    forking_an_engine_that_locks();
#endif
    engine::stop();
    return boost::report_errors();
}
