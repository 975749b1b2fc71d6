-- Reads all bans. If Redis has lost them, first writes those that the caller knows.
-- KEYS: bans
-- ARGV: least TTL of the key, ms; then field and remaining ms of each ban that the caller knows
-- Returns field and remaining ms of each ban.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if #ARGV > 1 and redis.call('HEXISTS', KEYS[1], '#') == 0 then
  redis.call('HSET', KEYS[1], '#', '1')
  for i = 2, #ARGV, 2 do
    if redis.call('HEXISTS', KEYS[1], ARGV[i]) == 0 then
      redis.call('HSET', KEYS[1], ARGV[i], string.format('%.0f', now + tonumber(ARGV[i + 1])))
    end
  end
end
local lives = tonumber(ARGV[1])
local found = {}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if all[i] ~= '#' then
    local left = tonumber(all[i + 1]) - now
    if left > 0 then
      found[#found + 1] = all[i]
      found[#found + 1] = left
      lives = math.max(lives, left)
    else
      redis.call('HDEL', KEYS[1], all[i])
    end
  end
end
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', lives))
return found
