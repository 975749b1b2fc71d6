-- Renews the TTL of a segment and publishes its digest.
-- KEYS: segment, origins
-- ARGV: seq, segment ttl (s), origins ttl (s), origin, channel, envelope
-- Returns 1 touched, -1 refused: the segment is not at seq.
local stored = redis.call('HGET', KEYS[1], '#') or '0'
if stored ~= ARGV[1] then return -1 end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('SADD', KEYS[2], ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[3])
redis.call('PUBLISH', ARGV[5], ARGV[6])
return 1
