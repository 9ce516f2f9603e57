// The system calls of the engine's thread, one of which can be made to fail: the N-th from now on,
// for all N. They stand in front of the C library's, so that the code under test is what is
// shipped. Include it in one file of a program.
#pragma once

#include <dlfcn.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace oai::testing {

struct fault {
    const char* name;
    int error = 0;  // errno; 0: the end of the stream, for what reads
    // Nothing fails: a byte comes at a time. Not so for what goes out: Asio takes a short write for
    // a full socket, and waits until it is not full any more.
    bool one_byte = false;
};

inline constexpr fault faults[] = {
    {"reset", ECONNRESET},    {"end", 0},
    {"timed out", ETIMEDOUT}, {"broken pipe", EPIPE},
    {"no memory", ENOBUFS},   {"unreachable", EHOSTUNREACH},
};
inline constexpr fault trickle = {"a byte at a time", 0, true};

// While it lives the N-th call fails, counted from 0; later ones do not.
class failing_call {
  public:
    failing_call(int number, const fault& how) {
        fault_ = &how;
        left_ = how.one_byte ? -1 : number;
        fired_ = nullptr;
        armed_ = true;
    }
    ~failing_call() { armed_ = false; }
    failing_call(const failing_call&) = delete;

    // The name of the call; null: there were not so many.
    const char* fired() const { return fired_; }

    static bool concerns_us() noexcept {
        static thread_local const bool engine = [] {
            char name[16] = "";
            pthread_getname_np(pthread_self(), name, sizeof name);
            return std::strcmp(name, "openai-native") == 0;
        }();
        return armed_.load() && engine;
    }
    // The fault, if this call is the one that has it.
    static const fault* next(const char* name) noexcept {
        if (!concerns_us() || left_-- != 0) return nullptr;
        fired_ = name;
        return fault_;
    }
    static std::size_t bounded(std::size_t size) noexcept {
        return size > 1 && concerns_us() && fault_.load()->one_byte ? 1 : size;
    }

  private:
    static inline std::atomic<const fault*> fault_{&trickle};
    static inline std::atomic<int> left_{-1};
    static inline std::atomic<bool> armed_{false};
    static inline std::atomic<const char*> fired_{nullptr};
};

// `run` with its first call failing, its second, ..., until none is left to fail; and so for each
// fault. `check(result, fired, where)` follows each run.
template <class Run, class Check>
void fail_at_each_call(const std::string& room, Run run, Check check) {
    constexpr int most = 1000;
    int runs = 0;
    for (const fault& how : faults) {
        const char* fired = "";
        for (int number = 0; fired != nullptr; ++number, ++runs) {
            auto result = [&] {
                const failing_call armed(number, how);
                auto got = run();
                fired = armed.fired();
                return got;
            }();
            const std::string call = fired != nullptr ? fired : "none";
            const std::string where =
                room + ", " + how.name + " at call " + std::to_string(number) + ", " + call + ": ";
            check(result, fired != nullptr, where);
            if (number == 0 ? fired == nullptr : number == most) std::abort();
        }
    }
    std::printf("%s: %d runs\n", room.c_str(), runs);
}

template <class Function>
Function* library_call(Function*, const char* name) noexcept {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

inline int failed(const fault& how, int otherwise) noexcept {
    errno = how.error != 0 ? how.error : otherwise;
    return -1;
}

// The connection is gone for both sides, as it is when a call says so.
inline int lost(int socket, const fault& how, int otherwise = 0) noexcept {
    ::shutdown(socket, SHUT_RDWR);
    return how.error == 0 && otherwise == 0 ? 0 : failed(how, otherwise);
}

// The first byte of a message, in a list of its own.
struct first_byte {
    explicit first_byte(const msghdr& of) noexcept : message(of) {
        for (std::size_t i = 0; i < of.msg_iovlen; ++i) {
            if (of.msg_iov[i].iov_len == 0) continue;
            piece = {of.msg_iov[i].iov_base, 1};
            message.msg_iov = &piece;
            message.msg_iovlen = 1;
            return;
        }
    }
    iovec piece{};
    msghdr message;
};

}  // namespace oai::testing

#define OAI_LIBRARY_CALL(name) \
    static auto* const library = oai::testing::library_call(&::name, #name)

extern "C" {

ssize_t recv(int socket, void* into, std::size_t size, int flags) {
    OAI_LIBRARY_CALL(recv);
    if (const auto* how = oai::testing::failing_call::next("recv"))
        return oai::testing::lost(socket, *how);
    return library(socket, into, oai::testing::failing_call::bounded(size), flags);
}

ssize_t recvmsg(int socket, msghdr* into, int flags) {
    OAI_LIBRARY_CALL(recvmsg);
    if (const auto* how = oai::testing::failing_call::next("recvmsg"))
        return oai::testing::lost(socket, *how);
    if (oai::testing::failing_call::bounded(2) == 2) return library(socket, into, flags);
    oai::testing::first_byte one(*into);
    return library(socket, &one.message, flags);
}

ssize_t send(int socket, const void* from, std::size_t size, int flags) {
    OAI_LIBRARY_CALL(send);
    if (const auto* how = oai::testing::failing_call::next("send"))
        return oai::testing::lost(socket, *how, EPIPE);
    return library(socket, from, size, flags);
}

ssize_t sendmsg(int socket, const msghdr* from, int flags) {
    OAI_LIBRARY_CALL(sendmsg);
    if (const auto* how = oai::testing::failing_call::next("sendmsg"))
        return oai::testing::lost(socket, *how, EPIPE);
    return library(socket, from, flags);
}

int socket(int domain, int type, int protocol) noexcept {
    OAI_LIBRARY_CALL(socket);
    if (const auto* how = oai::testing::failing_call::next("socket"))
        return oai::testing::failed(*how, EMFILE);
    return library(domain, type, protocol);
}

int connect(int socket, const sockaddr* to, socklen_t size) {
    OAI_LIBRARY_CALL(connect);
    if (const auto* how = oai::testing::failing_call::next("connect"))
        return oai::testing::failed(*how, ECONNREFUSED);
    return library(socket, to, size);
}

// How a connection attempt has ended.
int getsockopt(int socket, int level, int name, void* value, socklen_t* size) noexcept {
    OAI_LIBRARY_CALL(getsockopt);
    const bool asks = level == SOL_SOCKET && name == SO_ERROR;
    const auto* how = asks ? oai::testing::failing_call::next("getsockopt") : nullptr;
    if (how == nullptr) return library(socket, level, name, value, size);
    const int error = how->error != 0 ? how->error : ECONNREFUSED;
    std::memcpy(value, &error, sizeof error);
    return 0;
}

int epoll_ctl(int epoll, int what, int descriptor, epoll_event* event) noexcept {
    OAI_LIBRARY_CALL(epoll_ctl);
    const auto* how =
        what == EPOLL_CTL_ADD ? oai::testing::failing_call::next("epoll_ctl") : nullptr;
    return how != nullptr ? oai::testing::failed(*how, ENOSPC)
                          : library(epoll, what, descriptor, event);
}

}  // extern "C"

#undef OAI_LIBRARY_CALL
