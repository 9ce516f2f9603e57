// Doubly linked list through hooks inside its elements: no allocation, O(1) removal from anywhere.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>

namespace oai::http {

template <class T>
struct list_hook {
    T* previous = nullptr;
    T* next = nullptr;
    bool linked = false;
};

template <class T, list_hook<T> T::* Hook>
class linked_list {
  public:
    bool empty() const noexcept { return first_ == nullptr; }
    std::size_t size() const noexcept { return size_; }
    T* front() const noexcept { return first_; }
    T* back() const noexcept { return last_; }
    // Links made and cut so far: what the list costs, in units that a test can compare.
    std::uint64_t operations() const noexcept { return operations_; }

    void push_back(T& element) noexcept {
        list_hook<T>& hook = element.*Hook;
        assert(!hook.linked);
        hook.previous = last_;
        hook.next = nullptr;
        hook.linked = true;
        (last_ ? (last_->*Hook).next : first_) = &element;
        last_ = &element;
        ++size_;
        ++operations_;
    }

    void erase(T& element) noexcept {
        list_hook<T>& hook = element.*Hook;
        assert(hook.linked);
        (hook.previous ? (hook.previous->*Hook).next : first_) = hook.next;
        (hook.next ? (hook.next->*Hook).previous : last_) = hook.previous;
        hook = list_hook<T>();
        --size_;
        ++operations_;
    }

  private:
    T* first_ = nullptr;
    T* last_ = nullptr;
    std::size_t size_ = 0;
    std::uint64_t operations_ = 0;
};

}  // namespace oai::http
