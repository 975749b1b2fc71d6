package presence.viewport;

import java.util.Arrays;

/** A set of slots as bits, which counts them. */
final class SlotSet {
    private long[] words = {};
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    boolean contains(int slot) {
        return slot >> 6 < words.length && (words[slot >> 6] & 1L << slot) != 0;
    }

    /** Returns whether it was not in the set. */
    boolean add(int slot) {
        int word = slot >> 6;
        if (word >= words.length) {
            words = Arrays.copyOf(words, Math.max(word + 1, words.length * 2));
        }
        long before = words[word];
        words[word] = before | 1L << slot;
        boolean isNew = words[word] != before;
        size += isNew ? 1 : 0;
        return isNew;
    }

    /** Returns whether it was in the set. */
    boolean remove(int slot) {
        if (!contains(slot)) {
            return false;
        }
        words[slot >> 6] &= ~(1L << slot);
        size--;
        return true;
    }

    void addAll(SlotSet other) {
        for (int slot = other.next(0); slot >= 0; slot = other.next(slot + 1)) {
            add(slot);
        }
    }

    /** Removes all and gives the memory back. */
    void clear() {
        words = new long[0];
        size = 0;
    }

    /** Returns the first slot of the set from {@code from} on; -1 if there is none. */
    int next(int from) {
        int word = from >> 6;
        if (word >= words.length) {
            return -1;
        }
        long rest = words[word] & -1L << from;
        while (rest == 0) {
            if (++word == words.length) {
                return -1;
            }
            rest = words[word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(rest);
    }
}
