// Reads files for the engine, on a thread of its own: a slow disk must not hold up other calls.
// Engine thread only, but for that thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "core/error.hpp"
#include "net/file.hpp"
#include "net/gate.hpp"

namespace oai::net {

class engine;

// One piece of a file on its way into memory. Destroying it forgets the read: the thread finishes
// it in vain.
class file_read {
  public:
    explicit file_read(engine& on) noexcept : done_(on) {}
    ~file_read();
    file_read(const file_read&) = delete;
    file_read& operator=(const file_read&) = delete;

    auto wait() noexcept { return done_.wait(); }
    // Ends the wait now, with errc::cancelled.
    void abandon() noexcept;

    // After wait(). An error: the file does not have the bytes that were asked for.
    error_code result() const noexcept { return result_; }
    std::string_view bytes() const noexcept;

  private:
    friend class file_reader;
    struct block;
    void forget() noexcept;
    void finish() noexcept;

    std::shared_ptr<block> block_;
    error_code result_;
    gate done_;
};

class file_reader {
  public:
    static constexpr std::size_t largest_piece = 64 * 1024;

    explicit file_reader(engine& on);
    ~file_reader();
    file_reader(const file_reader&) = delete;
    file_reader& operator=(const file_reader&) = delete;

    // Begins to read `from`, at most `largest_piece`. `into` is fresh: one piece each.
    void start(file_read& into, const file_range& from);

  private:
    class desk;

    engine& engine_;
    std::shared_ptr<desk> desk_;
    bool running_ = false;
};

}  // namespace oai::net
