// A file descriptor that becomes readable: eventfd on Linux, a pipe elsewhere.
#pragma once

namespace oai::bridge {

class wakeup {
  public:
    wakeup();  // throws std::system_error if no descriptor is left
    ~wakeup();
    wakeup(const wakeup&) = delete;
    wakeup& operator=(const wakeup&) = delete;

    int fd() const noexcept;     // to be watched for reading
    void notify() noexcept;      // any thread
    void drain() noexcept;       // consumer thread: makes it unreadable again

  private:
    int read_ = -1;
    int write_ = -1;
};

}  // namespace oai::bridge
