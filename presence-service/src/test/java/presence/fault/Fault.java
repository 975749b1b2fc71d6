package presence.fault;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import presence.testing.process.RedisCluster;
import presence.testing.process.RedisServer;
import presence.testing.process.RefusedWrites;
import presence.testing.process.TcpProxy;

/**
 * All injected faults, with the time after which every roster must be exact again in production; see the table in
 * {@code docs/protocol/cluster.md}.
 */
enum Fault {
    KILL_NODE("kill -9 of a node", ofSeconds(10), Trait.KILLS, Trait.KEEPS_SESSIONS, Trait.COMBINES) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            Place place = fixture.anyPlace();
            place.kill();
            return new ActiveFault().thenCleanUp(place::start);
        }
    },
    TERMINATE_NODE(
            "SIGTERM of a node, after its drain", ofMillis(200), Trait.AT_ONCE, Trait.KEEPS_SESSIONS, Trait.COMBINES) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            Place place = fixture.anyPlace();
            place.terminate(drained(fixture));
            return new ActiveFault().thenCleanUp(place::start);
        }
    },
    FREEZE_NODE("SIGSTOP past the lease, SIGCONT", ofSeconds(3), Trait.PARTS, Trait.COMBINES) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            Place place = fixture.anyPlace();
            place.avoid(true);
            // A user whose join is in flight when the node stops would be neither in nor out.
            Awaitility.await("no user is connecting to " + place)
                    .until(() -> !fixture.users().isOnTheWayTo(place));
            place.node().freeze();
            return new ActiveFault()
                    .parting("SIGSTOP: the others drop its members", Visibility.frozen(Set.of(place)), ofSeconds(10))
                    .lasting(fixture.scale().of(Scale.LEASE.multipliedBy(3).dividedBy(2)))
                    .healedBy(() -> {
                        place.node().thaw();
                        place.avoid(false);
                    });
        }
    },
    REDIS_CRASH(
            "kill -9 of Redis, restarted empty at once", ofSeconds(10), Trait.RECONNECTS, Trait.COMBINES, Trait.LAST) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            RedisServer redis = fixture.cluster().redis();
            Duration patience = fixture.scale().of(Scale.LEASE).dividedBy(2);
            ActiveFault active = new ActiveFault();
            redis.kill();
            long killedAt = System.nanoTime();
            return active.healedBy(() -> {
                redis.startAgain();
                // On a busy machine it takes so long that nodes hide the members of others.
                active.parted(System.nanoTime() - killedAt > patience.toNanos());
            });
        }
    },
    REDIS_OUTAGE(
            "Redis away for 30 s, restarted empty",
            ofSeconds(10),
            Trait.RECONNECTS,
            Trait.PARTS,
            Trait.COMBINES,
            Trait.LAST) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            RedisServer redis = fixture.cluster().redis();
            redis.kill();
            return new ActiveFault()
                    .parting(
                            "Redis away: all nodes drop each other",
                            Visibility.apart(Set.copyOf(fixture.cluster().places())),
                            ofSeconds(12))
                    .lasting(fixture.scale().of(ofSeconds(30)))
                    .healedBy(redis::startAgain);
        }
    },
    FLUSHALL("FLUSHALL", ofSeconds(10), Trait.FORGETS, Trait.KEEPS_SESSIONS, Trait.COMBINES) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            fixture.cluster().operator("FLUSHALL");
            return new ActiveFault();
        }
    },
    SCRIPT_FLUSH("SCRIPT FLUSH", ofMillis(100), Trait.AT_ONCE, Trait.KEEPS_SESSIONS, Trait.COMBINES) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            fixture.cluster().operator("SCRIPT", "FLUSH");
            return new ActiveFault();
        }
    },
    KILL_COMMANDS("CLIENT KILL TYPE normal", ofSeconds(2), Trait.RECONNECTS, Trait.COMBINES) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            fixture.cluster().operator("CLIENT", "KILL", "TYPE", "normal");
            return new ActiveFault();
        }
    },
    KILL_SUBSCRIBERS("CLIENT KILL TYPE pubsub", ofSeconds(2), Trait.RECONNECTS, Trait.COMBINES) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            fixture.cluster().operator("CLIENT", "KILL", "TYPE", "pubsub");
            return new ActiveFault();
        }
    },
    PAUSE_WRITES("CLIENT PAUSE 5 s WRITE, from its end", ofSeconds(8), Trait.RECONNECTS) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            return pause(fixture, "WRITE");
        }
    },
    PAUSE_ALL("CLIENT PAUSE 5 s ALL, from its end", ofSeconds(8), Trait.RECONNECTS) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            return pause(fixture, "ALL");
        }
    },
    REDIS_SLEEP("DEBUG SLEEP 5, from its end", ofSeconds(8), Trait.RECONNECTS) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            double seconds = fixture.scale().of(PAUSE).toMillis() / 1000.0;
            fixture.users().churnDuring(() -> fixture.cluster().operator("DEBUG", "SLEEP", Double.toString(seconds)));
            return new ActiveFault();
        }
    },
    CUT_OFF(
            "a node cut off from Redis without FIN or RST, healed",
            ofSeconds(8),
            Trait.RECONNECTS,
            Trait.PARTS,
            Trait.COMBINES) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            Place place = fixture.anyPlace();
            place.redis().blackHole(TcpProxy.Direction.BOTH);
            return new ActiveFault()
                    .parting("cut off: both sides drop the other", Visibility.apart(Set.of(place)), ofSeconds(12))
                    .lasting(fixture.scale().of(Scale.LEASE.multipliedBy(3).dividedBy(2)))
                    .healedBy(() -> place.redis().pass());
        }
    },
    CUT_OFF_LONG("a node cut off for longer than it lingers, healed", ofSeconds(8), Trait.RECONNECTS, Trait.PARTS) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            // Boards that the node closes meanwhile remain in Redis.
            return CUT_OFF.inflict(fixture).lasting(fixture.scale().of(Scale.LINGER.plus(ofSeconds(20))));
        }
    },
    HALF_OPEN("subscriber connection half open", ofSeconds(8), Trait.RECONNECTS, Trait.COMBINES) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            Place place = fixture.anyPlace();
            // Another fault may have closed the previous one.
            Awaitility.await("a subscriber connection of " + place)
                    .pollInterval(ofMillis(10))
                    .until(() -> place.redis().blackHoleOnly(Clients.subscriberPorts(fixture.cluster())::contains) > 0);
            // Only that connection: its replacement passes.
            return new ActiveFault().thenCleanUp(() -> place.redis().pass());
        }
    },
    DELAY("200 ms more to Redis and back", ofMillis(100 + 400), Trait.AT_ONCE, Trait.KEEPS_SESSIONS, Trait.COMBINES) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            Place place = fixture.anyPlace();
            place.redis().delay(fixture.scale().of(ofMillis(100)));
            return new ActiveFault().thenCleanUp(() -> place.redis().pass());
        }
    },
    SLOW_SUBSCRIBER("slow subscriber killed by Redis", ofSeconds(2), Trait.RECONNECTS) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            return Clients.overflow(fixture, fixture.anyPlace());
        }
    },
    VANISHED_CLIENTS(
            "clients vanish without FIN: gone",
            Scale.HEARTBEAT.multipliedBy(5).dividedBy(2).plus(Scale.GRACE),
            Trait.KEEPS_SESSIONS) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            return Clients.vanish(fixture, fixture.anyPlace());
        }
    },
    ROLLING_RESTART("rolling restart under load, after the last", ofMillis(200), Trait.AT_ONCE, Trait.KEEPS_SESSIONS) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            List<Place> places = fixture.cluster().places();
            for (Place place : places) {
                fixture.users().churnDuring(() -> {
                    place.terminate(drained(fixture));
                    if (place != places.get(places.size() - 1)) {
                        place.start();
                    }
                });
            }
            return new ActiveFault().thenCleanUp(places.get(places.size() - 1)::start);
        }
    },
    FAILOVER("Sentinel failover, 5 s down-after", ofSeconds(15), Trait.RECONNECTS, Trait.PARTS, Trait.SENTINELS) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            RedisServer master = fixture.cluster().redis();
            master.kill();
            // Rosters may be exact before there is a master again, but Redis cannot be queried until then.
            return new ActiveFault()
                    .healedBy(() -> Awaitility.await("another master")
                            .atMost(ofSeconds(60))
                            .until(() -> fixture.cluster().redis() != master))
                    .countsFromTheFault();
        }
    },
    REFUSED_READONLY("writes refused: Redis becomes a replica, and a master again", ofSeconds(10)) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            return refuse(fixture, RefusedWrites.READONLY);
        }
    },
    REFUSED_MISCONF("writes refused: Redis cannot save (MISCONF), and can again", ofSeconds(10)) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            return refuse(fixture, RefusedWrites.MISCONF);
        }
    },
    REFUSED_OOM("writes refused: Redis is out of memory (OOM), and has some again", ofSeconds(10)) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            return refuse(fixture, RefusedWrites.OOM);
        }
    },
    ANOTHER_MASTER(
            "another master behind the same name, old connections kept",
            ofSeconds(15),
            Trait.RECONNECTS,
            Trait.PARTS,
            Trait.ALONE) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            fixture.cluster().moveRedis();
            return new ActiveFault();
        }
    },
    EVICTION("segments and owners' sets thrown away, then subscribers cut", ofSeconds(10), Trait.RECONNECTS) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            List<String> command = new ArrayList<>(List.of("DEL"));
            command.addAll(fixture.cluster().operator("KEYS", "presence:seg:*"));
            command.addAll(fixture.cluster().operator("KEYS", "presence:orgs:{presence:board:*"));
            fixture.cluster().operator(command.toArray(new String[0]));
            fixture.cluster().operator("CLIENT", "KILL", "TYPE", "pubsub");
            return new ActiveFault();
        }
    },
    RESUME_WHILE_CUT(
            "kill -9 of a node while command connections are cut",
            ofSeconds(10),
            Trait.KILLS,
            Trait.RECONNECTS,
            Trait.KEEPS_SESSIONS) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            Place place = fixture.anyPlace();
            place.kill();
            // Repeated while the users of the node resume elsewhere.
            long end = System.nanoTime() + CUT.toNanos();
            fixture.users().churnDuring(() -> {
                while (System.nanoTime() < end) {
                    fixture.cluster().operator("CLIENT", "KILL", "TYPE", "normal");
                }
            });
            return new ActiveFault().thenCleanUp(place::start);
        }
    },
    SHARD_FAILOVER(
            "kill -9 of a Redis Cluster's master, 5 s node timeout",
            ofSeconds(15),
            Trait.RECONNECTS,
            Trait.PARTS,
            Trait.SHARDS) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            RedisCluster shards = fixture.cluster().shards();
            String key = keyOf(fixture.users().boards().get(0));
            RedisServer master = shards.killMasterOf(key);
            return new ActiveFault()
                    .healedBy(() -> shards.masterOf(key))
                    .countsFromTheFault()
                    .thenCleanUp(() -> shards.startAgain(master));
        }
    },
    SHARD_MOVE(
            "slots of all boards and of the users moved to other masters",
            ofSeconds(2),
            Trait.RECONNECTS,
            Trait.KEEPS_SESSIONS,
            Trait.SHARDS) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            RedisCluster shards = fixture.cluster().shards();
            fixture.users().churnDuring(() -> {
                fixture.users().boards().forEach(board -> shards.moveSlotOf(keyOf(board)));
                shards.moveSlotOf("presence:orgs:{presence:users}");
            });
            return new ActiveFault();
        }
    },
    SHARDED_FAILOVER(
            "the same with sharded channels: kill -9 of a master",
            ofSeconds(15),
            Trait.RECONNECTS,
            Trait.PARTS,
            Trait.SHARDS,
            Trait.SHARDED_CHANNELS) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            return SHARD_FAILOVER.inflict(fixture);
        }
    },
    SHARDED_MOVE(
            "the same with sharded channels: slots moved",
            ofSeconds(2),
            Trait.RECONNECTS,
            Trait.KEEPS_SESSIONS,
            Trait.SHARDS,
            Trait.SHARDED_CHANNELS) {
        @Override
        ActiveFault inflict(FaultFixture fixture) {
            return SHARD_MOVE.inflict(fixture);
        }
    };

    static final Duration PAUSE = ofSeconds(5);
    private static final Duration CUT = ofMillis(300);
    static final Duration DOWN_AFTER = ofSeconds(5);

    private enum Trait {
        /** A node dies without a bye: its segments stay in Redis until the others notice. */
        KILLS,
        /** Nodes lose a connection and may have to wait for Lettuce's backoff. */
        RECONNECTS,
        /** Nodes stop seeing each other: members leave and return, and a session may not be found. */
        PARTS,
        /** Redis keeps its data: users that return in time resume their session. */
        KEEPS_SESSIONS,
        /** The same, but Redis is empty for a moment: a node that opens a board then finds no members. */
        FORGETS,
        /** The bound is shorter than users take to return: it counts from their return. */
        AT_ONCE,
        /** May be combined with another fault. */
        COMBINES,
        /** Must be the second of two. */
        LAST,
        SENTINELS,
        /** Needs a cluster of its own, which it leaves changed. */
        ALONE,
        /** Needs a Redis Cluster. */
        SHARDS,
        SHARDED_CHANNELS
    }

    private final String title;
    private final Duration bound;
    private final Set<Trait> traits;

    Fault(String title, Duration bound, Trait... traits) {
        this.title = title;
        this.bound = bound;
        this.traits = Set.of(traits);
    }

    /** Injects the fault; returns when it is active. */
    abstract ActiveFault inflict(FaultFixture fixture);

    String title() {
        return title;
    }

    Duration bound(Scale scale) {
        return scale.bound(bound, traits.contains(Trait.RECONNECTS));
    }

    /** How long the segments of a killed node may stay in Redis. */
    Duration ghosts(Scale scale) {
        return traits.contains(Trait.KILLS) ? scale.bound(KILL_NODE.bound, false) : Duration.ZERO;
    }

    boolean isAlone() {
        return traits.contains(Trait.ALONE);
    }

    boolean needsSentinels() {
        return traits.contains(Trait.SENTINELS);
    }

    boolean needsShardedChannels() {
        return traits.contains(Trait.SHARDED_CHANNELS);
    }

    boolean needsShards() {
        return traits.contains(Trait.SHARDS);
    }

    boolean combines() {
        return traits.contains(Trait.COMBINES);
    }

    /** Whether two faults may be active at once. */
    boolean combinesWith(Fault other) {
        return other != this && combines() && other.combines() && !(comesLast() && other.comesLast());
    }

    boolean comesLast() {
        return traits.contains(Trait.LAST);
    }

    /** Whether all users that return with a resume key must resume their session. */
    boolean keepsSessions() {
        return traits.contains(Trait.KEEPS_SESSIONS);
    }

    /** Whether this also holds for users that return to another node. */
    boolean keepsSessionsEverywhere() {
        return keepsSessions() && !traits.contains(Trait.FORGETS);
    }

    /** Whether the bound counts from when no user is connecting any more. */
    boolean isAtOnce() {
        return traits.contains(Trait.AT_ONCE);
    }

    /** Whether members may be seen to leave and return. */
    boolean parts() {
        return traits.contains(Trait.PARTS);
    }

    private static String keyOf(String board) {
        return "presence:orgs:{presence:board:" + board + "}";
    }

    private static Duration drained(FaultFixture fixture) {
        return fixture.scale().of(Scale.DRAIN).plus(ofSeconds(10));
    }

    private static ActiveFault refuse(FaultFixture fixture, RefusedWrites kind) {
        RedisServer redis = fixture.cluster().redis();
        kind.begin(redis);
        return new ActiveFault()
                .parting("writes refused: rosters go on by messages", Visibility.CLEAR, ofSeconds(10))
                .lasting(fixture.scale().of(Scale.LEASE.multipliedBy(3).dividedBy(2)))
                .healedBy(() -> kind.end(redis));
    }

    private static ActiveFault pause(FaultFixture fixture, String mode) {
        Duration length = fixture.scale().of(PAUSE);
        fixture.cluster().operator("CLIENT", "PAUSE", Long.toString(length.toMillis()), mode);
        return new ActiveFault()
                .lasting(length)
                .healedBy(() -> fixture.cluster().operator("CLIENT", "UNPAUSE"));
    }
}
