package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.cluster.SlotHash;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import presence.model.BoardId;
import presence.model.NodeId;
import presence.model.Origin;

class RedisNamesTest {
    private static final NodeId NODE = new NodeId(new UUID(1, 2));
    private static final Origin OWNER = new Origin(NODE, 3);

    private final RedisNames names = new RedisNames("presence");

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
    void environmentsThatShareARedisDoNotShareAName() {
        RedisNames stage = new RedisNames("stage");
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
}
