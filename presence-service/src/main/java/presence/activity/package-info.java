/**
 * Activity: how much boards are used, by hour. {@link presence.activity.ActivityBus} wraps the links of this node's
 * boards, each of which counts; {@link presence.activity.ActivityRecorder} collects that at the ends of periods and adds
 * it to an {@link presence.activity.ActivityStore}, implemented over Redis ({@code presence.cluster.activity}) and in
 * memory.
 *
 * <p>Threads: an {@link presence.activity.ActivityLink} runs on the loop of its board and is read by the recorder's
 * timer thread under its lock; stores are thread-safe.
 */
@NullMarked
package presence.activity;

import org.jspecify.annotations.NullMarked;
