-- Writes the sessions of some users on one owner, and publishes each user that comes online or goes offline. All keys
-- are in the slot of KEYS[1], including those of the other owners, whose names the script builds from the members of
-- `origins`.
-- KEYS: users of the owner, origins, users online; events, if they are recorded
-- ARGV: ttl (ms), origin, channel, prefix of the key before an origin,
--       '1' where several nodes may remove the users of this owner at once, else '',
--       if events are recorded: time (ms), ttl (ms) and most events, kinds (',a,b,'),
--       user and sessions of each ('' = none)...
-- Returns the number of users that came online or went offline.
local others
local function elsewhere(user)
  if not others then
    others = {}
    for _, origin in ipairs(redis.call('SMEMBERS', KEYS[2])) do
      if origin ~= ARGV[2] then others[#others + 1] = ARGV[4] .. origin end
    end
  end
  for _, key in ipairs(others) do
    if redis.call('HEXISTS', key, user) == 1 then return true end
  end
  return false
end
local published = 0
local function record(kind, user)
  if string.find(ARGV[9], ',' .. kind .. ',', 1, true) then
    redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[8], '*', 'kind', kind, 'time', ARGV[6], 'node',
      string.match(ARGV[2], '^[^:]+'), 'board', '', 'member', '', 'user', user, 'data', '')
    redis.call('PEXPIRE', KEYS[4], ARGV[7])
  end
end
local function publish(user, online)
  published = published + 1
  if KEYS[4] then record(online and 'user.online' or 'user.offline', user) end
  redis.call('PUBLISH', ARGV[3], cjson.encode({version = 1, user = {origin = ARGV[2], userId = user, online = online}}))
end
for at = KEYS[4] and 10 or 6, #ARGV - 1, 2 do
  local user, sessions = ARGV[at], ARGV[at + 1]
  if sessions ~= '' then
    redis.call('HSET', KEYS[1], user, sessions)
    if redis.call('SADD', KEYS[3], user) == 1 then publish(user, true) end
  else
    -- All nodes remove the users of a dead one: only the first looks into the hashes of all others for a user. An owner
    -- always looks, because its hash may have expired.
    local first = redis.call('HDEL', KEYS[1], user) == 1 or ARGV[5] == ''
    if first and not elsewhere(user) and redis.call('SREM', KEYS[3], user) == 1 then publish(user, false) end
  end
end
if redis.call('PEXPIRE', KEYS[1], ARGV[1]) == 1 then
  redis.call('SADD', KEYS[2], ARGV[2])
else
  redis.call('SREM', KEYS[2], ARGV[2])
end
redis.call('PEXPIRE', KEYS[2], ARGV[1])
redis.call('PEXPIRE', KEYS[3], ARGV[1])
return published
