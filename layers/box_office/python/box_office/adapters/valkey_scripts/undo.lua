-- Takes back the marks of one request, and nothing else.
-- KEYS: 1 the event's seats, 2 (when the whole request came to nothing, not some of its seats) this user's part in it
-- ARGV: 1 token, 2 held until before (-1: never began, 0: nothing alive), 3 hold's end as marked, 4.. seats
local function put(key, field, value)
  if value ~= '' then redis.call('HSET', key, field, value) else redis.call('HDEL', key, field) end
end

local function take_back(key, field, token)
  local top, covered = string.match(redis.call('HGET', key, field) or '', '^([^;]*);?(.*)$')
  if string.match(top, token) == ARGV[1] then put(key, field, covered)
  elseif string.match(covered, token) == ARGV[1] then put(key, field, top) end  -- another request lies on top
end

for i = 4, #ARGV do take_back(KEYS[1], 'm:' .. ARGV[i], '^[^|]*|([^|]*)|') end
if KEYS[2] then
  take_back(KEYS[2], 'selection', '^([^|]*)|')
  if redis.call('HGET', KEYS[2], 'until') == ARGV[3] then
    put(KEYS[2], 'until', tonumber(ARGV[2]) > 0 and ARGV[2] or '')
    if tonumber(ARGV[2]) < 0 then redis.call('HDEL', KEYS[2], 'began') end
  end
end
return 1
