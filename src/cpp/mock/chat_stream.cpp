// A chat completion as the chunks of a stream.
#include "json/writer.hpp"
#include "mock/chat.hpp"
#include "mock/object_text.hpp"

namespace oai::mock {

namespace {

class chunks {
  public:
    chunks(const chat_facts& facts, value body) : body_(body) {
        object_text start(prefix_);
        start.text("id", facts.id).text("object", "chat.completion.chunk");
        start.number("created", facts.created).text("model", facts.model);
        start.text("service_tier", "default").text("system_fingerprint", "fp_mock");
        start.key("choices");
        with_usage_ = body["stream_options"]["include_usage"].truth(false);
    }

    void choice(std::size_t index, std::string_view delta, std::string_view finish = {},
                std::string_view logprobs = "null") {
        std::string choice = "[{\"index\":" + std::to_string(index) + ",\"delta\":";
        choice += delta;
        choice += ",\"logprobs\":";
        choice += logprobs;
        choice += ",\"finish_reason\":";
        if (finish.empty())
            choice += "null";
        else
            json::write_string(choice, finish);
        choice += "}]";
        push(choice, "null");
    }

    void usage(std::string_view usage) {
        if (with_usage_) push("[]", usage);
    }

    reply take() {
        reply out;
        out.stream = true;
        out.done_marker = true;
        out.events = std::move(events_);
        return out;
    }

  private:
    void push(std::string_view choices, std::string_view usage) {
        std::string json;
        json.reserve(prefix_.size() + choices.size() + 64);
        json.append("data: ");
        json.append(prefix_, 0, prefix_.size() - 1);  // without the closing brace
        json += choices;
        if (with_usage_) {
            json += ",\"usage\":";
            json += usage;
        }
        json += "}\n\n";
        events_.push_back(std::move(json));
    }

    value body_;
    std::string prefix_;
    bool with_usage_ = false;
    std::vector<std::string> events_;
};

std::string text_delta(std::string_view text) {
    std::string out;
    object_text(out).text("content", text);
    return out;
}

// The first delta of a call names it, the others carry its arguments piece by piece.
void stream_call(chunks& out, std::size_t index, std::size_t number, const tool_call& made) {
    auto delta = [&](std::string_view inner) {
        out.choice(index, "{\"tool_calls\":[{\"index\":" + std::to_string(number) +
                              std::string(inner) + "}]}");
    };
    tool_call opening{made.id, made.name, ""};
    std::string named = tool_call_text(opening);
    delta("," + named.substr(1, named.size() - 2));
    constexpr std::size_t piece = 12;
    for (std::size_t at = 0; at < made.arguments.size();) {
        std::size_t end = std::min(at + piece, made.arguments.size());
        auto inside = [&](std::size_t i) { return (made.arguments[i] & 0xC0) == 0x80; };
        while (end < made.arguments.size() && inside(end)) ++end;
        std::string inner = ",\"function\":";
        object_text(inner).text("arguments", std::string_view(made.arguments).substr(at, end - at));
        delta(inner);
        at = end;
    }
}

}  // namespace

reply chat_stream(const chat_facts& facts, value body, const std::vector<utterance>& said) {
    chunks out(facts, body);
    std::size_t tokens = 0;
    bool logprobs = body["logprobs"].truth(false);
    for (std::size_t n = 0; n < said.size(); ++n) {
        const utterance& one = said[n];
        tokens += one.tokens();
        out.choice(n, one.calls.empty()
                          ? "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}"
                          : "{\"role\":\"assistant\",\"content\":null,\"refusal\":null}");
        for (std::size_t t = 0; t < one.ends.size(); ++t) {
            if (logprobs) {
                out.choice(n, text_delta(one.token(t)), {},
                           logprobs_text(one, t, t + 1, body["top_logprobs"].integer(0)));
            } else {
                out.choice(n, text_delta(one.token(t)));
            }
        }
        for (std::size_t k = 0; k < one.calls.size(); ++k) stream_call(out, n, k, one.calls[k]);
        out.choice(n, "{}", one.finish);
    }
    out.usage(usage_text(facts.prompt_tokens, tokens));
    return out.take();
}

}  // namespace oai::mock
