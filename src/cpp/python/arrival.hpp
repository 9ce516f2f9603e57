// What the engine sends to Python's side: the outcome of a call, a retry before it, a question
// before that, or (none of them) "look at your stream".
#pragma once

#include <cstdint>
#include <optional>

#include "api/call.hpp"
#include "bridge/completion_queue.hpp"

namespace oai::python {

struct arrival final : bridge::completion {
    explicit arrival(std::uint64_t of = 0) noexcept { ticket = of; }

    std::optional<api::outcome> result;
    std::optional<api::next_attempt> retry;
    bool asks = false;
};

}  // namespace oai::python
