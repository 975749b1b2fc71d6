-- Writes what one owner knows of some users, and tells everybody whose first session came or whose last one
-- has gone. All keys are in the slot of the channel, those of the other owners included, whose names are made
-- here from the members of `origins`.
-- KEYS: users of the owner, origins, users online
-- ARGV: ttl (ms), origin, channel, what stands before an origin in the name of its key,
--       user and sessions of each ('' = none any more)...
-- Returns the number of users that came online or went offline.
local others = {}
for _, origin in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  if origin ~= ARGV[2] then others[#others + 1] = ARGV[4] .. origin end
end
local function elsewhere(user)
  for _, key in ipairs(others) do
    if redis.call('HEXISTS', key, user) == 1 then return true end
  end
  return false
end
local told = 0
local function tell(user, online)
  told = told + 1
  redis.call('PUBLISH', ARGV[3], cjson.encode({version = 1, user = {origin = ARGV[2], userId = user, online = online}}))
end
for at = 5, #ARGV - 1, 2 do
  local user, sessions = ARGV[at], ARGV[at + 1]
  if sessions ~= '' then
    redis.call('HSET', KEYS[1], user, sessions)
    if redis.call('SADD', KEYS[3], user) == 1 then tell(user, true) end
  else
    redis.call('HDEL', KEYS[1], user)
    if not elsewhere(user) and redis.call('SREM', KEYS[3], user) == 1 then tell(user, false) end
  end
end
if redis.call('PEXPIRE', KEYS[1], ARGV[1]) == 1 then
  redis.call('SADD', KEYS[2], ARGV[2])
else
  redis.call('SREM', KEYS[2], ARGV[2])
end
redis.call('PEXPIRE', KEYS[2], ARGV[1])
redis.call('PEXPIRE', KEYS[3], ARGV[1])
return told
