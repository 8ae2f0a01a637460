-- wrk's readers: each request with the next token of a file, from a given one
-- on: wrk -s readers.lua URL -- TOKENS FROM

local requests, at

function init(args)
    local path = wrk.path

    requests = {}

    for token in io.lines(args[1]) do
        requests[#requests + 1] = "GET " .. path .. " HTTP/1.1\r\n"
            .. "Host: localhost\r\nCookie: patron=" .. token .. "\r\n\r\n"
    end

    at = tonumber(args[2]) % #requests
end


function request()
    at = at % #requests + 1

    return requests[at]
end
