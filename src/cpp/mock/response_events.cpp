// The events of a streamed response, in the order and with the numbers of the real API.
#include "json/writer.hpp"
#include "mock/object_text.hpp"
#include "mock/reply.hpp"
#include "mock/response.hpp"

namespace oai::mock {

namespace {

class event_list {
  public:
    // `rest` is what follows the type: ",\"key\":value...".
    void push(std::string_view type, std::string_view rest) {
        std::string json;
        {
            object_text event(json);
            event.text("type", type);
            event.number("sequence_number", static_cast<std::int64_t>(frames.size()));
            json += rest;
        }
        frames.push_back(frame(json, type));
    }
    std::vector<std::string> frames;
};

std::string text_field(std::string_view name, std::string_view text) {
    std::string out = ",\"" + std::string(name) + "\":";
    json::write_string(out, text);
    return out;
}

void push_message(event_list& out, const utterance& said, const std::string& place) {
    std::string part = place + ",\"content_index\":0";
    out.push("response.content_part.added", part + ",\"part\":" + output_text_part(""));
    for (std::size_t n = 0; n < said.ends.size(); ++n) {
        out.push("response.output_text.delta",
                 part + text_field("delta", said.token(n)) + ",\"logprobs\":[]");
    }
    out.push("response.output_text.done",
             part + text_field("text", said.text) + ",\"logprobs\":[]");
    out.push("response.content_part.done", part + ",\"part\":" + output_text_part(said.text));
}

void push_call(event_list& out, const output_item& item, const std::string& place) {
    const std::string& arguments = item.made.arguments;
    constexpr std::size_t piece = 12;
    for (std::size_t at = 0; at < arguments.size();) {
        std::size_t end = std::min(at + piece, arguments.size());
        while (end < arguments.size() && (arguments[end] & 0xC0) == 0x80) ++end;
        std::string_view delta = std::string_view(arguments).substr(at, end - at);
        out.push("response.function_call_arguments.delta", place + text_field("delta", delta));
        at = end;
    }
    out.push("response.function_call_arguments.done",
             place + text_field("arguments", arguments) + text_field("name", item.made.name));
}

}  // namespace

std::vector<std::string> response_events(const response_facts& facts, value body) {
    event_list out;
    std::string started = ",\"response\":" + response_object(facts, body, "in_progress");
    out.push("response.created", started);
    out.push("response.in_progress", started);
    for (std::size_t n = 0; n < facts.items.size(); ++n) {
        const output_item& item = facts.items[n];
        std::string index = ",\"output_index\":" + std::to_string(n);
        std::string place = text_field("item_id", item.id) + index;
        out.push("response.output_item.added", index + ",\"item\":" + item.added());
        if (item.is_call)
            push_call(out, item, place);
        else
            push_message(out, facts.said, place);
        out.push("response.output_item.done",
                 index + ",\"item\":" + item.whole(facts.said, facts.final_status()));
    }
    std::string_view status = facts.final_status();
    out.push("response." + std::string(status),
             ",\"response\":" + response_object(facts, body, status));
    return std::move(out.frames);
}

}  // namespace oai::mock
