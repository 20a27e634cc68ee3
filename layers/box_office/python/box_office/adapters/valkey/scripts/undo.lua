-- Takes back the marks of one request, and nothing else.
-- KEYS: 1 the event's seats, 2 (only if the whole request failed) the holder's acts in the event (see mark.lua)
-- ARGV: 1 token, 2 'held until before' as mark.lua returned it, 3 the hold's end as it was marked, 4.. seats
local MADE_BY = '^[^|]*|([^|]*)|'

local function put(key, field, value)
  if value ~= '' then redis.call('HSET', key, field, value) else redis.call('HDEL', key, field) end
end

for i = 4, #ARGV do
  local mark = 'm:' .. ARGV[i]
  local top, covered = string.match(redis.call('HGET', KEYS[1], mark) or '', '^([^;]*);?(.*)$')
  if string.match(top, MADE_BY) == ARGV[1] then put(KEYS[1], mark, covered)
  elseif string.match(covered, MADE_BY) == ARGV[1] then put(KEYS[1], mark, top) end  -- another request lies on top
end
if KEYS[2] then
  local made_by, before = string.match(redis.call('HGET', KEYS[2], 'selection') or '', '^([^|]*)|[^|]*|(.*)$')
  if made_by == ARGV[1] then redis.call('HSET', KEYS[2], 'selection', '|' .. before .. '|') end
  if redis.call('HGET', KEYS[2], 'until') == ARGV[3] then
    put(KEYS[2], 'until', tonumber(ARGV[2]) > 0 and ARGV[2] or '')
    if tonumber(ARGV[2]) < 0 then redis.call('HDEL', KEYS[2], 'began') end
  end
end
return 1
