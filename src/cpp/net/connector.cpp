#include "net/connector.hpp"

#include <netinet/tcp.h>

#include <algorithm>

#include "net/deadline_wheel.hpp"
#include "net/engine.hpp"
#include "net/gate.hpp"

namespace oai::net {
namespace {

template <int Name>
using tcp_option = asio::detail::socket_option::integer<IPPROTO_TCP, Name>;

// How long a peer may leave our bytes, or a probe, without an acknowledgement, or its window shut.
// The system's own limit is a quarter of an hour; with this one a dead path is noticed in two
// minutes, busy or silent, well within the usual read and write limits.
[[maybe_unused]] constexpr int unacknowledged_ms = 120'000;

// A NAT forgets a silent connection after minutes; without probes a call on it would hang.
void set_options(stream_socket& socket) noexcept {
    error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
#if defined(TCP_KEEPIDLE)
    socket.set_option(tcp_option<TCP_KEEPIDLE>(60), ignored);
    socket.set_option(tcp_option<TCP_KEEPINTVL>(60), ignored);
    socket.set_option(tcp_option<TCP_KEEPCNT>(5), ignored);
#if defined(TCP_USER_TIMEOUT)
    socket.set_option(tcp_option<TCP_USER_TIMEOUT>(unacknowledged_ms), ignored);
#endif
#elif defined(TCP_KEEPALIVE)
    socket.set_option(tcp_option<TCP_KEEPALIVE>(60), ignored);
#endif
}

std::string text_of(const asio::ip::tcp::endpoint& where) {
    const auto address = where.address().to_string();
    const bool brackets = where.address().is_v6();
    return (brackets ? '[' + address + ']' : address) + ':' + std::to_string(where.port());
}

}  // namespace

endpoints in_turn(const endpoints& addresses) {
    endpoints one, other, result;
    for (const auto& each : addresses)
        (each.protocol() == addresses.front().protocol() ? one : other).push_back(each);
    for (std::size_t i = 0; i < std::max(one.size(), other.size()); ++i) {
        if (i < one.size()) result.push_back(one[i]);
        if (i < other.size()) result.push_back(other[i]);
    }
    return result;
}

// Shared by the attempts' handlers and the connector; the coroutine waits at the gate.
class connector::race final : public deadline, public std::enable_shared_from_this<race> {
  public:
    race(engine& on, endpoints addresses, const socket_options* chosen,
         std::optional<asio::ip::address> from)
        : engine_(on),
          finished_(on),
          addresses_(std::move(addresses)),
          chosen_(chosen != nullptr ? *chosen : socket_options()),
          from_(std::move(from)) {}

    auto finished() noexcept { return finished_.wait(); }
    void start_next();
    void end(error_code result) noexcept;
    // What has been learned about the addresses.
    void report(address_health& to) const;

    error_code result;
    std::optional<stream_socket> winner;
    std::string failures;

  private:
    void expired() noexcept override { start_next(); }
    bool try_address(std::size_t index);
    error_code prepare(stream_socket& socket, const asio::ip::tcp& protocol);
    void settled(std::size_t index, error_code ec);
    void note(const asio::ip::tcp::endpoint& where, error_code ec);

    engine& engine_;
    gate finished_;
    endpoints addresses_;
    const socket_options chosen_;
    const std::optional<asio::ip::address> from_;
    std::vector<std::unique_ptr<stream_socket>> attempts_;
    std::size_t pending_ = 0;
    std::size_t won_ = 0;
};

void connector::race::start_next() {
    const auto keep = shared_from_this();
    while (!finished_.opened() && attempts_.size() < addresses_.size()) {
        const std::size_t index = attempts_.size();
        attempts_.push_back(std::make_unique<stream_socket>(engine_.get_executor()));
        if (!try_address(index)) continue;
        if (attempts_.size() < addresses_.size()) arm(engine_.wheel(), stagger);
        return;
    }
    if (pending_ == 0) end(errc::connect_failed);
}

error_code connector::race::prepare(stream_socket& socket, const asio::ip::tcp& protocol) {
    error_code ec = socket.open_for(protocol);
    if (ec) return ec;
    set_options(socket);
    ec = set_options(socket, chosen_);
    if (!ec && from_) socket.bind(asio::ip::tcp::endpoint(*from_, 0), ec);
    return ec;
}

bool connector::race::try_address(std::size_t index) {
    const auto& where = addresses_[index];
    stream_socket& socket = *attempts_[index];
    const error_code ec = prepare(socket, where.protocol());
    if (ec) {
        note(where, ec);
        return false;
    }
    ++pending_;
    socket.async_connect(
        where, [self = shared_from_this(), index](error_code ec) { self->settled(index, ec); });
    return true;
}

void connector::race::settled(std::size_t index, error_code ec) {
    --pending_;
    if (finished_.opened()) return;
    if (!ec) {
        winner.emplace(std::move(*attempts_[index]));
        won_ = index;
        return end(error_code());
    }
    note(addresses_[index], ec);
    attempts_[index]->close_now();
    start_next();
}

void connector::race::note(const asio::ip::tcp::endpoint& where, error_code ec) {
    failures += (failures.empty() ? "" : ", ") + text_of(where) + " (" + ec.message() + ")";
}

// Of those that were tried, whoever lost had a head start, and did not use it.
void connector::race::report(address_health& to) const {
    const auto now = steady::now();
    for (std::size_t i = 0; i < attempts_.size(); ++i)
        if (i == won_)
            to.answered(addresses_[i]);
        else if (i < won_)
            to.failed(addresses_[i], now);
}

void connector::race::end(error_code why) noexcept {
    if (finished_.opened()) return;
    result = why;
    disarm();
    for (const auto& attempt : attempts_) attempt->close_now();
    finished_.open();
}

connector::connector(engine& on, const socket_options* chosen) : engine_(on), chosen_(chosen) {}

connector::~connector() {
    if (race_) race_->end(errc::cancelled);
}

void connector::cancel() noexcept {
    if (race_) race_->end(errc::cancelled);
}

task<error_code> connector::connect(endpoints addresses, std::optional<stream_socket>& out,
                                    std::string& detail, std::optional<asio::ip::address> from) {
    if (from)
        std::erase_if(addresses,
                      [&](const auto& each) { return each.address().is_v4() != from->is_v4(); });
    if (addresses.empty()) {
        detail = "no address of the family of " + from->to_string();
        co_return errc::connect_failed;
    }
    endpoints ordered = in_turn(addresses);
    engine_.dns().health().order(ordered, steady::now());
    race_ = std::make_shared<race>(engine_, std::move(ordered), chosen_, from);
    race_->start_next();
    co_await race_->finished();
    if (race_->winner) {
        race_->report(engine_.dns().health());
        out.emplace(std::move(*race_->winner));
    }
    detail = race_->failures;
    co_return race_->result;
}

}  // namespace oai::net
