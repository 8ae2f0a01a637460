-- The membership check the OpenResty way: HMAC by FFI straight from libcrypto,
-- claims by cjson, members from Redis over a pooled cosocket and, where there
-- is a shared dict, from that.

local ffi = require "ffi"
local cjson = require "cjson.safe"
local base64 = require "ngx.base64"

local bench = bench


local function verify(token)
    local one = string.find(token, ".", 1, true)
    local two = one and string.find(token, ".", one + 1, true)

    if not two then
        return nil
    end

    local mac = base64.decode_base64url(string.sub(token, two + 1))

    if not mac or #mac ~= 32 then
        return nil
    end

    ffi.C.HMAC(bench.md, bench.key, #bench.key, token, two - 1, bench.mac,
               bench.mac_len)

    if ffi.C.CRYPTO_memcmp(bench.mac, mac, 32) ~= 0 then
        return nil
    end

    local json = base64.decode_base64url(string.sub(token, one + 1, two - 1))
    local claims = json and cjson.decode(json)

    if not claims or not claims.sub or not claims.exp
       or claims.exp < ngx.time()
    then
        return nil
    end

    return claims.sub
end


-- The fields status and until, joined by a blank; nil when there is no member.

local function lookup(sub)
    local sock = ngx.socket.tcp()
    sock:settimeout(1000)

    if not sock:connect(bench.redis) then
        return nil
    end

    local key = "patron:member:" .. sub

    sock:send({ "*4\r\n$5\r\nHMGET\r\n$", #key, "\r\n", key,
                "\r\n$6\r\nstatus\r\n$5\r\nuntil\r\n" })

    local fields = {}

    if sock:receive() ~= "*2" then
        return nil
    end

    for i = 1, 2 do
        local line = sock:receive()
        local size = line and tonumber(string.sub(line, 2))

        if not size then
            return nil
        end

        if size >= 0 then
            fields[i] = sock:receive(size)
            sock:receive(2)
        end
    end

    sock:setkeepalive(60000, 64)

    if not fields[1] and not fields[2] then
        return nil
    end

    return (fields[1] or "active") .. " " .. (fields[2] or "9999999999")
end


local function check()
    local token = ngx.var.cookie_patron
    local sub = token and verify(token)

    if not sub then
        return false
    end

    local members = ngx.shared.members
    local record = members and members:get(sub)

    if not record then
        record = lookup(sub)

        if record and members then
            members:set(sub, record, 3600)
        end
    end

    if not record then
        return false
    end

    local blank = string.find(record, " ", 1, true)

    return string.sub(record, 1, blank - 1) == "active"
           and tonumber(string.sub(record, blank + 1)) > ngx.time()
end


if not check() then
    return ngx.exit(403)
end
