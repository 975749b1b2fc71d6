-- Reads how many observers and members a board has on each node, and who joined first. Writes nothing. The keys of the
-- segments, whose names the script builds from the members of `origins`, are in the slot of KEYS[1].
-- KEYS: origins, observers
-- ARGV: prefix of a segment's key before the origin, version that the caller has ('' = none),
--       members to read of each segment, members to describe of each segment
-- Returns an empty list if the version is still the caller's, else version, observers (node, number, ...), and for each
-- segment: origin, number of members, 1 if all of them were read,
--       those described (id, time of joining, user, name, color, avatar, ...), the others that were read (id, user, ...)
local observers = redis.call('HGETALL', KEYS[2])
local state, segments = {table.concat(observers, ' ')}, {}
for _, origin in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local seq = redis.call('HGET', ARGV[1] .. origin, '#')
  if seq then
    segments[#segments + 1] = origin
    state[#state + 1] = origin .. ' ' .. seq
  end
end
table.sort(state)
local version = redis.sha1hex(table.concat(state, ','))
if version == ARGV[2] then return {} end
local function text(value)
  if type(value) == 'string' then return value end
  return ''
end
local function read(segment, size)
  local found = {}
  local fields, all
  if size <= tonumber(ARGV[3]) then
    fields, all = redis.call('HGETALL', segment), 1
  else
    fields, all = redis.call('HSCAN', segment, '0', 'COUNT', ARGV[3])[2], 0
  end
  for at = 1, #fields - 1, 2 do
    local known, record = pcall(cjson.decode, fields[at + 1])
    if fields[at] ~= '#' and known and type(record) == 'table' then
      local profile = record.profile
      if type(profile) ~= 'table' then profile = {} end
      found[#found + 1] = {fields[at], text(record.joinedAtMs), profile}
    end
  end
  table.sort(found, function(one, other)
    local a, b = tonumber(one[2]) or 0, tonumber(other[2]) or 0
    if a == b then return one[1] < other[1] end
    return a < b
  end)
  return found, all
end
local answer = {version, observers}
for _, origin in ipairs(segments) do
  local segment = ARGV[1] .. origin
  local size = redis.call('HLEN', segment) - 1
  local found, all = read(segment, size)
  local described, others = {}, {}
  for at, one in ipairs(found) do
    local profile = one[3]
    if at <= tonumber(ARGV[4]) then
      for _, value in ipairs({one[1], one[2], text(profile.userId), text(profile.name), text(profile.color),
          text(profile.avatarUrl)}) do
        described[#described + 1] = value
      end
    else
      others[#others + 1] = one[1]
      others[#others + 1] = text(profile.userId)
    end
  end
  answer[#answer + 1] = {origin, size, all, described, others}
end
return answer
