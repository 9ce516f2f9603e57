#include "ws/session.hpp"

#include <algorithm>
#include <boost/beast/websocket.hpp>
#include <new>
#include <utility>

#include "net/spawn.hpp"

namespace oai::ws {
namespace {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

constexpr std::size_t piece = 64 * 1024;  // of a message, at a time
// In which what was pending on a stream that is closed has ended: a few turns of the engine.
constexpr milliseconds closing_turns{500};

websocket::permessage_deflate offer_of(const std::optional<deflate_offer>& wanted) {
    websocket::permessage_deflate offer;
    offer.client_enable = wanted.has_value();
    if (!wanted) return offer;
    offer.server_max_window_bits = wanted->server_bits;
    offer.client_max_window_bits = wanted->client_bits;
    offer.server_no_context_takeover = wanted->server_forgets;
    offer.client_no_context_takeover = wanted->client_forgets;
    return offer;
}

// An operation that Beast keeps in its stream while another one has the stream's lock. Begun like
// this its coroutine does not own the stream in turn.
template <class Signature, class Start, class Token>
auto begun(Start start, Token token) {
    return asio::async_initiate<Token, Signature>(std::move(start), token);
}

reply reply_of(const websocket::response_type& from) {
    reply answer{static_cast<int>(from.result_int()), std::string(from.reason()), {}, from.body()};
    for (const auto& field : from)
        answer.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    return answer;
}

// UTF-8 that is sound so far, but ends within a character. Beast does not look where the last frame
// of a message is empty.
bool is_torn(std::string_view text) noexcept {
    for (std::size_t back = 1; back <= std::min<std::size_t>(text.size(), 3); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if (byte < 0x80) return false;
        if (byte >= 0xC0) return back < (byte >= 0xF0 ? 4u : byte >= 0xE0 ? 3u : 2u);
    }
    return false;
}

// The code of the close frame with which Beast answered a frame that it cannot accept; 0: none.
std::uint16_t complaint(error_code ec) noexcept {
    if (ec == websocket::error::message_too_big || ec == websocket::error::buffer_overflow)
        return websocket::close_code::too_big;
    if (ec == websocket::error::bad_frame_payload) return websocket::close_code::bad_payload;
    if (ec == websocket::condition::protocol_violation)
        return websocket::close_code::protocol_error;
    return 0;
}

}  // namespace

struct session::socket {
    explicit socket(layer over) : ws(std::move(over)) {}
    websocket::stream<layer, true> ws;
};

// How an operation of Beast's that nobody waits for ends: also without a word, if it finds no
// memory.
class session::frame_sent {
  public:
    using sequel = void (session::*)(error_code) noexcept;

    frame_sent(std::shared_ptr<session> of, sequel then)
        : guard_(loss{std::move(of)}), then_(then) {}

    void operator()(error_code ec) noexcept {
        guard_.disarm();
        (*guard_.lost().of.*then_)(ec);
    }

  private:
    struct loss {
        std::shared_ptr<session> of;
        void operator()() noexcept { of->give_up(); }
    };
    net::loss_guard<loss> guard_;
    sequel then_;
};

session::session(net::engine& on, settings how, std::shared_ptr<channel> to)
    : engine_(on),
      settings_(std::move(how)),
      channel_(std::move(to)),
      dialer_(std::make_unique<net::dialer>(on)),
      opening_(std::make_unique<alarm<session>>(*this, &session::open_expired)),
      pinging_(std::make_unique<alarm<session>>(*this, &session::heartbeat)),
      closing_(std::make_unique<alarm<session>>(*this, &session::close_expired)),
      releasing_(std::make_unique<alarm<session>>(*this, &session::release)) {}

session::~session() = default;

void session::submit(const std::shared_ptr<session>& made) {
    // Released with the last coroutine or operation: at the end, or when the engine stops.
    std::shared_ptr<session> life(made.get(), [made](session* over) noexcept { over->finish(); });
    net::engine& engine = made->engine_;
    engine.submit(net::make_job([life = std::move(life)]() noexcept {
        life->life_ = life;
        net::spawn(
            life->engine_, [&] { return life->run(life); }, [life]() noexcept { life->give_up(); });
    }));
}

task<> session::run(std::shared_ptr<session>) {
    if (dropped_) co_return;
    arm(opening_, settings_.open_timeout);
    const net::tls_settings* tls = settings_.tls ? &*settings_.tls : nullptr;
    failure why;
    net::route way = settings_.routing.way_to(settings_.host, settings_.port, tls);
    way.forwarded = false;  // a proxy takes no WebSocket, but a tunnel
    stream_ = co_await dialer_->dial(way, why);
    if (!stream_ || dropped_) {
        if (!dropped_) end_.why = std::move(why);
        co_return;
    }
    const bool accepted = co_await shake_hands();
    opening_->disarm();
    if (accepted) {
        arm(pinging_, settings_.ping_interval);
        co_await read_all();
        pinging_->disarm();
    }
    stream_->close();
}

task<bool> session::shake_hands() {
    socket_ = std::make_unique<socket>(layer(engine_.get_executor(), stream_, *this));
    auto& ws = socket_->ws;
    ws.set_option(offer_of(settings_.deflate));
    ws.set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
        for (const auto& [name, value] : settings_.headers) request.insert(name, value);
    }));
    ws.control_callback([this](websocket::frame_type kind, boost::beast::string_view) {
        if (kind == websocket::frame_type::close) return answer_close();
        if (kind != websocket::frame_type::pong) return;
        awaiting_pong_ = false;
        arm(pinging_, settings_.ping_interval);
    });
    ws.auto_fragment(false);
    ws.write_buffer_bytes(16 * 1024);
    ws.read_message_max(settings_.max_size ? std::max<std::size_t>(*settings_.max_size, 1) : 0);
    websocket::response_type answer;
    error_code ec;
    auto token = asio::redirect_error(asio::deferred, ec);
    co_await ws.async_handshake(answer, settings_.authority, settings_.target, token);
    if (dropped_) co_return false;
    if (ec) co_return refuse(ec, reply_of(answer));
    open_ = true;
    channel_->opened(reply_of(answer));
    co_return true;
}

bool session::refuse(error_code ec, reply answer) {
    const bool declined = ec == websocket::error::upgrade_declined ||
                          (ec == websocket::error::bad_http_version && answer.status != 101);
    end_.why = failure{errc::connection_closed, phase::head, true, ec.message()};
    if (declined) {
        end_.why.code = errc::handshake_refused;
        end_.why.detail = "HTTP " + std::to_string(answer.status);
        channel_->refused(std::move(answer));
    } else if (ec.category() == error_code(websocket::error::closed).category()) {
        end_.why.code = errc::bad_handshake;
    } else if (ec.category() == error_code(http::error::bad_version).category() &&
               ec != http::error::end_of_stream && ec != http::error::partial_message) {
        end_.why.code = errc::bad_response;
    }
    return false;
}

task<error_code> session::read_message(message& into) {
    auto& ws = socket_->ws;
    auto buffer = asio::dynamic_buffer(into.data);
    const auto read = [&ws, &buffer](auto handler) {
        ws.async_read_some(buffer, piece, std::move(handler));
    };
    error_code ec;
    do {
        auto token = asio::redirect_error(asio::deferred, ec);
        if (goodbye_) {
            // A read that finds the peer's goodbye in its buffer goes through its immediate
            // executor, which posts unless told otherwise. If the write of ours ends meanwhile,
            // Beast's close and its read wait for each other's lock for ever.
            auto at_once = asio::bind_immediate_executor(engine_.get_executor(), token);
            // Or each resumption would nest in the one before.
            co_await asio::post(engine_.get_executor(), asio::deferred);
            co_await begun<void(error_code, std::size_t)>(read, at_once);
        } else {
            co_await begun<void(error_code, std::size_t)>(read, token);
        }
    } while (!ec && !ws.is_message_done());
    into.text = ws.got_text();
    co_return ec;
}

task<> session::read_all() {
    for (;;) {
        message next;
        read_end_ = co_await read_message(next);
        if (read_end_) co_return;
        if (settings_.max_size == 0u && !next.data.empty())
            close(close_frame{websocket::close_code::too_big, ""});
        if (next.text && is_torn(next.data) && !goodbye_) {
            torn_ = true;
            close(close_frame{websocket::close_code::bad_payload, ""});
        }
        if (goodbye_) continue;
        if (!channel_->push(std::move(next))) continue;
        paused_ = std::make_unique<net::gate>(engine_);
        co_await paused_->wait();
        paused_.reset();
    }
}

void session::send(message what) {
    if (!open_ || dropped_ || goodbye_) return;
    outgoing_.push_back(std::move(what));
    start_writing();
}

void session::start_writing() {
    const auto life = life_.lock();
    if (!life || std::exchange(writing_, true)) return;
    net::spawn(engine_, [&] { return write_all(life); }, [life]() noexcept { life->give_up(); });
}

task<> session::write_all(std::shared_ptr<session> life) {
    auto& ws = life->socket_->ws;
    error_code ec;
    while (!outgoing_.empty() && !ec) {
        const message next = std::move(outgoing_.front());
        outgoing_.pop_front();
        ws.text(next.text);
        auto token = asio::redirect_error(asio::deferred, ec);
        const auto write = [&ws, bytes = asio::buffer(next.data)](auto handler) {
            ws.async_write(bytes, std::move(handler));
        };
        co_await begun<void(error_code, std::size_t)>(write, token);
        if (!ec) channel_->sent();
    }
    outgoing_.clear();
    writing_ = false;
    if (goodbye_) start_closing();
}

void session::close(close_frame with) {
    if (goodbye_ || dropped_ || they_closed_ || life_.expired()) return;
    if (!open_) return drop(failure{errc::cancelled, phase::queue, false, {}});
    goodbye_ = std::move(with);
    arm(closing_, settings_.close_timeout);
    resume();
    if (!writing_) start_closing();
}

void session::start_closing() {
    auto life = life_.lock();
    if (!life || std::exchange(goodbye_out_, true)) return;
    pinging_->disarm();
    websocket::close_reason reason;
    reason.code = goodbye_->code;
    reason.reason = goodbye_->reason;
    socket_->ws.async_close(reason, frame_sent(std::move(life), &session::closed));
}

// Beast's own answer would repeat the code only.
void session::answer_close() {
    they_closed_ = true;
    auto life = life_.lock();
    if (!life || goodbye_) return;
    echoed_ = true;
    socket_->ws.async_close(socket_->ws.reason(), frame_sent(std::move(life), &session::answered));
}

void session::resume() {
    if (paused_) paused_->open();
}

void session::abort() noexcept {
    drop(failure{errc::cancelled, phase::queue, false, {}});
}

void session::give_up() noexcept {
    drop(failure{asio::error::no_memory, phase::queue, open_, {}});
    if (socket_) arm(releasing_, closing_turns);
}

// An operation that was lost in Beast keeps its lock: what waits for that ends with the stream.
void session::release() noexcept {
    const auto life = life_.lock();
    const auto gone = std::move(socket_);
}

void session::leaving() noexcept {
    arm(closing_, settings_.close_timeout);
}

void session::open_expired() noexcept {
    drop(failure{errc::connect_timeout, phase::connect, false, "opening handshake"});
}

void session::heartbeat() noexcept {
    try {
        beat();
    } catch (const std::bad_alloc&) {
        return;  // frame_sent has given up
    }
}

void session::beat() {
    // Beast takes one ping at a time.
    if (paused_ || !open_ || (ping_out_ && !awaiting_pong_))
        return arm(pinging_, settings_.ping_interval);
    if (awaiting_pong_)
        return close(close_frame{websocket::close_code::internal_error, "keepalive ping timeout"});
    auto life = life_.lock();
    if (!life || dropped_) return;
    awaiting_pong_ = settings_.ping_timeout.has_value();
    arm(pinging_, awaiting_pong_ ? settings_.ping_timeout : settings_.ping_interval);
    ping_out_ = true;
    socket_->ws.async_ping(websocket::ping_data(), frame_sent(std::move(life), &session::pinged));
}

void session::close_expired() noexcept {
    if (stream_) stream_->close();
}

void session::arm(const std::unique_ptr<alarm<session>>& which, limit from_now) noexcept {
    if (which && from_now) which->arm(engine_.wheel(), *from_now);
}

void session::drop(failure why) noexcept {
    if (std::exchange(dropped_, true)) return;
    end_.why = std::move(why);
    if (dialer_) dialer_->abort(end_.why.code);
    if (stream_) stream_->close();
    resume();
}

void session::explain_end() {
    const auto& theirs = socket_->ws.reason();
    if (they_closed_ && !torn_) {
        const std::uint16_t code = theirs.code != 0 ? std::uint16_t(theirs.code) : 1005;
        end_.received = close_frame{code, std::string(theirs.reason.data(), theirs.reason.size())};
    } else if (!dropped_) {
        const error_code why = torn_ ? websocket::error::bad_frame_payload : read_end_;
        end_.why = failure{errc::connection_closed, phase::body, true, why.message()};
        if (complaint(why) != 0) end_.why.code = errc::bad_frame;
    }
    if (echoed_)
        end_.sent = end_.received;
    else if (goodbye_out_)
        end_.sent = std::move(goodbye_);
    else if (const std::uint16_t code = complaint(read_end_); code != 0 && !dropped_)
        end_.sent = close_frame{code, ""};
    end_.received_first = echoed_;
}

void session::finish() noexcept {
    life_.reset();  // its deleter holds us
    if (open_ && socket_) explain_end();
    if (!open_ && !end_.why) end_.why = failure{errc::engine_stopped, phase::queue, false, {}};
    // On the engine's thread: the consumer may be the last to let go of what is left.
    socket_.reset();
    stream_.reset();
    dialer_.reset();
    paused_.reset();
    for (auto* each : {&opening_, &pinging_, &closing_, &releasing_}) each->reset();
    channel_->finish(std::move(end_));
}

}  // namespace oai::ws
