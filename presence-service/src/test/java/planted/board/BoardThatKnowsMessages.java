package planted.board;

import planted.proto.Message;

public record BoardThatKnowsMessages(Message message) {}
