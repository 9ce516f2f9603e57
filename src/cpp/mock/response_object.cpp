#include "mock/object_text.hpp"
#include "mock/response.hpp"

namespace oai::mock {

namespace {

std::string response_usage(std::size_t input, std::size_t output) {
    return "{\"input_tokens\":" + std::to_string(input) +
           ",\"input_tokens_details\":{\"cached_tokens\":0,\"cache_write_tokens\":0}"
           ",\"output_tokens\":" +
           std::to_string(output) +
           ",\"output_tokens_details\":{\"reasoning_tokens\":0},\"total_tokens\":" +
           std::to_string(input + output) + "}";
}

// Settings that the answer repeats, with what they are when not given.
constexpr std::pair<std::string_view, std::string_view> repeated[] = {
    {"background", "false"},
    {"instructions", "null"},
    {"max_output_tokens", "null"},
    {"max_tool_calls", "null"},
    {"metadata", "{}"},
    {"parallel_tool_calls", "true"},
    {"previous_response_id", "null"},
    {"prompt_cache_key", "null"},
    {"reasoning", "{\"effort\":null,\"summary\":null}"},
    {"safety_identifier", "null"},
    {"store", "true"},
    {"temperature", "1.0"},
    {"text", "{\"format\":{\"type\":\"text\"},\"verbosity\":\"medium\"}"},
    {"tool_choice", "\"auto\""},
    {"tools", "[]"},
    {"top_logprobs", "0"},
    {"top_p", "1.0"},
    {"truncation", "\"disabled\""},
    {"user", "null"},
};

std::string call_text(const output_item& item, std::string_view status,
                      std::string_view arguments) {
    std::string out;
    object_text(out)
        .text("id", item.id)
        .text("type", "function_call")
        .text("status", status)
        .text("arguments", arguments)
        .text("call_id", item.made.id)
        .text("name", item.made.name);
    return out;
}

std::string message_text(const output_item& item, std::string_view status,
                         std::string_view content) {
    std::string out;
    object_text(out)
        .text("id", item.id)
        .text("type", "message")
        .text("status", status)
        .raw("content", content)
        .text("role", "assistant");
    return out;
}

}  // namespace

std::string output_text_part(std::string_view text) {
    std::string out;
    object_text(out)
        .text("type", "output_text")
        .raw("annotations", "[]")
        .raw("logprobs", "[]")
        .text("text", text);
    return out;
}

std::string output_item::added() const {
    return is_call ? call_text(*this, "in_progress", "") : message_text(*this, "in_progress", "[]");
}

std::string output_item::whole(const utterance& said, std::string_view status) const {
    return is_call ? call_text(*this, status, made.arguments)
                   : message_text(*this, status, "[" + output_text_part(said.text) + "]");
}

std::string response_object(const response_facts& facts, value body, std::string_view status) {
    bool final = status == facts.final_status();
    bool cut = final && status == "incomplete";
    std::string out;
    {
        object_text object(out);
        object.text("id", facts.id).text("object", "response");
        object.number("created_at", facts.created).text("status", status).raw("error", "null");
        object.raw("incomplete_details", cut ? "{\"reason\":\"max_output_tokens\"}" : "null");
        object.text("model", body["model"].text());
        std::string& output = object.key("output");
        output += '[';
        for (std::size_t n = 0; final && n < facts.items.size(); ++n) {
            if (n != 0) output += ',';
            output += facts.items[n].whole(facts.said, status);
        }
        output += ']';
        for (const auto& [name, otherwise] : repeated) {
            value given = body[name];
            if (given.is_null())
                object.raw(name, otherwise);
            else
                given.write(object.key(name));
        }
        object.text("service_tier", "default");
        object.raw("usage",
                   final ? response_usage(facts.input_tokens, facts.said.tokens()) : "null");
    }
    return out;
}

}  // namespace oai::mock
