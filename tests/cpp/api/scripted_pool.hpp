// A pool whose exchanges follow a script, and a sink that records: calls run on the real engine
// without a socket. `hang` in a script waits until it is cancelled.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "api/transport.hpp"

namespace oai::api::testing {

using namespace std::chrono_literals;

enum class op { ok, hang, fail };

struct piece {
    std::string bytes;
    op does = op::ok;
    error_code code = {};
};

// One connection: what happens at each step.
struct script {
    op acquire = op::ok, send = op::ok, head = op::ok;
    error_code code = errc::connection_closed;  // of a failing acquire, send or head
    bool reused = false, sent_any = true, received_any = false, undelivered = false;
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::vector<piece> body = {};  // then the end
    bool terminator = true;        // try_finish() finds the end after the last piece
};

// A wait that only a cancellation ends, be it one that came before.
class hanging {
  public:
    task<> wait(executor on) {
        if (stopped_) co_return;
        timer waiting(on, time_point::max());
        current_ = &waiting;
        error_code ignored;
        co_await waiting.async_wait(asio::redirect_error(asio::deferred, ignored));
        current_ = nullptr;
    }
    void stop() {
        stopped_ = true;
        if (current_) current_->cancel();
    }

  private:
    using timer = asio::basic_waitable_timer<steady, asio::wait_traits<steady>, executor>;
    timer* current_ = nullptr;
    bool stopped_ = false;
};

// What happened, seen from the test's thread.
struct journal {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<script> scripts;
    std::vector<http::request> requests;
    std::vector<bool> fresh;
    std::vector<std::string> origins;
    int exchanges = 0, acquiring = 0;      // alive now
    int cancelled = 0, kept = 0, cut = 0;  // exchanges that were cancelled, given back, closed
    int reads = 0;                         // read_some calls so far
    int hangs = 0;                         // operations that began to hang
    bool closed = false, aborted = false;

    template <class F>
    void update(F change) {
        const std::scoped_lock lock(mutex);
        change();
        changed.notify_all();
    }
    template <class F>
    bool wait(F done) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, 10s, done);
    }
};

class scripted_exchange final : public http::exchange {
  public:
    scripted_exchange(std::shared_ptr<journal> log, script plan)
        : log_(std::move(log)), plan_(std::move(plan)) {
        log_->update([&] { ++log_->exchanges; });
    }
    ~scripted_exchange() override {
        log_->update([&] {
            --log_->exchanges;
            ++(finished_ && !cancelled_ ? log_->kept : log_->cut);
        });
    }

    void report_to(http::progress&) noexcept override {}
    task<error_code> send(const http::request& message) override {
        log_->update([&] { log_->requests.push_back(message); });
        const error_code result = co_await perform(plan_.send, plan_.code);
        co_return result;
    }
    task<error_code> read_head(http::response_head& head) override {
        const error_code result = co_await perform(plan_.head, plan_.code);
        if (result) co_return result;
        head.status = plan_.status;
        for (const auto& [name, value] : plan_.headers) head.add(name, value);
        received_ = true;
        co_return result;
    }
    task<error_code> read_some(std::string& out) override {
        log_->update([&] { ++log_->reads; });
        error_code result = cancelled_ ? errc::cancelled : errc::end_of_body;
        if (cancelled_ || next_ == plan_.body.size()) {
            finished_ = !cancelled_;
            co_return result;
        }
        const piece& now = plan_.body[next_++];
        result = co_await perform(now.does, now.code);
        failed_ = result.failed();
        if (!result) out += now.bytes;
        co_return result;
    }
    bool try_finish() noexcept override {
        finished_ |=
            received_ && !cancelled_ && !failed_ && next_ == plan_.body.size() && plan_.terminator;
        return finished_;
    }
    void cancel() noexcept override {
        cancelled_ = true;
        log_->update([&] { ++log_->cancelled; });
        hanging_.stop();
    }
    bool sent_any() const noexcept override { return plan_.sent_any; }
    bool reused() const noexcept override { return plan_.reused; }
    bool received_any() const noexcept override { return received_ || plan_.received_any; }
    bool undelivered() const noexcept override { return plan_.undelivered; }

  private:
    task<error_code> perform(op does, error_code code) {
        const executor on = net::engine::shared().get_executor();
        co_await asio::post(on, asio::deferred);
        if (does == op::hang && !cancelled_) {
            log_->update([&] { ++log_->hangs; });
            co_await hanging_.wait(on);
        }
        if (cancelled_) co_return make_error_code(errc::cancelled);
        if (does == op::fail) co_return code;
        co_return error_code();
    }

    std::shared_ptr<journal> log_;
    script plan_;
    hanging hanging_;
    std::size_t next_ = 0;
    bool cancelled_ = false, failed_ = false, finished_ = false, received_ = false;
};

class scripted_pool final : public http::pool {
  public:
    explicit scripted_pool(std::vector<script> scripts) {
        log->scripts.assign(scripts.begin(), scripts.end());
    }

    task<std::unique_ptr<http::exchange>> acquire(std::shared_ptr<const http::origin> to, timeouts,
                                                  bool fresh, const void* key,
                                                  failure& why) override {
        const auto kept = log;
        const script plan = begin(*to, fresh);
        const executor on = net::engine::shared().get_executor();
        // As in the real pool: what is being acquired can be cancelled from its first moment on.
        if (plan.acquire == op::hang) waiters_[key];
        for (int turns = 0; turns < 3; ++turns) co_await asio::post(on, asio::deferred);
        error_code result;
        if (plan.acquire == op::fail) result = plan.code;
        if (plan.acquire == op::hang) {
            kept->update([&] { ++kept->hangs; });
            co_await waiters_[key].wait(on);
            waiters_.erase(key);
            result = errc::cancelled;
        }
        std::unique_ptr<http::exchange> exchange;
        if (!result) exchange = std::make_unique<scripted_exchange>(kept, plan);
        why.code = result;
        kept->update([&] { --kept->acquiring; });
        co_return exchange;
    }
    void cancel_acquire(const void* key) noexcept override {
        const auto found = waiters_.find(key);
        if (found != waiters_.end()) found->second.stop();
    }
    void close(bool abort) noexcept override {
        log->update([&] {
            log->closed = true;
            log->aborted |= abort;
        });
    }
    http::pool_stats stats() const noexcept override {
        const std::scoped_lock lock(log->mutex);
        return {static_cast<std::size_t>(log->exchanges), 0,
                static_cast<std::size_t>(log->acquiring)};
    }

    std::shared_ptr<journal> log = std::make_shared<journal>();

  private:
    // The last script repeats.
    script begin(const http::origin& to, bool fresh) {
        const std::scoped_lock lock(log->mutex);
        ++log->acquiring;
        log->fresh.push_back(fresh);
        log->origins.push_back(to.authority());
        script plan = log->scripts.front();
        if (log->scripts.size() > 1) log->scripts.pop_front();
        return plan;
    }

    std::map<const void*, hanging> waiters_;
};

}  // namespace oai::api::testing
