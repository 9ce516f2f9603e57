// Connects to a unix socket. Engine thread only.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/error.hpp"
#include "core/task.hpp"
#include "net/stream.hpp"

namespace oai::net {

class engine;

class unix_connector {
  public:
    explicit unix_connector(engine& on) : engine_(on) {}
    ~unix_connector() { cancel(); }
    unix_connector(const unix_connector&) = delete;

    // `path`: beginning with a zero byte, a name of Linux's abstract namespace.
    task<error_code> connect(std::string path, std::optional<stream_socket>& out);
    // The pending connect fails with errc::cancelled.
    void cancel() noexcept;

  private:
    class attempt;
    engine& engine_;
    std::shared_ptr<attempt> attempt_;
};

}  // namespace oai::net
