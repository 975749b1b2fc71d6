-- Writes a ban, or removes it. The field # marks the hash as complete: Redis has not lost it.
-- KEYS: bans
-- ARGV: least TTL of the key, ms; field; duration of the ban, ms, 0 = remove
-- Returns 1 if the user was banned before, else 0.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = tonumber(ARGV[3])
redis.call('HSET', KEYS[1], '#', '1')
local was = redis.call('HEXISTS', KEYS[1], ARGV[2])
if last == 0 then
  redis.call('HDEL', KEYS[1], ARGV[2])
else
  redis.call('HSET', KEYS[1], ARGV[2], string.format('%.0f', now + last))
end
local lives = tonumber(ARGV[1])
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if all[i] ~= '#' then
    lives = math.max(lives, tonumber(all[i + 1]) - now)
  end
end
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', lives))
return was
