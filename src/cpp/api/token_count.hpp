// What a call takes of a limit of tokens: a guess from its request, and the truth from its answer.
// Looks for fields in JSON text without parsing it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace oai::api {

// Of prompt and answer. Without `prompt`: a quarter of the text's bytes, which is about what
// English takes; data in base64 counts as 1000 each. To it the largest answer that is asked for.
std::int64_t expected_tokens(std::string_view body, std::optional<std::int64_t> prompt);

// usage.total_tokens of an answer.
std::optional<std::int64_t> used_tokens(std::string_view answer);

}  // namespace oai::api
