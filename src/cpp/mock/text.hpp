// Words and chance, both deterministic: tokens, hashes, answers made from the prompt.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oai::mock {

// Where each token of `text` ends. A token is a word with its leading space, or one sign.
std::vector<std::uint32_t> token_ends(std::string_view text);
std::size_t count_tokens(std::string_view text) noexcept;

std::uint64_t hash(std::string_view bytes, std::uint64_t seed = 0) noexcept;
// Next number of a splitmix64 sequence.
std::uint64_t next_random(std::uint64_t& state) noexcept;
// Uniform in [0, 1) for the n-th draw under `seed`.
double chance(std::uint64_t seed, std::uint64_t n) noexcept;

// One sentence about `prompt`; `variant` picks another opening.
std::string sentence(std::string_view prompt, std::uint64_t variant);
// Brings `text` to exactly `tokens` tokens: cut, or filled up with plain words.
std::string with_tokens(std::string text, std::size_t tokens);

std::string hex(std::uint64_t number);  // 16 digits

}  // namespace oai::mock
