-- Replaces a whole segment and publishes a message that asks all nodes to read it.
-- KEYS: segment, origins
-- ARGV: seq, segment ttl (s), origins ttl (s), origin, channel, envelope, id and record of each member...
-- Returns 1 written, 0 the segment is already at seq or later.
local stored = tonumber(redis.call('HGET', KEYS[1], '#') or '0')
if stored >= tonumber(ARGV[1]) then return 0 end
redis.call('UNLINK', KEYS[1])
redis.call('HSET', KEYS[1], '#', ARGV[1])
for at = 7, #ARGV - 1, 2 do
  redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('SADD', KEYS[2], ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[3])
redis.call('PUBLISH', ARGV[5], ARGV[6])
return 1
