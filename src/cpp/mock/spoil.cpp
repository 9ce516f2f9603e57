#include "mock/spoil.hpp"

#include <algorithm>

namespace oai::mock {

namespace {

void add_field(std::string& json, std::size_t start) {
    static constexpr std::string_view choices = "\"choices\":[{";
    auto inner = json.find(choices, start);
    if (inner != json.npos && json[inner + choices.size()] != '}') {
        json.insert(inner + choices.size(), "\"mock_extra\":\"nested\",");
    }
    auto open = json.find('{', start);
    if (open == json.npos) return;
    bool empty = open + 1 < json.size() && json[open + 1] == '}';
    std::string field = "\"mock_extra\":{\"list\":[1,2.5,null],\"text\":\"unknown field\"}";
    json.insert(open + 1, empty ? field : field + ",");
}

std::string error_frame() {
    return frame(error_body("The mock server broke this stream on purpose.", "server_error", {},
                            "mock_error"),
                 "error");
}

}  // namespace

void spoil(reply& answer, const faults& wrong) {
    if (wrong.html) {
        int status = answer.status;
        answer = reply();
        answer.status = status >= 400 ? status : 502;
        answer.type = "text/html";
        answer.body =
            "<html><head><title>502 Bad Gateway</title></head><body>"
            "<center><h1>502 Bad Gateway</h1></center></body></html>\n";
    }
    if (wrong.extra_field) {
        if (!answer.body.empty()) add_field(answer.body, 0);
        for (auto& event : answer.events) add_field(event, event.find("data: "));
    }
    if (wrong.error_event && answer.stream) {
        answer.events.resize(std::min(*wrong.error_event, answer.events.size()));
        answer.events.push_back(error_frame());
        answer.done_marker = false;
    }
    if (wrong.bad_json) {
        answer.body.resize(answer.body.size() * 2 / 3);
        if (!answer.events.empty()) {
            auto& middle = answer.events[answer.events.size() / 2];
            middle.resize(middle.size() * 2 / 3);
            middle += "\n\n";
        }
    }
    if (wrong.no_done) answer.done_marker = false;
    if (wrong.empty_body) {
        answer.body.clear();
        answer.events.clear();
        answer.done_marker = false;
    }
}

}  // namespace oai::mock
