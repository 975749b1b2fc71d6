package presence.cluster.user;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import presence.board.spi.ClusterDirectory.UserListener;
import presence.cluster.pubsub.RedisSubscriber;
import presence.metrics.ServiceMetrics;
import presence.model.Origin;
import presence.proto.Envelope;

/**
 * Notifies listeners of users going online and offline, in the order of the changes in Redis. After Redis lost its data,
 * users are published as online again; listeners that know of them are not told twice. Thread-safe.
 */
final class UserChannel implements RedisSubscriber.Follower {
    /** Most users that are remembered, about 10 MB; of others a repetition is passed on. */
    private static final int MOST = 100_000;

    private final ServiceMetrics metrics;
    private final List<UserListener> listeners = new CopyOnWriteArrayList<>();
    /** Users that the listeners were told to be online since the last gap. Guarded by this. */
    private final Set<String> online = new HashSet<>();

    UserChannel(ServiceMetrics metrics) {
        this.metrics = metrics;
    }

    /** Also a listener that comes later is told of users who are online already, if they are published again. */
    synchronized void add(UserListener listener) {
        online.clear();
        listeners.add(listener);
    }

    @Override
    public synchronized void onSubscribed() {
        online.clear();
        listeners.forEach(UserListener::onGap);
    }

    @Override
    public boolean isAnonymous() {
        return true;
    }

    @Override
    public void onEnvelope(Origin sender, Envelope envelope) {
        throw new IllegalStateException("the channel of users is anonymous");
    }

    @Override
    public void onAnonymous(Envelope envelope) {
        if (envelope.hasUser()) {
            onUser(envelope.getUser().getUserId(), envelope.getUser().getOnline());
        } else {
            metrics.envelopesUnknown.increment();
        }
    }

    private synchronized void onUser(String user, boolean isOnline) {
        if (!isOnline) {
            online.remove(user);
        } else if (online.contains(user)) {
            return;
        } else if (online.size() < MOST) {
            online.add(user);
        }
        listeners.forEach(listener -> listener.onUser(user, isOnline));
    }
}
