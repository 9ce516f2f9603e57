#include "api/parsed_stream.hpp"

#include <utility>

namespace oai::api {

pop_result parsed_stream::pop(stream_event& out) {
    while (next_ == ready_.size()) {
        if (last_ != pop_result::empty) return last_;
        if (!decode_more()) return pop_result::empty;
    }
    out = std::move(ready_[next_++]);
    return pop_result::event;
}

bool parsed_stream::arm() {
    return next_ == ready_.size() && last_ == pop_result::empty && bytes_->arm();
}

// False: nothing has come.
bool parsed_stream::decode_more() {
    ready_.clear();
    next_ = 0;
    stream_event chunk;
    const pop_result came = bytes_->pop(chunk);
    if (came == pop_result::empty) return false;
    if (came == pop_result::event) {
        error_ = decoder_.feed(chunk.data, ready_);
        if (error_) {
            last_ = pop_result::failed;
            bytes_->close();
        } else if (decoder_.done()) {
            last_ = pop_result::ended;
            drop_terminator();
        }
        return true;
    }
    if (came == pop_result::ended) decoder_.finish(ready_);
    last_ = came;
    return true;
}

// The connection can be kept if the end of the response is here already.
void parsed_stream::drop_terminator() {
    stream_event rest;
    while (bytes_->pop(rest) == pop_result::event) continue;
    bytes_->close();
}

}  // namespace oai::api
