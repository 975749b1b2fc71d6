package planted.board;

import io.lettuce.core.RedisURI;

public record BoardThatKnowsLettuce(RedisURI redis) {}
