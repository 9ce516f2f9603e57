#include "net/job_queue.hpp"

#include <thread>

namespace oai::net {
namespace {

struct closed_mark final : job {
    void run() noexcept override {}
};
closed_mark closed;

job* oldest_first(job* top) noexcept {
    job* first = nullptr;
    while (top) {
        job* older = top->next;
        top->next = first;
        first = top;
        top = older;
    }
    return first;
}

}  // namespace

job_queue::pushed job_queue::push(std::unique_ptr<job> work) noexcept {
    job* top = top_.load(std::memory_order_relaxed);
    do {
        if (top == &closed) return pushed::refused;
        work->next = top;
    } while (!top_.compare_exchange_weak(top, work.get(), std::memory_order_acq_rel,
                                         std::memory_order_relaxed));
    work.release();
    return top ? pushed::behind_others : pushed::first;
}

void job_queue::run_all() noexcept {
    job* next = oldest_first(top_.exchange(nullptr, std::memory_order_acq_rel));
    while (next) {
        const std::unique_ptr<job> work(next);
        next = work->next;
        work->run();
    }
}

void job_queue::close() noexcept {
    job* next = oldest_first(top_.exchange(&closed, std::memory_order_acq_rel));
    while (inside_.load() != 0) std::this_thread::yield();
    while (next) {
        const std::unique_ptr<job> work(next);
        next = work->next;
    }
}

}  // namespace oai::net
