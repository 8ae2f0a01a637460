-- The body filter people write: a plain search in each chunk as it passes.
-- It misses a place that two chunks share.

local ctx = ngx.ctx

if ctx.placed then
    return
end

local chunk = ngx.arg[1]
local _, at = string.find(chunk, "</article>", 1, true)

if at then
    ctx.placed = true
    ngx.arg[1] = { string.sub(chunk, 1, at), bench.banner,
                   string.sub(chunk, at + 1) }
end
