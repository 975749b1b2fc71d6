-- Adds what a node has counted to the activity of an hour. A batch that was added before is ignored.
-- KEYS: the node's last batch, boards of the hour, totals of the hour, users of the hour, users of the day
-- ARGV: number of the batch, ttl of the first key (ms), ttl of the others (ms), most boards of an hour,
--       joins, member time (ms) and signals of all boards, number of samples, number of users,
--       of each sample: begin of its period, members of the node; the users;
--       of each board: id, most members, joins, member time (ms), signals
-- Returns the number of boards that were not recorded because the hour has too many.
local number = tonumber(ARGV[1])
if tonumber(redis.call('GET', KEYS[1]) or '0') >= number then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
local function add(field, value)
  local sum = tonumber(redis.call('HGET', KEYS[3], field) or '0') + tonumber(value)
  redis.call('HSET', KEYS[3], field, string.format('%.0f', sum))
  return sum
end
add('joins', ARGV[5])
add('time', ARGV[6])
add('signals', ARGV[7])
local at = 10
for _ = 1, tonumber(ARGV[8]) do
  -- The sum grows as the nodes report; the largest one is of all of them.
  local members = add('at ' .. ARGV[at], ARGV[at + 1])
  if members > tonumber(redis.call('HGET', KEYS[3], 'most') or '0') then redis.call('HSET', KEYS[3], 'most', string.format('%.0f', members)) end
  at = at + 2
end
local users = tonumber(ARGV[9])
if users > 0 then
  redis.call('PFADD', KEYS[4], unpack(ARGV, at, at + users - 1))
  redis.call('PFADD', KEYS[5], unpack(ARGV, at, at + users - 1))
  at = at + users
end
local dropped = 0
local boards = redis.call('HLEN', KEYS[2])
while at < #ARGV do
  local board = ARGV[at]
  local most, joins, time, signals = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local known = redis.call('HGET', KEYS[2], board)
  if known then
    local a, b, c, d = string.match(known, '^(%d+) (%d+) (%d+) (%d+)$')
    most = string.format('%.0f', math.max(tonumber(most), tonumber(a or '0')))
    joins = string.format('%.0f', tonumber(joins) + tonumber(b or '0'))
    time = string.format('%.0f', tonumber(time) + tonumber(c or '0'))
    signals = string.format('%.0f', tonumber(signals) + tonumber(d or '0'))
  end
  if known or boards < tonumber(ARGV[4]) then
    redis.call('HSET', KEYS[2], board, table.concat({most, joins, time, signals}, ' '))
    if not known then boards = boards + 1 end
  else
    dropped = dropped + 1
  end
  at = at + 5
end
for key = 2, 5 do redis.call('PEXPIRE', KEYS[key], ARGV[3]) end
return dropped
