#include "bridge/wakeup.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <cstdint>
#include <system_error>
#ifdef __linux__
#include <sys/eventfd.h>
#endif

namespace oai::bridge {

#ifdef __linux__

wakeup::wakeup() {
    read_ = write_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (read_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

wakeup::~wakeup() {
    ::close(read_);
}

#else

wakeup::wakeup() {
    int ends[2];
    if (::pipe(ends) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    for (const int end : ends) {
        ::fcntl(end, F_SETFL, O_NONBLOCK);
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
    }
    read_ = ends[0];
    write_ = ends[1];
}

wakeup::~wakeup() {
    ::close(read_);
    ::close(write_);
}

#endif

int wakeup::fd() const noexcept {
    return read_;
}

void wakeup::notify() noexcept {
    // A full counter or pipe (EAGAIN) is readable already: nothing is lost.
    const std::uint64_t one = 1;
    while (::write(write_, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

void wakeup::drain() noexcept {
    std::uint64_t sink[16];
    for (;;) {
        const auto got = ::read(read_, sink, sizeof sink);
        if (got < 0 && errno == EINTR) continue;
        // An eventfd is empty after one read; a pipe may hold more than the buffer.
        if (got < static_cast<ssize_t>(sizeof sink)) return;
    }
}

}  // namespace oai::bridge
