package presence.testing.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import presence.testing.client.Resp;

/** Ways in which Redis delivers messages but refuses writes. */
public enum RefusedWrites {
    /** A replica of a master that does not answer. */
    READONLY {
        @Override
        public void begin(RedisServer redis) {
            operator(redis, "REPLICAOF", "127.0.0.1", Integer.toString(Ports.free()));
        }

        @Override
        public void end(RedisServer redis) {
            operator(redis, "REPLICAOF", "NO", "ONE");
        }
    },
    /** A failed snapshot. */
    MISCONF {
        @Override
        public void begin(RedisServer redis) {
            try {
                // A file cannot replace a folder that is not empty.
                Files.createDirectories(target(redis).resolve("full"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            operator(redis, "CONFIG", "SET", "save", "3600 1");
            save(redis, "err");
        }

        @Override
        public void end(RedisServer redis) {
            File folder = target(redis).toFile();
            if (!new File(folder, "full").delete() || !folder.delete()) {
                throw new IllegalStateException("cannot remove " + folder);
            }
            save(redis, "ok");
            operator(redis, "CONFIG", "SET", "save", "");
            // A Redis that crashes later would restart with this snapshot instead of empty.
            if (!folder.delete()) {
                throw new IllegalStateException("cannot remove " + folder);
            }
        }

        private static Path target(RedisServer redis) {
            return Path.of(operator(redis, "CONFIG", "GET", "dir").get(1))
                    .resolve(operator(redis, "CONFIG", "GET", "dbfilename").get(1));
        }

        private static void save(RedisServer redis, String outcome) {
            operator(redis, "BGSAVE");
            Awaitility.await("a save is " + outcome)
                    .until(() -> String.join("\n", operator(redis, "INFO", "persistence"))
                            .contains("rdb_last_bgsave_status:" + outcome));
        }
    },
    /** More data in memory than allowed. */
    OOM {
        @Override
        public void begin(RedisServer redis) {
            operator(redis, "CONFIG", "SET", "maxmemory", "1");
        }

        @Override
        public void end(RedisServer redis) {
            operator(redis, "CONFIG", "SET", "maxmemory", "0");
        }
    },
    /** Missing right of the nodes' user to run scripts. */
    NOPERM {
        @Override
        public void begin(RedisServer redis) {
            operator(redis, "ACL", "SETUSER", "presence", "-eval", "-evalsha");
        }

        @Override
        public void end(RedisServer redis) {
            operator(redis, "ACL", "SETUSER", "presence", "+eval", "+evalsha");
        }
    },
    /** Restarted, empty, with the script commands renamed. */
    ERR {
        @Override
        public void begin(RedisServer redis) {
            redis.kill();
            redis.startAgain("--rename-command", "EVAL", "", "--rename-command", "EVALSHA", "");
        }

        @Override
        public void end(RedisServer redis) {
            redis.kill();
            redis.startAgain();
        }
    };

    public abstract void begin(RedisServer redis);

    public abstract void end(RedisServer redis);

    /** Whether only scripts are refused: a lease is written by a plain command. */
    public boolean takesLeases() {
        return this == NOPERM || this == ERR;
    }

    private static List<String> operator(RedisServer redis, String... command) {
        try {
            return Resp.require(redis.port(), command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
