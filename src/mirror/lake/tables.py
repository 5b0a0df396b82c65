"""The tables of the manifest, one description a row of each."""

OF_0_1 = """
create table if not exists replies (            -- one row per reply that counts
    id integer primary key,
    kind text not null,
    frequency text not null,                    -- A, M
    query text not null,                        -- the query as one line of JSON
    address text not null,                      -- path and parameters; never a key
    periods text not null,                      -- comma lists; empty: not limited
    reporters text not null,
    products text not null,
    flows text not null,
    status integer not null,
    fetched_at text not null,                   -- UTC, ISO 8601
    path text not null,                         -- of the compressed body, below the lake
    sha256 text not null,                       -- of the body as it came
    bytes integer not null,                     -- of the body as it came
    rows integer not null
);
create table if not exists covers (             -- one row per reply, period, reporter of records
    reply_id integer not null references replies,
    period text not null,
    reporter_code integer not null,
    rows integer not null,                      -- of this reporter and period in the reply
    last_released text,                         -- null: availability did not know the reporter
    checksum text,
    primary key (reply_id, period, reporter_code)
) without rowid;
create table if not exists released (           -- one row per availability reply, period, reporter
    reply_id integer not null references replies,
    period text not null,
    reporter_code integer not null,
    total_records integer,                      -- of all goods
    first_released text,
    last_released text not null,
    checksum text not null,
    primary key (reply_id, period, reporter_code)
) without rowid;
create table if not exists looked (             -- one row per availability reply and period
    reply_id integer not null references replies,
    period text not null,
    primary key (reply_id, period)
) without rowid;
create table if not exists work (               -- one row per call still to make
    id integer primary key autoincrement,
    request text not null,
    query text not null unique,
    rows real not null                          -- expected
);
create table if not exists calls (              -- one row per attempt to call
    id integer primary key,
    account text not null,                      -- 'public' or a fingerprint of the key
    day text not null,                          -- UTC
    at text not null,
    address text not null
);
create index if not exists calls_of_day on calls (account, day);
create table if not exists rests (              -- one row per account that must wait
    account text primary key,
    until text not null                         -- UTC, ISO 8601
);
"""
_FETCHES = """
create table if not exists fetches (            -- one row per fetch
    id integer primary key,
    frequency text not null,
    periods text not null,                      -- comma lists; reporters empty: all
    reporters text not null,
    began_at text not null,                     -- UTC, ISO 8601
    last_reply integer not null,                -- the newest reply at its end
    reason text not null                        -- why it did not finish; empty if it did
);
"""
_LEARNED = """
create table if not exists learned (            -- one row per account, kind of call and fact
    account text not null,                      -- 'public' or a fingerprint of the key
    kind text not null,                         -- of the query, such as records or preview
    fact text not null,                         -- such as rows_a_call
    value text not null,
    learned_at text not null,                   -- UTC, ISO 8601
    primary key (account, kind, fact)
);
"""
_RECEIVED = """
create table if not exists received (           -- one row per account, day and kind of call
    account text not null,                      -- 'public' or a fingerprint of the key
    day text not null,                          -- UTC
    kind text not null,                         -- of the query, such as records or preview
    bytes integer not null,                     -- of bodies as they came over the wire
    rows integer not null,                      -- of replies that are whole JSON
    primary key (account, day, kind)
);
"""
NEWER = {"fetches": _FETCHES, "learned": _LEARNED, "received": _RECEIVED}
"""Tables that a manifest of version 0.1 does not have."""
TABLES = "".join([OF_0_1, *NEWER.values()])
