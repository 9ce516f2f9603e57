// What the real API complains about in a chat request.
#include <algorithm>

#include "mock/chat.hpp"
#include "mock/check.hpp"

namespace oai::mock {

namespace {

void check_messages(check& good, value messages) {
    std::size_t n = 0;
    messages.each([&](value message) {
        std::string place = "messages[" + std::to_string(n++) + "]";
        if (!message.is_object()) return good.wrong_type(place, "an object", message);
        value role = message["role"];
        if (!role.present()) {
            return good.complain("Missing required parameter: '" + place + ".role'.",
                                 place + ".role", "missing_required_parameter");
        }
        if (!role.is_string()) return good.wrong_type(place + ".role", "a string", role);
        static constexpr std::string_view roles[] = {"system",    "developer", "user",
                                                     "assistant", "tool",      "function"};
        bool known = std::find(std::begin(roles), std::end(roles), role.text()) != std::end(roles);
        if (!known) {
            good.complain("Invalid value: '" + std::string(role.text()) +
                              "'. Supported values are: 'system', 'developer', 'user', "
                              "'assistant', 'tool', and 'function'.",
                          place + ".role", "invalid_value");
        }
        value content = message["content"];
        if (!content.is_null() && !content.is_string() && !content.is_array()) {
            good.wrong_type(place + ".content", "one of a string or array of objects", content);
        }
    });
}

void check_tools(check& good, value tools) {
    std::size_t n = 0;
    tools.each([&](value tool) {
        std::string place = "tools[" + std::to_string(n++) + "]";
        if (!tool.is_object()) return good.wrong_type(place, "an object", tool);
        if (tool["type"].text() == "function" && !tool["function"]["name"].is_string()) {
            good.complain("Missing required parameter: '" + place + ".function.name'.",
                          place + ".function.name", "missing_required_parameter");
        }
    });
}

void check_format(check& good, value format) {
    if (!format.present() || format.is_null()) return;
    std::string_view type = format["type"].text();
    if (type != "text" && type != "json_object" && type != "json_schema") {
        good.complain("Invalid value: '" + std::string(type) +
                          "'. Supported values are: 'json_object', 'json_schema', and 'text'.",
                      "response_format.type", "invalid_value");
    }
    if (type == "json_schema" && !format["json_schema"]["name"].is_string()) {
        good.complain("Missing required parameter: 'response_format.json_schema.name'.",
                      "response_format.json_schema.name", "missing_required_parameter");
    }
}

}  // namespace

void check_chat(check& good, value body) {
    good.needs_model();
    good.needs("messages");
    good.array("messages");
    if (!good.failed() && body["messages"].size() == 0) {
        good.complain("Invalid 'messages': empty array. Expected an array with minimum length 1.",
                      "messages", "empty_array");
    }
    check_messages(good, body["messages"]);
    good.boolean("stream");
    good.number("temperature", 0, 2);
    good.number("top_p", 0, 1);
    good.number("frequency_penalty", -2, 2);
    good.number("presence_penalty", -2, 2);
    good.integer("n", 1, 128);
    good.integer("max_tokens", 1, 1 << 30);
    good.integer("max_completion_tokens", 1, 1 << 30);
    good.integer("seed", INT64_MIN, INT64_MAX);
    good.boolean("logprobs");
    good.integer("top_logprobs", 0, 20);
    good.text_or_list("stop", false);
    good.boolean("store");
    good.object("metadata");
    good.array("tools");
    check_tools(good, body["tools"]);
    good.object("response_format");
    check_format(good, body["response_format"]);
    good.object("stream_options");
    if (!body["stream_options"].is_null() && !body["stream"].truth(false)) {
        good.complain("The 'stream_options' parameter is only allowed when 'stream' is enabled.",
                      "stream_options", "invalid_value");
    }
}

}  // namespace oai::mock
