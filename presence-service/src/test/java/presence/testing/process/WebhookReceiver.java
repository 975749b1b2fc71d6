package presence.testing.process;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Receives webhooks and verifies them with the reference library of the Standard Webhooks specification. */
public final class WebhookReceiver implements AutoCloseable {
    /** A request that was verified and taken. */
    public record Taken(String id, List<JsonElement> events) {}

    private final HttpServer server;
    private final Webhook verifier;
    private final List<Taken> taken = new ArrayList<>();
    private volatile int status = 204;
    private volatile String retryAfter = "";
    private int refused;
    private int forged;

    /** @param secret as in {@code PRESENCE_WEBHOOK_SECRET} */
    public WebhookReceiver(String secret) {
        verifier = new Webhook(secret);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    /** Answers requests with this status from now on. */
    public void answerWith(int newStatus) {
        answerWith(newStatus, "");
    }

    /** @param newRetryAfter the header {@code Retry-After}; empty for none */
    public void answerWith(int newStatus, String newRetryAfter) {
        retryAfter = newRetryAfter;
        status = newStatus;
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        try {
            verifier.verify(body, headers(exchange));
            if (status / 100 == 2) {
                taken.add(new Taken(
                        exchange.getRequestHeaders().getFirst("webhook-id"),
                        JsonParser.parseString(body)
                                .getAsJsonObject()
                                .getAsJsonObject("data")
                                .getAsJsonArray("events")
                                .asList()));
            } else {
                refused++;
            }
            if (!retryAfter.isEmpty()) {
                exchange.getResponseHeaders().set("Retry-After", retryAfter);
            }
            exchange.sendResponseHeaders(status, -1);
        } catch (WebhookVerificationException e) {
            forged++;
            exchange.sendResponseHeaders(400, -1);
        }
        exchange.close();
    }

    private static Map<String, List<String>> headers(HttpExchange exchange) {
        Map<String, List<String>> headers = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        return headers;
    }

    /** The ids of all events that were taken, with doubles. */
    public synchronized List<String> eventIds() {
        return taken.stream()
                .flatMap(request -> request.events().stream())
                .map(event -> event.getAsJsonObject().get("id").getAsString())
                .toList();
    }

    public synchronized List<Taken> taken() {
        return List.copyOf(taken);
    }

    /** The number of verified requests that were not taken. */
    public synchronized int refused() {
        return refused;
    }

    /** The number of requests without a valid signature. */
    public synchronized int forged() {
        return forged;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
