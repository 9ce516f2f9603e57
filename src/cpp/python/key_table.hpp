// The keys of one model, found by text. Answers repeat the order of their keys, so the place where
// a key was found last time is tried first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace oai::python {

struct model_key {
    std::string_view text;
    std::int16_t field = -1;  // that the key sets; -1: none
    bool is_name = false;     // also the Python name of a field
};

class key_table {
  public:
    // After all are added; a key is there once.
    void index() {
        std::size_t size = 8;
        while (size < keys_.size() * 2) size *= 2;
        buckets_.assign(size, -1);
        for (std::size_t i = 0; i < keys_.size(); ++i) {
            std::size_t at = hash(keys_[i].text) & (size - 1);
            while (buckets_[at] >= 0) at = (at + 1) & (size - 1);
            buckets_[at] = static_cast<std::int16_t>(i);
        }
        expected_.assign(keys_.size() + 1, nullptr);
    }

    void add(const model_key& key) { keys_.push_back(key); }
    std::vector<model_key>& keys() noexcept { return keys_; }

    // `place`: the position of the pair in its object.
    const model_key* find(std::string_view text, std::size_t place) const noexcept {
        if (place >= expected_.size()) return look_up(text);
        const model_key*& expected = expected_[place];
        if (expected == nullptr || expected->text != text) {
            const model_key* found = look_up(text);
            if (found == nullptr) return nullptr;
            expected = found;
        }
        return expected;
    }

  private:
    static std::size_t hash(std::string_view text) noexcept {
        if (text.empty()) return 0;
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
        const std::size_t last = text.size() - 1;
        return text.size() * 31 + byte(0) * 7 + byte(last) * 3 + byte(last / 2) * 13;
    }

    const model_key* look_up(std::string_view text) const noexcept {
        const std::size_t mask = buckets_.size() - 1;
        for (std::size_t at = hash(text) & mask; buckets_[at] >= 0; at = (at + 1) & mask) {
            const model_key& key = keys_[static_cast<std::size_t>(buckets_[at])];
            if (key.text == text) return &key;
        }
        return nullptr;
    }

    std::vector<model_key> keys_;
    std::vector<std::int16_t> buckets_;  // at most half full
    mutable std::vector<const model_key*> expected_;
};

}  // namespace oai::python
