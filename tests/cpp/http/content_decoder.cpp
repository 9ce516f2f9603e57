#include "http/content_decoder.hpp"

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>
#include <boost/core/lightweight_test.hpp>

#include <random>
#include <vector>

using namespace oai;
using namespace oai::http;

namespace {

constexpr std::uint64_t no_limit = std::uint64_t{1} << 40;

enum class flush { block, end };

class encoder {
  public:
    virtual ~encoder() = default;
    virtual std::string add(std::string_view text, flush how) = 0;
};

class brotli_encoder final : public encoder {
  public:
    brotli_encoder() { BrotliEncoderSetParameter(state_, BROTLI_PARAM_QUALITY, 5); }
    ~brotli_encoder() override { BrotliEncoderDestroyInstance(state_); }

    std::string add(std::string_view text, flush how) override {
        const auto what = how == flush::end ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_FLUSH;
        const auto* next = reinterpret_cast<const std::uint8_t*>(text.data());
        std::size_t left = text.size();
        std::string out;
        do {
            std::size_t room = 0;
            BrotliEncoderCompressStream(state_, what, &left, &next, &room, nullptr, nullptr);
            std::size_t made = 0;
            const std::uint8_t* bytes = BrotliEncoderTakeOutput(state_, &made);
            out.append(reinterpret_cast<const char*>(bytes), made);
        } while (left > 0 || BrotliEncoderHasMoreOutput(state_) == BROTLI_TRUE);
        return out;
    }

  private:
    BrotliEncoderState* state_ = BrotliEncoderCreateInstance(nullptr, nullptr, nullptr);
};

class zstd_encoder final : public encoder {
  public:
    explicit zstd_encoder(int window_log = 0) {
        ZSTD_CCtx_setParameter(state_, ZSTD_c_checksumFlag, 1);
        ZSTD_CCtx_setParameter(state_, ZSTD_c_windowLog, window_log);
    }
    ~zstd_encoder() override { ZSTD_freeCCtx(state_); }

    std::string add(std::string_view text, flush how) override {
        ZSTD_inBuffer from{text.data(), text.size(), 0};
        std::string out(ZSTD_compressBound(text.size()) + 64, '\0');
        ZSTD_outBuffer to{out.data(), out.size(), 0};
        BOOST_TEST_EQ(
            ZSTD_compressStream2(state_, &to, &from, how == flush::end ? ZSTD_e_end : ZSTD_e_flush),
            0u);
        out.resize(to.pos);
        return out;
    }

  private:
    ZSTD_CCtx* state_ = ZSTD_createCCtx();
};

std::unique_ptr<encoder> make_encoder(std::string_view coding) {
    if (coding == "br") return std::make_unique<brotli_encoder>();
    return std::make_unique<zstd_encoder>();
}

std::string compress(std::string_view coding, std::string_view text) {
    return make_encoder(coding)->add(text, flush::end);
}

std::string gzipped(std::string_view text) {
    z_stream z{};
    deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&z, text.size()), '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    z.avail_in = static_cast<uInt>(text.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    deflate(&z, Z_FINISH);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

std::string noise(std::size_t size) {
    std::mt19937 random(7);
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>(random() % 23 + 'a');
    return text;
}

std::unique_ptr<content_decoder> decoder_for(const std::vector<std::string_view>& fields,
                                             error_code& ec, std::uint64_t limit = no_limit) {
    response_head head;
    head.add("Content-Type", "text/plain");
    for (std::string_view each : fields) head.add("Content-Encoding", each);
    return make_content_decoder(head, limit, ec);
}

struct result {
    error_code failed;
    std::string text;
};

// Feeds `in` in pieces of `size` bytes.
result decode(const std::vector<std::string_view>& fields, std::string_view in,
              std::size_t size = 1 << 30, std::uint64_t limit = no_limit) {
    result made;
    const auto decoder = decoder_for(fields, made.failed, limit);
    if (!BOOST_TEST(decoder != nullptr)) return made;
    for (std::size_t at = 0; at < in.size() && !made.failed; at += size)
        made.failed = decoder->feed(in.substr(at, size), made.text);
    if (!made.failed) made.failed = decoder->finish();
    return made;
}

void decodes_however_it_is_cut(std::string_view coding) {
    const std::string text = noise(600) + std::string(50'000, 'x') + noise(600);
    const std::string packed = compress(coding, text);
    for (std::size_t size = 1; size <= packed.size(); size += size < 40 ? 1 : 37) {
        const result made = decode({coding}, packed, size);
        BOOST_TEST(!made.failed);
        BOOST_TEST(made.text == text);
    }
    BOOST_TEST(decode({coding}, compress(coding, "")).text.empty());
    BOOST_TEST(!decode({coding}, compress(coding, "")).failed);
    BOOST_TEST(!decode({coding}, "").failed);
}

void delivers_each_flushed_block_at_once(std::string_view coding) {
    const auto packer = make_encoder(coding);
    error_code ec;
    const auto decoder = decoder_for({coding}, ec);
    for (int i = 0; i < 50; ++i) {
        const std::string event = "data: {\"n\": " + std::to_string(i) + "}\n\n";
        std::string out;
        BOOST_TEST(!decoder->feed(packer->add(event, flush::block), out));
        BOOST_TEST_EQ(out, event);
    }
    BOOST_TEST(decoder->finish() == errc::bad_encoding);
}

void truncation_shows_at_the_end(std::string_view coding) {
    const std::string text = noise(400);
    const std::string packed = compress(coding, text);
    for (std::size_t size = 1; size < packed.size(); ++size) {
        const result made = decode({coding}, packed.substr(0, size), size / 2 + 1);
        BOOST_TEST(made.failed == errc::bad_encoding);
        BOOST_TEST(text.starts_with(made.text));
    }
}

void broken_data_is_final(std::string_view coding) {
    error_code ec;
    const auto decoder = decoder_for({coding}, ec);
    std::string out;
    BOOST_TEST(decoder->feed("\xff\xff\xff\xff\xff\xff nonsense", out) == errc::bad_encoding);
    BOOST_TEST(decoder->feed(compress(coding, "good"), out) == errc::bad_encoding);
    BOOST_TEST(decoder->finish() == errc::bad_encoding);
    BOOST_TEST(out.empty());
}

void expansion_is_bounded(std::string_view coding) {
    const std::string bomb = compress(coding, std::string(4 << 20, '\0'));
    BOOST_TEST_LT(bomb.size(), 8192u);
    const result made = decode({coding}, bomb, 100, 100'000);
    BOOST_TEST(made.failed == errc::body_too_large);
    BOOST_TEST_EQ(made.text.size(), 100'000u);

    const std::string packed = compress(coding, std::string(1000, 'a'));
    BOOST_TEST(!decode({coding}, packed, 3, 1000).failed);
    BOOST_TEST(decode({coding}, packed, 3, 999).failed == errc::body_too_large);

    const result large = decode({coding}, compress(coding, std::string(70 << 20, '\0')));
    BOOST_TEST(large.failed == errc::body_too_large);
    BOOST_TEST_GE(large.text.size(), 64u << 20);
    BOOST_TEST_LT(large.text.size(), 65u << 20);
}

void zstd_frames_follow_each_other() {
    const std::string skipped("\x50\x2a\x4d\x18\x03\0\0\0abc", 11);
    const std::string packed = compress("zstd", "one ") + skipped + compress("zstd", "two");
    for (std::size_t size = 1; size <= packed.size(); ++size) {
        const result made = decode({"zstd"}, packed, size);
        BOOST_TEST(!made.failed);
        BOOST_TEST_EQ(made.text, "one two");
    }
    BOOST_TEST(decode({"zstd"}, packed + "garbage").failed == errc::bad_encoding);
    std::string flipped = compress("zstd", noise(400));
    flipped.back() ^= 1;  // the checksum
    BOOST_TEST(decode({"zstd"}, flipped).failed == errc::bad_encoding);
}

void zstd_of_before_its_rfc_is_refused() {
    const std::string older("\x27\xb5\x2f\xfd\x70\x9a\xff\xff\xff\x70", 10);
    for (std::size_t size = 1; size <= older.size(); ++size) {
        BOOST_TEST(decode({"zstd"}, older, size).failed == errc::bad_encoding);
        const std::string second = compress("zstd", "one") + older;
        BOOST_TEST(decode({"zstd"}, second, size).failed == errc::bad_encoding);
    }
}

// Whole, in pieces and with its size written down, a frame is read by the same rules.
void zstd_cuts_change_nothing() {
    const std::string shorter("\x28\xb5\x2f\xfd\x20\x29\x12\0\0\x6c\x01\0\0", 13);
    const std::string wide("\x28\xb5\x2f\xfd\x40\x70\x01\0\x0b\x08\0x", 12);  // 16 MiB
    for (const std::string& frame : {shorter, wide}) {
        const result whole = decode({"zstd"}, frame);
        for (std::size_t size = 1; size < frame.size(); ++size) {
            const result cut = decode({"zstd"}, frame, size);
            BOOST_TEST_EQ(cut.failed, whole.failed);
            BOOST_TEST_EQ(cut.text, whole.text);
        }
    }
    BOOST_TEST(decode({"zstd"}, wide).failed == errc::bad_encoding);
}

void zstd_windows_are_bounded() {
    const std::string text = noise(1000);
    const auto packed = [&](int window_log) {
        zstd_encoder wide(window_log);
        const std::string start = wide.add(text, flush::block);
        return start + wide.add("", flush::end);
    };
    BOOST_TEST(!decode({"zstd"}, packed(23)).failed);
    BOOST_TEST(decode({"zstd"}, packed(24)).failed == errc::bad_encoding);
}

void what_follows_brotli_is_ignored() {
    const std::string packed = compress("br", "body") + "tail";
    for (std::size_t size = 1; size <= packed.size(); ++size) {
        const result made = decode({"br"}, packed, size);
        BOOST_TEST(!made.failed);
        BOOST_TEST_EQ(made.text, "body");
    }
}

void chains_are_undone_from_the_end() {
    const std::string text = noise(5000);
    const std::string packed = compress("zstd", compress("br", gzipped(text)));
    const std::vector<std::vector<std::string_view>> spellings = {
        {"gzip, br, zstd"}, {"gzip", "br , ZSTD"}, {" X-Gzip,,identity,br", "made-up", "zstd,"}};
    for (const auto& fields : spellings) {
        for (std::size_t size : {1, 7, 100'000}) {
            const result made = decode(fields, packed, size);
            BOOST_TEST(!made.failed);
            BOOST_TEST(made.text == text);
        }
    }
    const std::string inner = compress("br", gzipped(text).substr(0, 500));
    BOOST_TEST(decode({"gzip, br"}, inner).failed == errc::bad_encoding);
    BOOST_TEST(decode({"gzip, br"}, packed).failed == errc::bad_encoding);
    BOOST_TEST(decode({"gzip, br"}, compress("br", gzipped(text)), 9, 4999).failed ==
               errc::body_too_large);
}

void a_bomb_in_a_chain_is_stopped_at_its_step() {
    const std::string zeros(80 << 20, '\0');
    const std::string bomb = compress("zstd", compress("zstd", zeros));
    const result made = decode({"br, zstd, zstd"}, bomb);
    BOOST_TEST(made.failed == errc::body_too_large || made.failed == errc::bad_encoding);
    BOOST_TEST(decode({"zstd, zstd"}, bomb).failed == errc::body_too_large);
}

void nothing_to_undo() {
    error_code ec;
    const std::vector<std::vector<std::string_view>> none = {
        {}, {""}, {"identity"}, {"compress"}, {"made-up, identity", ""}, {","}};
    for (const auto& fields : none) BOOST_TEST(decoder_for(fields, ec) == nullptr);
    BOOST_TEST(!ec);
    BOOST_TEST(decoder_for({"br,br,br", "br,br"}, ec) != nullptr);
    BOOST_TEST(!ec);
    BOOST_TEST(decoder_for({"br,br,br", "br,br,br"}, ec) == nullptr);
    BOOST_TEST(ec == errc::bad_encoding);
}

}  // namespace

int main() {
    for (std::string_view coding : {"br", "zstd"}) {
        decodes_however_it_is_cut(coding);
        delivers_each_flushed_block_at_once(coding);
        truncation_shows_at_the_end(coding);
        broken_data_is_final(coding);
        expansion_is_bounded(coding);
    }
    zstd_frames_follow_each_other();
    zstd_of_before_its_rfc_is_refused();
    zstd_cuts_change_nothing();
    zstd_windows_are_bounded();
    what_follows_brotli_is_ignored();
    chains_are_undone_from_the_end();
    a_bomb_in_a_chain_is_stopped_at_its_step();
    nothing_to_undo();
    return boost::report_errors();
}
