-- Packs an event's map, a letter a seat, for all who look within the next second. It walks the whole room, so it runs
-- once a second at most, however many look: they read what it left.
-- KEYS: 1 the event's seats, 2 the packed map, 3 tries to mark in the last window
-- ARGV: 1 now ms, 2 clock skew ms, 3 a packed map serves if it is younger than ms, 4 it is kept for ms, 5 ends told
-- Returns 'packed at|loaded at|tries|ends|rows'
-- ends: the first holds that lapse, 'A1:<ms>,B7:<ms>'. rows: 'A=ehb;C=p': a seat that is in no row, or beyond the last
-- letter of one, is empty. Letters: 'e' empty, 'h' hold, 'p' a hold that time alone does not free, 'b' booked
local now, skew = tonumber(ARGV[1]), tonumber(ARGV[2])
local known = redis.call('GET', KEYS[2])
if known and math.abs(now - tonumber(string.match(known, '^%d+'))) < tonumber(ARGV[3]) then return known end

local entry, marks, rows = redis.call('HGETALL', KEYS[1]), {}, {}
local loaded = ''
for i = 1, #entry, 2 do
  local kind, seat = string.sub(entry[i], 1, 2), string.sub(entry[i], 3)
  if kind == 'm:' then marks[seat] = entry[i + 1]; rows[seat] = rows[seat] or false
  elseif kind == 's:' then rows[seat] = entry[i + 1]
  elseif entry[i] == '@loaded' then loaded = entry[i + 1] end
end

local lines, ends = {}, {}
for seat, row in pairs(rows) do
  local till = taken_until(marks[seat], row, nil, now, skew)
  local line, number = string.match(seat, '^(%a+)(%d+)$')
  if till and line then
    local letter = till > 0 and 'h' or 'p'
    if not marks[seat] and string.sub(row, 1, 6) == 'booked' then letter = 'b' end
    local letters = lines[line] or {}
    for i = #letters + 1, tonumber(number) do letters[i] = 'e' end
    letters[tonumber(number)], lines[line] = letter, letters
    if till > 0 then ends[#ends + 1] = {till, seat} end
  end
end
table.sort(ends, function(one, other)
  if one[1] ~= other[1] then return one[1] < other[1] end
  return one[2] < other[2]
end)

local told, shown = {}, {}
for i = 1, math.min(#ends, tonumber(ARGV[5])) do told[i] = ends[i][2] .. ':' .. ends[i][1] end
for line, letters in pairs(lines) do shown[#shown + 1] = line .. '=' .. table.concat(letters) end
local tries = redis.call('GET', KEYS[3]) or 0
local packed = table.concat({ARGV[1], loaded, tries, table.concat(told, ','), table.concat(shown, ';')}, '|')
if tonumber(ARGV[4]) > 0 then redis.call('SET', KEYS[2], packed, 'PX', ARGV[4]) end
return packed
