/*
 * The floor: a server that does for the swarm the socket reads and writes that the service does, with the same
 * frames, and nothing else. One thread, epoll, no limits, no errors, no other nodes, no slow readers. What it costs
 * is what the kernel costs; the service is measured against it.
 *
 *   floor PORT [TICK_HZ]
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FDS = 1 << 17, MAX_BOARDS = 1 << 15, EVENTS = 4096, INPUT = 4096 };

struct board;

struct client {
    struct board *board;
    uint32_t slot, x, y; /* x and y as on the wire, zigzag */
    uint64_t moved_ms;
    int upgraded, dirty, used;
    char user[16];
    uint8_t input[INPUT];
};

struct board {
    char id[64];
    int *fds, size, room, dirty;
    uint32_t slots;
    uint64_t last_ms;
};

static struct client *clients[MAX_FDS];
static struct board *boards[MAX_BOARDS];
static int board_count;
static uint64_t tick_ms = 33;
static uint8_t frame[1 << 22];

static uint64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static uint8_t *put_varint(uint8_t *out, uint32_t value) {
    while (value > 127) {
        *out++ = value | 0x80;
        value >>= 7;
    }
    *out++ = value;
    return out;
}

static uint32_t get_varint(const uint8_t **in) {
    uint32_t value = 0;
    for (int shift = 0;; shift += 7) {
        uint8_t next = *(*in)++;
        value |= (uint32_t)(next & 0x7f) << shift;
        if (next < 128) return value;
    }
}

static int varint_size(uint32_t value) {
    int size = 1;
    while (value > 127) {
        value >>= 7;
        size++;
    }
    return size;
}

static uint8_t *put_header(uint8_t *out, size_t payload) {
    *out++ = 0x82;
    if (payload < 126) {
        *out++ = payload;
    } else if (payload < 65536) {
        *out++ = 126;
        *out++ = payload >> 8;
        *out++ = payload;
    } else {
        *out++ = 127;
        for (int shift = 56; shift >= 0; shift -= 8) *out++ = (uint64_t)payload >> shift;
    }
    return out;
}

/* Tells fd of a message whose body has been built: outer tag and length, then the body. */
static void send_message(int fd, uint8_t tag, const uint8_t *body, size_t size) {
    static uint8_t out[1 << 22];
    uint8_t *at = put_header(out, 1 + varint_size(size) + size);
    *at++ = tag;
    at = put_varint(at, size);
    memcpy(at, body, size);
    send(fd, out, at + size - out, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* A Member of a roster (field 5) or of a change's joined (field 3): slot and user id. */
static uint8_t *put_member(uint8_t *at, uint8_t tag, const struct client *member) {
    size_t name = strlen(member->user);
    size_t profile = 2 + name, size = 1 + varint_size(member->slot) + 2 + profile;
    *at++ = tag;
    at = put_varint(at, size);
    *at++ = 0x08;
    at = put_varint(at, member->slot);
    *at++ = 0x1a;
    *at++ = profile;
    *at++ = 0x0a;
    *at++ = name;
    memcpy(at, member->user, name);
    return at + name;
}

static struct board *board_named(const uint8_t *name, size_t size) {
    for (int i = 0; i < board_count; i++)
        if (strlen(boards[i]->id) == size && !memcmp(boards[i]->id, name, size)) return boards[i];
    struct board *made = calloc(1, sizeof *made);
    memcpy(made->id, name, size < 63 ? size : 63);
    return boards[board_count++] = made;
}

static void on_join(int fd, struct client *me, const uint8_t *in, const uint8_t *end) {
    static uint8_t body[1 << 21];
    while (in < end) {
        uint8_t tag = *in++;
        uint32_t size = get_varint(&in);
        if (tag == 0x0a) me->board = board_named(in, size);
        if (tag == 0x12) memcpy(me->user, in + 2, in[1] < 15 ? in[1] : 15);
        in += size;
    }
    struct board *board = me->board;
    me->slot = ++board->slots;
    if (board->size == board->room) board->fds = realloc(board->fds, sizeof(int) * (board->room = board->room * 2 + 8));
    uint8_t *at = put_member(body, 0x1a, me);
    for (int i = 0; i < board->size; i++) send_message(board->fds[i], 0x1a, body, at - body);
    board->fds[board->size++] = fd;
    at = body;
    *at++ = 0x18;
    at = put_varint(at, me->slot);
    for (int i = 0; i < board->size; i++) at = put_member(at, 0x2a, clients[board->fds[i]]);
    send_message(fd, 0x12, body, at - body);
}

static void on_cursor(struct client *me, const uint8_t *in, const uint8_t *end, uint64_t now) {
    while (in < end) {
        uint8_t tag = *in++;
        uint32_t value = get_varint(&in);
        if (tag == 0x10) me->x = value;
        if (tag == 0x18) me->y = value;
    }
    me->moved_ms = now;
    if (!me->dirty) me->dirty = 1, me->board->dirty++;
}

static void on_message(int fd, struct client *me, const uint8_t *in, size_t size, uint64_t now) {
    const uint8_t *end = in + size;
    uint8_t tag = *in++;
    get_varint(&in);
    if (tag == 0x22 && me->board) on_cursor(me, in, end, now);
    else if (tag == 0x12) on_join(fd, me, in, end);
}

/* Consumes whole masked frames from the client's input. */
static void parse(int fd, struct client *me, uint64_t now) {
    uint8_t *at = me->input, *end = me->input + me->used;
    if (!me->upgraded) {
        uint8_t *body = memmem(at, me->used, "\r\n\r\n", 4);
        if (!body) return;
        static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
        send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL);
        uint8_t welcome[] = {0x20, 0xa8, 0xc3, 0x01}; /* heartbeat_interval_ms = 25000 */
        send_message(fd, 0x0a, welcome, sizeof welcome);
        me->upgraded = 1;
        at = body + 4;
    }
    while (end - at >= 6) {
        size_t size = at[1] & 0x7f, header = 6;
        if (size == 126) size = at[2] << 8 | at[3], header = 8;
        if ((size_t)(end - at) < header + size) break;
        uint8_t *mask = at + header - 4, *payload = at + header;
        for (size_t i = 0; i < size; i++) payload[i] ^= mask[i & 3];
        if ((at[0] & 15) == 2) on_message(fd, me, payload, size, now);
        at = payload + size;
    }
    me->used = end - at;
    memmove(me->input, at, me->used);
}

static void tick(struct board *board, uint64_t now) {
    static uint8_t columns[5][1 << 19];
    uint8_t *end[5] = {0, columns[1], columns[2], columns[3], columns[4]};
    for (int i = 0; i < board->size; i++) {
        struct client *member = clients[board->fds[i]];
        if (!member->dirty) continue;
        member->dirty = 0;
        end[1] = put_varint(end[1], member->slot);
        end[2] = put_varint(end[2], member->x);
        end[3] = put_varint(end[3], member->y);
        end[4] = put_varint(end[4], now - member->moved_ms);
    }
    board->dirty = 0;
    board->last_ms = now;
    size_t body = 2;
    for (int i = 1; i < 5; i++) body += 1 + varint_size(end[i] - columns[i]) + (end[i] - columns[i]);
    uint8_t *at = put_header(frame, 1 + varint_size(body) + body);
    *at++ = 0x22;
    at = put_varint(at, body);
    *at++ = 0x08;
    *at++ = 1;
    for (int i = 1; i < 5; i++) {
        *at++ = (i + 1) << 3 | 2;
        at = put_varint(at, end[i] - columns[i]);
        memcpy(at, columns[i], end[i] - columns[i]);
        at += end[i] - columns[i];
    }
    for (int i = 0; i < board->size; i++) send(board->fds[i], frame, at - frame, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void leave(int fd, struct client *gone) {
    struct board *board = gone->board;
    for (int i = 0; board && i < board->size; i++)
        if (board->fds[i] == fd) board->fds[i] = board->fds[--board->size];
    close(fd);
    free(gone);
    clients[fd] = NULL;
}

int main(int argc, char **argv) {
    if (argc < 2) return fprintf(stderr, "usage: floor PORT [TICK_HZ]\n"), 2;
    if (argc > 2) tick_ms = 1000 / atoi(argv[2]);
    struct rlimit files = {MAX_FDS, MAX_FDS};
    setrlimit(RLIMIT_NOFILE, &files);
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) fail("listen");
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[EVENTS];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        uint64_t now = now_ms();
        int wait = 1000;
        for (int i = 0; i < board_count; i++) {
            if (!boards[i]->dirty) continue;
            int64_t left = (int64_t)(boards[i]->last_ms + tick_ms) - (int64_t)now;
            if (left <= 0) tick(boards[i], now);
            else if (left < wait) wait = left;
        }
        int ready = epoll_wait(epoll, events, EVENTS, wait);
        now = now_ms();
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                int made = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                if (made < 0) continue;
                setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                clients[made] = calloc(1, sizeof(struct client));
                event.data.fd = made;
                epoll_ctl(epoll, EPOLL_CTL_ADD, made, &event);
                continue;
            }
            struct client *me = clients[fd];
            ssize_t got = recv(fd, me->input + me->used, INPUT - me->used, 0);
            if (got > 0) {
                me->used += got;
                parse(fd, me, now);
            } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
                leave(fd, me);
            }
        }
    }
}
