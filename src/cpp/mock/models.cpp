// GET /models and its kin: a fixed list, and any other name that does not start with "missing-".
#include "mock/endpoints.hpp"
#include "mock/object_text.hpp"

namespace oai::mock {

namespace {

constexpr std::string_view known[] = {"gpt-4o",
                                      "gpt-4o-mini",
                                      "gpt-4.1",
                                      "gpt-4.1-mini",
                                      "gpt-5",
                                      "gpt-5-mini",
                                      "o3",
                                      "o4-mini",
                                      "gpt-3.5-turbo-instruct",
                                      "text-embedding-3-small",
                                      "text-embedding-3-large",
                                      "text-embedding-ada-002",
                                      "omni-moderation-latest",
                                      "mock-model"};

std::string model_text(std::string_view id) {
    std::string out;
    object_text(out)
        .text("id", id)
        .text("object", "model")
        .number("created", 1'715'367'049)
        .text("owned_by", "mock");
    return out;
}

reply no_model(const std::string& id) {
    return error_reply(404, "The model '" + id + "' does not exist", "model", "model_not_found");
}

}  // namespace

reply list_models(const call&) {
    std::string out = "{\"object\":\"list\",\"data\":[";
    for (std::string_view id : known) out += model_text(id) + ",";
    out.back() = ']';
    return json_reply(out + "}");
}

reply get_model(const call& c) {
    if (c.id.starts_with("missing-")) return no_model(c.id);
    return json_reply(model_text(c.id));
}

reply delete_model(const call& c) {
    if (c.id.starts_with("missing-")) return no_model(c.id);
    if (!c.id.starts_with("ft:")) {
        reply out = status_reply(403);
        out.body = error_body("Only fine-tuned models (\"ft:...\") can be deleted.",
                              "invalid_request_error", "model", "insufficient_permissions");
        return out;
    }
    std::string out;
    object_text(out).text("id", c.id).text("object", "model").flag("deleted", true);
    return json_reply(std::move(out));
}

}  // namespace oai::mock
