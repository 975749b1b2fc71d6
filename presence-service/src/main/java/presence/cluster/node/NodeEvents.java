package presence.cluster.node;

import presence.model.Origin;

/** Events reported by the heartbeat, the failure detector and the subscription watchdog. Any thread; must not block. */
public interface NodeEvents {
    /** An owner is dead: its members are removed. */
    void onDead(Origin owner);

    /** This node was declared dead, or must assume it: it continues under another incarnation. */
    void onSelfDead();

    /** Redis lost its data: all segments and users are to be written again. */
    void onRedisEmpty();

    /** Redis may have lost its data, because renewals of the lease were not answered: what is written is verified. */
    void onRedisInDoubt();

    /** Own heartbeats are not echoed: only local members are shown. */
    void onIsolated();

    /** Own heartbeats are echoed again: all boards are to be read again. */
    void onRejoined();

    /** Publishing works and nothing is received: the subscription is dead though its socket is open. */
    void onSubscriberDead();

    /** Several heartbeats in a row failed though the connections look open. */
    void onConnectionsDead();

    /** A new node or incarnation published something. */
    void onNewNode(Origin node);
}
