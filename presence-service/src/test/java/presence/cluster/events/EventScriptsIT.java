package presence.cluster.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.config.EventsConfig;
import presence.config.RedisConfig;
import presence.config.ServiceConfig;
import presence.events.Change;
import presence.events.Changes;
import presence.events.EventStore;
import presence.events.PresenceEvent;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.model.Origin;
import presence.testing.WithRedis;
import presence.testing.process.TestRedis;

/** The scripts of the event log append each event once, whichever node reports it and however often. */
@WithRedis
class EventScriptsIT {
    private final RedisConnections redis;
    private final RedisKeys keys;
    private final EventScripts scripts;
    private final Origin one = new Origin(NodeId.random(), 0);
    private final Origin two = new Origin(NodeId.random(), 0);

    EventScriptsIT(TestRedis server) throws Exception {
        RedisConfig config =
                ServiceConfig.from(Map.of("REDIS_URL", server.url())).redis();
        redis = new RedisConnections(config, new ServiceMetrics(new SimpleMeterRegistry()), null);
        redis.connect(Duration.ofSeconds(10), () -> new RedisPubSubAdapter<>());
        keys = redis.keys("events-" + UUID.randomUUID());
        scripts = new EventScripts(redis, keys, new EventLimits(EventsConfig.KINDS, 1_000, Duration.ofHours(1)));
    }

    @AfterEach
    void close() {
        redis.close();
    }

    private long write(Origin owner, long first, Change... changes) {
        return scripts.write(owner, first, List.of(changes))
                .toCompletableFuture()
                .join();
    }

    private void reap(Origin owner) {
        scripts.reap(owner).toCompletableFuture().join();
    }

    private EventStore.Page page(String after, int most) {
        return redis.commands()
                .thenCompose(commands ->
                        commands.list(EventReader.SCRIPT, EventReader.keys(keys), EventReader.args(after, most)))
                .thenApply(EventReader::page)
                .toCompletableFuture()
                .join();
    }

    private List<String> story() {
        return page("", 1_000).events().stream()
                .map(event -> (event.kind() + " " + event.member()).strip())
                .toList();
    }

    @Test
    void appliesEachNumberOnce() {
        assertThat(write(one, 1, Changes.put("ada"), Changes.signal("ada"))).isEqualTo(2);
        assertThat(write(one, 1, Changes.put("ada"), Changes.signal("ada"), Changes.leave("ada")))
                .isEqualTo(3);
        assertThat(write(one, 1, Changes.put("ada"), Changes.signal("ada"), Changes.leave("ada")))
                .isEqualTo(3);
        assertThat(story())
                .containsExactly("board.opened", "member.joined ada", "signal ada", "member.left ada", "board.closed");
        PresenceEvent left = page("", 1_000).events().get(3);
        assertThat(left.data()).isEqualTo("{\"reason\":\"left\",\"duration_ms\":4000}");
        assertThat(left.user()).isEqualTo("user of ada");
        assertThat(left.node()).isEqualTo(one.node().toString());
        assertThat(left.timeMs()).isEqualTo(5_000);
    }

    @Test
    void refusesChangesAfterAGapAndOfUnknownOwners() {
        assertThat(write(one, 2, Changes.put("ada"))).isEqualTo(EventWriter.Log.UNKNOWN_OWNER);
        assertThat(write(one, 1, Changes.put("ada"))).isEqualTo(1);
        assertThat(write(one, 3, Changes.leave("ada"))).isEqualTo(EventWriter.Log.GAP - 1);
        assertThat(story()).containsExactly("board.opened", "member.joined ada");
    }

    @Test
    void writesNoLeaveAndNoJoinForATakeOver() {
        write(one, 1, Changes.put("ada", 1, "online"));
        write(two, 1, Changes.put("ada", 2, "online"));
        // What the former owner still says is out of date.
        write(one, 2, Changes.put("ada", 1, "away"), Changes.leave("ada"));
        reap(one);
        assertThat(story()).containsExactly("board.opened", "member.joined ada");
        write(two, 2, Changes.leave("ada"));
        assertThat(story()).containsExactly("board.opened", "member.joined ada", "member.left ada", "board.closed");
    }

    @Test
    void writesUpdatesOnceAndOnlyOfWhatIsShown() {
        write(one, 1, Changes.put("ada", 1, "online"), Changes.put("ada", 2, "online"), Changes.put("ada", 3, "away"));
        write(one, 4, Changes.put("ada", 4, "away"));
        assertThat(story()).containsExactly("board.opened", "member.joined ada", "member.updated ada");
    }

    @Test
    void hasTheMembersOfADeadNodeLeaveOnce() {
        write(one, 1, Changes.put("ada"), Changes.put("bob"));
        write(two, 1, Changes.put("cleo"));
        reap(one);
        reap(one);
        assertThat(story().subList(4, 6)).containsExactlyInAnyOrder("member.left ada", "member.left bob");
        assertThat(story()).hasSize(6);
        assertThat(page("", 1_000).events().get(4).data()).startsWith("{\"reason\":\"node_lost\",\"duration_ms\":");
        assertThat(write(one, 3, Changes.leave("ada"))).isEqualTo(EventWriter.Log.DEAD_OWNER);
    }

    @Test
    void continuesAMemberUnderTheNextIncarnationOfItsNode() {
        write(one, 1, Changes.put("ada", 1, "online"));
        Origin tenth = new Origin(one.node(), 10);
        write(tenth, 1, Changes.put("ada", 1, "online"));
        reap(one);
        assertThat(story()).containsExactly("board.opened", "member.joined ada");
    }

    @Test
    void hasAMemberJoinAgainThatLeftWithAnIncarnation() {
        write(one, 1, Changes.put("ada"));
        reap(one);
        write(new Origin(one.node(), 1), 1, Changes.put("ada"));
        assertThat(story())
                .containsExactly(
                        "board.opened",
                        "member.joined ada",
                        "member.left ada",
                        "board.closed",
                        "board.opened",
                        "member.joined ada");
    }

    @Test
    void restoresMembersWithoutEvents() {
        write(one, 1, Changes.put("ada").as(Change.Type.RESTORE), Changes.leave("ada"));
        assertThat(story()).containsExactly("member.left ada", "board.closed");
    }

    @Test
    void givesEveryKeyATtl() {
        write(one, 1, Changes.put("ada"));
        for (String key : List.of(
                keys.events(), keys.eventMembers(), keys.eventMembers(one), keys.eventOwners(), keys.eventBoards())) {
            assertThat(redis.commands()
                            .thenCompose(commands -> commands.pttl(key))
                            .toCompletableFuture()
                            .join())
                    .as(key)
                    .isPositive();
        }
    }

    @Test
    void readsPagesAfterAnId() {
        write(one, 1, Changes.put("ada"), Changes.put("bob"), Changes.put("cleo"));
        EventStore.Page first = page("", 2);
        assertThat(first.events()).hasSize(2);
        EventStore.Page second = page(first.events().get(1).id(), 10);
        assertThat(second.events()).extracting(PresenceEvent::member).containsExactly("bob", "cleo");
        assertThat(second.oldest()).isEqualTo(first.events().get(0).id());
        assertThat(second.latest()).isEqualTo(second.events().get(1).id());
        assertThat(page("", 0).events()).isEmpty();
    }
}
