-- Marks all the wanted seats of one event, or none. Seats that the holder marked last and does not want now show as
-- empty.
-- KEYS: 1 the event's seats, 2 this holder's acts in the event, 3 tries to mark in this window,
--       4 the packed map
-- ARGV: 1 now ms, 2 holder (the user; at a desk: user@sale), 3 token, 4 order, 5 hold's end, 6 entry's end,
--       7 clock skew ms, 8 marks a minute, 9 reload after ms, 10 seats in the room, 11 lease ms,
--       12 the window's count is kept for ms, 13 so many tries are no rush, 14.. wanted seats
-- Returns {verdict, retry ms, next release, held until before, lease, booked in, seats...}
-- verdict: 'marked' (seats: given up), 'taken' (seats: taken), 'rate_limited'
-- held until before: the end of the holder's hold of this event, as far as the cache knows; 0: no hold of theirs is
--                    live; -1: they never began an order of this event
-- booked in: the orders, each once, that the wanted seats' rows name, if each of these rows is booked for this holder;
--            else ''. Only the order tells whether it has live tickets: a ticket's row is booked until its refund is
--            answered
--
-- Fields of KEYS[1]: 's:A1' the copy of a row: status|order|until|version|holder|pinned
--                    'm:A1' a mark over it: kind|token|holder|order|until|made at, then ';' and the mark it covers
--                           kind 'h': a hold that is being made; 'e': a seat that was just freed
--                    '@loaded' when the event was read from the table, '@lease' which caller reads it now,
--                    '@next' the next release, and when it was computed
-- Fields of KEYS[2]: 'until' the hold's end, 'began' set once an order was begun, 'minute' when the count of marks
--                    began, 'marks' the count, 'let_go' when holds were released or lapsed,
--                    'selection' the last request's token, its seats, and the seats of the request before it
local now, holder, token, skew = tonumber(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[7])
local FIVE_MINUTES, FIRST_WANTED = 300000, 14

local tries = redis.call('INCR', KEYS[3])
if tries == 1 then redis.call('PEXPIRE', KEYS[3], ARGV[12]) end

local function next_release()
  -- The earliest end of a hold if no seat is free, else -1. It walks the whole room, so it runs at most once a second.
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
    local till = taken_until(marks[seat], row, nil, now, skew)
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
    if made_by == token then return end  -- the same request asks again, after a lost answer
    mark = mark .. ';' .. string.match(covered, '^[^;]*')
  end
  redis.call('HSET', KEYS[1], 'm:' .. seat, mark)
end

local function still_given(mark, row)
  local status, _, _, _, owner, pinned = split(row or '|||||')
  if pinned == '1' then return false end
  if not mark then return status == 'hold' and owner == holder end
  local kind, made_by, who = split(mark)
  return made_by == token or kind == 'h' and who == holder
end

local function order_if_booked_for_holder(row)
  local status, order, _, _, owner = split(row)
  return status == 'booked' and owner == holder and order or nil
end

local known = redis.call('HMGET', KEYS[2], 'until', 'minute', 'marks', 'let_go', 'began', 'selection')
local before = tonumber(known[1] or (known[5] and 0) or -1)

-- A holder who has let four holds of an event go within five minutes waits before a new one: 2 s, doubling to 30.
local let_go, last = {}, 0
for at in string.gmatch(known[4] or '', '%d+') do
  if now - tonumber(at) < FIVE_MINUTES then let_go[#let_go + 1] = at; last = math.max(last, tonumber(at)) end
end
if before > 0 and before <= now then  -- the last hold lapsed: that counts as letting it go
  if now - before < FIVE_MINUTES then let_go[#let_go + 1] = tostring(before); last = math.max(last, before) end
  redis.call('HDEL', KEYS[2], 'until')
  redis.call('HSET', KEYS[2], 'let_go', table.concat(let_go, ','))
  before = 0
end
if before <= now and #let_go >= 4 then
  local pause = math.min(30000, 2000 * 2 ^ (#let_go - 4))
  if now < last + pause then return {'rate_limited', last + pause - now, -1, before, '', ''} end
end

local wanted = #ARGV - FIRST_WANTED + 1
local minute, marks = tonumber(known[2] or 0), tonumber(known[3] or 0)
if now - minute >= 60000 then minute, marks = now, 0 end
if marks + wanted > tonumber(ARGV[8]) then return {'rate_limited', minute + 60000 - now, -1, before, '', ''} end

local is_wanted, held, refused = {}, {}, {'taken', 0, -1, before, '', ''}
local own_booked, booked_in, is_named = 0, {}, {}
for i = FIRST_WANTED, #ARGV do
  local fields = redis.call('HMGET', KEYS[1], 'm:' .. ARGV[i], 's:' .. ARGV[i])
  is_wanted[ARGV[i]], held[i] = true, fields[1]
  if taken_until(fields[1], fields[2], holder, now, skew) then
    refused[#refused + 1] = ARGV[i]
    local order = not fields[1] and order_if_booked_for_holder(fields[2])
    if order then
      own_booked = own_booked + 1
      if not is_named[order] then booked_in[#booked_in + 1] = order end
      is_named[order] = true
    end
  end
end
if own_booked == wanted then refused[6] = table.concat(booked_in, ',') end
if #refused > 6 then
  refused[3] = next_release()
  refused[5] = lease_right(KEYS[1], now, token, ARGV[11], ARGV[9])
  redis.call('PEXPIREAT', KEYS[1], ARGV[6])
  return refused
end

for i = FIRST_WANTED, #ARGV do
  lay(ARGV[i], 'h|' .. token .. '|' .. holder .. '|' .. ARGV[4] .. '|' .. ARGV[5] .. '|' .. now, held[i])
end

-- While this holder's last hold lives, seats of it that are not wanted now are given up, if the entry still gives them
-- to the holder.
local made_by, last_seats, seats_before = string.match(before > 0 and known[6] or '||', '^([^|]*)|([^|]*)|(.*)$')
if made_by == token then last_seats = seats_before end  -- the same request asks again
local marked = {'marked', 0, -1, before, '', ''}
for seat in string.gmatch(last_seats, '[^,]+') do
  if not is_wanted[seat] then
    local fields = redis.call('HMGET', KEYS[1], 'm:' .. seat, 's:' .. seat)
    if still_given(fields[1], fields[2]) then
      lay(seat, 'e|' .. token .. '|||0|' .. now, fields[1])
      marked[#marked + 1] = seat
    end
  end
end
redis.call('HSET', KEYS[2], 'minute', minute, 'marks', marks + wanted, 'until', math.max(before, tonumber(ARGV[5])),
           'began', 1, 'selection', token .. '|' .. table.concat(ARGV, ',', FIRST_WANTED) .. '|' .. last_seats)
redis.call('PEXPIRE', KEYS[2], 3600000)
redis.call('PEXPIREAT', KEYS[1], ARGV[6])
if tries <= tonumber(ARGV[13]) then redis.call('UNLINK', KEYS[4]) end  -- as map_changed.lua does
return marked
