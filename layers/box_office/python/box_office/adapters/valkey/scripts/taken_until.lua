-- Functions of mark.lua and pack.lua, in front of which they are sent: what the entry says of one seat.
local function split(text) return string.match(text, '^([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)') end

local function taken_until(mark, row, asking, now, skew)
  -- nil: the seat is free, or the asking holder's own; else when it comes free (0: time alone does not free it)
  if mark then
    local kind, _, who, _, till = split(mark)
    if kind == 'e' or who == asking or tonumber(till) + skew <= now then return nil end
    return tonumber(till) + skew
  end
  if not row then return nil end
  local status, _, till, _, who, pinned = split(row)
  if status == 'empty' then return nil end
  if status == 'booked' then return 0 end
  if who == asking then return nil end
  if pinned == '1' then return 0 end
  if tonumber(till) + skew <= now then return nil end
  return tonumber(till) + skew
end

