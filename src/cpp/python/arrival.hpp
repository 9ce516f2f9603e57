// What the engine sends to Python's side: the outcome of a call, a retry before it, a question
// before that, or (none of them) "look at your stream".
#pragma once

#include <cstddef>
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

    // Frees what the loop's thread has allocated; bytes that the rest holds, about. Null: it holds
    // something that must not wait to be freed.
    std::optional<std::size_t> strip() noexcept {
        if (!result) return sizeof(arrival);
        if (result->events) return std::nullopt;
        result->request = http::request();
        const std::size_t tokens = result->document ? result->document->size() : 0;
        return sizeof(arrival) + 2 * result->body.capacity() + tokens * sizeof(json::token);
    }
};

}  // namespace oai::python
