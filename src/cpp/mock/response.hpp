// The pieces of a Responses-API answer that its unary, streamed and stored forms share.
#pragma once

#include <string>
#include <vector>

#include "mock/generate.hpp"

namespace oai::mock {

// One item of the output, in the states that a stream shows it in.
struct output_item {
    std::string id;
    bool is_call = false;
    tool_call made;             // when a call
    std::string added() const;  // in progress, empty
    std::string whole(const utterance& said, std::string_view status = "completed") const;
};

struct response_facts {
    std::string id;
    std::int64_t created = 0;
    std::size_t input_tokens = 0;
    utterance said;
    std::vector<output_item> items;

    std::string_view final_status() const {
        return said.finish == "length" ? "incomplete" : "completed";
    }
};

// The response object; `status` other than final: no output and no usage yet.
std::string response_object(const response_facts& facts, value body, std::string_view status);
// Every event of the stream, as frames.
std::vector<std::string> response_events(const response_facts& facts, value body);

std::string output_text_part(std::string_view text);

}  // namespace oai::mock
