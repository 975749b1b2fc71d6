-- Removes a segment, unless it was written since, and publishes the removal.
-- KEYS: segment, origins
-- ARGV: the latest seq that may be removed or '*' for any, origin, channel, envelope, '1' to publish in any case
-- Returns 1 published, 0 there was none, -1 refused: it was written since.
local stored = redis.call('HGET', KEYS[1], '#')
if stored and ARGV[1] ~= '*' and (tonumber(stored) or 0) > tonumber(ARGV[1]) then return -1 end
local removed = redis.call('UNLINK', KEYS[1]) + redis.call('SREM', KEYS[2], ARGV[2])
if removed == 0 and ARGV[5] ~= '1' then return 0 end
redis.call('PUBLISH', ARGV[3], ARGV[4])
return 1
