#include "api/token_count.hpp"

#include <algorithm>
#include <charconv>

#include "core/ascii.hpp"

namespace oai::api {
namespace {

constexpr std::size_t bytes_a_token = 4;
constexpr std::int64_t tokens_of_data = 1000;
// More than any limit; such numbers can be added.
constexpr std::int64_t most_tokens = 1'000'000'000'000;
constexpr std::string_view data_mark = ";base64,";

// The number after a `"name":` at `at`; inside a string its quotation marks are escaped.
std::optional<std::int64_t> number_at(std::string_view json, std::size_t at, std::size_t size) {
    if (at > 0 && json[at - 1] == '\\') return std::nullopt;
    std::string_view rest = json.substr(at + size);
    const std::size_t first = rest.find_first_not_of(" :\n\r\t");
    if (first == rest.npos || first == 0 || !digit(rest[first])) return std::nullopt;
    rest.remove_prefix(first);
    std::int64_t value = 0;
    const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    return parsed.ec == std::errc() ? std::optional(std::min(value, most_tokens)) : std::nullopt;
}

std::int64_t largest_answer(std::string_view json) {
    using namespace std::string_view_literals;
    for (std::string_view name :
         {"\"max_tokens\""sv, "\"max_completion_tokens\""sv, "\"max_output_tokens\""sv})
        for (std::size_t at = json.find(name); at != json.npos; at = json.find(name, at + 1))
            if (const auto value = number_at(json, at, name.size())) return *value;
    return 0;
}

std::int64_t prompt_tokens(std::string_view json) {
    std::size_t text = json.size();
    std::int64_t data = 0;
    for (std::size_t at = json.find(data_mark); at != json.npos; at = json.find(data_mark, at)) {
        const std::size_t end = std::min(json.find('"', at), json.size());
        text -= end - at;
        data += tokens_of_data;
        at = end;
    }
    return data + static_cast<std::int64_t>((text + bytes_a_token - 1) / bytes_a_token);
}

}  // namespace

std::int64_t expected_tokens(std::string_view body, std::optional<std::int64_t> prompt) {
    // Forms and files are not counted in tokens.
    if (!body.starts_with('{')) return prompt.value_or(0);
    return std::min(prompt ? *prompt : prompt_tokens(body), most_tokens) + largest_answer(body);
}

std::optional<std::int64_t> used_tokens(std::string_view answer) {
    constexpr std::string_view name = "\"total_tokens\"";
    const std::size_t at = answer.rfind(name);
    return at == answer.npos ? std::nullopt : number_at(answer, at, name.size());
}

}  // namespace oai::api
