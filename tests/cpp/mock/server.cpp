// The server over real sockets: life cycle, pipelining, clients that leave. Run under sanitizers.
#include "mock/server.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/core/lightweight_test.hpp>
#include <thread>

using namespace oai::mock;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

const std::string body =
    R"({"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]})";

std::string post(std::string_view headers) {
    return "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\n"
           "content-type: application/json\r\ncontent-length: " +
           std::to_string(body.size()) + "\r\n" + std::string(headers) + "\r\n" + body;
}

struct client {
    explicit client(const server& s) {
        socket.connect(tcp::endpoint(asio::ip::address_v4::loopback(), s.port()));
    }
    void send(const std::string& bytes) { asio::write(socket, asio::buffer(bytes)); }
    std::string rest() {
        std::string out;
        boost::system::error_code ec;
        asio::read(socket, asio::dynamic_buffer(out), ec);
        return out;
    }
    asio::io_context io;
    tcp::socket socket{io};
};

template <class Condition>
bool reached(Condition condition) {
    for (int n = 0; n < 30000; ++n) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
}

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t n = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
    return n;
}

void pipelined(server& s) {
    client c(s);
    std::string all;
    for (int n = 0; n < 200; ++n) all += post(n % 3 == 0 ? "x-mock-fault: delay=0.0001\r\n" : "");
    c.send(all + post("connection: close\r\n"));
    std::string got = c.rest();
    BOOST_TEST_EQ(count(got, "HTTP/1.1 200 OK"), 201u);
    BOOST_TEST_EQ(count(got, "data: [DONE]"), 201u);
}

void clients_that_leave(server& s) {
    auto& counts = s.log().counts;
    std::uint64_t before = counts.disconnects_mid_stream;
    {
        client waits(s), drips(s), stalls(s);
        waits.send(post("x-mock-fault: hang=1\r\n"));
        drips.send(post("x-mock-fault: drip=0.01; tokens=10000\r\n"));
        stalls.send(post("x-mock-fault: huge-event=50000000\r\n"));  // more than sockets hold
        BOOST_TEST(reached([&] { return counts.streams_open == 3; }));
    }
    BOOST_TEST(reached([&] { return counts.disconnects_mid_stream == before + 3; }));
    BOOST_TEST(reached([&] { return counts.connections_open == 0; }));
    BOOST_TEST_EQ(counts.streams_open, 0u);
    BOOST_TEST_EQ(counts.in_flight, 0u);
}

void stop_with_work_in_flight(unsigned threads) {
    options settings;
    settings.threads = threads;
    server s(settings);
    BOOST_TEST(!s.start());
    std::vector<std::unique_ptr<client>> clients;
    for (int n = 0; n < 20; ++n) {
        clients.push_back(std::make_unique<client>(s));
        clients.back()->send(post("x-mock-fault: drip=0.001; tokens=5000\r\n"));
    }
    BOOST_TEST(reached([&] { return s.log().counts.streams_open == 20; }));
    s.stop();
    s.stop();
    for (auto& one : clients) BOOST_TEST_EQ(count(one->rest(), "[DONE]"), 0u);
}

void ports() {
    server first((options()));
    BOOST_TEST(!first.start());
    options same;
    same.port = first.port();
    server second(same);
    BOOST_TEST(second.start() == asio::error::address_in_use);
    options wrong;
    wrong.host = "not an address";
    BOOST_TEST(!!server(wrong).start());
}

}  // namespace

int main() {
    options settings;
    settings.threads = 2;
    server s(settings);
    BOOST_TEST(!s.start());
    pipelined(s);
    clients_that_leave(s);
    s.stop();
    stop_with_work_in_flight(1);
    stop_with_work_in_flight(3);
    ports();
    return boost::report_errors();
}
