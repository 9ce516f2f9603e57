// What the mock model says: text or tool calls, from the request alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mock/router.hpp"
#include "mock/value.hpp"

namespace oai::mock {

struct tool_call {
    std::string id;
    std::string name;
    std::string arguments;
};

struct utterance {
    std::string text;
    std::vector<std::uint32_t> ends;  // of the text's tokens
    std::vector<tool_call> calls;
    std::string_view finish = "stop";

    std::string_view token(std::size_t n) const {
        std::size_t start = n == 0 ? 0 : ends[n - 1];
        return std::string_view(text).substr(start, ends[n] - start);
    }
    std::size_t tokens() const;  // what the usage counts
};

// What the three text endpoints ask of the model, in one form.
struct ask {
    std::string_view prompt;
    std::optional<std::int64_t> most_tokens;
    value stop;
    value schema;                                           // of the answer; missing: free text
    bool any_json = false;                                  // json_object
    std::vector<std::pair<std::string_view, value>> tools;  // name, parameters
    bool must_call = false;
    bool may_call = false;
    bool one_call = false;
    std::string_view named_tool;
    std::int64_t seed = 0;
};

// `index` is the number of the choice.
utterance generate(const ask& asked, const call& from, std::uint64_t index);

// The text of a message's content: a string, or the text parts of an array.
std::string content_text(value content);

// Tokens of all text in `messages` (strings, or messages with content), as usage counts them.
std::size_t prompt_tokens(value messages);

}  // namespace oai::mock
