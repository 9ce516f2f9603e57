// A read is always pending, also while an answer is under way: a client that leaves is noticed at
// once. Answers without delays or faults are written straight into out_, many pipelined ones in
// one write; all others run as steps.
#include "mock/connection.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>

#include "mock/log.hpp"
#include "mock/text.hpp"

namespace oai::mock {

namespace http = boost::beast::http;

namespace {

// Beyond this much unread input the client has to wait until its answer is out.
constexpr std::size_t most_waiting = 1u << 20;
// Answers to pipelined requests are sent when they reach this much.
constexpr std::size_t most_unsent = 256u << 10;

}  // namespace

connection::connection(tcp_socket socket, world& state, std::uint64_t id)
    : socket_(std::move(socket)), timer_(socket_.get_executor()), state_(state), id_(id) {
    add(state_.log.counts.connections_total);
    add(state_.log.counts.connections_open);
}

connection::~connection() {
    if (!closed_) sub(state_.log.counts.connections_open);
}

void connection::start() {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    watch_idle(state_.settings.idle_limit);
    read();
}

void connection::read() {
    if (reading_ || closed_) return;
    if (phase_ == phase::answering && in_.size() - parsed_ > most_waiting) return;
    reading_ = true;
    auto self = shared_from_this();
    socket_.async_read_some(asio::buffer(block_), [self](error_code ec, std::size_t bytes) {
        self->reading_ = false;
        self->on_read(ec, bytes);
    });
}

void connection::on_read(error_code ec, std::size_t bytes) {
    if (closed_) return;
    if (ec) return on_leave();
    add(state_.log.counts.bytes_in, bytes);
    if (phase_ != phase::draining) {
        in_.append(block_.data(), bytes);
        if (phase_ == phase::idle) take_requests();
    }
    read();
}

void connection::on_leave() {
    auto& counts = state_.log.counts;
    if (phase_ == phase::answering || sent_ < out_.size()) {
        add(streaming_ ? counts.disconnects_mid_stream : counts.disconnects_mid_answer);
        counts.last_disconnect_at =
            std::chrono::duration<double>(steady::now().time_since_epoch()).count();
        log_line(state_.settings, id_, "client left before the end of its answer");
    }
    close();
}

void connection::take_requests() {
    if (closed_ || phase_ != phase::idle) return;
    // While a write is under way out_ must not move; on_flushed comes back here.
    while (phase_ == phase::idle && !closed_) {
        waiting_ = writing_ || out_.size() > most_unsent;
        if (waiting_ || !take_one()) break;
    }
    if (closed_) return;
    if (parsed_ == in_.size()) {
        in_.clear();
        parsed_ = 0;
    } else if (parsed_ > in_.size() / 2) {
        in_.erase(0, parsed_);
        parsed_ = 0;
    }
    if (phase_ == phase::idle) flush();
}

// Parses one message. False: more bytes are needed, or the connection is at its end.
bool connection::take_one() {
    if (!parser_) {
        if (parsed_ == in_.size()) return false;
        parser_.emplace(state_.settings.max_body);
        stop_waiting();
        idle_after_.reset();
    }
    error_code ec;
    bool whole = parse(ec);
    if (ec) {
        refuse(ec);
        return false;
    }
    if (!whole) {
        if (parser_->wants_continue) out_ += "HTTP/1.1 100 Continue\r\n\r\n";
        parser_->wants_continue = false;
        return false;
    }
    request asked = std::move(parser_->message);
    parser_.reset();
    respond(std::move(asked));
    return true;
}

bool connection::parse(error_code& ec) {
    while (!parser_->is_done()) {
        std::size_t used =
            parser_->put(asio::buffer(in_.data() + parsed_, in_.size() - parsed_), ec);
        parsed_ += used;
        if (ec == http::error::need_more) {
            ec = {};
            if (used == 0) return false;
        }
        if (ec) return false;
        if (used == 0 || parsed_ == in_.size()) break;
    }
    return parser_->is_done();
}

void connection::refuse(error_code ec) {
    add(state_.log.counts.bad_requests);
    reply answer = ec == http::error::body_limit
                       ? error_reply(413, "The request body is larger than the server allows.")
                   : ec == http::error::header_limit
                       ? error_reply(431, "The request head is larger than the server allows.")
                       : error_reply(400, "Malformed HTTP request: " + ec.message() + ".");
    head_facts facts{"req_refused", http_date(), "0", false};
    write_plain(out_, answer, facts);
    log_line(state_.settings, id_, "refused a request: " + ec.message());
    parser_.reset();
    last_answer();
}

void connection::respond(request asked) {
    asked.connection = id_;
    answer made = answer_to(asked, state_);
    auto& counts = state_.log.counts;
    add(counts.requests);
    if (made.wrong.any) add(counts.faults);
    int status = made.what.status;
    add(status < 400 ? counts.answers_2xx : status < 500 ? counts.answers_4xx : counts.answers_5xx);

    // HEAD is refused, and its answer must have no body: nothing may follow on this connection.
    bool head = asked.method == "HEAD";
    if (head) made.what.body.clear();
    bool keep = asked.keep_alive && !made.wrong.close && !head;
    std::string request_id = "req_" + hex(state_.requests.fetch_add(1) + 1);
    head_facts facts{request_id, http_date(), "1", keep};
    bool stream = made.what.stream;
    log_request(state_.settings, id_, asked, status, stream);
    state_.log.record({std::move(asked), status, stream, steady::now()});

    if (!stream && !made.wrong.any && state_.settings.latency.count() <= 0) {
        write_plain(out_, made.what, facts);
        if (!keep) last_answer();
        return;
    }
    begin_script(std::move(made), facts);
}

void connection::begin_script(answer made, const head_facts& facts) {
    auto& counts = state_.log.counts;
    streaming_ = made.what.stream;
    idle_after_ = made.wrong.keepalive_timeout;
    double rate = state_.settings.tokens_per_second;
    pacing pace{state_.settings.latency, seconds(rate > 0 ? 1 / rate : 0), state_.settings.burst};
    steps_ = compile(std::move(made.what), made.wrong, pace, facts);
    at_ = 0;
    phase_ = phase::answering;
    add(counts.in_flight);
    if (streaming_) {
        add(counts.streams_total);
        add(counts.streams_open);
    }
    next_step();
}

// The answer is in out_ and the connection ends with it.
void connection::last_answer() {
    phase_ = phase::draining;
    flush();
}

void connection::flush() {
    if (writing_ || closed_) return;
    error_code ec;
    while (sent_ < out_.size()) {
        std::size_t n =
            socket_.write_some(asio::buffer(out_.data() + sent_, out_.size() - sent_), ec);
        if (ec == asio::error::would_block) break;
        if (ec) return on_leave();
        sent_ += n;
        add(state_.log.counts.bytes_out, n);
    }
    if (sent_ == out_.size()) return on_flushed({});
    writing_ = true;
    auto self = shared_from_this();
    asio::async_write(socket_, asio::buffer(out_.data() + sent_, out_.size() - sent_),
                      [self](error_code failed, std::size_t n) {
                          self->writing_ = false;
                          self->sent_ += n;
                          add(self->state_.log.counts.bytes_out, n);
                          self->on_flushed(failed);
                      });
}

void connection::on_flushed(error_code ec) {
    if (closed_) return;
    if (ec) return on_leave();
    out_.clear();
    sent_ = 0;
    if (phase_ == phase::answering) return run_steps();
    if (phase_ == phase::draining) return drain();
    if (waiting_) return take_more();
    watch_idle(idle_after_.value_or(state_.settings.idle_limit));
}

}  // namespace oai::mock
