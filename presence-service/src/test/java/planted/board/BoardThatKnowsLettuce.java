package planted.board;

import io.lettuce.core.RedisURI;

record BoardThatKnowsLettuce(RedisURI redis) {}
