-- Copies rows of the table into an event's entry. Only table writes issue versions.
-- KEYS: 1 the event's seats
-- ARGV: 1 read at ms, 2 '1' for the whole event, 3 entry's end, 4 a mark is fresh for ms, 5 lease or '',
--       6.. rows: seat|status|order|until|version|holder|pinned
local read_at, fresh_ms = tonumber(ARGV[1]), tonumber(ARGV[4])
local copied = {}

local function fresh(mark)
  local made_at = string.match(mark, '^[^|]*|[^|]*|[^|]*|[^|]*|[^|]*|(%d+)')
  return read_at - tonumber(made_at) < fresh_ms
end

for i = 6, #ARGV do
  local seat, row = string.match(ARGV[i], '^([^|]*)|(.*)$')
  local version = tonumber(string.match(row, '^[^|]*|[^|]*|[^|]*|(%d+)|'))
  local fields = redis.call('HMGET', KEYS[1], 's:' .. seat, 'm:' .. seat)
  local known = fields[1] and tonumber(string.match(fields[1], '^[^|]*|[^|]*|[^|]*|(%d+)|')) or 0
  copied[seat] = true
  if version >= known then
    redis.call('HSET', KEYS[1], 's:' .. seat, row)
    -- A newer row removes the seat's mark; a row of equal version leaves the mark of a hold that is still being made.
    if fields[2] and (version > known or not fresh(fields[2])) then redis.call('HDEL', KEYS[1], 'm:' .. seat) end
  end
end

if ARGV[2] == '1' then
  local entry = redis.call('HGETALL', KEYS[1])
  local with_row = {}
  for i = 1, #entry, 2 do
    if string.sub(entry[i], 1, 2) == 's:' then with_row[string.sub(entry[i], 3)] = true end
  end
  for i = 1, #entry, 2 do
    local seat = string.sub(entry[i], 3)
    if string.sub(entry[i], 1, 2) == 'm:' and not copied[seat] and not with_row[seat] and not fresh(entry[i + 1]) then
      redis.call('HDEL', KEYS[1], entry[i])  -- no row, version 0: the hold that the mark announced was never written
    end
  end
  local loaded = tonumber(redis.call('HGET', KEYS[1], '@loaded') or 0)
  redis.call('HSET', KEYS[1], '@loaded', math.max(loaded, read_at))
  redis.call('HDEL', KEYS[1], '@next')
  if ARGV[5] ~= '' and redis.call('HGET', KEYS[1], '@lease') == ARGV[5] then redis.call('HDEL', KEYS[1], '@lease') end
end
redis.call('PEXPIREAT', KEYS[1], ARGV[3])
return 1
