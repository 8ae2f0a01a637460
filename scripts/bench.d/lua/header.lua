-- The page grows: its length is no longer known.

ngx.header.content_length = nil
