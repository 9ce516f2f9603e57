// Content-Encoding. The first line is its value; the rest is the body. Both what it decodes to, and
// that what is encoded here comes back.
#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include "fuzz.hpp"
#include "http/content_decoder.hpp"
#include "targets.hpp"

namespace oai::fuzz {
namespace {

constexpr std::uint64_t most = 256 * 1024;

struct result {
    error_code ec;
    std::string body;
};

result decoded(std::string_view coding, const pieces& body) {
    http::response_head head;
    head.add("Content-Encoding", coding);
    result got;
    const auto decoder = http::make_content_decoder(head, most, got.ec);
    require(!decoder || !got.ec, "a decoder or an error");
    for (const std::string_view piece : body) {
        if (got.ec) break;
        if (decoder)
            got.ec = decoder->feed(piece, got.body);
        else
            got.body.append(piece);
        if (got.ec && decoder) require(decoder->feed(piece, got.body).failed(), "errors are final");
    }
    if (decoder && !got.ec) got.ec = decoder->finish();
    require(!decoder || got.body.size() <= most, "no more than is allowed");
    return got;
}

std::string deflated(std::string_view text, int window) {
    z_stream z{};
    require(deflateInit2(&z, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib starts");
    std::string out(deflateBound(&z, text.size()) + 64, '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    z.avail_in = static_cast<uInt>(text.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    require(deflate(&z, Z_FINISH) == Z_STREAM_END, "zlib ends");
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

std::string by_brotli(std::string_view text) {
    std::size_t size = BrotliEncoderMaxCompressedSize(text.size()) + 64;
    std::string out(size, '\0');
    require(BrotliEncoderCompress(2, 18, BROTLI_MODE_TEXT, text.size(),
                                  reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                                  reinterpret_cast<std::uint8_t*>(out.data())) == BROTLI_TRUE,
            "brotli encodes");
    out.resize(size);
    return out;
}

std::string by_zstd(std::string_view text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    const std::size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1);
    require(ZSTD_isError(size) == 0, "zstd encodes");
    out.resize(size);
    return out;
}

void check_round_trip(std::string_view coding, const std::string& encoded, std::string_view text) {
    const result got = decoded(coding, cut(encoded, 40));
    require(!got.ec && got.body == text, "what was encoded comes back");
    const auto half = std::string_view(encoded).substr(0, encoded.size() / 2);
    const result broken = decoded(coding, {half});
    require(half.empty() || broken.ec, "half of it is noticed");
}

}  // namespace

void content(std::string_view input) {
    const std::string_view text = input.substr(0, 64 * 1024);
    const std::string_view coding = take_line(input);
    if (coding.size() > 100) return;
    const result whole = decoded(coding, {input});
    for (const std::uint64_t longest : {1, 50}) {
        const result cut_up = decoded(coding, cut(input, longest));
        // Of data that are too much and broken as well either may be noticed first.
        require(cut_up.ec.failed() == whole.ec.failed(), "cuts do not change how it ends");
        require(whole.ec || cut_up.body == whole.body, "nor what comes out");
    }
    switch (dice(text).below(5)) {
        case 0:
            return check_round_trip("gzip", deflated(text, 15 + 16), text);
        case 1:
            return check_round_trip("deflate", deflated(text, 15), text);
        case 2:
            return check_round_trip("br", by_brotli(text), text);
        case 3:
            return check_round_trip("zstd", by_zstd(text), text);
        default:
            check_round_trip("gzip, zstd", by_zstd(deflated(text, 15 + 16)), text);
    }
}

}  // namespace oai::fuzz
