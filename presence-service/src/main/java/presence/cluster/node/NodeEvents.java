package presence.cluster.node;

import presence.model.Origin;

/** What heartbeats, the failure detector and the watchdog of the subscription report. Any thread; must not block. */
public interface NodeEvents {
    /** An owner is dead: its members leave. */
    void onDead(Origin owner);

    /** This node was declared dead, or must assume it: it continues under another incarnation. */
    void onSelfDead();

    /** Redis lost its data: everything is to be written again. */
    void onRedisEmpty();

    /** The own heartbeats are not echoed: only local members are known. */
    void onIsolated();

    /** They are echoed again: everything is to be read again. */
    void onRejoined();

    /** Publishing works and nothing comes back: the subscription is dead though its socket is open. */
    void onSubscriberDead();

    /** Publishing fails again and again though connections look open. */
    void onConnectionsDead();

    /** A node or incarnation not heard of before. */
    void onNewNode(Origin node);
}
