// A text that matches a pattern: the first alternative, the fewest repetitions, one sign a class.
#include <algorithm>
#include <charconv>

#include "mock/schema.hpp"

namespace oai::mock {

namespace {

class sampler {
  public:
    explicit sampler(std::string_view pattern) : rest_(pattern) {}

    std::string alternatives(int depth) {
        std::string first = sequence(depth);
        while (!rest_.empty() && rest_.front() == '|') {
            rest_.remove_prefix(1);
            sequence(depth);
        }
        return first;
    }

  private:
    std::string sequence(int depth) {
        std::string out;
        while (!rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
            std::string one = atom(depth);
            for (std::size_t n = repetitions(); n != 0; --n) out += one;
        }
        return out;
    }

    char take() {
        char c = rest_.empty() ? 'a' : rest_.front();
        rest_.remove_prefix(rest_.empty() ? 0 : 1);
        return c;
    }

    std::string atom(int depth) {
        char c = take();
        switch (c) {
            case '^':
            case '$':
                return {};
            case '.':
                return "a";
            case '[':
                return bracket();
            case '\\':
                return escape(take());
            case '(':
                return group(depth);
            default:
                return std::string(1, c);
        }
    }

    std::string group(int depth) {
        if (rest_.starts_with("?:")) rest_.remove_prefix(2);
        if (depth > 50) {
            rest_ = {};
            return {};
        }
        std::string inside = alternatives(depth + 1);
        take();  // the closing sign
        return inside;
    }

    static std::string escape(char c) {
        switch (c) {
            case 'd':
                return "1";
            case 'w':
                return "a";
            case 's':
                return " ";
            case 'D':
            case 'S':
                return "a";
            case 'W':
                return "-";
            case 'n':
                return "\n";
            case 't':
                return "\t";
            case 'b':
            case 'B':
                return {};
            default:
                return std::string(1, c);
        }
    }

    std::string bracket() {
        bool negated = !rest_.empty() && rest_.front() == '^';
        if (negated) take();
        std::string members;
        do {
            char c = take();
            std::string one = c == '\\' ? escape(take()) : std::string(1, c);
            members += one;
            if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
                take();
                char last = take();
                for (char next = one.back(); next < last; ++next) members += char(next + 1);
            }
        } while (!rest_.empty() && rest_.front() != ']');
        take();
        if (!negated) return members.substr(0, 1);
        for (char c = 'a'; c <= 'z'; ++c) {
            if (members.find(c) == members.npos) return std::string(1, c);
        }
        return "0";
    }

    std::size_t repetitions() {
        if (rest_.empty()) return 1;
        std::size_t count = 1;
        char c = rest_.front();
        if (c == '*' || c == '?')
            count = 0;
        else if (c == '{')
            std::from_chars(rest_.data() + 1, rest_.data() + rest_.size(), count);
        else if (c != '+')
            return 1;
        rest_.remove_prefix(c == '{' ? std::min(rest_.find('}'), rest_.size() - 1) + 1 : 1);
        if (!rest_.empty() && rest_.front() == '?') rest_.remove_prefix(1);  // lazy
        return std::min<std::size_t>(count, 10'000);
    }

    std::string_view rest_;
};

}  // namespace

std::string matching(std::string_view pattern) {
    std::string out = sampler(pattern).alternatives(0);
    if (out.size() > (1u << 20)) out.resize(1u << 20);
    return out;
}

}  // namespace oai::mock
