// JSON text to tokens, against a reader that does one character at a time; the tokens written again
// and read again.
#include "json_reference.hpp"

#include "fuzz.hpp"
#include "json/bytes.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"
#include "targets.hpp"

namespace oai::fuzz {
namespace {

using oai::json::document;
using oai::json::kind;

constexpr unsigned deepest = 40;

class writer {
  public:
    explicit writer(const document& of) : document_(of) {}

    std::string text() {
        require(write(0) == document_.size(), "the root holds every token");
        return std::move(out_);
    }

  private:
    // The index behind the value.
    std::size_t write(std::size_t at) {
        const auto& token = document_[at];
        std::size_t after = at + 1;
        switch (token.type) {
            case kind::null:
                out_ += "null";
                break;
            case kind::false_:
                out_ += "false";
                break;
            case kind::true_:
                out_ += "true";
                break;
            case kind::integer:
                oai::json::write_integer(out_, token.integer);
                break;
            case kind::real:
                oai::json::write_real(out_, token.real);
                break;
            case kind::bignum:
                out_ += token.view();
                break;
            case kind::string:
                write_text(token);
                break;
            case kind::array:
                after = write_items(at, '[', ']', 1);
                break;
            case kind::object:
                after = write_items(at, '{', '}', 2);
        }
        require(document_.skip(at) == after, "skip() goes over all of a value");
        return after;
    }

    void write_text(const oai::json::token& token) {
        require(oai::json::is_utf8(token.view()), "strings are UTF-8");
        require(oai::json::is_ascii(token.view()) == token.ascii,
                "and told to be ASCII if they are");
        oai::json::write_string(out_, token.view());
    }

    std::size_t write_items(std::size_t at, char open, char close, int width) {
        out_ += open;
        std::size_t next = at + 1;
        for (std::uint32_t i = 0; i < document_[at].size; ++i) {
            if (i > 0) out_ += ',';
            if (width == 2) {
                const std::string_view key = document_[next].view();
                require(document_.find(at, key) > next, "a key is found, the last of equals");
                next = write(next);
                out_ += ':';
            }
            next = write(next);
        }
        out_ += close;
        return next;
    }

    const document& document_;
    std::string out_;
};

}  // namespace

void json(std::string_view input) {
    if (input.size() > 64 * 1024) return;
    const auto read = document::parse(input, deepest);
    const auto expected = json_reference(input, deepest).read();
    require(read.has_value() == expected.has_value(), "what is JSON is taken, and nothing else");
    if (!read) return;
    const std::string written = writer(*read).text();
    require(written == *expected, "every value is what it says");
    const auto again = document::parse(written, deepest);
    require(again && writer(*again).text() == written, "what was written reads the same");
}

}  // namespace oai::fuzz
