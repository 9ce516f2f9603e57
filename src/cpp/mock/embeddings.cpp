// POST /embeddings: unit vectors that depend on the text alone, as floats or base64.
#include <charconv>
#include <cmath>
#include <cstring>

#include "mock/check.hpp"
#include "mock/endpoints.hpp"
#include "mock/generate.hpp"
#include "mock/object_text.hpp"
#include "mock/text.hpp"

namespace oai::mock {

namespace {

std::vector<float> unit_vector(std::uint64_t state, std::size_t size) {
    std::vector<float> out(size);
    double sum = 0;
    for (float& x : out) {
        x = static_cast<float>(static_cast<double>(next_random(state) >> 11) * 0x1p-52 - 1);
        sum += static_cast<double>(x) * static_cast<double>(x);
    }
    auto scale = static_cast<float>(1 / std::sqrt(sum));
    for (float& x : out) x *= scale;
    return out;
}

void write_floats(std::string& out, const std::vector<float>& numbers) {
    char text[32];
    char between = '[';
    for (float x : numbers) {
        out += between;
        between = ',';
        out.append(text, std::to_chars(text, text + sizeof text, x).ptr);
    }
    out += ']';
}

// Little-endian float32, as the API sends them.
void write_base64(std::string& out, const std::vector<float>& numbers) {
    static constexpr char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    for (float x : numbers) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, &x, sizeof bits);
        for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(bits >> shift);
    }
    out += '"';
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            group = group << 8 | (i + k < bytes.size() ? std::uint8_t(bytes[i + k]) : 0u);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            out += i + k <= bytes.size() ? digits[group >> (18 - 6 * k) & 63] : '=';
        }
    }
    out += '"';
}

std::size_t natural_size(std::string_view model) {
    return model.find("large") != model.npos ? 3072 : 1536;
}

}  // namespace

reply create_embeddings(const call& c) {
    check good(c.body);
    good.needs_model();
    good.needs("input");
    good.text_or_list("input", true);
    good.integer("dimensions", 1, 16'384);
    good.one_of("encoding_format", {"float", "base64"});
    if (good.failed()) return good.take();
    auto size = static_cast<std::size_t>(c.body["dimensions"].integer(
        static_cast<std::int64_t>(natural_size(c.body["model"].text()))));
    bool base64 = c.body["encoding_format"].text() == "base64";
    std::string out;
    {
        object_text answer(out);
        std::string& data = answer.text("object", "list").key("data");
        std::int64_t index = 0;
        auto embed = [&](value input) {
            data += index == 0 ? '[' : ',';
            object_text one(data);
            one.text("object", "embedding").number("index", index++).key("embedding");
            auto numbers = unit_vector(hash(input.json(), c.state.settings.seed), size);
            if (base64)
                write_base64(data, numbers);
            else
                write_floats(data, numbers);
        };
        value input = c.body["input"];
        if (input.is_array() && !input.first().is_number())
            input.each(embed);
        else
            embed(input);
        data += ']';
        answer.text("model", c.body["model"].text());
        auto tokens = static_cast<std::int64_t>(prompt_tokens(input));
        object_text(answer.key("usage"))
            .number("prompt_tokens", tokens)
            .number("total_tokens", tokens);
    }
    return json_reply(std::move(out));
}

}  // namespace oai::mock
