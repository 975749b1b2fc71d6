package planted.connection;

import com.google.protobuf.ByteString;

public record ConnectionThatKnowsProtobuf(ByteString bytes) {}
