// The server: its threads, its listening socket. Start once, stop from any thread.
#pragma once

#include <memory>
#include <string>

#include "core/error.hpp"
#include "mock/options.hpp"
#include "mock/world.hpp"

namespace oai::mock {

class server {
  public:
    explicit server(options settings);
    ~server();  // stops
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    // Listens and starts the threads. The error says why not; `server` may be thrown away then.
    error_code start();
    void stop();  // closes every connection; twice is harmless
    // After fork, in the child: closes the descriptors; the threads stayed with the parent.
    void forget();

    std::uint16_t port() const noexcept { return port_; }
    journal& log() noexcept { return world_.log; }
    const options& settings() const noexcept { return world_.settings; }

  private:
    struct worker;
    struct threads;

    world world_;
    std::unique_ptr<threads> threads_;
    std::uint16_t port_ = 0;
};

}  // namespace oai::mock
