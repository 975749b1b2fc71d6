package presence.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import presence.testing.client.Resp;
import presence.testing.process.RedisServer;

/** A Redis that can hand over to another one and keep running as its replica. Thread-safe but for {@link #move}. */
final class MovableRedis implements AutoCloseable {
    private final List<RedisServer> all = new ArrayList<>();
    private volatile RedisServer current = RedisServer.start();

    MovableRedis() {
        all.add(current);
    }

    /** The master. */
    RedisServer current() {
        return current;
    }

    /** Promotes a replica of the master. */
    void move() {
        RedisServer before = current;
        RedisServer next = RedisServer.start();
        all.add(next);
        ask(next, "REPLICAOF", "127.0.0.1", Integer.toString(before.port()));
        Awaitility.await("the replica is in sync")
                .until(() -> String.join("\n", ask(next, "INFO", "replication")).contains("master_link_status:up"));
        ask(next, "REPLICAOF", "NO", "ONE");
        ask(before, "REPLICAOF", "127.0.0.1", Integer.toString(next.port()));
        current = next;
    }

    private static List<String> ask(RedisServer redis, String... command) {
        try {
            return Resp.require(redis.port(), command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        all.forEach(RedisServer::close);
    }
}
