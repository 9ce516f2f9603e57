// The slow half of a connection: playing an answer's steps, pauses, the ways to end.
#include <algorithm>

#include "mock/connection.hpp"
#include "mock/log.hpp"

namespace oai::mock {

using act = step::act;

void connection::next_step() {
    // Answers to earlier pipelined requests may still be in out_: they go first.
    if (out_.empty())
        run_steps();
    else
        flush();
}

// One turn writes a bounded number of steps, so that one long stream does not starve the others.
void connection::run_steps() {
    for (int turn = 0; turn < 16 && !closed_; ++turn) {
        if (at_ == steps_.size()) return finish_script();
        step& now = steps_[at_];
        switch (now.what) {
            case act::close:
                return close();
            case act::reset:
                return reset();
            case act::hang:
                if (now.wait.count() <= 0) return;
                out_ = now.bytes;
                return wait(now.wait, &connection::flush);
            case act::pause:
                ++at_;
                return wait(now.wait, &connection::run_steps);
            case act::write:
                break;
        }
        ++at_;
        error_code ec;
        std::size_t n = socket_.write_some(asio::buffer(now.bytes), ec);
        if (ec && ec != asio::error::would_block) return on_leave();
        add(state_.log.counts.bytes_out, n);
        if (n < now.bytes.size()) {
            out_ = std::move(now.bytes);
            sent_ = n;
            return flush();
        }
    }
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        if (!self->closed_) self->run_steps();
    });
}

void connection::wait(seconds pause, void (connection::*then)()) {
    timer_.expires_after(std::chrono::duration_cast<steady::duration>(pause));
    timer_.async_wait([self = shared_from_this(), then, wait = ++waits_](error_code ec) {
        if (!ec && !self->closed_ && wait == self->waits_) (self.get()->*then)();
    });
}

// A timer that has expired cannot be cancelled any more.
void connection::stop_waiting() {
    ++waits_;
    timer_.cancel();
}

void connection::finish_script() {
    sub(state_.log.counts.in_flight);
    if (streaming_) sub(state_.log.counts.streams_open);
    streaming_ = false;
    steps_.clear();
    phase_ = phase::idle;
    if (idle_after_ && idle_after_->count() <= 0) return close();
    watch_idle(idle_after_.value_or(state_.settings.idle_limit));
    if (parsed_ < in_.size())
        take_more();
    else
        read();
}

// Posted, not called: many pipelined requests would nest as deep.
void connection::take_more() {
    waiting_ = false;
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        self->take_requests();
        self->read();
    });
}

void connection::watch_idle(seconds limit) {
    if (limit.count() > 0 && !parser_) wait(limit, &connection::close);
}

// Closing at once could reset the connection before the client has read its answer.
void connection::drain() {
    error_code ignored;
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
    wait(seconds(1), &connection::close);
    read();
}

void connection::close() {
    if (closed_) return;
    closed_ = true;
    auto& counts = state_.log.counts;
    sub(counts.connections_open);
    if (phase_ == phase::answering) {
        sub(counts.in_flight);
        if (streaming_) sub(counts.streams_open);
    }
    error_code ignored;
    timer_.cancel();
    socket_.close(ignored);
}

void connection::reset() {
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
}

}  // namespace oai::mock
