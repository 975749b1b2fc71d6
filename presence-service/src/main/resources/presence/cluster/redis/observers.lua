-- Stores how many observers a node has on a board, and publishes the envelope, if it is not empty.
-- KEYS: observers
-- ARGV: node, count, ttl (s), channel, envelope
-- Returns 1.
if ARGV[2] == '0' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
if ARGV[5] ~= '' then redis.call('PUBLISH', ARGV[4], ARGV[5]) end
return 1
