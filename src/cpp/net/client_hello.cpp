#include "net/client_hello.hpp"

#include <string_view>

#include "net/openssl_handles.hpp"

namespace oai::net {
namespace {

constexpr unsigned extension_alpn = 16, extension_key_share = 51;

// RFC 8446 4.1.2, cut by its own length fields; a field that is not there is empty.
class cutter {
  public:
    explicit cutter(std::string_view bytes) : bytes_(bytes) {}

    bool done() const noexcept { return bytes_.empty(); }
    std::string_view take(std::size_t size) noexcept {
        const std::string_view taken = bytes_.substr(0, size);
        bytes_.remove_prefix(taken.size());
        return taken;
    }
    std::size_t number(std::size_t width) noexcept {
        std::size_t value = 0;
        for (const char byte : take(width)) value = value << 8 | static_cast<unsigned char>(byte);
        return value;
    }
    std::string_view field(std::size_t width) noexcept { return take(number(width)); }

  private:
    std::string_view bytes_;
};

void add(std::string& to, std::string_view field) {
    to.append(std::to_string(field.size())).append(1, ' ').append(field);
}

// Groups without the keys that were made for this hello.
std::string groups_of(std::string_view key_share) {
    std::string groups;
    cutter shares(cutter(key_share).field(2));
    while (!shares.done()) {
        groups += std::to_string(shares.number(2)) + ' ';
        shares.field(2);
    }
    return groups;
}

std::string without_random(std::string_view record) {
    std::string kept;
    cutter hello(record);
    hello.take(5 + 4);  // headers of the record and of the message
    add(kept, hello.take(2));
    hello.take(32);
    kept += hello.field(1).empty() ? "no session" : "session";
    add(kept, hello.field(2));  // cipher suites
    add(kept, hello.field(1));  // compression
    cutter extensions(hello.field(2));
    while (!extensions.done()) {
        const std::size_t type = extensions.number(2);
        const std::string_view value = extensions.field(2);
        if (type == extension_alpn) continue;
        add(kept, std::to_string(type));
        if (type == extension_key_share)
            add(kept, groups_of(value));
        else
            add(kept, value);
    }
    return kept;
}

}  // namespace

std::string client_hello(SSL_CTX* context) {
    const openssl_errors errors;
    const ssl_handle ssl(SSL_new(context));
    if (!ssl) return {};
    BIO* const out = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), out);
    SSL_connect(ssl.get());  // wants an answer, which never comes
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out, &bytes);
    if (size <= 0) return {};
    return without_random({bytes, static_cast<std::size_t>(size)});
}

}  // namespace oai::net
