package presence.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.cluster.SlotHash;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import presence.model.BoardId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.testing.random.Seeded;

class RedisKeysTest {
    private static final NodeId NODE = new NodeId(new UUID(1, 2));
    private static final Origin OWNER = new Origin(NODE, 3);

    private final RedisKeys names = new RedisKeys("presence");

    @Test
    void namesAreThoseOfTheContract() {
        BoardId board = new BoardId("b1");
        assertThat(names.boardChannel(board)).isEqualTo("presence:board:b1");
        assertThat(names.globalChannel()).isEqualTo("presence:global");
        assertThat(names.segment(board, OWNER)).isEqualTo("presence:seg:{presence:board:b1}:" + NODE + ":3");
        assertThat(names.origins(board)).isEqualTo("presence:orgs:{presence:board:b1}");
        assertThat(names.lease(NODE)).isEqualTo("presence:inst:{" + NODE + "}");
        assertThat(names.instances()).isEqualTo("presence:insts");
    }

    @Test
    void channelsCarryTheNumberOfADatabaseAndKeysDoNot() {
        RedisKeys three = new RedisKeys("presence", 3);
        BoardId board = new BoardId("b1");
        assertThat(three.boardChannel(board)).isEqualTo("presence:db3:board:b1");
        assertThat(three.tapChannel(board)).isEqualTo("presence:db3:tap:b1");
        assertThat(three.globalChannel()).isEqualTo("presence:db3:global");
        assertThat(three.usersChannel()).isEqualTo("presence:db3:users");
        assertThat(three.segment(board, OWNER)).isEqualTo(names.segment(board, OWNER));
        assertThat(three.users(OWNER)).isEqualTo(names.users(OWNER));
        assertThat(three.usersOnline()).isEqualTo(names.usersOnline());
        assertThat(names.isOfOtherDatabase("presence:db3:board:b1")).isTrue();
        assertThat(three.isOfOtherDatabase("presence:db3:board:b1")).isFalse();
        assertThat(names.isOfOtherDatabase("presence:board:db3:x")).isFalse();
        assertThat(names.isOfOtherDatabase("presence:db:x")).isFalse();
    }

    @Test
    void environmentsThatShareARedisDoNotShareAName() {
        RedisKeys stage = new RedisKeys("stage");
        BoardId board = new BoardId("b1");
        assertThat(stage.boardChannel(board)).startsWith("stage:").isNotEqualTo(names.boardChannel(board));
        assertThat(stage.globalChannel()).startsWith("stage:");
        assertThat(stage.segment(board, OWNER)).startsWith("stage:seg:{stage:");
        assertThat(stage.origins(board)).startsWith("stage:orgs:{stage:");
        assertThat(stage.lease(NODE)).startsWith("stage:");
        assertThat(stage.instances()).startsWith("stage:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"b1", "team/7:retro", "global", "süß", "🦊", "a:b:c"})
    void theHashTagOfABoardsKeysIsItsChannelSoThatAllLiveInOneSlot(String id) {
        BoardId board = new BoardId(id);
        String channel = names.boardChannel(board);
        for (String key : new String[] {names.segment(board, OWNER), names.origins(board)}) {
            int open = key.indexOf('{');
            assertThat(key.substring(open + 1, key.indexOf('}', open))).isEqualTo(channel);
            assertThat(SlotHash.getSlot(key)).isEqualTo(SlotHash.getSlot(channel));
        }
    }

    /** Ids that try to reach other keys, and random ones. */
    private static String hostile(Random random) {
        String[] parts = {
            "presence",
            ":",
            "board",
            "seg",
            "orgs",
            "users",
            "global",
            "inst",
            "insts",
            "rl",
            "{",
            "}",
            "*",
            "?",
            "[",
            "\\",
            "\r\n",
            " ",
            "\0",
            "..",
            "/",
            "b1",
            "user:",
            NODE.toString(),
            "é",
            "\ud800",
            "\u202e"
        };
        StringBuilder text = new StringBuilder();
        for (int left = 1 + random.nextInt(6); left > 0; left--) {
            text.append(parts[random.nextInt(parts.length)]);
        }
        return text.toString();
    }

    @Test
    void noBoardAndNoUserReachesTheNameOfAnother() {
        Map<String, String> owners = new HashMap<>();
        int[] accepted = {0};
        for (String own : List.of(
                names.globalChannel(),
                names.usersChannel(),
                names.userOrigins(),
                names.usersOnline(),
                names.users(OWNER),
                names.lease(NODE),
                names.instances())) {
            owners.put(own, "the service");
        }
        Seeded.check(20_000, random -> {
            String text = hostile(random);
            claim(owners, names.joins(text), "joins of " + text);
            if (BoardId.problemWith(text) != null) {
                return;
            }
            accepted[0]++;
            BoardId board = new BoardId(text);
            claim(owners, names.boardChannel(board), "channel of " + text);
            claim(owners, names.segment(board, OWNER), "segment of " + text);
            claim(owners, names.origins(board), "origins of " + text);
            assertThat(names.boardOfOrigins(names.origins(board))).contains(board);
            assertThat(SlotHash.getSlot(names.segment(board, OWNER)))
                    .isEqualTo(SlotHash.getSlot(names.boardChannel(board)));
        });
        assertThat(accepted[0]).isGreaterThan(1_000);
    }

    /** Checks that a name has one owner and is a plain name, not a pattern or protocol of Redis. */
    private static void claim(Map<String, String> owners, String name, String owner) {
        assertThat(owners.putIfAbsent(name, owner)).as(name).isIn(null, owner);
        if (!owner.startsWith("joins")) {
            assertThat(name).startsWith("presence:").doesNotContain("*", "?", "[", "\\", "\r", "\n", "\0", " ");
        }
    }
}
