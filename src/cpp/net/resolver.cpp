#include "net/resolver.hpp"

#include <netdb.h>
#include <pthread.h>

#include <atomic>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <cstring>
#include <mutex>
#include <thread>

#include "net/engine.hpp"

namespace oai::net {
namespace {

constexpr std::size_t remembered_names = 256;

std::string key_of(const std::string& host, std::uint16_t port) {
    return host + ' ' + std::to_string(port);
}

std::shared_ptr<const resolution> literal(const std::string& host, std::uint16_t port) {
    error_code not_an_address;
    const auto address = asio::ip::make_address(host, not_an_address);
    if (not_an_address) return nullptr;
    auto found = std::make_shared<resolution>();
    found->addresses.emplace_back(address, port);
    return found;
}

// Blocks; runs on a thread of its own.
resolution ask_system(const std::string& host, std::uint16_t port) {
    resolution found;
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
    addrinfo* list = nullptr;
    int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
    if (failed == EAI_BADFLAGS || failed == EAI_NONAME || failed == EAI_ADDRFAMILY) {
        hints.ai_flags = AI_NUMERICSERV;  // a machine whose only interface is loopback
        failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
    }
    if (failed) {
        found.reason = ::gai_strerror(failed);
        return found;
    }
    for (const addrinfo* at = list; at; at = at->ai_next) {
        asio::ip::tcp::endpoint where;
        if (at->ai_addrlen > where.capacity()) continue;
        std::memcpy(where.data(), at->ai_addr, at->ai_addrlen);
        where.resize(at->ai_addrlen);
        found.addresses.push_back(where);
    }
    ::freeaddrinfo(list);
    return found;
}

}  // namespace

// Where a look-up thread leaves its answer; it may outlive the engine.
class resolver::mailbox {
  public:
    explicit mailbox(engine& on) noexcept : engine_(&on) {}

    void post(std::unique_ptr<job> letter) noexcept {
        const std::lock_guard guard(mutex_);
        if (engine_) engine_->submit(std::move(letter));
    }
    void close() noexcept {
        const std::lock_guard guard(mutex_);
        engine_ = nullptr;
    }

  private:
    std::mutex mutex_;
    engine* engine_;
};

struct resolver::question {
    std::string host;
    std::uint16_t port = 0;
    bool asking = false;
    std::shared_ptr<const resolution> answer;
    time_point answered;
    ring waiting;
};

void lookup::abandon() noexcept {
    unlink();
    if (!done_.opened()) done_.open();
}

resolver::resolver(engine& on) : engine_(on), mailbox_(std::make_shared<mailbox>(on)) {}

resolver::~resolver() {
    mailbox_->close();
}

void resolver::start(lookup& who, const std::string& host, std::uint16_t port) {
    if (auto known = literal(host, port)) {
        who.result_ = std::move(known);
        who.done_.open();
        return;
    }
    const auto now = steady::now();
    if (questions_.size() >= remembered_names) drop_stale(now);
    const std::string key = key_of(host, port);
    auto& about = questions_[key];
    if (!about) {
        about = std::make_unique<question>();
        about->host = host;
        about->port = port;
    }
    if (about->answer && now - about->answered < time_to_live) {
        who.result_ = about->answer;
        who.done_.open();
        return;
    }
    about->waiting.append(who);
    if (!about->asking) ask(key, *about);
}

void resolver::ask(const std::string& key, question& about) {
    // A thread a question: one dead name server must not hold up the other names.
    about.asking = true;
    const auto send = [this, box = mailbox_, key, host = about.host, port = about.port] {
        pthread_setname_np(pthread_self(), "openai-dns");
        auto found = std::make_shared<const resolution>(ask_system(host, port));
        box->post(make_job([this, key, found] { answer(key, found); }));
    };
    try {
        std::thread(send).detach();
    } catch (const std::system_error& out_of_threads) {
        auto none = std::make_shared<resolution>();
        none->reason = out_of_threads.what();
        engine_.submit(make_job([this, key, none] { answer(key, none); }));
    }
}

void resolver::answer(const std::string& key, std::shared_ptr<const resolution> found) noexcept {
    const auto at = questions_.find(key);
    if (at == questions_.end()) return;
    question& about = *at->second;
    about.asking = false;
    about.answered = steady::now();
    about.answer = found->addresses.empty() ? nullptr : found;
    while (!about.waiting.alone()) {
        auto& who = static_cast<lookup&>(*about.waiting.after);
        who.unlink();
        who.result_ = found;
        who.done_.open();
    }
    if (!about.answer) questions_.erase(at);
}

void resolver::forget(const std::string& host, std::uint16_t port) noexcept {
    const auto at = questions_.find(key_of(host, port));
    if (at != questions_.end() && !at->second->asking) questions_.erase(at);
}

void resolver::drop_stale(time_point now) noexcept {
    std::erase_if(questions_, [now](const auto& entry) {
        const question& about = *entry.second;
        return !about.asking && now - about.answered >= time_to_live;
    });
}

}  // namespace oai::net
