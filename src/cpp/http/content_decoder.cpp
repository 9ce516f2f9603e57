#include "http/content_decoder.hpp"

#include <utility>
#include <vector>

#include "http/inflate.hpp"
#include "http/unbrotli.hpp"
#include "http/unzstd.hpp"

namespace oai::http {
namespace {

constexpr std::string_view field_name = "content-encoding";
constexpr std::size_t most_codings = 5;

using decoder_list = std::vector<std::unique_ptr<content_decoder>>;

// In the order in which the data goes through them.
class decoder_chain final : public content_decoder {
  public:
    explicit decoder_chain(decoder_list steps) : steps_(std::move(steps)) {}

    error_code feed(std::string_view in, std::string& out) override {
        std::string now, next;
        for (const auto& step : steps_) {
            const bool last = step == steps_.back();
            next.clear();
            const error_code ec = step->feed(in, last ? out : next);
            if (ec) return ec;
            now.swap(next);
            in = now;
        }
        return {};
    }

    error_code finish() const noexcept override {
        for (const auto& step : steps_)
            if (const error_code ec = step->finish()) return ec;
        return {};
    }

  private:
    const decoder_list steps_;
};

std::unique_ptr<content_decoder> make_one(std::string_view coding, std::uint64_t max_output) {
    if (iequals(coding, "gzip") || iequals(coding, "x-gzip"))
        return std::make_unique<inflater>(deflate_format::gzip, max_output);
    if (iequals(coding, "deflate"))
        return std::make_unique<inflater>(deflate_format::deflate, max_output);
    if (iequals(coding, "br")) return std::make_unique<unbrotli>(max_output);
    if (iequals(coding, "zstd")) return std::make_unique<unzstd>(max_output);
    return nullptr;
}

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view space = " \t";
    const std::size_t first = text.find_first_not_of(space);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(space) + 1 - first);
}

// "gzip, br": gzip was done first, so it is undone last.
void prepend_decoders(std::string_view list, std::uint64_t max_output, decoder_list& steps) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (auto step = make_one(trimmed(list.substr(0, comma)), max_output))
            steps.insert(steps.begin(), std::move(step));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
}

}  // namespace

std::unique_ptr<content_decoder> make_content_decoder(const response_head& head,
                                                      std::uint64_t max_output, error_code& ec) {
    if (head.get(field_name).empty()) return nullptr;
    decoder_list steps;
    for (const auto& field : head.fields())
        if (iequals(field.name, field_name)) prepend_decoders(field.value, max_output, steps);
    if (steps.size() > most_codings) ec = errc::bad_encoding;
    if (ec || steps.empty()) return nullptr;
    if (steps.size() == 1) return std::move(steps.front());
    return std::make_unique<decoder_chain>(std::move(steps));
}

}  // namespace oai::http
