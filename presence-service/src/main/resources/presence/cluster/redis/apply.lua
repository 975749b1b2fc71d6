-- Updates a segment from one sequence number to the next and publishes the change, atomically.
-- KEYS: segment, origins
-- ARGV: base, next, segment ttl (s), origins ttl (s), origin, channel, envelope,
--       number of departed, departed ids..., id and record of each upserted...
-- Returns 1 applied, 0 already applied, -1 refused: the segment is not at base.
local stored = redis.call('HGET', KEYS[1], '#') or '0'
if stored == ARGV[2] then return 0 end
if stored ~= ARGV[1] then return -1 end
local at = 9
local departed = tonumber(ARGV[8])
for i = 1, departed do
  redis.call('HDEL', KEYS[1], ARGV[at])
  at = at + 1
end
while at < #ARGV do
  redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
  at = at + 2
end
redis.call('HSET', KEYS[1], '#', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('SADD', KEYS[2], ARGV[5])
redis.call('EXPIRE', KEYS[2], ARGV[4])
redis.call('PUBLISH', ARGV[6], ARGV[7])
return 1
