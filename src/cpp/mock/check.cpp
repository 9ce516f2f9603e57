#include "mock/check.hpp"

#include <algorithm>

#include "json/writer.hpp"

namespace oai::mock {

namespace {

std::string quoted(std::string_view name) {
    return "'" + std::string(name) + "'";
}

std::string number_text(double number) {
    std::string out;
    json::write_real(out, number);
    if (out.ends_with(".0")) out.resize(out.size() - 2);
    return out;
}

}  // namespace

void check::complain(std::string_view message, std::string_view param, std::string_view code,
                     int status) {
    if (!complaint_) complaint_ = error_reply(status, message, param, code);
}

void check::wrong_type(std::string_view param, std::string_view expected, const value& got) {
    complain("Invalid type for " + quoted(param) + ": expected " + std::string(expected) +
                 ", but got " + std::string(type_name(got)) + " instead.",
             param, "invalid_type");
}

value check::given(std::string_view name) const {
    if (complaint_) return {};
    value found = body_[name];
    return found.is_null() ? value() : found;
}

void check::needs(std::string_view name) {
    if (!complaint_ && body_[name].is_null()) {
        complain("Missing required parameter: " + quoted(name) + ".", name,
                 "missing_required_parameter");
    }
}

void check::needs_model() {
    if (!complaint_ && body_["model"].is_null()) {
        return complain("The request has no model: the 'model' parameter is required.", "model",
                        "missing_required_parameter");
    }
    string("model");
    std::string_view name = given("model").text();
    if (complaint_) return;
    if (name.empty()) complain("The model name is empty.", "model", "invalid_value");
    if (name.starts_with("missing-")) {
        complain(
            "The model `" + std::string(name) + "` does not exist or you do not have access to it.",
            {}, "model_not_found", 404);
    }
}

void check::string(std::string_view name) {
    value v = given(name);
    if (v.present() && !v.is_string()) wrong_type(name, "a string", v);
}

void check::boolean(std::string_view name) {
    value v = given(name);
    if (v.present() && !v.is_bool()) wrong_type(name, "a boolean", v);
}

void check::object(std::string_view name) {
    value v = given(name);
    if (v.present() && !v.is_object()) wrong_type(name, "an object", v);
}

void check::array(std::string_view name) {
    value v = given(name);
    if (v.present() && !v.is_array()) wrong_type(name, "an array of objects", v);
}

void check::integer(std::string_view name, std::int64_t least, std::int64_t most) {
    value v = given(name);
    if (!v.present()) return;
    if (!v.is_integer()) return wrong_type(name, "an integer", v);
    number(name, static_cast<double>(least), static_cast<double>(most));
}

void check::number(std::string_view name, double least, double most) {
    value v = given(name);
    if (!v.present()) return;
    if (!v.is_number()) return wrong_type(name, "a decimal number", v);
    double number = v.real(most + 1);
    std::string start = "Invalid " + quoted(name) + ": expected a value ";
    if (number < least) {
        complain(start + ">= " + number_text(least) + ", but got " + v.json() + " instead.", name,
                 "integer_below_min_value");
    } else if (number > most) {
        complain(start + "<= " + number_text(most) + ", but got " + v.json() + " instead.", name,
                 "integer_above_max_value");
    }
}

void check::one_of(std::string_view name, std::initializer_list<std::string_view> values) {
    value v = given(name);
    if (!v.present()) return;
    string(name);
    if (complaint_ || std::find(values.begin(), values.end(), v.text()) != values.end()) return;
    std::string supported;
    for (auto one : values) supported += (supported.empty() ? "" : ", ") + quoted(one);
    complain("Invalid value: " + quoted(v.text()) + ". Supported values are: " + supported + ".",
             name, "invalid_value");
}

void check::text_or_list(std::string_view name, bool anything) {
    value v = given(name);
    if (!v.present() || v.is_string()) return;
    if (!v.is_array()) return wrong_type(name, "a string or an array", v);
    if (v.size() == 0) {
        return complain("Invalid " + quoted(name) + ": empty array.", name, "empty_array");
    }
    std::size_t n = 0;
    v.each([&](value item) {
        std::string place = std::string(name) + "[" + std::to_string(n++) + "]";
        if (!anything && !item.is_string()) wrong_type(place, "a string", item);
    });
}

}  // namespace oai::mock
