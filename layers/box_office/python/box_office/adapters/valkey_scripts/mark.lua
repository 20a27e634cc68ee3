-- Marks all the wanted seats of one event, or none; what the same part marked last and wants no more shows as empty.
-- KEYS: 1 the event's seats, 2 this user's part in the event
-- ARGV: 1 now ms, 2 user, 3 token, 4 order, 5 hold's end, 6 entry's end, 7 clock skew ms, 8 marks a minute,
--       9 reload after ms, 10 seats in the room, 11 lease ms, 12.. wanted seats
-- Returns {verdict, retry ms, next release, held until before, lease, seats...}
-- verdict: 'marked' (seats: given up), 'again' (marked, the very seats of the hold that lives), 'taken' (seats: taken),
--          'rate_limited'
-- held until before: -1 when the user never began an order here, 0 when none of it lives that we know of
--
-- Fields of KEYS[1]: 's:A1' the copy of a row: status|order|until|version|user|pinned
--                    'm:A1' a mark over it: kind|token|user|order|until|made at, then ';' and the mark it covers
--                           kind 'h': a hold in the making; 'e': a seat just let go
--                    '@loaded', '@lease', '@next': when read, who is reading, the next release as last reckoned
-- Fields of KEYS[2]: 'until', 'began' of the hold, 'minute', 'marks' counted in it, 'let_go' when,
--                    'selection' what was marked last: token|order|seats, then ';' and what was marked before that
local now, user, token, skew = tonumber(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[7])
local FIVE_MINUTES, FIRST_WANTED = 300000, 12

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

local function lay(seat, mark, covered)
  if covered then
    local _, made_by = split(covered)
    if made_by == token then return end  -- the same request again, after a lost answer
    mark = mark .. ';' .. string.match(covered, '^[^;]*')
  end
  redis.call('HSET', KEYS[1], 'm:' .. seat, mark)
end

local part = redis.call('HMGET', KEYS[2], 'until', 'minute', 'marks', 'let_go', 'began', 'selection')
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

local wanted = #ARGV - FIRST_WANTED + 1
local minute, marks = tonumber(part[2] or 0), tonumber(part[3] or 0)
if now - minute >= 60000 then minute, marks = now, 0 end
if marks + wanted > tonumber(ARGV[8]) then return {'rate_limited', minute + 60000 - now, -1, before, ''} end

-- What this part marked last, as long as that hold lives. What others hold by now, the clerk's other sale among them,
-- is never taken for it: its marks are told by their token, its rows by the order that the first request began.
local selection, earlier = string.match(before > 0 and part[6] or '', '^([^;]*);?(.*)$')
if string.match(selection, '^[^|]*') == token then selection = earlier end
local last_token, last_order, last_seats = string.match(selection, '^([^|]*)|([^|]*)|(.*)$')

local function still_given(mark, row)
  if mark then
    local kind, made_by = split(mark)
    return made_by == token or kind == 'h' and made_by == last_token
  end
  if not row then return false end
  local status, order, _, _, _, pinned = split(row)
  return status == 'hold' and order == last_order and pinned ~= '1'
end

local is_wanted, held, seats, refused = {}, {}, {}, {'taken', 0, -1, before, ''}
local again = table.concat(ARGV, ',', FIRST_WANTED) == last_seats
for i = FIRST_WANTED, #ARGV do
  local fields = redis.call('HMGET', KEYS[1], 'm:' .. ARGV[i], 's:' .. ARGV[i])
  local given = still_given(fields[1], fields[2])
  is_wanted[ARGV[i]], held[i], again = true, fields[1], again and given
  if taken_until(fields[1], fields[2], true) then refused[#refused + 1] = ARGV[i]
  -- What is the user's, but not this part's, is for the write to judge, and never this part's to give up.
  elseif given or not taken_until(fields[1], fields[2], false) then seats[#seats + 1] = ARGV[i] end
end
if #refused > 5 then
  refused[3] = next_release()
  refused[5] = lease_right(KEYS[1], now, token, ARGV[11], ARGV[9])
  redis.call('PEXPIREAT', KEYS[1], ARGV[6])
  return refused
end

-- The same seats again are the same hold, with the same end: then these marks say no more than those before them.
local hold_end = again and before or tonumber(ARGV[5])
for i = FIRST_WANTED, #ARGV do
  lay(ARGV[i], 'h|' .. token .. '|' .. user .. '|' .. ARGV[4] .. '|' .. hold_end .. '|' .. now, held[i])
end
local marked = {again and 'again' or 'marked', 0, -1, before, ''}
for seat in string.gmatch(last_seats or '', '[^,]+') do
  if not is_wanted[seat] then
    local fields = redis.call('HMGET', KEYS[1], 'm:' .. seat, 's:' .. seat)
    if still_given(fields[1], fields[2]) then
      lay(seat, 'e|' .. token .. '|||0|' .. now, fields[1])
      marked[#marked + 1] = seat
    end
  end
end
local order = last_order or ARGV[4]
selection = token .. '|' .. order .. '|' .. table.concat(seats, ',') .. (last_token and ';' .. selection or '')
redis.call('HSET', KEYS[2], 'minute', minute, 'marks', marks + wanted, 'until', math.max(before, hold_end), 'began', 1,
           'selection', selection)
redis.call('PEXPIRE', KEYS[2], 3600000)
redis.call('PEXPIREAT', KEYS[1], ARGV[6])
return marked
