// A file descriptor that becomes readable: eventfd on Linux, a pipe elsewhere.
#pragma once

namespace oai::bridge {

class wakeup {
  public:
    wakeup();  // throws std::system_error if no descriptor is left
    ~wakeup();
    wakeup(const wakeup&) = delete;
    wakeup& operator=(const wakeup&) = delete;

    int fd() const noexcept;  // to be watched for reading
    void notify() noexcept;   // any thread
    // Consumer thread: makes it unreadable again. Drain first, then look at what was announced.
    void drain() noexcept;

  private:
    int read_ = -1;
    int write_ = -1;  // an eventfd is both ends
};

}  // namespace oai::bridge
