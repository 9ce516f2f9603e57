// A stream of bytes read as a stream of events: parsed by the consumer, on its thread.
#pragma once

#include <memory>
#include <vector>

#include "api/event_decoder.hpp"
#include "api/event_stream.hpp"

namespace oai::api {

class parsed_stream final : public event_stream {
  public:
    // `bytes`: of a call with delivery::bytes, not yet read or read in part.
    explicit parsed_stream(std::shared_ptr<event_stream> bytes) : bytes_(std::move(bytes)) {}

    pop_result pop(stream_event& out) override;
    bool arm() override;
    // The bytes' own is settled once they have ended, which those behind [DONE] need not have.
    const failure& error() const noexcept override {
        return error_ || last_ != pop_result::failed ? error_ : bytes_->error();
    }
    event_times times() const noexcept override { return bytes_->times(); }
    void close() noexcept override { bytes_->close(); }

  private:
    bool decode_more();
    void drop_terminator();

    const std::shared_ptr<event_stream> bytes_;
    event_decoder decoder_;
    std::vector<stream_event> ready_;
    std::size_t next_ = 0;
    pop_result last_ = pop_result::empty;  // what the bytes came to, once ready_ is used up
    failure error_;
};

}  // namespace oai::api
