// POST /completions, the older text endpoint.
#include "mock/chat.hpp"
#include "mock/check.hpp"
#include "mock/endpoints.hpp"
#include "mock/object_text.hpp"
#include "mock/text.hpp"

namespace oai::mock {

namespace {

// One string is one prompt, so is one list of numbers; lists of those are several.
std::vector<value> prompts_of(value prompt) {
    std::vector<value> out;
    if (prompt.is_array() && !prompt.first().is_number()) {
        prompt.each([&](value one) { out.push_back(one); });
    } else {
        out.push_back(prompt);
    }
    return out;
}

void check_body(check& good, value body) {
    good.needs_model();
    good.needs("prompt");
    good.text_or_list("prompt", true);
    good.boolean("stream");
    good.boolean("echo");
    good.integer("n", 1, 128);
    good.integer("max_tokens", 0, 1 << 30);
    good.integer("logprobs", 0, 5);
    good.number("temperature", 0, 2);
    good.number("top_p", 0, 1);
    good.text_or_list("stop", false);
    good.object("stream_options");
    if (!body["stream_options"].is_null() && !body["stream"].truth(false)) {
        good.complain("The 'stream_options' parameter is only allowed when 'stream' is enabled.",
                      "stream_options", "invalid_value");
    }
}

// The logprobs of the tokens [from, to), in this endpoint's own form.
std::string legacy_logprobs(const utterance& said, std::size_t from, std::size_t to) {
    std::string tokens, values, tops, offsets;
    for (std::size_t n = from; n < to; ++n) {
        std::string token, logprob;
        json::write_string(token, said.token(n));
        json::write_real(logprob, -static_cast<double>(hash(said.token(n)) % 1000) / 1000);
        std::string_view comma = n == from ? "" : ",";
        (tokens += comma) += token;
        (values += comma) += logprob;
        tops.append(comma).append("{").append(token).append(":").append(logprob).append("}");
        (offsets += comma) += std::to_string(n == 0 ? 0 : said.ends[n - 1]);
    }
    return "{\"tokens\":[" + tokens + "],\"token_logprobs\":[" + values + "],\"top_logprobs\":[" +
           tops + "],\"text_offset\":[" + offsets + "]}";
}

std::string choice_text(std::size_t index, std::string_view text, std::string_view logprobs,
                        std::string_view finish) {
    std::string out;
    {
        object_text choice(out);
        choice.text("text", text).number("index", static_cast<std::int64_t>(index));
        choice.raw("logprobs", logprobs);
        if (finish.empty())
            choice.raw("finish_reason", "null");
        else
            choice.text("finish_reason", finish);
    }
    return out;
}

class completion {
  public:
    explicit completion(const call& c)
        : c_(c),
          id_(c.state.new_id("cmpl-")),
          created_(c.state.now()),
          logprobs_(c.body["logprobs"].is_integer()) {}

    void generate_all() {
        auto prompts = prompts_of(c_.body["prompt"]);
        for (value prompt : prompts) {
            ask asked;
            asked.prompt = prompt.text();
            asked.stop = c_.body["stop"];
            asked.seed = c_.body["seed"].integer(0);
            if (c_.body["max_tokens"].is_integer()) {
                asked.most_tokens = c_.body["max_tokens"].integer(16);
            }
            for (std::int64_t n = 0; n < c_.body["n"].integer(1); ++n) {
                said_.push_back(generate(asked, c_, static_cast<std::uint64_t>(n)));
                answer_tokens_ += said_.back().tokens();
                echoes_.push_back(c_.body["echo"].truth(false) ? prompt.text() : "");
            }
        }
        prompt_tokens_ = prompt_tokens(c_.body["prompt"]);
    }

    reply whole() const {
        std::string choices;
        for (std::size_t n = 0; n < said_.size(); ++n) {
            const utterance& one = said_[n];
            if (n != 0) choices += ',';
            choices += choice_text(n, std::string(echoes_[n]) + one.text,
                                   logprobs_ ? legacy_logprobs(one, 0, one.ends.size()) : "null",
                                   one.finish);
        }
        return json_reply(object(choices, usage()));
    }

    reply stream() const {
        reply out;
        out.stream = out.done_marker = true;
        bool with_usage = c_.body["stream_options"]["include_usage"].truth(false);
        std::string_view no_usage = with_usage ? "null" : "";
        auto push = [&](const std::string& choice) {
            out.events.push_back(frame(object(choice, no_usage)));
        };
        for (std::size_t n = 0; n < said_.size(); ++n) {
            const utterance& one = said_[n];
            if (!echoes_[n].empty()) push(choice_text(n, echoes_[n], "null", {}));
            for (std::size_t t = 0; t < one.ends.size(); ++t) {
                push(choice_text(n, one.token(t),
                                 logprobs_ ? legacy_logprobs(one, t, t + 1) : "null", {}));
            }
            push(choice_text(n, "", "null", one.finish));
        }
        if (with_usage) out.events.push_back(frame(object({}, usage())));
        return out;
    }

  private:
    std::string usage() const { return usage_text(prompt_tokens_, answer_tokens_); }

    std::string object(std::string_view choices, std::string_view usage) const {
        std::string out;
        {
            object_text completion(out);
            completion.text("id", id_).text("object", "text_completion");
            completion.number("created", created_).text("model", c_.body["model"].text());
            completion.raw("choices", "[" + std::string(choices) + "]");
            if (!usage.empty()) completion.raw("usage", usage);
            completion.text("system_fingerprint", "fp_mock");
        }
        return out;
    }

    const call& c_;
    std::string id_;
    std::int64_t created_;
    bool logprobs_;
    std::vector<utterance> said_;
    std::vector<std::string_view> echoes_;
    std::size_t prompt_tokens_ = 0;
    std::size_t answer_tokens_ = 0;
};

}  // namespace

reply create_completion(const call& c) {
    check good(c.body);
    check_body(good, c.body);
    if (good.failed()) return good.take();
    completion made(c);
    made.generate_all();
    return c.body["stream"].truth(false) ? made.stream() : made.whole();
}

}  // namespace oai::mock
