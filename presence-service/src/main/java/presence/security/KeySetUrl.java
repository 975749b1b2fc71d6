package presence.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import presence.config.AuthConfig;
import presence.config.ConfigException;
import presence.config.Setting;

/**
 * Fetches a key set from a URL. The whole response must arrive within {@value #TOTAL_SECONDS} seconds, is bounded in
 * size, and comes from that URL: redirects are not followed. A host that resolves to a private address is refused
 * unless the configuration allows it, so that the owner of its DNS name cannot make this node send requests to its
 * network.
 */
final class KeySetUrl {
    private static final int TOTAL_SECONDS = 5;
    private static final int MAX_BYTES = 1 << 20;
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private final HttpClient client = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(TOTAL_SECONDS))
            .build();

    private final Duration total;
    private final URI url;
    private final String shown;
    /** Null: all addresses are allowed. */
    private final @Nullable Networks refused;

    KeySetUrl(AuthConfig config) throws ConfigException {
        this(config, Duration.ofSeconds(TOTAL_SECONDS));
    }

    KeySetUrl(AuthConfig config, Duration total) throws ConfigException {
        this.total = total;
        url = URI.create(config.jwks());
        shown = config.jwksShown();
        boolean isLocal = THIS_MACHINE.contains(String.valueOf(url.getHost()));
        refused = config.jwksPrivate() || isLocal
                ? null
                : Networks.of(Setting.PRESENCE_JWT_JWKS_ADDRESSES, Networks.PRIVATE);
    }

    /**
     * Blocks for {@value #TOTAL_SECONDS} seconds at most.
     *
     * @throws ConfigException if the set cannot be loaded, in one line without the URL's query
     */
    String fetch() throws ConfigException {
        long deadline = System.nanoTime() + total.toNanos();
        try {
            if (refused != null) {
                check(refused, await(deadline, CompletableFuture.supplyAsync(this::addresses, KeySetUrl::inThread)));
            }
            HttpRequest request = HttpRequest.newBuilder(url).timeout(total).build();
            HttpResponse<String> response = await(deadline, client.sendAsync(request, head -> new BoundedBody()));
            if (response.statusCode() != 200) {
                throw failed(
                        "HTTP " + response.statusCode() + (response.statusCode() / 100 == 3 ? ", a redirect" : ""));
            }
            return response.body();
        } catch (TimeoutException e) {
            throw failed("no complete response within " + total.toMillis() + " ms");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            throw failed(why.replace(url.toString(), shown));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("interrupted");
        }
    }

    /** The JVM caches the result, so it connects to the addresses checked here. */
    private List<InetAddress> addresses() {
        try {
            return List.of(InetAddress.getAllByName(url.getHost()));
        } catch (IOException e) {
            throw new IllegalStateException("unknown host", e);
        }
    }

    private static void inThread(Runnable task) {
        Thread thread = new Thread(task, "presence-jwks-name");
        thread.setDaemon(true);
        thread.start();
    }

    private void check(Networks networks, List<InetAddress> addresses) throws ConfigException {
        if (addresses.stream().anyMatch(networks::contains)) {
            throw failed("the host resolves to a private address, which " + Setting.PRESENCE_JWT_JWKS_ADDRESSES
                    + "=any allows");
        }
    }

    private static <T> T await(long deadline, Future<T> future)
            throws ExecutionException, InterruptedException, TimeoutException {
        try {
            return future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } finally {
            // The rest is not read.
            future.cancel(true);
        }
    }

    private ConfigException failed(String why) {
        return new ConfigException("the keys at " + shown + " cannot be loaded: " + why);
    }

    /** Text of {@value #MAX_BYTES} bytes at most. */
    private static final class BoundedBody implements HttpResponse.BodySubscriber<String> {
        private final CompletableFuture<String> text = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.@Nullable Subscription source;

        @Override
        public CompletionStage<String> getBody() {
            return text;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            source = subscription;
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> parts) {
            for (ByteBuffer part : parts) {
                if (bytes.size() + part.remaining() > MAX_BYTES) {
                    text.completeExceptionally(new IOException("more than " + MAX_BYTES + " bytes"));
                    if (source != null) {
                        source.cancel();
                    }
                    return;
                }
                byte[] copy = new byte[part.remaining()];
                part.get(copy);
                bytes.writeBytes(copy);
            }
        }

        @Override
        public void onError(Throwable failure) {
            text.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            text.complete(bytes.toString(StandardCharsets.UTF_8));
        }
    }
}
