package presence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import presence.proto.ClientFrame;
import presence.proto.ServerFrame;
import presence.wire.WireDecoder;
import presence.wire.WireException;
import presence.wire.WireLimits;

/** {@code proto/vectors.json}, which tests clients in other languages, matches protobuf's encoding. */
class VectorsTest {
    private static final JsonObject VECTORS = read();

    private record Vector(String name, byte[] bytes, JsonElement frame) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of("..", file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonObject read() {
        return JsonParser.parseString(text("proto/vectors.json")).getAsJsonObject();
    }

    private static List<Vector> vectors(String side) {
        return StreamSupport.stream(VECTORS.getAsJsonArray(side).spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .map(vector -> new Vector(
                        vector.get("name").getAsString(),
                        HexFormat.of().parseHex(vector.get("hex").getAsString()),
                        vector.get("frame")))
                .toList();
    }

    static List<Vector> client() {
        return vectors("client");
    }

    static List<Vector> server() {
        return vectors("server");
    }

    @ParameterizedTest
    @MethodSource("client")
    void aFrameFromTheClientIsWhatItSays(Vector vector) throws InvalidProtocolBufferException, WireException {
        assertIsWhatItSays(vector, ClientFrame.parseFrom(vector.bytes), ClientFrame.newBuilder());
        assertThat(new WireDecoder(WireLimits.DEFAULT).decode(Unpooled.wrappedBuffer(vector.bytes)))
                .isNotNull();
    }

    @ParameterizedTest
    @MethodSource("server")
    void aFrameFromTheNodeIsWhatItSays(Vector vector) throws InvalidProtocolBufferException {
        assertIsWhatItSays(vector, ServerFrame.parseFrom(vector.bytes), ServerFrame.newBuilder());
    }

    private static void assertIsWhatItSays(Vector vector, Message read, Message.Builder builder)
            throws InvalidProtocolBufferException {
        assertThat(JsonParser.parseString(JsonFormat.printer().print(read))).isEqualTo(vector.frame);
        JsonFormat.parser().merge(vector.frame.toString(), builder);
        assertThat(builder.build()).isEqualTo(read);
        assertThat(read.toByteArray()).isEqualTo(vector.bytes);
    }

    @Test
    void everyExampleOfTheProtocolIsAmongThem() {
        List<String> examples = Pattern.compile("<!-- example: .+? -->\n```\n(.+?)```", Pattern.DOTALL)
                .matcher(text("docs/protocol/client.md"))
                .results()
                .map(example -> example.group(1).replaceAll("#.*", "").replaceAll("\\s", ""))
                .toList();
        assertThat(examples).hasSizeGreaterThan(10);
        assertThat(Stream.concat(client().stream(), server().stream())
                        .map(vector -> HexFormat.of().formatHex(vector.bytes)))
                .containsAll(examples);
    }
}
