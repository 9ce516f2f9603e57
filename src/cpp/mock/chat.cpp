// POST /chat/completions and its unary answer. Streams are in chat_stream.cpp.
#include "mock/chat.hpp"

#include "mock/check.hpp"
#include "mock/endpoints.hpp"
#include "mock/object_text.hpp"
#include "mock/text.hpp"

namespace oai::mock {

namespace {

std::string logprob_entry(std::string_view token, std::int64_t top) {
    double logprob = -static_cast<double>(hash(token) % 1000) / 1000;
    auto facts = [&](object_text& out, double value) {
        out.text("token", token).real("logprob", value);
        std::string& bytes = out.key("bytes");
        for (std::size_t i = 0; i < token.size(); ++i) {
            bytes += i == 0 ? '[' : ',';
            json::write_integer(bytes, static_cast<unsigned char>(token[i]));
        }
        bytes += token.empty() ? "[]" : "]";
    };
    std::string text;
    object_text out(text);
    facts(out, logprob);
    std::string& list = out.key("top_logprobs");
    list += '[';
    for (std::int64_t n = 0; n < top; ++n) {
        if (n != 0) list += ',';
        object_text one(list);
        facts(one, logprob - static_cast<double>(n));
    }
    list += ']';
    return text + "}";
}

}  // namespace

std::string logprobs_text(const utterance& said, std::size_t from, std::size_t to,
                          std::int64_t top) {
    std::string out = "{\"content\":[";
    for (std::size_t n = from; n < to; ++n) {
        if (n != from) out += ',';
        out += logprob_entry(said.token(n), top);
    }
    return out + "],\"refusal\":null}";
}

ask chat_ask(value body) {
    ask asked;
    std::string_view last_role;
    body["messages"].each([&](value message) {
        last_role = message["role"].text();
        if (last_role == "user") asked.prompt = first_text(message["content"]);
    });
    for (auto name : {"max_tokens", "max_completion_tokens"}) {
        if (body[name].is_integer()) asked.most_tokens = body[name].integer(1);
    }
    asked.stop = body["stop"];
    asked.seed = body["seed"].integer(0);
    value format = body["response_format"];
    asked.any_json = format["type"].text() == "json_object";
    if (format["type"].text() == "json_schema") asked.schema = format["json_schema"]["schema"];
    body["tools"].each([&](value tool) {
        value function = tool["function"];
        if (function.present()) {
            asked.tools.emplace_back(function["name"].text(), function["parameters"]);
        }
    });
    value choice = body["tool_choice"];
    asked.named_tool = choice["function"]["name"].text();
    asked.must_call = choice.text() == "required" || !asked.named_tool.empty();
    // After a tool's result the model talks: else a loop of calls would never end.
    asked.may_call = choice.text() != "none" && last_role != "tool";
    asked.one_call = !body["parallel_tool_calls"].truth(true);
    return asked;
}

std::string usage_text(std::size_t prompt, std::size_t answer) {
    std::string out = "{\"prompt_tokens\":" + std::to_string(prompt) +
                      ",\"completion_tokens\":" + std::to_string(answer) +
                      ",\"total_tokens\":" + std::to_string(prompt + answer);
    return out +
           ",\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
           "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,"
           "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}";
}

std::string tool_call_text(const tool_call& made) {
    std::string out;
    {
        object_text call(out);
        call.text("id", made.id).text("type", "function");
        object_text(call.key("function")).text("name", made.name).text("arguments", made.arguments);
    }
    return out;
}

namespace {

void write_choice(std::string& out, const utterance& said, value body, std::int64_t index) {
    object_text choice(out);
    choice.number("index", index);
    {
        object_text message(choice.key("message"));
        message.text("role", "assistant");
        if (said.calls.empty())
            message.text("content", said.text);
        else
            message.raw("content", "null");
        if (!said.calls.empty()) {
            std::string& calls = message.key("tool_calls");
            for (std::size_t n = 0; n < said.calls.size(); ++n) {
                calls += n == 0 ? '[' : ',';
                calls += tool_call_text(said.calls[n]);
            }
            calls += ']';
        }
        message.raw("refusal", "null").raw("annotations", "[]");
    }
    bool wants = body["logprobs"].truth(false) && said.calls.empty();
    choice.raw(
        "logprobs",
        wants ? logprobs_text(said, 0, said.ends.size(), body["top_logprobs"].integer(0)) : "null");
    choice.text("finish_reason", said.finish);
}

}  // namespace

std::string chat_object(const chat_facts& facts, value body, const std::vector<utterance>& said) {
    std::string out;
    out.reserve(1024);
    object_text chat(out);
    chat.text("id", facts.id).text("object", "chat.completion").number("created", facts.created);
    chat.text("model", facts.model);
    std::size_t tokens = 0;
    std::string& choices = chat.key("choices");
    for (std::size_t n = 0; n < said.size(); ++n) {
        choices += n == 0 ? '[' : ',';
        write_choice(choices, said[n], body, static_cast<std::int64_t>(n));
        tokens += said[n].tokens();
    }
    choices += ']';
    chat.raw("usage", usage_text(facts.prompt_tokens, tokens));
    if (body["store"].truth(false)) {
        value metadata = body["metadata"];
        chat.raw("metadata", metadata.is_object() ? metadata.json() : "{}");
    }
    chat.text("service_tier", "default").text("system_fingerprint", "fp_mock");
    return out + "}";
}

reply create_chat(const call& c) {
    check good(c.body);
    check_chat(good, c.body);
    if (good.failed()) return good.take();
    ask asked = chat_ask(c.body);
    std::vector<utterance> said;
    for (std::int64_t n = 0; n < c.body["n"].integer(1); ++n) {
        said.push_back(generate(asked, c, static_cast<std::uint64_t>(n)));
    }
    chat_facts facts{c.state.new_id("chatcmpl-"), c.body["model"].text(), c.state.now(),
                     prompt_tokens(c.body["messages"])};
    bool stream = c.body["stream"].truth(false);
    if (stream && !c.body["store"].truth(false)) return chat_stream(facts, c.body, said);
    std::string object = chat_object(facts, c.body, said);
    if (c.body["store"].truth(false)) store_chat(c, facts.id, object);
    if (stream) return chat_stream(facts, c.body, said);
    return json_reply(std::move(object));
}

}  // namespace oai::mock
