#include "http/inflate.hpp"

#include <zlib.h>
#include <boost/core/lightweight_test.hpp>

#include <random>

using namespace oai;
using namespace oai::http;

namespace {

constexpr std::uint64_t no_limit = std::uint64_t{1} << 40;
constexpr int gzip_bits = 31, zlib_bits = 15, bare_bits = -15;

// Compresses in parts, each flushed so that a reader can decode it at once.
class compressor {
  public:
    explicit compressor(int bits) {
        BOOST_TEST_EQ(deflateInit2(&z_, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    }
    compressor(const compressor&) = delete;
    ~compressor() { deflateEnd(&z_); }

    std::string add(std::string_view text, int flush) {
        std::string out(deflateBound(&z_, text.size()) + 64, '\0');
        z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
        z_.avail_in = static_cast<uInt>(text.size());
        z_.next_out = reinterpret_cast<Bytef*>(out.data());
        z_.avail_out = static_cast<uInt>(out.size());
        deflate(&z_, flush);
        out.resize(out.size() - z_.avail_out);
        return out;
    }

  private:
    z_stream z_{};
};

std::string compress(std::string_view text, int bits) {
    return compressor(bits).add(text, Z_FINISH);
}

std::string noise(std::size_t size) {
    std::mt19937 random(7);
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>(random() % 23 + 'a');
    return text;
}

struct result {
    error_code failed;
    std::string text;
};

// Feeds `in` in two parts cut at `cut`.
result decode(deflate_format coding, std::string_view in, std::size_t cut,
              std::uint64_t limit = no_limit) {
    inflater decoder(coding, limit);
    result made;
    made.failed = decoder.feed(in.substr(0, cut), made.text);
    if (!made.failed) made.failed = decoder.feed(in.substr(cut), made.text);
    if (!made.failed) made.failed = decoder.finish();
    return made;
}

void decodes_at_every_cut() {
    const std::string text = noise(600) + std::string(5000, 'x');
    struct {
        deflate_format coding;
        int bits;
    } const cases[] = {{deflate_format::gzip, gzip_bits},
                       {deflate_format::deflate, zlib_bits},
                       {deflate_format::deflate, bare_bits}};
    for (const auto& c : cases) {
        const std::string packed = compress(text, c.bits);
        for (std::size_t cut = 0; cut <= packed.size(); ++cut) {
            const result made = decode(c.coding, packed, cut);
            BOOST_TEST(!made.failed);
            BOOST_TEST(made.text == text);
        }
    }
}

void decodes_byte_by_byte() {
    const std::string text = noise(3000);
    for (int bits : {zlib_bits, bare_bits}) {
        inflater decoder(deflate_format::deflate, no_limit);
        std::string out;
        for (char c : compress(text, bits)) BOOST_TEST(!decoder.feed({&c, 1}, out));
        BOOST_TEST(!decoder.finish());
        BOOST_TEST(out == text);
    }
}

void joins_gzip_members_at_every_cut() {
    const std::string packed =
        compress("one ", gzip_bits) + compress("", gzip_bits) + compress("two", gzip_bits);
    for (std::size_t cut = 0; cut <= packed.size(); ++cut) {
        const result made = decode(deflate_format::gzip, packed, cut);
        BOOST_TEST(!made.failed);
        BOOST_TEST_EQ(made.text, "one two");
    }
}

void ignores_what_follows_the_last_member() {
    using namespace std::string_view_literals;
    for (std::string_view tail : {"\0\0\0\0"sv, "garbage"sv, "\x1f"sv, "\x1fx"sv}) {
        const std::string packed = compress("body", gzip_bits).append(tail);
        for (std::size_t cut = 0; cut <= packed.size(); ++cut) {
            const result made = decode(deflate_format::gzip, packed, cut);
            BOOST_TEST(!made.failed);
            BOOST_TEST_EQ(made.text, "body");
        }
    }
    const result made = decode(deflate_format::deflate, compress("body", zlib_bits) + "tail", 1);
    BOOST_TEST(!made.failed);
    BOOST_TEST_EQ(made.text, "body");
}

void delivers_each_flushed_block_at_once() {
    for (int bits : {gzip_bits, zlib_bits, bare_bits}) {
        compressor packer(bits);
        inflater decoder(bits == gzip_bits ? deflate_format::gzip : deflate_format::deflate,
                         no_limit);
        for (int i = 0; i < 50; ++i) {
            const std::string event = "data: {\"n\": " + std::to_string(i) + "}\n\n";
            std::string out;
            BOOST_TEST(!decoder.feed(packer.add(event, Z_SYNC_FLUSH), out));
            BOOST_TEST_EQ(out, event);
        }
        BOOST_TEST(decoder.finish() == errc::bad_encoding);
    }
}

void truncation_shows_at_the_end() {
    const std::string text = noise(400);
    for (int bits : {gzip_bits, zlib_bits, bare_bits}) {
        const std::string packed = compress(text, bits);
        const auto coding = bits == gzip_bits ? deflate_format::gzip : deflate_format::deflate;
        for (std::size_t size = 1; size < packed.size(); ++size) {
            const result made = decode(coding, packed.substr(0, size), size / 2);
            BOOST_TEST(made.failed == errc::bad_encoding);
            BOOST_TEST(text.starts_with(made.text));
        }
    }
    const std::string two = compress("one", gzip_bits) + compress("two", gzip_bits);
    BOOST_TEST(decode(deflate_format::gzip, two.substr(0, two.size() - 1), 3).failed ==
               errc::bad_encoding);
}

void nothing_at_all_is_complete() {
    BOOST_TEST(!decode(deflate_format::gzip, "", 0).failed);
    BOOST_TEST(!decode(deflate_format::deflate, "", 0).failed);
    BOOST_TEST_EQ(decode(deflate_format::deflate, compress("", bare_bits), 1).text, "");
}

void broken_data_is_final() {
    std::string packed = compress(noise(400), gzip_bits);
    packed[packed.size() - 5] ^= 1;  // the checksum
    BOOST_TEST(decode(deflate_format::gzip, packed, 10).failed == errc::bad_encoding);
    BOOST_TEST(decode(deflate_format::gzip, "not gzip at all", 1).failed == errc::bad_encoding);
    BOOST_TEST(decode(deflate_format::deflate, "\xff\xff\xff\xff", 1).failed == errc::bad_encoding);
    std::string second = compress("one", gzip_bits);
    second.append("\x1f\x8b\xff\xff\xff\xff");
    BOOST_TEST(decode(deflate_format::gzip, second, 4).failed == errc::bad_encoding);

    inflater decoder(deflate_format::gzip, no_limit);
    std::string out;
    BOOST_TEST(decoder.feed("nonsense", out) == errc::bad_encoding);
    BOOST_TEST(decoder.feed(compress("good", gzip_bits), out) == errc::bad_encoding);
    BOOST_TEST(decoder.finish() == errc::bad_encoding);
    BOOST_TEST(out.empty());
}

void expansion_is_bounded() {
    const std::string bomb = compress(std::string(4 << 20, '\0'), gzip_bits);
    BOOST_TEST_LT(bomb.size(), 8192u);
    const result made = decode(deflate_format::gzip, bomb, 100, 100'000);
    BOOST_TEST(made.failed == errc::body_too_large);
    BOOST_TEST_EQ(made.text.size(), 100'000u);

    const std::string packed = compress(std::string(1000, 'a'), zlib_bits);
    BOOST_TEST(!decode(deflate_format::deflate, packed, 3, 1000).failed);
    BOOST_TEST(decode(deflate_format::deflate, packed, 3, 999).failed == errc::body_too_large);

    const std::string members =
        compress(std::string(600, 'a'), gzip_bits) + compress(std::string(600, 'b'), gzip_bits);
    BOOST_TEST(decode(deflate_format::gzip, members, 3, 1199).failed == errc::body_too_large);
    BOOST_TEST(!decode(deflate_format::gzip, members, 3, 1200).failed);
}

// A large answer of text passes; an equally large one out of next to nothing does not.
void large_expansion_is_bounded() {
    inflater bomb(deflate_format::gzip, no_limit);
    const std::string packed = compress(std::string(70 << 20, '\0'), gzip_bits);
    std::string out;
    BOOST_TEST(bomb.feed(packed, out) == errc::body_too_large);
    BOOST_TEST_GE(out.size(), 64u << 20);
    BOOST_TEST_LT(out.size(), 65u << 20);

    inflater text(deflate_format::gzip, no_limit);
    std::string line;
    for (unsigned i = 0; line.size() < 70u << 20; ++i)
        line += std::to_string(i) + ": the same words\n";
    out.clear();
    BOOST_TEST(!text.feed(compress(line, gzip_bits), out));
    BOOST_TEST(out == line);
}

}  // namespace

int main() {
    decodes_at_every_cut();
    decodes_byte_by_byte();
    joins_gzip_members_at_every_cut();
    ignores_what_follows_the_last_member();
    delivers_each_flushed_block_at_once();
    truncation_shows_at_the_end();
    nothing_at_all_is_complete();
    broken_data_is_final();
    expansion_is_bounded();
    large_expansion_is_bounded();
    return boost::report_errors();
}
