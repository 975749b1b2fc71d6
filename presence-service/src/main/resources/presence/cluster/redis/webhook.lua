-- Keeps which node delivers to a URL and how far that is; or reads and changes the dead letters.
-- KEYS: delivery of the URL; for dead, add and remove: dead letters, and their bodies
-- ARGV: operation, ttl of the key (ms), then
--   claim: node, lease (ms), cursor of a new URL: takes or renews the lease
--   save: node, field and value...: stores progress if the node has the lease
--   release: node
--   dead: id
--   add: id, letter, body, most letters
--   remove: id
-- Returns the fields and values after a claim, 'saved' after a save, nothing where another node has the lease; a dead
-- letter and its body; 'dropped' after an add that dropped the oldest letter.
local operation, ttl = ARGV[1], ARGV[2]
local answer = {}
if operation == 'claim' then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local holder = redis.call('HGET', KEYS[1], 'node')
  if holder and holder ~= ARGV[3] and tonumber(redis.call('HGET', KEYS[1], 'held') or '0') > now then return {} end
  redis.call('HSET', KEYS[1], 'node', ARGV[3], 'held', string.format('%.0f', now + tonumber(ARGV[4])))
  if redis.call('HEXISTS', KEYS[1], 'cursor') == 0 then redis.call('HSET', KEYS[1], 'cursor', ARGV[5]) end
  answer = redis.call('HGETALL', KEYS[1])
elseif operation == 'save' then
  if redis.call('HGET', KEYS[1], 'node') ~= ARGV[3] then return {} end
  for at = 4, #ARGV - 1, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
  answer = {'saved'}
elseif operation == 'release' then
  if redis.call('HGET', KEYS[1], 'node') == ARGV[3] then redis.call('HDEL', KEYS[1], 'node', 'held') end
elseif operation == 'dead' then
  local letter, body = redis.call('HGET', KEYS[1], ARGV[3]), redis.call('HGET', KEYS[2], ARGV[3])
  if letter and body then answer = {letter, body} end
elseif operation == 'add' then
  if redis.call('HEXISTS', KEYS[1], ARGV[3]) == 0 and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[6]) then
    -- Ids begin with the time of an event, in 13 digits.
    local oldest
    for _, id in ipairs(redis.call('HKEYS', KEYS[1])) do
      if not oldest or id < oldest then oldest = id end
    end
    redis.call('HDEL', KEYS[1], oldest)
    redis.call('HDEL', KEYS[2], oldest)
    answer = {'dropped'}
  end
  redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
  redis.call('HSET', KEYS[2], ARGV[3], ARGV[5])
else
  redis.call('HDEL', KEYS[1], ARGV[3])
  redis.call('HDEL', KEYS[2], ARGV[3])
end
if operation ~= 'dead' then
  for at = 1, #KEYS do redis.call('PEXPIRE', KEYS[at], ttl) end
end
return answer
