-- Records the time of a node's renewal, by the clock of Redis, and removes nodes without one for ten minutes.
-- KEYS: instances
-- ARGV: node
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('ZADD', KEYS[1], ms, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ms - 600000)
redis.call('EXPIRE', KEYS[1], 600)
return ms
