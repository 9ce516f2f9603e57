#include "net/file_reader.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

#include "net/engine.hpp"

namespace oai::net {

// Shared with the thread while it reads.
struct file_read::block {
    file_range from;
    std::string bytes;
    bool complete = false;
    file_read* reader = nullptr;  // engine thread only; null: nobody waits any more

    void fill() noexcept {
        std::size_t filled = 0;
        while (filled < bytes.size()) {
            const ssize_t got =
                ::pread(from.file->get(), bytes.data() + filled, bytes.size() - filled,
                        static_cast<off_t>(from.offset + filled));
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return;
            filled += static_cast<std::size_t>(got);
        }
        complete = true;
    }
};

file_read::~file_read() {
    forget();
}

void file_read::forget() noexcept {
    if (block_) block_->reader = nullptr;
}

void file_read::abandon() noexcept {
    if (done_.opened()) return;
    forget();
    result_ = errc::cancelled;
    done_.open();
}

void file_read::finish() noexcept {
    if (!block_->complete) result_ = errc::body_unreadable;
    done_.open();
}

std::string_view file_read::bytes() const noexcept {
    return block_ && !result_ ? std::string_view(block_->bytes) : std::string_view();
}

// Where the engine leaves its orders; the thread may outlive the engine.
class file_reader::desk {
  public:
    using order = std::shared_ptr<file_read::block>;

    explicit desk(engine& on) noexcept : engine_(&on) {}

    void put(order next) {
        const std::lock_guard guard(mutex_);
        orders_.push_back(std::move(next));
        changed_.notify_one();
    }

    void close() noexcept {
        const std::lock_guard guard(mutex_);
        engine_ = nullptr;
        changed_.notify_one();
    }

    void serve() noexcept {
        pthread_setname_np(pthread_self(), "openai-files");
        while (order next = take()) {
            next->fill();
            deliver(std::move(next));
        }
    }

  private:
    order take() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return engine_ == nullptr || !orders_.empty(); });
        if (engine_ == nullptr) return nullptr;
        order next = std::move(orders_.front());
        orders_.pop_front();
        return next;
    }

    void deliver(order done) noexcept {
        const std::lock_guard guard(mutex_);
        if (engine_ == nullptr) return;
        engine_->submit(make_job([done = std::move(done)]() noexcept {
            if (done->reader != nullptr) done->reader->finish();
        }));
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<order> orders_;
    engine* engine_;
};

file_reader::file_reader(engine& on) : engine_(on), desk_(std::make_shared<desk>(on)) {}

file_reader::~file_reader() {
    desk_->close();
}

void file_reader::start(file_read& into, const file_range& from) {
    auto order = std::make_shared<file_read::block>();
    order->from = from;
    order->bytes.resize(std::min<std::uint64_t>(from.size, largest_piece));
    order->reader = &into;
    into.block_ = order;
    if (!running_) {
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        try {
            std::thread([desk = desk_] { desk->serve(); }).detach();
            running_ = true;
        } catch (const std::system_error&) {
            // Out of threads: the file is read right here, rather than not at all.
            order->fill();
        }
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }
    if (running_) return desk_->put(std::move(order));
    into.finish();
}

}  // namespace oai::net
