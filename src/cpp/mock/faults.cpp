#include "mock/faults.hpp"

#include <charconv>
#include <unordered_map>

namespace oai::mock {

namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// A number, or `otherwise` when there is no value. False: the value is no number of that kind.
template <class Number>
bool read(std::string_view text, Number otherwise, Number& out) {
    out = otherwise;
    if (text.empty()) return true;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size() && !(out < Number(0));
}

bool read_pause(std::string_view text, double otherwise, std::optional<seconds>& out) {
    double number = 0;
    if (!read(text, otherwise, number) || !(number <= 86'400)) return false;
    out = seconds(number);
    return true;
}

bool read_count(std::string_view text, std::size_t otherwise, std::optional<std::size_t>& out) {
    std::size_t number = 0;
    if (!read(text, otherwise, number)) return false;
    out = number;
    return true;
}

bool read_status(std::string_view text, std::optional<int>& out) {
    int number = 0;
    if (!read(text, 500, number) || number < 200 || number > 599) return false;
    out = number;
    return true;
}

bool read_cut(std::string_view text, cut& out) {
    if (text.empty() || text == "mid-body")
        out = cut::mid_body;
    else if (text == "before-head")
        out = cut::before_head;
    else if (text == "mid-head")
        out = cut::mid_head;
    else if (text == "reset")
        out = cut::reset;
    else if (text == "reset-mid-body")
        out = cut::reset_mid_body;
    else
        return false;
    return true;
}

bool set_text(std::string_view value, std::string& out) {
    out = value;
    return !value.empty();
}

bool set_flag(std::string_view value, bool& out) {
    return out = value.empty();
}

bool set_encoding(std::string_view name, std::string_view value, std::string& out) {
    out = name;
    return value.empty();
}

using setter = bool (*)(std::string_view, faults&);

const std::unordered_map<std::string_view, setter>& setters() {
    using text = std::string_view;
    static const auto* table = new std::unordered_map<text, setter>{
        {"status", [](text v, faults& f) { return read_status(v, f.status); }},
        {"retry-after", [](text v, faults& f) { return set_text(v, f.retry_after); }},
        {"retry-after-ms", [](text v, faults& f) { return set_text(v, f.retry_after_ms); }},
        {"should-retry", [](text v, faults& f) { return set_text(v, f.should_retry); }},
        {"location", [](text v, faults& f) { return set_text(v, f.location); }},
        {"fail-times", [](text v, faults& f) { return read(v, 1u, f.fail_times); }},
        {"delay", [](text v, faults& f) { return read_pause(v, 1, f.delay); }},
        {"drip", [](text v, faults& f) { return read_pause(v, 0.01, f.drip); }},
        {"slow-head", [](text v, faults& f) { return read_pause(v, 0.01, f.slow_head); }},
        {"ping", [](text v, faults& f) { return read_pause(v, 0.01, f.ping); }},
        {"keepalive-timeout",
         [](text v, faults& f) { return read_pause(v, 0, f.keepalive_timeout); }},
        {"disconnect", [](text v, faults& f) { return read_cut(v, f.disconnect); }},
        {"truncate", [](text v, faults& f) { return set_flag(v, f.truncate); }},
        {"error-event", [](text v, faults& f) { return read_count(v, 1, f.error_event); }},
        {"hang", [](text v, faults& f) { return read_count(v, 0, f.hang); }},
        {"no-done", [](text v, faults& f) { return set_flag(v, f.no_done); }},
        {"bad-json", [](text v, faults& f) { return set_flag(v, f.bad_json); }},
        {"empty-body", [](text v, faults& f) { return set_flag(v, f.empty_body); }},
        {"html", [](text v, faults& f) { return set_flag(v, f.html); }},
        {"gzip", [](text v, faults& f) { return set_encoding("gzip", v, f.encoding); }},
        {"deflate", [](text v, faults& f) { return set_encoding("deflate", v, f.encoding); }},
        {"huge-event",
         [](text v, faults& f) { return read(v, std::size_t(1) << 20, f.huge_event); }},
        {"tokens", [](text v, faults& f) { return read(v, std::size_t(200), f.tokens); }},
        {"close", [](text v, faults& f) { return set_flag(v, f.close); }},
        {"extra-field", [](text v, faults& f) { return set_flag(v, f.extra_field); }},
    };
    return *table;
}

}  // namespace

void parse_faults(std::string_view list, faults& out) {
    while (!list.empty()) {
        auto end = list.find(';');
        std::string_view part = trimmed(list.substr(0, end));
        list.remove_prefix(end == list.npos ? list.size() : end + 1);
        if (part.empty()) continue;
        auto equals = part.find('=');
        std::string_view name = trimmed(part.substr(0, equals));
        std::string_view value =
            equals == part.npos ? std::string_view() : trimmed(part.substr(equals + 1));
        auto found = setters().find(name);
        out.any = true;
        bool good = found != setters().end() && found->second(value, out);
        if (!good && out.unknown.empty()) out.unknown = part;
    }
    if (out.huge_event > (256u << 20) || out.tokens > 1'000'000) out.unknown = "a size too large";
}

}  // namespace oai::mock
