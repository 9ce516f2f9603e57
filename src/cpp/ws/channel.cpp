#include "ws/channel.hpp"

#include <utility>

namespace oai::ws {

channel::channel(std::optional<watermarks> marks, std::unique_ptr<watcher> news)
    : marks_(marks), news_(std::move(news)) {
    ++live_channels;
}

channel::~channel() {
    --live_channels;
}

template <class F>
void channel::change(F what) {
    bool tell = false;
    {
        const std::scoped_lock lock(mutex_);
        what();
        ++version_;
        tell = std::exchange(armed_, false);
    }
    changed_.notify_all();
    if (tell) news_->changed();
}

void channel::opened(reply answer) {
    change([&] {
        answer_ = std::move(answer);
        stage_ = stage::open;
    });
}

void channel::refused(reply answer) {
    const std::scoped_lock lock(mutex_);
    answer_ = std::move(answer);
}

bool channel::push(message&& came) {
    bool full = false;
    change([&] {
        messages_.push_back(std::move(came));
        full = paused_ = marks_ && messages_.size() >= marks_->high;
    });
    return full;
}

void channel::sent() {
    change([&] { ++sent_; });
}

void channel::finish(ending how) noexcept {
    if (now() == stage::over) return;
    change([&] {
        how_ = std::move(how);
        stage_ = stage::over;
        paused_ = false;
    });
}

stage channel::now() const noexcept {
    const std::scoped_lock lock(mutex_);
    return stage_;
}

std::uint64_t channel::version() const noexcept {
    const std::scoped_lock lock(mutex_);
    return version_;
}

std::uint64_t channel::sent_count() const noexcept {
    const std::scoped_lock lock(mutex_);
    return sent_;
}

popped channel::pop(message& out, bool& resume) {
    const std::scoped_lock lock(mutex_);
    resume = false;
    if (messages_.empty()) return stage_ == stage::over ? popped::over : popped::empty;
    out = std::move(messages_.front());
    messages_.pop_front();
    if (paused_ && messages_.size() <= marks_->low) {
        paused_ = false;
        resume = true;
    }
    return popped::message;
}

bool channel::arm(std::uint64_t seen) noexcept {
    const std::scoped_lock lock(mutex_);
    if (version_ != seen) return false;
    armed_ = true;
    return true;
}

void channel::wait(std::uint64_t seen, limit most) {
    std::unique_lock lock(mutex_);
    const auto other = [&] { return version_ != seen; };
    if (most)
        changed_.wait_for(lock, *most, other);
    else
        changed_.wait(lock, other);
}

void channel::nudge() noexcept {
    change([] {});
}

}  // namespace oai::ws
