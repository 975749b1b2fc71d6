-- Grants, renews, releases and reads the locks of one board, by the clock of Redis, and publishes the envelope if a lock
-- was granted or became free. A lock whose time is over goes to the member that has waited longest.
-- KEYS: locks, a hash: "#" the last fencing number, "@" the first one since Redis has the hash,
--       "=name" -> fencing holder owner end-ms ttl-ms, "?name" -> "member owner ttl-ms;" of each that waits,
--       "!name" -> fencing number of the last release of a lock that is older than the hash
-- ARGV: operation, origin of the caller, ttl of the key (ms), greatest fencing number that the caller knows, channel,
--       envelope ('' = none), and by operation:
--       lock: name, member, ttl (ms), '1' = wait, most locks of the member, of the board, most waiting members,
--             then what the caller knows of the lock, or nothing: fencing, holder, owner, ttl, time left (ms)
--       unlock: name, member, time for which the lock stays after its last renewal (ms; 0 = it is free at once),
--             '1' = only what the caller's node owns
--       release: member, time for which a lock stays after its last renewal (ms)     reap: origin, the same
--       claim: member
--       read: name, fencing, holder, ttl, time left of each lock that the caller's members hold
-- Returns a code, then name, holder, fencing, owner, ttl and time left (ms) of locks: of the named one (lock, unlock; an
-- empty holder = free), else of all. Codes of lock: 1 granted, 2 renewed, 3 queued, 0 held by another member,
-- -1 too many of the member, -2 of the board, -3 waiting; of all others 1.
local key, op, self = KEYS[1], ARGV[1], ARGV[2]
local known = tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stamp = time[1] * 1000000 + time[2]
local changed = false
local function node(origin) return string.match(origin, '^(.*):') end
local function whole(number) return string.format('%.0f', number) end
local function number(field) return tonumber(redis.call('HGET', key, field) or '0') end
local function begin(fencing)
  if number('@') == 0 then redis.call('HSET', key, '@', whole(math.max(fencing, stamp))) end
  if fencing > number('#') then redis.call('HSET', key, '#', whole(fencing)) end
end
local function stored(name)
  local record = redis.call('HGET', key, '=' .. name)
  if not record then return nil end
  local fencing, holder, owner, ends, ttl = string.match(record, '^(%S+) (%S+) (%S+) (%S+) (%S+)$')
  return {fencing = tonumber(fencing), holder = holder, owner = owner, ends = tonumber(ends), ttl = tonumber(ttl)}
end
local function store(name, lock)
  redis.call('HSET', key, '=' .. name, table.concat(
    {whole(lock.fencing), lock.holder, lock.owner, whole(lock.ends), whole(lock.ttl)}, ' '))
end
local function queue(name)
  local all = {}
  for member, owner, ttl in string.gmatch(redis.call('HGET', key, '?' .. name) or '', '(%S+) (%S+) (%S+);') do
    all[#all + 1] = {member = member, owner = owner, ttl = ttl}
  end
  return all
end
local function storeQueue(name, all)
  if #all == 0 then
    redis.call('HDEL', key, '?' .. name)
  else
    local texts = {}
    for i, one in ipairs(all) do texts[i] = one.member .. ' ' .. one.owner .. ' ' .. one.ttl .. ';' end
    redis.call('HSET', key, '?' .. name, table.concat(texts))
  end
end
local function grant(name, to)
  local fencing = math.max(math.max(number('#'), known) + 1, stamp)
  begin(fencing)
  store(name, {fencing = fencing, holder = to.member, owner = to.owner, ends = now + to.ttl, ttl = tonumber(to.ttl)})
  changed = true
end
local function free(name, lock)
  if lock.fencing < number('@') then redis.call('HSET', key, '!' .. name, whole(lock.fencing)) end
  redis.call('HDEL', key, '=' .. name)
  changed = true
  local all = queue(name)
  local first = table.remove(all, 1)
  if first then
    storeQueue(name, all)
    grant(name, first)
  end
end
local function present(name)
  local lock = stored(name)
  if lock and lock.ends <= now then
    free(name, lock)
    lock = stored(name)
  end
  return lock
end
-- Writes a lock again that Redis has lost: it is older than the hash, or newer than its last number.
local function restore(name, fencing, holder, owner, ttl, left)
  fencing, left = tonumber(fencing), tonumber(left)
  if (fencing < number('@') or fencing > number('#')) and left > 0 and fencing > number('!' .. name)
      and redis.call('HEXISTS', key, '=' .. name) == 0 then
    store(name, {fencing = fencing, holder = holder, owner = owner, ends = now + left, ttl = tonumber(ttl)})
    begin(fencing)
    changed = true
  end
end
local function names(kind)
  local all = {}
  for _, field in ipairs(redis.call('HKEYS', key)) do
    if string.sub(field, 1, 1) == kind then all[#all + 1] = string.sub(field, 2) end
  end
  table.sort(all)
  return all
end
local function leaveQueue(name, gone)
  local before, after = queue(name), {}
  for _, one in ipairs(before) do
    if not gone(one.member, one.owner) then after[#after + 1] = one end
  end
  if #after < #before then storeQueue(name, after) end
end
-- A client that cannot be reached relies on its lock for a while after its last renewal.
local function giveUp(name, lock, stays)
  local ends = lock.ends - lock.ttl + stays
  if stays == 0 or ends <= now then
    free(name, lock)
  elseif ends < lock.ends then
    lock.ends, lock.ttl = ends, stays
    store(name, lock)
    changed = true
  end
end
local function drop(gone, stays)
  for _, name in ipairs(names('?')) do leaveQueue(name, gone) end
  for _, name in ipairs(names('=')) do
    local lock = present(name)
    if lock and gone(lock.holder, lock.owner) then giveUp(name, lock, stays) end
  end
end
local function counts(member)
  local mine, held = 0, 0
  for _, name in ipairs(names('=')) do
    local lock = stored(name)
    if lock.ends > now then
      held = held + 1
      if lock.holder == member then mine = mine + 1 end
    end
  end
  for _, name in ipairs(names('?')) do
    for _, one in ipairs(queue(name)) do
      if one.member == member then mine = mine + 1 end
    end
  end
  return mine, held
end
local function enter(name, member, taken)
  local one = {member = member, owner = self, ttl = ARGV[9]}
  local all = queue(name)
  if taken then
    if ARGV[10] == '' then
      leaveQueue(name, function(who) return who == member end)
      return 0
    end
    for i, waiting in ipairs(all) do
      if waiting.member == member then
        all[i] = one
        storeQueue(name, all)
        return 3
      end
    end
  end
  local mine, held = counts(member)
  if mine >= tonumber(ARGV[11]) then return -1 end
  if not taken then
    if held >= tonumber(ARGV[12]) then return -2 end
    grant(name, one)
    return 1
  end
  if #all >= tonumber(ARGV[13]) then return -3 end
  all[#all + 1] = one
  storeQueue(name, all)
  return 3
end
local answer = {1}
local function show(name)
  local lock = stored(name)
  if lock then
    for _, value in ipairs({name, lock.holder, whole(lock.fencing), lock.owner, whole(lock.ttl), whole(lock.ends - now)}) do
      answer[#answer + 1] = value
    end
  else
    for _, value in ipairs({name, '', '0', '', '0', '0'}) do answer[#answer + 1] = value end
  end
end
local subject = ARGV[7]
if op == 'lock' then
  local member = ARGV[8]
  if ARGV[14] then restore(subject, ARGV[14], ARGV[15], ARGV[16], ARGV[17], ARGV[18]) end
  local lock = present(subject)
  if lock and lock.holder == member then
    lock.ttl, lock.ends = tonumber(ARGV[9]), now + ARGV[9]
    -- A request that is late does not take the lock from the node to which its member has moved: that needs a claim.
    if node(lock.owner) == node(self) then lock.owner = self end
    store(subject, lock)
    answer[1] = 2
  else
    answer[1] = enter(subject, member, lock ~= nil)
  end
  show(subject)
elseif op == 'unlock' then
  local function given(who, owner)
    return who == ARGV[8] and (ARGV[10] ~= '1' or node(owner) == node(self))
  end
  leaveQueue(subject, given)
  local lock = present(subject)
  if lock and given(lock.holder, lock.owner) then giveUp(subject, lock, tonumber(ARGV[9])) end
  show(subject)
else
  if op == 'release' then
    drop(function(who) return who == subject end, tonumber(ARGV[8]))
  elseif op == 'reap' then
    drop(function(_, owner) return owner == subject end, tonumber(ARGV[8]))
  elseif op == 'claim' then
    for _, name in ipairs(names('?')) do
      local all = queue(name)
      for _, one in ipairs(all) do
        if one.member == subject then one.owner = self end
      end
      storeQueue(name, all)
    end
    for _, name in ipairs(names('=')) do
      local lock = present(name)
      if lock and lock.holder == subject and lock.owner ~= self then
        lock.owner = self
        store(name, lock)
        changed = true
      end
    end
  else
    for at = 7, #ARGV - 4, 5 do
      local name = ARGV[at]
      restore(name, ARGV[at + 1], ARGV[at + 2], self, ARGV[at + 3], ARGV[at + 4])
      local lock = stored(name)
      if lock and lock.fencing == tonumber(ARGV[at + 1]) and lock.owner ~= self and node(lock.owner) == node(self) then
        lock.owner = self
        store(name, lock)
        changed = true
      end
    end
  end
  for _, name in ipairs(names('=')) do
    if present(name) then show(name) end
  end
end
redis.call('PEXPIRE', key, ARGV[3])
if changed and ARGV[6] ~= '' then redis.call('PUBLISH', ARGV[5], ARGV[6]) end
return answer
