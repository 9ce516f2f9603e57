#include "net/unix_connector.hpp"

#include <sys/socket.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <cerrno>

#include "net/deadline_wheel.hpp"
#include "net/engine.hpp"
#include "net/gate.hpp"

namespace oai::net {
namespace {

// While the server's backlog is full a connect does not wait, and nothing tells when to try again.
constexpr milliseconds pause(20);

}  // namespace

class unix_connector::attempt final : public deadline {
  public:
    attempt(engine& on, asio::local::stream_protocol::endpoint to)
        : engine_(on), to_(std::move(to)), socket_(on.get_executor()), over_(on) {}

    auto over() noexcept { return over_.wait(); }
    void begin() {
        result = socket_.open_for(to_.protocol());
        if (result)
            over_.open();
        else
            expired();
    }
    void end(error_code why) noexcept {
        if (over_.opened()) return;
        result = why;
        disarm();
        over_.open();
    }

    error_code result;
    stream_socket& socket() noexcept { return socket_; }

  private:
    void expired() noexcept override {
        if (::connect(socket_.native_handle(), to_.data(), static_cast<socklen_t>(to_.size())) == 0)
            return end(error_code());
        if (errno == EAGAIN || errno == EINTR) return arm(engine_.wheel(), pause);
        end(error_code(errno, boost::system::system_category()));
    }

    engine& engine_;
    const asio::local::stream_protocol::endpoint to_;
    stream_socket socket_;
    gate over_;
};

void unix_connector::cancel() noexcept {
    if (attempt_) attempt_->end(errc::cancelled);
}

task<error_code> unix_connector::connect(std::string path, std::optional<stream_socket>& out) {
    attempt_ = std::make_shared<attempt>(engine_, asio::local::stream_protocol::endpoint(path));
    attempt_->begin();
    co_await attempt_->over();
    if (!attempt_->result) out.emplace(std::move(attempt_->socket()));
    co_return attempt_->result;
}

}  // namespace oai::net
