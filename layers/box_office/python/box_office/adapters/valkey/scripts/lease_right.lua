-- A function of lease.lua and mark.lua, in front of which it is sent: the right to read an event from the table.
-- Returns '' if the entry is fresh, or if another caller has the right.
local function lease_right(entry, now, token, lease_ms, reload_ms)
  local loaded, leased = redis.call('HGET', entry, '@loaded'), redis.call('HGET', entry, '@lease')
  if loaded and now - tonumber(loaded) < tonumber(reload_ms) then return '' end
  if leased and tonumber(string.match(leased, '^%d+')) > now then return '' end
  local right = (now + tonumber(lease_ms)) .. '|' .. token
  redis.call('HSET', entry, '@lease', right)
  return right
end

