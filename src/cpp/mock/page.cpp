#include "mock/page.hpp"

#include <algorithm>
#include <charconv>

#include "mock/object_text.hpp"

namespace oai::mock {

namespace {

void nullable_id(object_text& out, std::string_view name, const std::string* id) {
    if (id == nullptr)
        out.raw(name, "null");
    else
        out.text(name, *id);
}

}  // namespace

reply page(const call& c, const std::vector<entry>& entries, std::size_t default_limit) {
    std::size_t limit = default_limit;
    if (std::string given = c.query("limit"); !given.empty()) {
        const char* end = given.data() + given.size();
        auto parsed = std::from_chars(given.data(), end, limit);
        if (parsed.ptr != end || limit == 0) {
            return error_reply(400, "Invalid 'limit': expected an integer >= 1.", "limit",
                               "invalid_value");
        }
    }
    auto first = entries.begin();
    if (std::string after = c.query("after"); !after.empty()) {
        first = std::find_if(first, entries.end(), [&](const entry& e) { return e.id == after; });
        if (first == entries.end()) {
            return error_reply(404, "No object with id '" + after + "' in this list.", "after",
                               "not_found");
        }
        ++first;
    }
    auto last = first + static_cast<std::ptrdiff_t>(
                            std::min<std::size_t>(limit, std::size_t(entries.end() - first)));
    std::string body;
    {
        object_text list(body);
        list.text("object", "list");
        std::string& data = list.key("data");
        data += '[';
        for (auto at = first; at != last; ++at) {
            if (at != first) data += ',';
            data += at->json;
        }
        data += ']';
        nullable_id(list, "first_id", first == last ? nullptr : &first->id);
        nullable_id(list, "last_id", first == last ? nullptr : &(last - 1)->id);
        list.flag("has_more", last != entries.end());
    }
    return json_reply(std::move(body));
}

bool newest_first(const call& c, bool otherwise) {
    std::string order = c.query("order");
    return order.empty() ? otherwise : order == "desc";
}

bool metadata_matches(std::string_view query,
                      const std::vector<std::pair<std::string, std::string>>& metadata) {
    return std::all_of(metadata.begin(), metadata.end(), [&](const auto& pair) {
        std::string wanted = query_value(query, "metadata[" + pair.first + "]");
        return wanted.empty() || wanted == pair.second;
    });
}

}  // namespace oai::mock
