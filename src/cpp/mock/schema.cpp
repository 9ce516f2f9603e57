#include "mock/schema.hpp"

#include <algorithm>
#include <cmath>

#include "json/writer.hpp"
#include "mock/text.hpp"

namespace oai::mock {

namespace {

// Recursive schemas that never end by themselves are cut here.
constexpr int deepest = 12;
constexpr int most_values = 20'000;

class instance {
  public:
    instance(std::string& out, value root, std::string_view hint)
        : out_(out), root_(root), hint_(hint) {}

    void write(value schema, int depth, std::string_view name) {
        if (depth > deepest || ++values_ > most_values) {
            out_ += "null";
            return;
        }
        schema = resolved(schema);
        if (schema["const"].present()) return schema["const"].write(out_);
        if (schema["enum"].size() != 0) return schema["enum"].first().write(out_);
        value options = choices(schema);
        if (options.size() != 0) return write(easiest(options, depth), depth + 1, name);
        std::string_view type = type_of(schema);
        if (type == "object")
            object(schema, depth);
        else if (type == "array")
            array(schema, depth, name);
        else if (type == "string")
            string(schema, name);
        else if (type == "integer" || type == "number")
            number(schema, type == "integer");
        else
            out_ += type == "boolean" ? "true" : "null";
    }

  private:
    static value choices(value schema) {
        value any = schema["anyOf"];
        return any.size() != 0 ? any : schema["oneOf"];
    }

    // "#/$defs/Step": a path from the root; "#" is the root itself.
    value resolved(value schema) const {
        for (int hops = 0; hops < deepest && schema["$ref"].is_string(); ++hops) {
            std::string_view path = schema["$ref"].text();
            schema = root_;
            while (!path.empty()) {
                auto end = std::min(path.find('/'), path.size());
                std::string_view part = path.substr(0, end);
                path.remove_prefix(std::min(end + 1, path.size()));
                if (part != "#" && !part.empty()) schema = schema[part];
            }
        }
        return schema;
    }

    // Deep down a recursive schema must end: null or a plain type is taken before an object.
    value easiest(value options, int depth) const {
        value best = options.first();
        if (depth < 3) return best;
        options.each([&](value one) {
            std::string_view type = type_of(resolved(one));
            if (type != "object" && type != "array") best = one;
        });
        return best;
    }

    static std::string_view type_of(value schema) {
        value type = schema["type"];
        if (type.is_array()) type = type.first();
        if (type.is_string()) return type.text();
        if (schema["properties"].present() || schema["allOf"].present()) return "object";
        if (schema["items"].present() || schema["prefixItems"].present()) return "array";
        return schema["minimum"].present() || schema["maximum"].present() ? "number" : "string";
    }

    static bool holds(value list, std::string_view name) {
        bool found = false;
        list.each([&](value one) { found = found || one.text() == name; });
        return found;
    }

    void pairs(value schema, int depth, char& between) {
        schema["properties"].each_pair([&](std::string_view key, value property) {
            bool required = holds(schema["required"], key);
            if (depth >= 4 && !required) return;
            out_ += between;
            between = ',';
            json::write_string(out_, key);
            out_ += ':';
            write(property, depth + 1, key);
        });
        schema["allOf"].each([&](value part) {
            if (depth < deepest) pairs(resolved(part), depth + 1, between);
        });
    }

    void object(value schema, int depth) {
        out_ += '{';
        std::string inside;
        out_.swap(inside);
        char between = ' ';
        pairs(schema, depth, between);
        out_.swap(inside);
        out_ += std::string_view(inside).substr(inside.empty() ? 0 : 1);
        out_ += '}';
    }

    void array(value schema, int depth, std::string_view name) {
        std::int64_t least = schema["minItems"].integer(0);
        std::int64_t most = schema["maxItems"].integer(1'000);
        std::int64_t count = std::min(most, std::max<std::int64_t>(least, depth < 4 ? 1 : 0));
        value prefix = schema["prefixItems"];
        out_ += '[';
        char between = 0;
        std::int64_t n = 0;
        auto item = [&](value one) {
            if (between != 0) out_ += between;
            between = ',';
            ++n;
            write(one, depth + 1, name);
        };
        prefix.each(item);
        for (count = std::min<std::int64_t>(count, 10'000); n < count;) {
            item(schema["items"]);
        }
        out_ += ']';
    }

    void string(value schema, std::string_view name) {
        std::string text = formatted(schema["format"].text());
        if (text.empty() && schema["pattern"].is_string()) {
            text = matching(schema["pattern"].text());
        } else if (text.empty()) {
            text = name.empty() ? std::string(hint_) : "mock " + std::string(name);
        }
        auto least = static_cast<std::size_t>(std::max<std::int64_t>(
            0, std::min<std::int64_t>(schema["minLength"].integer(0), 1 << 20)));
        while (text.size() < least) text += 'x';
        std::int64_t most = schema["maxLength"].integer(1 << 20);
        if (most >= 0 && text.size() > static_cast<std::size_t>(most)) {
            text = std::string(static_cast<std::size_t>(most), 'x');
        }
        json::write_string(out_, text);
    }

    static std::string formatted(std::string_view format) {
        if (format == "date-time") return "2026-01-02T03:04:05Z";
        if (format == "date") return "2026-01-02";
        if (format == "time") return "03:04:05Z";
        if (format == "duration") return "P1DT2H";
        if (format == "email") return "mock@example.com";
        if (format == "hostname") return "example.com";
        if (format == "ipv4") return "127.0.0.1";
        if (format == "ipv6") return "::1";
        if (format == "uri") return "https://example.com/mock";
        if (format == "uuid") return "00000000-0000-4000-8000-000000000000";
        return {};
    }

    void number(value schema, bool whole) {
        double least = schema["minimum"].real(-1e300);
        double most = schema["maximum"].real(1e300);
        double step = schema["multipleOf"].real(whole ? 1 : 0);
        double above = schema["exclusiveMinimum"].real(-1e300);
        double below = schema["exclusiveMaximum"].real(1e300);
        double unit = step > 0 ? step : 0.5;
        double low = std::max(least, above);
        double high = std::min(most, below);
        double n = whole ? 1 : 1.5;
        if (n < low) n = low;
        if (n > high) n = high;
        if (step > 0) n = n > high ? std::floor(n / unit) * unit : std::ceil(n / unit) * unit;
        if (step > 0 && n > high) n -= unit;
        if (n <= above) n += step > 0 ? unit : above + 2 < high ? 1 : (high - above) / 2;
        if (n >= below) n -= step > 0 ? unit : below - 2 > low ? 1 : (below - low) / 2;
        if (whole || n == std::floor(n))
            json::write_integer(out_, static_cast<std::int64_t>(n));
        else
            json::write_real(out_, n);
    }

    std::string& out_;
    value root_;
    std::string_view hint_;
    int values_ = 0;
};

}  // namespace

void write_instance(std::string& out, value schema, std::string_view hint) {
    instance(out, schema, hint).write(schema, 0, {});
}

}  // namespace oai::mock
