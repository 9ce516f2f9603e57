#include "mock/generate.hpp"

#include <algorithm>

#include "mock/object_text.hpp"
#include "mock/schema.hpp"
#include "mock/text.hpp"

namespace oai::mock {

namespace {

void call_tools(utterance& said, const ask& asked, const call& from) {
    auto add_call = [&](std::string_view name, value parameters) {
        tool_call made{from.state.new_id("call_"), std::string(name), {}};
        write_instance(made.arguments, parameters, asked.prompt.substr(0, 60));
        if (!parameters.is_object()) made.arguments = "{}";
        said.calls.push_back(std::move(made));
    };
    // Tools that the prompt speaks of, else the first one.
    for (const auto& [name, parameters] : asked.tools) {
        bool wanted = asked.named_tool.empty() ? asked.prompt.find(name) != asked.prompt.npos
                                               : name == asked.named_tool;
        if (!wanted || (asked.one_call && !said.calls.empty())) continue;
        add_call(name, parameters);
    }
    if (said.calls.empty()) add_call(asked.tools.front().first, asked.tools.front().second);
    said.finish = "tool_calls";
}

void cut_at_stop(utterance& said, value stop) {
    std::size_t at = said.text.npos;
    auto look = [&](value one) {
        if (!one.text().empty()) at = std::min(at, said.text.find(one.text()));
    };
    if (stop.is_string()) look(stop);
    stop.each(look);
    if (at != said.text.npos) said.text.resize(at);
}

std::string answer_text(const ask& asked, const call& from, std::uint64_t index) {
    if (from.wrong.huge_event != 0) return std::string(from.wrong.huge_event, 'x');
    std::uint64_t variant =
        from.state.settings.seed + static_cast<std::uint64_t>(asked.seed) + index;
    std::string text;
    if (asked.schema.present()) {
        write_instance(text, asked.schema, asked.prompt.substr(0, 60));
        return text;
    }
    text = sentence(asked.prompt, variant);
    if (asked.any_json) {
        std::string json;
        object_text(json).text("answer", text);
        return json;
    }
    std::size_t tokens = from.wrong.tokens != 0 ? from.wrong.tokens : from.state.settings.tokens;
    return tokens == 0 ? text : with_tokens(std::move(text), tokens);
}

}  // namespace

std::size_t utterance::tokens() const {
    std::size_t count = ends.size();
    for (const auto& one : calls) count += count_tokens(one.arguments) + 5;
    return count;
}

utterance generate(const ask& asked, const call& from, std::uint64_t index) {
    utterance said;
    if (!asked.tools.empty() && (asked.must_call || asked.may_call)) {
        call_tools(said, asked, from);
        return said;
    }
    said.text = answer_text(asked, from, index);
    cut_at_stop(said, asked.stop);
    if (from.wrong.huge_event != 0) {
        said.ends = {static_cast<std::uint32_t>(said.text.size())};
        return said;
    }
    said.ends = token_ends(said.text);
    auto most = static_cast<std::size_t>(asked.most_tokens.value_or(1 << 30));
    if (said.ends.size() > most) {
        said.ends.resize(most);
        said.text.resize(most == 0 ? 0 : said.ends.back());
        said.finish = "length";
    }
    return said;
}

std::string content_text(value content) {
    std::string out(content.text());
    content.each([&](value part) {
        std::string_view text = part["text"].text();
        if (!out.empty() && !text.empty()) out += ' ';
        out += text;
    });
    return out;
}

std::size_t prompt_tokens(value messages) {
    if (messages.is_string()) return count_tokens(messages.text());
    std::size_t count = 0;
    messages.each([&](value message) {
        if (message.is_string())
            count += count_tokens(message.text());
        else if (message.is_number())
            ++count;
        else if (message.is_array())
            count += prompt_tokens(message);
        else
            count += 4 + count_tokens(content_text(message["content"]));
    });
    return count;
}

}  // namespace oai::mock
