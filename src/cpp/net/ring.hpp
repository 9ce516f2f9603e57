// Circular doubly linked list through its elements: O(1) removal without knowing the list.
#pragma once

namespace oai::net {

// A list head or an element; alone it is a ring of one.
struct ring {
    ring* before = this;
    ring* after = this;

    ring() = default;
    ring(const ring&) = delete;
    ring& operator=(const ring&) = delete;
    ~ring() { unlink(); }

    bool alone() const noexcept { return after == this; }

    void unlink() noexcept {
        before->after = after;
        after->before = before;
        before = after = this;
    }

    // `element` becomes the last of the list whose head this is.
    void append(ring& element) noexcept {
        element.unlink();
        element.before = before;
        element.after = this;
        before->after = &element;
        before = &element;
    }

    // Moves all elements behind `head` to this list, which must be empty.
    void take(ring& head) noexcept {
        if (head.alone()) return;
        after = head.after;
        before = head.before;
        after->before = before->after = this;
        head.before = head.after = &head;
    }
};

}  // namespace oai::net
