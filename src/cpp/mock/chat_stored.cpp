// Chat completions that were created with store=true.
#include <algorithm>

#include "mock/chat.hpp"
#include "mock/check.hpp"
#include "mock/endpoints.hpp"
#include "mock/object_text.hpp"
#include "mock/page.hpp"

namespace oai::mock {

namespace {

reply no_chat(std::string_view id) {
    return error_reply(404, "No chat completion found with id '" + std::string(id) + "'.",
                       "completion_id", "not_found");
}

// Replaces the object under "metadata", which chat_object wrote for stored completions.
void set_metadata(record& kept, value metadata) {
    auto parsed = json::document::parse(kept.json);
    std::string out;
    {
        object_text object(out);
        value(*parsed, 0).each_pair([&](std::string_view key, value item) {
            (key == "metadata" ? metadata : item).write(object.key(key));
        });
    }
    kept.json = std::move(out);
    kept.metadata = metadata_pairs(metadata);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> metadata_pairs(value metadata) {
    std::vector<std::pair<std::string, std::string>> out;
    metadata.each_pair(
        [&](std::string_view key, value item) { out.emplace_back(key, item.text()); });
    return out;
}

std::string_view first_text(value content) {
    std::string_view text = content.text();
    content.each([&](value part) {
        if (text.empty()) text = part["text"].text();
    });
    return text;
}

void store_chat(const call& c, const std::string& id, const std::string& object) {
    record kept;
    kept.id = id;
    kept.json = object;
    kept.model = c.body["model"].text();
    kept.metadata = metadata_pairs(c.body["metadata"]);
    c.body["messages"].each([&](value message) {
        std::string item;
        {
            object_text stored(item);
            stored.text("id", id + "-" + std::to_string(kept.items.size()));
            message.each_pair([&](std::string_view key, value v) { v.write(stored.key(key)); });
            if (!message["content"].present()) stored.raw("content", "null");
        }
        kept.items.push_back(std::move(item));
    });
    c.state.completions.put(std::move(kept));
}

reply list_chats(const call& c) {
    std::vector<entry> entries;
    std::string model = c.query("model");
    c.state.completions.each(newest_first(c, false), [&](const record& kept) {
        if (!model.empty() && kept.model != model) return;
        if (!metadata_matches(c.asked.query(), kept.metadata)) return;
        entries.push_back({kept.id, kept.json});
    });
    return page(c, entries);
}

reply get_chat(const call& c) {
    auto kept = c.state.completions.get(c.id);
    return kept ? json_reply(std::move(kept->json)) : no_chat(c.id);
}

reply update_chat(const call& c) {
    check good(c.body);
    good.needs("metadata");
    good.object("metadata");
    if (good.failed()) return good.take();
    bool found = c.state.completions.change(
        c.id, [&](record& kept) { set_metadata(kept, c.body["metadata"]); });
    return found ? get_chat(c) : no_chat(c.id);
}

reply delete_chat(const call& c) {
    if (!c.state.completions.erase(c.id)) return no_chat(c.id);
    std::string out;
    object_text(out)
        .text("object", "chat.completion.deleted")
        .text("id", c.id)
        .flag("deleted", true);
    return json_reply(std::move(out));
}

reply list_chat_messages(const call& c) {
    auto kept = c.state.completions.get(c.id);
    if (!kept) return no_chat(c.id);
    std::vector<entry> entries;
    entries.reserve(kept->items.size());
    for (std::size_t n = 0; n < kept->items.size(); ++n) {
        entries.push_back({kept->id + "-" + std::to_string(n), kept->items[n]});
    }
    if (newest_first(c, false)) std::reverse(entries.begin(), entries.end());
    return page(c, entries);
}

}  // namespace oai::mock
