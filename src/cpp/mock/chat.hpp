// The pieces of a chat completion that its unary, streamed and stored forms share.
#pragma once

#include <string>
#include <vector>

#include "mock/check.hpp"
#include "mock/generate.hpp"

namespace oai::mock {

struct chat_facts {
    std::string id;
    std::string_view model;
    std::int64_t created;
    std::size_t prompt_tokens;
};

void check_chat(check& good, value body);
ask chat_ask(value body);
// The first text of a message's content.
std::string_view first_text(value content);
std::string chat_object(const chat_facts& facts, value body, const std::vector<utterance>& said);
reply chat_stream(const chat_facts& facts, value body, const std::vector<utterance>& said);
void store_chat(const call& c, const std::string& id, const std::string& object);

std::string usage_text(std::size_t prompt, std::size_t answer);
std::string tool_call_text(const tool_call& made);
// Log probabilities of the tokens [from, to).
std::string logprobs_text(const utterance& said, std::size_t from, std::size_t to,
                          std::int64_t top);
// The request's metadata as pairs of strings.
std::vector<std::pair<std::string, std::string>> metadata_pairs(value metadata);

}  // namespace oai::mock
