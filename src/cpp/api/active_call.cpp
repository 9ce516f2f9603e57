#include "api/active_call.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "api/live.hpp"
#include "api/stream_handle.hpp"
#include "net/spawn.hpp"
#include "net/stream.hpp"

namespace oai::api {
namespace {

constexpr int max_resends = 2;
// A server that goes away refuses what crosses its goodbye (RFC 9113 8.7); one that always refuses
// fails the attempt.
constexpr int max_refusals = 8;
constexpr milliseconds unwanted_rest{100};

chance draw() {
    static thread_local std::minstd_rand source{std::random_device{}()};
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration<double>(now).count(),
            std::generate_canonical<double, 32>(source)};
}

bool is_success(const http::response_head& head) noexcept {
    return head.status >= 200 && head.status < 300;
}

bool is_streaming(delivery as) noexcept {
    return as == delivery::events || as == delivery::bytes;
}

bool is_json(std::string_view content_type) noexcept {
    if (content_type.data() == nullptr) return true;
    std::string_view type = content_type.substr(0, content_type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    return type.size() >= 4 && http::iequals(type.substr(type.size() - 4), "json");
}

}  // namespace

active_call::active_call(std::shared_ptr<pooled_transport> via, call_spec spec,
                         std::unique_ptr<call_sink> sink, net::engine& on)
    : via_(std::move(via)),
      spec_(std::move(spec)),
      sink_(std::move(sink)),
      engine_(on),
      deadline_(spec_.bounds.deadline ? submitted_ + *spec_.bounds.deadline : time_point::max()),
      own_headers_(spec_.request.extra.text.size()) {
    ++live_calls;
}

active_call::~active_call() {
    --live_calls;
}

void active_call::submit() {
    // Released with the coroutine's frame: at its end, or when the engine stops under it or before
    // it began.
    std::shared_ptr<active_call> life(
        this, [self = shared_from_this()](active_call* over) noexcept { over->finish(); });
    engine_.submit(net::make_job([life = std::move(life)]() noexcept { life->begin(life); }));
}

void active_call::cancel() noexcept {
    if (over_.load(std::memory_order_acquire) || abandoned_.exchange(true)) return;
    tell_engine(&active_call::interrupt);
}

void active_call::proceed(fresh_header credentials) noexcept {
    if (generation_ != net::engine::generation()) return;
    engine_.submit(
        net::make_job([self = shared_from_this(), fresh = std::move(credentials)]() noexcept {
            self->on_answer(fresh);
        }));
}

void active_call::stream_closed() noexcept {
    tell_engine(&active_call::on_stream_closed);
}

void active_call::stream_drained() noexcept {
    tell_engine(&active_call::on_stream_drained);
}

void active_call::tell_engine(void (active_call::*message)()) noexcept {
    // After a fork or a restart the engine of this call, and with it the call, is gone.
    if (generation_ != net::engine::generation()) return;
    engine_.submit(
        net::make_job([self = shared_from_this(), message]() noexcept { ((*self).*message)(); }));
}

void active_call::begin(const std::shared_ptr<active_call>& life) {
    net::spawn(engine_, [&] { return run(life); }, [life]() noexcept { life->give_up(); });
}

// Memory ran out; the submitter still gets its answer.
void active_call::give_up() noexcept {
    if (!sink_ || pump_) return;
    out_ = outcome();
    out_.error.code = asio::error::no_memory;
    sink_->done(std::move(out_));
}

void active_call::interrupt() {
    if (pump_) return pump_->cancel();
    if (attempt_) attempt_->cancel();
    pause_.wake();
}

void active_call::on_stream_closed() {
    if (pump_) pump_->consumer_closed();
}

void active_call::on_stream_drained() {
    if (pump_) pump_->consumer_drained();
}

void active_call::on_answer(const fresh_header& credentials) {
    if (!std::exchange(asked_, false)) return;
    if (!credentials.value.empty()) {
        http::request& request = spec_.request;
        request.extra.text.resize(own_headers_);
        request.drop({credentials.name});
        request.extra.add(credentials.name, credentials.value);
        own_headers_ = request.extra.text.size();
    }
    pause_.wake();
}

task<> active_call::run(std::shared_ptr<active_call>) {
    verdict next = verdict::again;
    bool answered = false;
    while (next != verdict::finish) {
        if (next == verdict::rest_first) {
            co_await rest();
            if (spec_.asks_before_retry) co_await ask();
        }
        if (spec_.pace) co_await pace();
        if (abandoned()) co_return;
        answered = false;
        if (prepare_attempt() && may_go()) {
            const bool fresh = resends_ > 0 || refusals_ > 1;
            answered = co_await attempt_->open(side_->pool, spec_.request, spec_.to, fresh);
            if (answered && turn_) turn_->learn(*attempt_->head(), attempt_->sent_at());
            if (answered && reads_body_first())
                answered = co_await attempt_->read_body(out_.body, most_bytes());
        }
        if (abandoned()) co_return;
        next = judge(answered);
        // Nobody wants the body of what is not the last answer: if it is short and comes soon, it
        // is passed over, so that the connection can be kept.
        if (next == verdict::again && answered) co_await attempt_->linger(unwanted_rest);
    }
    if (streams(answered)) {
        hand_over_stream();
        co_await pump_->run();
        attempt_->release();
        co_return;
    }
    if (answered && !reads_body_first())
        answered = co_await attempt_->read_body(out_.body, most_bytes());
    if (!abandoned()) report(answered);
}

task<> active_call::rest() {
    side_->resting.append(pause_);
    co_await pause_.until(engine_.get_executor(), resume_at_);
    pause_.unlink();
}

task<> active_call::ask() {
    asked_ = !abandoned() && !via_->closed();
    if (!asked_) co_return;
    sink_->asks();
    side_->resting.append(pause_);
    while (asked_ && !abandoned() && !via_->closed() && steady::now() < deadline_)
        co_await pause_.until(engine_.get_executor(), deadline_);
    pause_.unlink();
}

bool active_call::prepare_attempt() {
    if (attempt_) attempt_->release();
    attempt_.emplace(engine_, spec_.clocks, spec_.bounds, deadline_);
    out_.head.reset();
    out_.body.clear();
    std::string& headers = spec_.request.extra.text;
    headers.resize(own_headers_);
    if (spec_.send_retry_count)
        spec_.request.extra.add("x-stainless-retry-count", std::to_string(out_.retries_taken));
    return take_side();
}

bool active_call::take_side() {
    const bool first = side_ == nullptr;
    side_ = via_->side_on(engine_);
    if (first && side_) {
        ++via_->calls;
        ++via_->in_flight;
    }
    return side_ != nullptr;
}

// A stream's error response may be retried unread, a redirect followed; every other body belongs to
// the attempt.
bool active_call::reads_body_first() const noexcept {
    return !is_streaming(spec_.as) && !(spec_.follow_redirects && leads_on(*attempt_->head()));
}

bool active_call::streams(bool answered) const noexcept {
    return answered && is_streaming(spec_.as) && accepted();
}

bool active_call::accepted() const noexcept {
    return spec_.verbatim || is_success(*attempt_->head());
}

active_call::verdict active_call::judge(bool& answered) {
    const attempts so_far{spec_.max_retries, out_.retries_taken};
    decision next;
    if (!answered) {
        if (!side_ || via_->closed()) return verdict::finish;
        if (attempt_->unprocessed() ? ++refusals_ <= max_refusals
                                    : attempt_->may_resend() && ++resends_ <= max_resends) {
            ++via_->resends;
            return verdict::again;
        }
        next = after_failure(attempt_->error(), so_far, draw());
    } else if (accepted()) {
        return verdict::finish;
    } else if (bool refused = false; spec_.follow_redirects && redirected(refused)) {
        ++via_->redirects;
        if (++hops_ <= max_redirects) return verdict::again;
        answered = refuse_redirect(errc::too_many_redirects);
        return verdict::finish;
    } else if (refused) {
        answered = refuse_redirect(errc::insecure_redirect);
        return verdict::finish;
    } else {
        next = after_response(*attempt_->head(), so_far, draw());
    }
    // The close that would end the pause may be over already.
    if (!next.retry || via_->closed() || deadline_forbids(next.pause)) return verdict::finish;
    ++out_.retries_taken;
    ++via_->retries;
    resends_ = refusals_ = 0;
    next_attempt told{next.pause, out_.retries_taken, 0, {}, {}};
    if (answered) {
        told.status = attempt_->head()->status;
        told.request_id = attempt_->head()->get("x-request-id");
    } else {
        told.failed = attempt_->error().code;
    }
    start_over();
    attempt_->release();
    if (turn_) turn_->leave();
    resume_at_ = steady::now() + next.pause;
    sink_->retrying(std::move(told));
    return verdict::rest_first;
}

// What the last attempt came to is the answer, then.
bool active_call::deadline_forbids(milliseconds pause) {
    if (deadline_ == time_point::max() || steady::now() + pause < deadline_) return false;
    out_.missed = missed_retry{pause, *spec_.bounds.deadline};
    return true;
}

bool active_call::refuse_redirect(errc why) {
    attempt_->refuse(why, spec_.to->authority());
    return false;
}

bool active_call::redirected(bool& refused) {
    std::string& headers = spec_.request.extra.text;
    const std::string sent = headers;
    headers.resize(own_headers_);
    std::optional<hop> next = next_hop(spec_.request, spec_.to, *attempt_->head(), refused);
    if (!next) {
        headers = sent;
        return false;
    }
    if (!first_) first_.emplace(hop{std::move(spec_.request), std::move(spec_.to)});
    spec_.request = std::move(next->request);
    spec_.to = std::move(next->to);
    own_headers_ = spec_.request.extra.text.size();
    resends_ = refusals_ = 0;
    return true;
}

// A retry begins where the call began, whatever the last attempt was redirected to.
void active_call::start_over() {
    hops_ = 0;
    if (!first_) return;
    spec_.request = std::move(first_->request);
    spec_.to = std::move(first_->to);
    first_.reset();
    own_headers_ = spec_.request.extra.text.size();
}

std::uint64_t active_call::most_bytes() const noexcept {
    return std::min(spec_.bounds.body, via_->wire().body);
}

void active_call::hand_over_stream() {
    auto queue = std::make_shared<event_queue>(watermarks{}, submitted_);
    out_.events = std::make_shared<stream_handle>(queue, weak_from_this());
    pump_.emplace(engine_, *attempt_, std::move(queue), *sink_, spec_.as, most_bytes());
    fill_outcome(true);
    sink_->done(std::move(out_));
}

// Everything is given back before the submitter hears: what it looks at then is settled.
void active_call::report(bool answered) {
    fill_outcome(answered);
    if (answered) parse_body();
    if (turn_ && answered) turn_->settle(out_.body);
    attempt_->release();
    out_.when.done = since_submit(steady::now());
    const std::unique_ptr<call_sink> sink = std::move(sink_);
    finish();
    sink->done(std::move(out_));
}

void active_call::fill_outcome(bool answered) {
    out_.request = std::move(spec_.request);
    out_.to = spec_.to;
    out_.head = attempt_->head();
    if (!answered) {
        out_.error = attempt_->error();
        if (!side_) out_.error = failure{errc::client_closed, phase::queue, false, {}};
    }
    const http::acquisition_times& acquired = attempt_->acquired();
    const bool at_once = acquired.granted == time_point{};
    out_.when.queued = since_submit(at_once ? attempt_->connected_at() : acquired.granted);
    out_.when.resolved = since_submit(acquired.dial.resolved);
    out_.when.dialed = since_submit(acquired.dial.connected);
    out_.when.secured = since_submit(acquired.dial.secured);
    out_.when.connected = since_submit(attempt_->connected_at());
    out_.when.sent = since_submit(attempt_->sent_at());
    out_.when.head = since_submit(attempt_->head_at());
    out_.when.reused = attempt_->reused();
}

void active_call::parse_body() {
    if (spec_.as == delivery::raw || out_.body.empty()) return;
    if (out_.head->status >= 400 || is_json(out_.head->get("content-type")))
        out_.document = json::document::parse(out_.body);
}

// Every path ends here, done or abandoned: what the call holds goes back now, not with its handle.
void active_call::finish() noexcept {
    over_.store(true, std::memory_order_release);
    pump_.reset();
    attempt_.reset();
    turn_.reset();
    pause_.unlink();
    // Without a side it has never been on the engine: this may be any thread.
    if (via_ && side_) {
        --via_->in_flight;
        via_->publish();
    }
    side_.reset();
    sink_.reset();
    via_.reset();
}

double active_call::since_submit(time_point when) const noexcept {
    if (when == time_point{}) return -1;
    return std::chrono::duration<double>(when - submitted_).count();
}

std::shared_ptr<call> start(std::shared_ptr<transport> via, call_spec spec,
                            std::unique_ptr<call_sink> sink) {
    auto pooled = std::static_pointer_cast<pooled_transport>(std::move(via));
    auto started = std::make_shared<active_call>(std::move(pooled), std::move(spec),
                                                 std::move(sink), net::engine::shared());
    started->submit();
    return started;
}

live_counts live() noexcept {
    return {live_calls, live_streams, net::open_streams()};
}

}  // namespace oai::api
