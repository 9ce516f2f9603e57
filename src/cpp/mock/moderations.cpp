// POST /moderations: words decide, so that tests know what is flagged.
#include <algorithm>

#include "mock/check.hpp"
#include "mock/endpoints.hpp"
#include "mock/generate.hpp"
#include "mock/object_text.hpp"

namespace oai::mock {

namespace {

struct category {
    std::string_view name;
    std::string_view word;  // flags it
};

constexpr category categories[] = {
    {"harassment", "idiot"},
    {"harassment/threatening", "or else"},
    {"hate", "hate"},
    {"hate/threatening", "hate and kill"},
    {"illicit", "steal"},
    {"illicit/violent", "bomb"},
    {"self-harm", "hurt myself"},
    {"self-harm/instructions", "how to hurt myself"},
    {"self-harm/intent", "want to hurt myself"},
    {"sexual", "porn"},
    {"sexual/minors", "child porn"},
    {"violence", "kill"},
    {"violence/graphic", "blood and gore"},
};

void write_result(std::string& out, std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    });
    auto hit = [&](const category& one) { return text.find(one.word) != text.npos; };
    object_text result(out);
    result.flag("flagged", std::any_of(std::begin(categories), std::end(categories), hit));
    {
        object_text flags(result.key("categories"));
        for (const auto& one : categories) flags.flag(one.name, hit(one));
    }
    {
        object_text scores(result.key("category_scores"));
        for (const auto& one : categories) scores.real(one.name, hit(one) ? 0.98 : 0.0001);
    }
    object_text kinds(result.key("category_applied_input_types"));
    for (const auto& one : categories) kinds.raw(one.name, "[\"text\"]");
}

}  // namespace

reply create_moderation(const call& c) {
    check good(c.body);
    if (c.body["model"].present()) good.needs_model();
    good.needs("input");
    good.text_or_list("input", true);
    if (good.failed()) return good.take();
    std::string out;
    {
        object_text answer(out);
        answer.text("id", c.state.new_id("modr-"));
        std::string_view model = c.body["model"].text();
        answer.text("model", model.empty() ? "omni-moderation-latest" : model);
        std::string& results = answer.key("results");
        value input = c.body["input"];
        results += '[';
        // Parts of one message ({"type": "text"...}) are one input; strings are one each.
        if (input.is_array() && input.first().is_string()) {
            char between = 0;
            input.each([&](value one) {
                if (between != 0) results += between;
                between = ',';
                write_result(results, std::string(one.text()));
            });
        } else {
            write_result(results, content_text(input));
        }
        results += ']';
    }
    return json_reply(std::move(out));
}

}  // namespace oai::mock
