// Files whose bytes go out on a connection. Any thread.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <memory>

namespace oai::net {

// A descriptor of a regular file; closed with the last range that needs it.
class file_handle {
  public:
    explicit file_handle(int descriptor) noexcept : descriptor_(descriptor) {}
    ~file_handle() { ::close(descriptor_); }
    file_handle(const file_handle&) = delete;
    file_handle& operator=(const file_handle&) = delete;

    int get() const noexcept { return descriptor_; }

  private:
    const int descriptor_;
};

struct file_range {
    std::shared_ptr<const file_handle> file;
    std::uint64_t offset = 0, size = 0;
};

}  // namespace oai::net
