#!lua
-- Marks all the wanted seats of one event, or none.
-- KEYS: 1 the event's seats, 2 this user's part in the event
-- ARGV: 1 now ms, 2 user, 3 token, 4 order, 5 hold's end, 6 entry's end, 7 clock skew ms, 8 marks a minute,
--       9 reload after ms, 10 seats in the room, 11.. wanted seats
-- Returns {verdict ('marked', 'taken', 'rate_limited'), retry ms, next release, held until before, lease, taken...}
-- held until before: -1 when the user never began an order here, 0 when none of it lives that we know of
--
-- Fields of KEYS[1]: 's:A1' the copy of a row: status|order|until|version|user|pinned
--                    'm:A1' a mark over it: kind|token|user|order|until|made at, then ';' and the mark it covers
--                           kind 'h': a hold in the making; 'e': a seat just let go
--                    '@loaded', '@lease', '@next': when read, who is reading, the next release as last reckoned
local now, user, token, skew = tonumber(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[7])
local FIVE_MINUTES, LEASE_MS = 300000, 5000

local function split(text) return string.match(text, '^([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)') end

local function taken_until(mark, row, mine)
  -- nil: free, or this user's; else when it comes free (0: not by time)
  if mark then
    local kind, _, who, _, till = split(mark)
    if kind == 'e' or (mine and who == user) or tonumber(till) + skew <= now then return nil end
    return tonumber(till) + skew
  end
  if not row then return nil end
  local status, _, till, _, who, pinned = split(row)
  if status == 'empty' then return nil end
  if status == 'booked' then return 0 end
  if mine and who == user then return nil end
  if pinned == '1' then return 0 end
  if tonumber(till) + skew <= now then return nil end
  return tonumber(till) + skew
end

local function next_release()
  -- When nothing is free: the earliest end of a hold. Walks the room, so at most once a second.
  local at, known = string.match(redis.call('HGET', KEYS[1], '@next') or '', '^(%d+)|(%-?%d+)$')
  if at and now - tonumber(at) < 1000 then return tonumber(known) end
  local entry, marks, rows = redis.call('HGETALL', KEYS[1]), {}, {}
  for i = 1, #entry, 2 do
    local kind, seat = string.sub(entry[i], 1, 2), string.sub(entry[i], 3)
    if kind == 'm:' then marks[seat] = entry[i + 1]; rows[seat] = rows[seat] or false
    elseif kind == 's:' then rows[seat] = entry[i + 1] end
  end
  local taken, soonest = 0, -1
  for seat, row in pairs(rows) do
    local till = taken_until(marks[seat], row, false)
    if till then
      taken = taken + 1
      if till > 0 and (soonest < 0 or till < soonest) then soonest = till end
    end
  end
  local value = taken >= tonumber(ARGV[10]) and soonest or -1
  redis.call('HSET', KEYS[1], '@next', now .. '|' .. value)
  return value
end

local function lease()
  local loaded, leased = redis.call('HGET', KEYS[1], '@loaded'), redis.call('HGET', KEYS[1], '@lease')
  if loaded and now - tonumber(loaded) < tonumber(ARGV[9]) then return '' end
  if leased and tonumber(string.match(leased, '^%d+')) > now then return '' end
  local right = (now + LEASE_MS) .. '|' .. token
  redis.call('HSET', KEYS[1], '@lease', right)
  return right
end

local part = redis.call('HMGET', KEYS[2], 'until', 'minute', 'marks', 'let_go', 'began')
local before = tonumber(part[1] or (part[5] and 0) or -1)

-- Letting go of one event four times within five minutes pauses new holds of it: 2 s, doubling to 30.
local let_go, last = {}, 0
for at in string.gmatch(part[4] or '', '%d+') do
  if now - tonumber(at) < FIVE_MINUTES then let_go[#let_go + 1] = at; last = math.max(last, tonumber(at)) end
end
if before > 0 and before <= now then  -- it lapsed since
  if now - before < FIVE_MINUTES then let_go[#let_go + 1] = tostring(before); last = math.max(last, before) end
  redis.call('HDEL', KEYS[2], 'until')
  redis.call('HSET', KEYS[2], 'let_go', table.concat(let_go, ','))
  before = 0
end
if before <= now and #let_go >= 4 then
  local pause = math.min(30000, 2000 * 2 ^ (#let_go - 4))
  if now < last + pause then return {'rate_limited', last + pause - now, -1, before, ''} end
end

local wanted = #ARGV - 10
local minute, marks = tonumber(part[2] or 0), tonumber(part[3] or 0)
if now - minute >= 60000 then minute, marks = now, 0 end
if marks + wanted > tonumber(ARGV[8]) then return {'rate_limited', minute + 60000 - now, -1, before, ''} end

local held, refused = {}, {'taken', 0, -1, before, ''}
for i = 11, #ARGV do
  local fields = redis.call('HMGET', KEYS[1], 'm:' .. ARGV[i], 's:' .. ARGV[i])
  held[i] = fields[1]
  if taken_until(fields[1], fields[2], true) then refused[#refused + 1] = ARGV[i] end
end
if #refused > 5 then
  refused[3] = next_release()
  refused[5] = lease()
  redis.call('PEXPIREAT', KEYS[1], ARGV[6])
  return refused
end

for i = 11, #ARGV do
  local mark, covered = 'h|' .. token .. '|' .. user .. '|' .. ARGV[4] .. '|' .. ARGV[5] .. '|' .. now, held[i]
  if covered then
    local _, before_token = split(covered)
    if before_token == token then mark = covered  -- the same request again, after a lost answer
    else mark = mark .. ';' .. string.match(covered, '^[^;]*') end
  end
  redis.call('HSET', KEYS[1], 'm:' .. ARGV[i], mark)
end
redis.call('HSET', KEYS[2], 'minute', minute, 'marks', marks + wanted, 'until', math.max(before, tonumber(ARGV[5])), 'began', 1)
redis.call('PEXPIRE', KEYS[2], 3600000)
redis.call('PEXPIREAT', KEYS[1], ARGV[6])
return {'marked', 0, -1, before, ''}
