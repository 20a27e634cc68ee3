-- After the table moved the end of an order's hold: moves it in what the entry says of that order, and of its holder.
-- No end becomes earlier. The entry's versions stay; copy.lua brings the newer rows later.
-- KEYS: 1 the event's seats, 2 what the holder did in it
-- ARGV: 1 order, 2 holder, 3 new end ms, 4 entry's end, 5.. seats
local order, holder, hold_end = ARGV[1], ARGV[2], tonumber(ARGV[3])

local function moved_mark(mark)
  local kind, made_by, who, of, till, made_at =
    string.match(mark, '^([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)$')
  if kind ~= 'h' or who ~= holder or tonumber(till) >= hold_end then return mark end
  return table.concat({kind, made_by, who, of, ARGV[3], made_at}, '|')
end

for i = 5, #ARGV do
  local fields = redis.call('HMGET', KEYS[1], 'm:' .. ARGV[i], 's:' .. ARGV[i])
  if fields[1] then
    local top, covered = string.match(fields[1], '^([^;]*);?(.*)$')
    local moved = moved_mark(top)
    if covered ~= '' then moved = moved .. ';' .. moved_mark(covered) end
    redis.call('HSET', KEYS[1], 'm:' .. ARGV[i], moved)
  end
  if fields[2] then
    local status, of, till, rest = string.match(fields[2], '^([^|]*)|([^|]*)|([^|]*)|(.*)$')
    if status == 'hold' and of == order and tonumber(till) < hold_end then
      redis.call('HSET', KEYS[1], 's:' .. ARGV[i], table.concat({status, of, ARGV[3], rest}, '|'))
    end
  end
end
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('PEXPIREAT', KEYS[1], ARGV[4]) end
if tonumber(redis.call('HGET', KEYS[2], 'until') or hold_end) < hold_end then
  redis.call('HSET', KEYS[2], 'until', ARGV[3])
  redis.call('PEXPIRE', KEYS[2], 3600000)
end
return 1
