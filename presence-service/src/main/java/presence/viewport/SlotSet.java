package presence.viewport;

import java.util.Arrays;

/** A set of slots as bits, which counts them. */
public final class SlotSet {
    private long[] words = {};
    private int size;

    public int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    public boolean contains(int slot) {
        return slot >> 6 < words.length && (words[slot >> 6] & 1L << slot) != 0;
    }

    /** Returns whether it was not in the set. */
    public boolean add(int slot) {
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
    public boolean remove(int slot) {
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

    /** Returns the first slot from {@code from} on that is in this set and not in the other; -1 if there is none. */
    public int nextWithout(SlotSet other, int from) {
        for (int word = from >> 6; word < words.length; word++) {
            long rest = words[word];
            if (word < other.words.length) {
                rest &= ~other.words[word];
            }
            if (word == from >> 6) {
                rest &= -1L << from;
            }
            if (rest != 0) {
                return (word << 6) + Long.numberOfTrailingZeros(rest);
            }
        }
        return -1;
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
