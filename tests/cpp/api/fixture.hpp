// A scripted pool, the transport over it, and calls whose outcome a test can wait for.
#pragma once

#include <thread>

#include "api/call.hpp"
#include "scripted_pool.hpp"

namespace oai::api::testing {

// What a sink saw; outlives it.
struct record {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<outcome> result;
    int dones = 0, readables = 0, asks = 0;
    bool destroyed = false;

    template <class F>
    bool wait(F done) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, 10s, done);
    }
    // The sink is gone: nothing more will happen. True if it was told a result.
    bool finish() {
        wait([this] { return destroyed; });
        return dones == 1;
    }
    outcome& take() {
        wait([this] { return dones > 0; });
        return *result;
    }
};

class recording_sink final : public call_sink {
  public:
    explicit recording_sink(std::shared_ptr<record> into) : into_(std::move(into)) {}
    ~recording_sink() override {
        note([this] { into_->destroyed = true; });
    }
    void done(outcome&& result) noexcept override {
        note([&] {
            ++into_->dones;
            into_->result.emplace(std::move(result));
        });
    }
    void asks() noexcept override {
        note([this] { ++into_->asks; });
    }
    void readable() noexcept override {
        note([this] { ++into_->readables; });
    }

  private:
    template <class F>
    void note(F change) {
        const std::scoped_lock lock(into_->mutex);
        change();
        into_->changed.notify_all();
    }
    std::shared_ptr<record> into_;
};

struct run {
    std::shared_ptr<record> seen = std::make_shared<record>();
    std::shared_ptr<call> handle;
    outcome& result() { return seen->take(); }
};

inline call_spec post(delivery as = delivery::json, int max_retries = 2) {
    call_spec spec;
    spec.request.method = "POST";
    spec.request.target = "/v1/chat/completions";
    auto fixed = std::make_shared<http::header_block>();
    fixed->add("Authorization", "Bearer secret");
    fixed->add("Content-Type", "application/json");
    spec.request.fixed = std::move(fixed);
    spec.request.extra.add("Idempotency-Key", "key-1");
    spec.request.body = "{}";
    spec.to = std::make_shared<http::origin>(http::origin{true, "api.example.com", 443, {}});
    spec.as = as;
    spec.max_retries = max_retries;
    return spec;
}

inline script answer(int status, std::string body = R"({"id":1})") {
    script plan;
    plan.status = status;
    plan.headers = {{"content-type", "application/json"}, {"retry-after-ms", "1"}};
    plan.body = {{std::move(body)}};
    return plan;
}

struct world {
    explicit world(std::vector<script> scripts, http::wire_limits wire = {})
        : pool(std::make_shared<scripted_pool>(std::move(scripts))),
          via(make_transport_over(pool, wire)) {}

    run start(call_spec spec) {
        run started;
        started.handle =
            api::start(via, std::move(spec), std::make_unique<recording_sink>(started.seen));
        return started;
    }
    journal& log() { return *pool->log; }
    // Nothing of any call is left: no exchange, no waiter.
    bool quiet() {
        return log().wait([this] { return log().exchanges == 0 && log().acquiring == 0; });
    }

    std::shared_ptr<scripted_pool> pool;
    std::shared_ptr<pooled_transport> via;
};

// Counters fall on the engine thread, a moment after the sink is gone.
inline bool nothing_alive() {
    for (int i = 0; i < 2000; ++i) {
        if (live().calls == 0 && live().streams == 0) return true;
        std::this_thread::sleep_for(1ms);
    }
    return false;
}

}  // namespace oai::api::testing
