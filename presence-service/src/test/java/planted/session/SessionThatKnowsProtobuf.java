package planted.session;

import com.google.protobuf.ByteString;

public record SessionThatKnowsProtobuf(ByteString bytes) {}
