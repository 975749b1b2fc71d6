package presence.cluster;

import presence.board.spi.ClusterBus;
import presence.cluster.memory.InMemoryBus;
import presence.cluster.memory.InMemoryHub;
import presence.model.NodeId;

class InMemoryDirectoryTest extends ClusterDirectoryContract {
    private final InMemoryHub hub = new InMemoryHub();

    @Override
    ClusterBus newBus() {
        return new InMemoryBus(NodeId.random(), hub);
    }
}
