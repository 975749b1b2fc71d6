package presence.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.function.Supplier;
import presence.proto.Envelope;

/** Reads what nodes tell each other of deaths: a node that could be heard all the time must not be declared dead. */
final class DeathWatch implements SimRedis.Subscriber {
    private final Supplier<List<SimNode>> boots;
    private final List<String> complaints;

    DeathWatch(Supplier<List<SimNode>> boots, List<String> complaints) {
        this.boots = boots;
        this.complaints = complaints;
    }

    @Override
    public void onMessage(String channel, byte[] message) {
        try {
            Envelope envelope = Envelope.parseFrom(message);
            if (envelope.hasDead()) {
                for (SimNode node : boots.get()) {
                    if (envelope.getDead().getOrigin().startsWith(node.bus().node() + ":") && node.wasHeard()) {
                        complaints.add("a live node is declared dead: " + node.name());
                    }
                }
            }
        } catch (InvalidProtocolBufferException e) {
            complaints.add("a malformed message was published on " + channel);
        }
    }
}
