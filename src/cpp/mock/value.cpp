#include "mock/value.hpp"

#include "json/writer.hpp"

namespace oai::mock {

using json::kind;

kind value::type() const noexcept {
    return present() ? token().type : kind::null;
}
bool value::is_integer() const noexcept {
    return type() == kind::integer || type() == kind::bignum;
}
bool value::is_number() const noexcept {
    return is_integer() || type() == kind::real;
}
bool value::is_bool() const noexcept {
    return type() == kind::true_ || type() == kind::false_;
}

value value::operator[](std::string_view key) const noexcept {
    if (!is_object()) return {};
    std::size_t at = document_->find(index_, key);
    return at == 0 ? value() : value(*document_, at);
}

std::string_view value::text() const noexcept {
    return is_string() ? token().view() : std::string_view();
}

std::int64_t value::integer(std::int64_t otherwise) const noexcept {
    return type() == kind::integer ? token().integer : otherwise;
}

double value::real(double otherwise) const noexcept {
    if (type() == kind::real) return token().real;
    return type() == kind::integer ? static_cast<double>(token().integer) : otherwise;
}

bool value::truth(bool otherwise) const noexcept {
    return is_bool() ? type() == kind::true_ : otherwise;
}

std::size_t value::size() const noexcept {
    return is_array() || is_object() ? token().size : 0;
}

value value::first() const noexcept {
    return is_array() && size() != 0 ? value(*document_, index_ + 1) : value();
}

void value::write(std::string& out) const {
    char between = '[';
    switch (type()) {
        case kind::null:
            out += "null";
            return;
        case kind::false_:
            out += "false";
            return;
        case kind::true_:
            out += "true";
            return;
        case kind::integer:
            json::write_integer(out, token().integer);
            return;
        case kind::real:
            json::write_real(out, token().real);
            return;
        case kind::bignum:
            out += token().view();
            return;
        case kind::string:
            json::write_string(out, token().view());
            return;
        case kind::array:
            if (size() == 0) out += '[';
            each([&](value item) {
                out += between;
                between = ',';
                item.write(out);
            });
            out += ']';
            return;
        case kind::object:
            between = '{';
            if (size() == 0) out += '{';
            each_pair([&](std::string_view key, value item) {
                out += between;
                between = ',';
                json::write_string(out, key);
                out += ':';
                item.write(out);
            });
            out += '}';
            return;
    }
}

std::string value::json() const {
    std::string out;
    write(out);
    return out;
}

std::string_view type_name(const value& v) noexcept {
    switch (v.type()) {
        case kind::null:
            return "null";
        case kind::false_:
        case kind::true_:
            return "a boolean";
        case kind::integer:
        case kind::bignum:
            return "an integer";
        case kind::real:
            return "a decimal number";
        case kind::string:
            return "a string";
        case kind::array:
            return "an array";
        case kind::object:
            return "an object";
    }
    return "null";
}

}  // namespace oai::mock
