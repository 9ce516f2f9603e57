// POST /responses and what is done with stored ones.
#include "mock/response.hpp"

#include <algorithm>
#include <charconv>

#include "mock/chat.hpp"
#include "mock/check.hpp"
#include "mock/endpoints.hpp"
#include "mock/object_text.hpp"
#include "mock/page.hpp"

namespace oai::mock {

namespace {

reply no_response(const std::string& id) {
    return error_reply(404, "Response with id '" + id + "' not found.", {}, "not_found");
}

void check_body(check& good, const call& c) {
    value body = c.body;
    good.needs_model();
    good.needs("input");
    good.text_or_list("input", true);
    std::size_t n = 0;
    body["input"].each([&](value item) {
        std::string place = "input[" + std::to_string(n++) + "]";
        if (!item.is_object()) good.wrong_type(place, "an object", item);
    });
    good.string("instructions");
    good.string("previous_response_id");
    good.boolean("stream");
    good.boolean("store");
    good.boolean("background");
    good.number("temperature", 0, 2);
    good.number("top_p", 0, 1);
    good.integer("max_output_tokens", 16, 1 << 30);
    good.integer("top_logprobs", 0, 20);
    good.object("metadata");
    good.object("text");
    good.array("tools");
    std::string previous(body["previous_response_id"].text());
    if (!good.failed() && !previous.empty() && !c.state.responses.get(previous)) {
        good.complain("Previous response with id '" + previous + "' not found.",
                      "previous_response_id", "previous_response_not_found");
    }
    value format = body["text"]["format"];
    std::string_view type = format["type"].text();
    if (format.is_object() && type != "text" && type != "json_object" && type != "json_schema") {
        good.complain("Invalid value: '" + std::string(type) +
                          "'. Supported values are: 'json_object', 'json_schema', and 'text'.",
                      "text.format.type", "invalid_value");
    }
    if (type == "json_schema" && !format["schema"].is_object()) {
        good.complain("Missing required parameter: 'text.format.schema'.", "text.format.schema",
                      "missing_required_parameter");
    }
}

ask response_ask(value body) {
    ask asked;
    value input = body["input"];
    asked.prompt = input.text();
    std::string_view last_type;
    input.each([&](value item) {
        last_type = item["type"].text();
        if (item["role"].text() == "user") asked.prompt = first_text(item["content"]);
    });
    if (body["max_output_tokens"].is_integer()) {
        asked.most_tokens = body["max_output_tokens"].integer(16);
    }
    value format = body["text"]["format"];
    asked.any_json = format["type"].text() == "json_object";
    if (format["type"].text() == "json_schema") asked.schema = format["schema"];
    body["tools"].each([&](value tool) {
        if (tool["type"].text() == "function") {
            asked.tools.emplace_back(tool["name"].text(), tool["parameters"]);
        }
    });
    value choice = body["tool_choice"];
    if (choice["type"].text() == "function") asked.named_tool = choice["name"].text();
    asked.must_call = choice.text() == "required" || !asked.named_tool.empty();
    asked.may_call = choice.text() != "none" && last_type != "function_call_output";
    asked.one_call = !body["parallel_tool_calls"].truth(true);
    return asked;
}

// The request's input as stored items with ids.
std::vector<std::string> input_items(const call& c) {
    std::vector<std::string> out;
    auto add_message = [&](std::string_view role, std::string_view text) {
        std::string item;
        {
            object_text message(item);
            message.text("id", c.state.new_id("msg_")).text("type", "message");
            message.text("status", "completed").text("role", role);
            std::string part;
            object_text(part).text("type", "input_text").text("text", text);
            message.raw("content", "[" + part + "]");
        }
        out.push_back(std::move(item));
    };
    value input = c.body["input"];
    if (input.is_string()) add_message("user", input.text());
    input.each([&](value given) {
        if (given["content"].is_string()) {
            return add_message(given["role"].text(), given["content"].text());
        }
        std::string item;
        {
            object_text stored(item);
            if (!given["id"].present()) stored.text("id", c.state.new_id("item_"));
            if (!given["type"].present()) stored.text("type", "message");
            given.each_pair([&](std::string_view key, value v) { v.write(stored.key(key)); });
        }
        out.push_back(std::move(item));
    });
    return out;
}

response_facts respond_to(const call& c) {
    response_facts facts;
    facts.id = c.state.new_id("resp_");
    facts.created = c.state.now();
    facts.input_tokens = prompt_tokens(c.body["input"]) + prompt_tokens(c.body["instructions"]);
    facts.said = generate(response_ask(c.body), c, 0);
    for (const auto& made : facts.said.calls) {
        facts.items.push_back({c.state.new_id("fc_"), true, made});
    }
    if (facts.items.empty()) facts.items.push_back({c.state.new_id("msg_"), false, {}});
    return facts;
}

reply event_reply(std::vector<std::string> events) {
    reply out;
    out.stream = true;
    out.events = std::move(events);
    return out;
}

// A background response is queued, then in progress, then done: a step every time it is asked for.
void advance(record& kept) {
    std::string_view next = kept.status == "queued"        ? "in_progress"
                            : kept.status == "in_progress" ? "completed"
                                                           : std::string_view();
    if (next.empty()) return;
    std::string old = "\"status\":\"" + kept.status + "\"";
    kept.pending.replace(kept.pending.find(old), old.size(),
                         "\"status\":\"" + std::string(next) + "\"");
    kept.status = next;
}

reply kept_reply(const record& kept) {
    bool over = kept.status == "completed";
    return json_reply(over ? kept.json : kept.pending);
}

}  // namespace

reply create_response(const call& c) {
    check good(c.body);
    check_body(good, c);
    if (good.failed()) return good.take();
    response_facts facts = respond_to(c);
    bool stream = c.body["stream"].truth(false);
    bool background = c.body["background"].truth(false) && !stream;
    bool store = c.body["store"].truth(true);
    std::string object = response_object(facts, c.body, facts.final_status());
    std::vector<std::string> events;
    if (stream) events = response_events(facts, c.body);
    if (store) {
        record kept{facts.id, object, {}, {}, input_items(c), events, "completed", {}};
        if (background) {
            kept.status = "queued";
            kept.pending = response_object(facts, c.body, "queued");
            object = kept.pending;
        }
        c.state.responses.put(std::move(kept));
    }
    return stream ? event_reply(std::move(events)) : json_reply(std::move(object));
}

reply get_response(const call& c) {
    std::optional<reply> out;
    bool replay = c.query("stream") == "true";
    c.state.responses.change(c.id, [&](record& kept) {
        if (replay && !kept.events.empty()) {
            std::size_t first = 0;
            std::string after = c.query("starting_after");
            std::size_t number = 0;
            auto read = std::from_chars(after.data(), after.data() + after.size(), number);
            if (!after.empty() && read.ec == std::errc()) first = number + 1;
            first = std::min(first, kept.events.size());
            out = event_reply({kept.events.begin() + std::ptrdiff_t(first), kept.events.end()});
        } else if (replay) {
            out = error_reply(400, "This response was not created with stream=true.", "stream",
                              "invalid_value");
        } else {
            advance(kept);
            out = kept_reply(kept);
        }
    });
    return out ? std::move(*out) : no_response(c.id);
}

reply delete_response(const call& c) {
    if (!c.state.responses.erase(c.id)) return no_response(c.id);
    std::string out;
    object_text(out).text("id", c.id).text("object", "response").flag("deleted", true);
    return json_reply(std::move(out));
}

reply cancel_response(const call& c) {
    std::optional<reply> out;
    c.state.responses.change(c.id, [&](record& kept) {
        if (kept.pending.empty()) {
            out = error_reply(400, "Only responses created with background=true can be cancelled.",
                              {}, "invalid_request");
            return;
        }
        if (kept.status != "completed" && kept.status != "cancelled") {
            std::string old = "\"status\":\"" + kept.status + "\"";
            kept.pending.replace(kept.pending.find(old), old.size(), "\"status\":\"cancelled\"");
            kept.status = "cancelled";
        }
        out = kept_reply(kept);
    });
    return out ? std::move(*out) : no_response(c.id);
}

reply list_input_items(const call& c) {
    auto kept = c.state.responses.get(c.id);
    if (!kept) return no_response(c.id);
    std::vector<entry> entries;
    for (const std::string& item : kept->items) {
        auto parsed = json::document::parse(item);
        entries.push_back({std::string(value(*parsed, 0)["id"].text()), item});
    }
    if (newest_first(c, true)) std::reverse(entries.begin(), entries.end());
    return page(c, entries);
}

}  // namespace oai::mock
