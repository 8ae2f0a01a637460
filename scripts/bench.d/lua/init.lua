-- Run once by init_by_lua_file: what the other files share.

local ffi = require "ffi"

ffi.cdef[[
    typedef struct evp_md_st EVP_MD;
    const EVP_MD *EVP_sha256(void);
    unsigned char *HMAC(const EVP_MD *md, const void *key, int key_len,
        const char *data, size_t n, unsigned char *mac, unsigned int *mac_len);
    int CRYPTO_memcmp(const void *a, const void *b, size_t len);
]]


local function slurp(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read("*a")

    file:close()

    return text
end


bench = {
    banner = slurp("@PARTS@/banner.html"),
    key = slurp("@WORK@/key"),
    redis = "unix:@WORK@/redis.sock",
    md = ffi.C.EVP_sha256(),
    mac = ffi.new("unsigned char[64]"),
    mac_len = ffi.new("unsigned int[1]"),
}
