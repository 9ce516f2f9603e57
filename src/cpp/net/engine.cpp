#include "net/engine.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "net/deadline_wheel.hpp"
#include "net/descriptors.hpp"
#include "net/file_reader.hpp"
#include "net/job_queue.hpp"
#include "net/reactor_descriptors.hpp"
#include "net/resolver.hpp"
#include "net/stream.hpp"
#include "net/tls.hpp"

namespace oai::net {

// io_context whose pending handlers, and the coroutines in them, can be destroyed while the rest
// lives.
class dismissable_context : public asio::io_context {
  public:
    dismissable_context() : asio::io_context(1) {}
    void dismiss() { shutdown(); }
};

class io_engine final : public engine {
  public:
    io_engine() : state_(std::make_unique<state>(*this)) {}

    void start();
    void finish() noexcept;

    void submit(std::unique_ptr<job> work) noexcept override;
    asio::io_context& context() noexcept override { return state_->context; }
    executor get_executor() noexcept override { return state_->context.get_executor(); }
    deadline_wheel& wheel() noexcept override { return state_->wheel; }
    resolver& dns() noexcept override { return state_->dns; }
    tls_contexts& tls() noexcept override { return state_->tls; }
    file_reader& files() noexcept override { return state_->files; }
    void settle(resident& who) noexcept override { state_->residents.append(who); }
    pid_t process() const noexcept { return process_; }

    io_engine* retired_before = nullptr;

  private:
    // In the order of construction; destroyed backwards, the io_context last.
    struct state {
        explicit state(io_engine& self)
            : work(context.get_executor()), wheel(context.get_executor()), dns(self), files(self) {}

        dismissable_context context;
        asio::executor_work_guard<executor> work;
        deadline_wheel wheel;
        tls_contexts tls;
        resolver dns;
        file_reader files;
        ring residents;
        std::thread thread;
    };

    void run() noexcept;
    void dismiss_residents() noexcept;

    job_queue jobs_;
    std::unique_ptr<state> state_;
    const pid_t process_ = ::getpid();
};

void io_engine::start() {
    remember_reactor_descriptors(state_->context);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    state_->thread = std::thread([this] { run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void io_engine::run() noexcept {
    pthread_setname_np(pthread_self(), "openai-native");
    for (;;) {
        try {
            state_->context.run();
            return;
        } catch (...) {
            // A handler failed on its own account; the others go on.
        }
    }
}

void io_engine::submit(std::unique_ptr<job> work) noexcept {
    const job_queue::visit inside(jobs_);
    if (jobs_.push(std::move(work)) != job_queue::pushed::first) return;
    asio::post(state_->context, [this] { jobs_.run_all(); });
}

void io_engine::dismiss_residents() noexcept {
    ring told;
    told.take(state_->residents);
    while (!told.alone()) {
        auto& who = static_cast<resident&>(*told.after);
        who.unlink();
        who.engine_stopped();
    }
}

void io_engine::finish() noexcept {
    state_->context.stop();
    if (state_->thread.joinable()) state_->thread.join();
    jobs_.close();
    dismiss_residents();
    // Destroys every suspended coroutine; their destructors still find the wheel and the sockets'
    // services.
    state_->context.dismiss();
    dismiss_residents();
    forget_reactor_descriptors(state_->context);
    state_.reset();
}

namespace {

std::mutex starting;
std::atomic<io_engine*> current{nullptr};
// Stopped and forgotten engines are kept: a thread may still hold the reference, and submit in
// vain.
std::atomic<io_engine*> retired{nullptr};
std::atomic<unsigned> generations{0};

// While a process forks its engine stands in a job of its own, where it holds nobody's lock: those
// of OpenSSL would stay taken in the child.
struct standstill {
    std::promise<void> reached, over;
};
std::shared_ptr<standstill>* while_forking = nullptr;
// An engine that is busy for longer is forked as it is.
constexpr std::chrono::seconds most_patience(1);

void halt_before_fork() {
    starting.lock();
    io_engine* running = current.load(std::memory_order_acquire);
    if (!running || running->process() != ::getpid()) return;
    auto halt = std::make_shared<standstill>();
    running->submit(make_job([halt]() noexcept {
        halt->reached.set_value();
        halt->over.get_future().wait();
    }));
    halt->reached.get_future().wait_for(most_patience);
    while_forking = new std::shared_ptr<standstill>(std::move(halt));
}
void go_on_in_parent() {
    const std::unique_ptr<std::shared_ptr<standstill>> halt(std::exchange(while_forking, nullptr));
    if (halt) (*halt)->over.set_value();
    starting.unlock();
}
void forget_in_child() {
    while_forking = nullptr;  // leaked, as all of the parent's engine, which waits in it
    starting.unlock();
    engine::forget_after_fork();
}

io_engine* retire_current() noexcept {
    io_engine* was = current.exchange(nullptr, std::memory_order_acq_rel);
    if (!was) return nullptr;
    generations.fetch_add(1, std::memory_order_acq_rel);
    was->retired_before = retired.load(std::memory_order_relaxed);
    while (!retired.compare_exchange_weak(was->retired_before, was, std::memory_order_acq_rel))
        continue;
    return was;
}

}  // namespace

engine& engine::shared() {
    if (io_engine* running = current.load(std::memory_order_acquire)) return *running;
    const std::lock_guard guard(starting);
    if (io_engine* running = current.load(std::memory_order_acquire)) return *running;
    static const int registered =
        pthread_atfork(halt_before_fork, go_on_in_parent, forget_in_child);
    static_cast<void>(registered);
    auto fresh = std::make_unique<io_engine>();
    fresh->start();
    generations.fetch_add(1, std::memory_order_acq_rel);
    current.store(fresh.get(), std::memory_order_release);
    return *fresh.release();
}

void engine::stop() noexcept {
    // Held to the end: calls of the next engine share transports with those that are torn down
    // here.
    const std::lock_guard guard(starting);
    io_engine* was = retire_current();
    if (was && was->process() == ::getpid()) was->finish();
}

void engine::forget_after_fork() noexcept {
    io_engine* running = current.load(std::memory_order_acquire);
    if (!running || running->process() == ::getpid()) return;
    retire_current();
    close_inherited_descriptors();
    forget_open_streams();
}

unsigned engine::generation() noexcept {
    return generations.load(std::memory_order_acquire);
}

}  // namespace oai::net
