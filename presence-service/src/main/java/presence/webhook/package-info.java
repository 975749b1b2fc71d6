/**
 * Webhooks: sends the event log to URLs, signed as the Standard Webhooks specification says. For each URL one node at a
 * time delivers: it holds the lease of {@link presence.webhook.DeliveryStore}, which also keeps how far the URL is, so
 * that another node goes on where one has died. {@link presence.webhook.Delivery} is one URL's state machine, {@link
 * presence.webhook.HttpPost} sends a request.
 *
 * <p>Threads: all deliveries run on one timer thread, which never blocks; requests on an event loop of their own.
 */
@NullMarked
package presence.webhook;

import org.jspecify.annotations.NullMarked;
