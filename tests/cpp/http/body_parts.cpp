// Requests whose body is more than one piece of memory: what is sent, again and again; files that
// fall short, peers that answer early, cancelling in the middle. No descriptor is left.
#include <fcntl.h>
#include <unistd.h>

#include <boost/core/lightweight_test.hpp>
#include <filesystem>
#include <optional>

#include "net/deadline_wheel.hpp"
#include "net/file_reader.hpp"
#include "net/stream.hpp"
#include "support/http_client.hpp"
#include "support/scripted_server.hpp"

using namespace oai;
using namespace oai::testing;

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

long open_descriptors() {
    const std::filesystem::directory_iterator every("/proc/self/fd");
    return std::distance(begin(every), end(every));
}

// A file without a name.
std::shared_ptr<const net::file_handle> file_of(const std::string& content) {
    const int descriptor = ::open("/tmp", O_TMPFILE | O_RDWR, 0600);
    BOOST_TEST(descriptor >= 0);
    BOOST_TEST_EQ(::write(descriptor, content.data(), content.size()),
                  static_cast<ssize_t>(content.size()));
    return std::make_shared<const net::file_handle>(descriptor);
}

std::string counted(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 23);
    return text;
}

http::body_part memory(std::string bytes) {
    http::body_part part;
    part.bytes = std::move(bytes);
    return part;
}

http::body_part range(std::shared_ptr<const net::file_handle> file, std::uint64_t offset,
                      std::uint64_t size) {
    http::body_part part;
    part.file = net::file_range{std::move(file), offset, size};
    return part;
}

http::request made_of(std::string body, http::body_parts parts) {
    http::request message = http_client::make("POST", "/", std::move(body));
    message.tail = std::make_shared<const http::body_parts>(std::move(parts));
    return message;
}

answer send(http_client& client, const http::request& message) {
    return on_engine([&] {
        return http_client::one(client.pool(), client.to(), client.clocks, message, false);
    });
}

std::string body_of(const std::string& request) {
    return request.substr(request.find("\r\n\r\n") + 4);
}

void parts_go_out_in_order() {
    std::vector<std::string> seen;
    scripted_server server([&](peer& client, int) {
        for (std::string request; !(request = client.read_request()).empty();) {
            seen.push_back(request);
            client.write(ok);
        }
    });
    const std::string large = counted(1'000'003);
    const auto file = file_of(large);
    http_client client(server.port());
    const http::request several =
        made_of("<", {range(file, 0, large.size()), memory(""), memory("--"), range(file, 7, 5),
                      range(file, 9, 0), memory(">")});
    for (int i = 0; i < 2; ++i) {  // the second time from the start, on the same connection
        const answer got = send(client, several);
        BOOST_TEST_EQ(got.error.code, error_code());
        BOOST_TEST_EQ(got.reused, i == 1);
        BOOST_TEST(body_of(seen.at(i)) == "<" + large + "--" + large.substr(7, 5) + ">");
    }
    BOOST_TEST_EQ(several.body_size(), large.size() + 9);
    BOOST_TEST_EQ(send(client, made_of("", {})).error.code, error_code());
    BOOST_TEST(seen.back().find("Content-Length: 0\r\n") != std::string::npos);
}

void short_files_fail_for_good() {
    scripted_server server([](peer& client, int) { client.read_request(); });
    http_client client(server.port());
    const auto file = file_of("abc");
    const answer got = send(client, made_of("", {range(file, 0, 4)}));
    BOOST_TEST_EQ(got.error.code, error_code(errc::body_unreadable));
    BOOST_TEST_EQ(client.stats().open, 0u);
}

void early_answers_are_noticed() {
    scripted_server server([&](peer& client, int number) {
        char some[1000];
        client.socket().read_some(boost::asio::buffer(some));
        client.write("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
        if (number == 0) client.await_close();  // neither reads nor closes
    });
    const std::string large = counted(16 << 20);
    const auto file = file_of(large);
    http_client client(server.port());
    for (int i = 0; i < 2; ++i) {
        const answer got = send(client, made_of("head", {range(file, 0, large.size())}));
        BOOST_TEST_EQ(got.error.code, error_code());
        BOOST_TEST_EQ(got.head.status, 413);
        BOOST_TEST_EQ(got.body, "big");
        BOOST_TEST_EQ(client.stats().open, 0u);
    }
}

struct canceller final : net::deadline {
    void expired() noexcept override { target->cancel(); }
    http::exchange* target = nullptr;
};

task<error_code> cancelled_send(http_client& client, const http::request& message) {
    failure why;
    auto exchange = co_await client.pool()->acquire(client.to(), timeouts(), false, &why, why);
    canceller soon;
    soon.target = exchange.get();
    soon.arm(net::engine::shared().wheel(), milliseconds(15));
    const error_code result = co_await exchange->send(message);
    co_return result;
}

void cancelling_in_the_middle() {
    scripted_server server([](peer& client, int) {
        std::vector<char> all(1 << 20);
        std::this_thread::sleep_for(std::chrono::milliseconds(40));
        boost::system::error_code ec;
        while (!ec) client.socket().read_some(boost::asio::buffer(all), ec);
    });
    const std::string large = counted(32 << 20);
    const auto file = file_of(large);
    http_client client(server.port());
    const http::request message = made_of("", {range(file, 0, large.size())});
    const error_code ended = on_engine([&] { return cancelled_send(client, message); });
    BOOST_TEST_EQ(ended, error_code(errc::cancelled));
    BOOST_TEST_EQ(client.stats().open, 0u);
}

// The thread reads on in vain; what it reads into is not ours any more.
void a_read_can_be_given_up() {
    const auto file = file_of("abc");
    for (const bool destroyed : {false, true}) {
        const error_code ended = on_engine([&]() -> task<error_code> {
            net::engine& engine = net::engine::shared();
            net::file_range whole;
            whole.file = file;
            whole.size = 3;
            std::optional<net::file_read> read(std::in_place, engine);
            engine.files().start(*read, whole);
            if (destroyed) co_return error_code(errc::cancelled);
            read->abandon();
            co_await read->wait();
            co_return read->result();
        });
        BOOST_TEST_EQ(ended, error_code(errc::cancelled));
    }
}

}  // namespace

int main() {
    {
        http_client warm(1);
    }
    const long before = open_descriptors();
    parts_go_out_in_order();
    short_files_fail_for_good();
    early_answers_are_noticed();
    cancelling_in_the_middle();
    a_read_can_be_given_up();
    net::engine::stop();
    BOOST_TEST_EQ(net::open_streams(), 0);
    // A read that was given up holds its file until it is over.
    for (int i = 0; i < 2000 && open_descriptors() >= before; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    BOOST_TEST(open_descriptors() < before);
    return boost::report_errors();
}
