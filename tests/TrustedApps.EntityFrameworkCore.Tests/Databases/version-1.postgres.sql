CREATE TABLE public.trusted_apps_audit (
    number bigint NOT NULL,
    at bigint NOT NULL,
    administrator text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    before text,
    after text
);
ALTER TABLE public.trusted_apps_audit ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.trusted_apps_audit_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.trusted_apps_changes (
    number bigint NOT NULL
);
CREATE TABLE public.trusted_apps_keys (
    id text NOT NULL,
    sealed_keys bytea NOT NULL,
    version bigint NOT NULL,
    changed_at bigint NOT NULL
);
CREATE TABLE public.trusted_apps_last_requests (
    application_id text NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.trusted_apps_providers (
    base_url text NOT NULL,
    record text NOT NULL,
    version bigint NOT NULL,
    added_at bigint NOT NULL,
    added_by text NOT NULL
);
CREATE TABLE public.trusted_apps_refusals (
    number bigint NOT NULL,
    at bigint NOT NULL,
    application_id text,
    user_name text,
    address text,
    method text NOT NULL,
    path text NOT NULL,
    protocol_version text,
    code text NOT NULL,
    advice text NOT NULL
);
ALTER TABLE public.trusted_apps_refusals ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.trusted_apps_refusals_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.trusted_apps_replay_legacy (
    mark uuid NOT NULL,
    companion uuid NOT NULL,
    bucket bigint NOT NULL
);
CREATE TABLE public.trusted_apps_replay_once_00 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_once_01 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_once_02 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_once_03 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_once_04 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_once_05 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_once_06 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_once_07 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_once_08 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_once_09 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_once_10 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_once_11 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_once_12 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_once_13 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_once_14 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_once_15 (
    mark uuid NOT NULL
)
WITH (autovacuum_enabled='false');
CREATE TABLE public.trusted_apps_replay_state (
    only_row boolean DEFAULT true NOT NULL,
    start_horizon bigint NOT NULL,
    drop_horizon bigint NOT NULL,
    legacy_horizon bigint NOT NULL,
    timeline integer NOT NULL,
    system_identifier bigint NOT NULL,
    CONSTRAINT trusted_apps_replay_state_drop_horizon_check CHECK ((((drop_horizon + 1) % (120)::bigint) = 0)),
    CONSTRAINT trusted_apps_replay_state_only_row_check CHECK (only_row)
);
CREATE TABLE public.trusted_apps_request_counts (
    application_id text NOT NULL,
    minute bigint NOT NULL,
    code text NOT NULL,
    count bigint NOT NULL
);
CREATE TABLE public.trusted_apps_schema (
    version integer NOT NULL
);
CREATE TABLE public.trusted_apps_trusts (
    id text NOT NULL,
    name text NOT NULL,
    terms text,
    record text,
    version bigint NOT NULL,
    changed bigint NOT NULL,
    added_at bigint NOT NULL,
    added_by text NOT NULL,
    changed_at bigint NOT NULL,
    fetch_at bigint,
    fetched_at bigint,
    pending_until bigint
);
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (1, 1795262400000, 'ann', 'trust.add', 'wiki', NULL, '{"id":"wiki","name":"Wiki","version":1,"suspended":false,"acceptedVersions":["3","4"],"conditions":{"addresses":["10.0.0.0/8"],"urls":["/rest"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAw31wCENwSFpS2mbnsrmgfy8aUpB6bYz6fLkPf8HZc3bQXrOR9mD1LBdxi/EP0yACZIiZOmsUMjlJgs2DNY7U1sIp7cjsVp5mZ/pzRrWM2FCK2LTCxcPptqXDecc2OZtlfQC8dWNN8oNlksgzJAekLX9mke9s11o82S2X2V4cbduJuCgmsz\u002BRCLspGkoakALe6v1hJiSu3WeA/Xtxj3QzdKId\u002BuuRKPx45ToYsIibd1E0suq80KV0P\u002BGVfReCUDZYV2WVqtnW6LGzGSURxWkJTUMNF0NQDZrU6Ok/3rOsyuA3K57fhO72PCMf0Dxz4fvBYevQ0DckRioJzMUvexJBSwIDAQAB","until":"2026-12-21T12:00:00+00:00","conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false}},"baseUrl":"https://wiki.example","signingKeys":["ApKy i5y3 0we9 7dSr xCdu jzkU o4yR cKcq K3oZ lR83 CYg","xGMS eJfw _odT J0Ng izHU Ss2O _y1i siAx VhU4 iFOK OKg"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-11-21T12:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (2, 1795262400000, 'refresh', 'certificate.fetch', 'wiki', '{"id":"wiki","name":"Wiki","version":1,"suspended":false,"acceptedVersions":["3","4"],"conditions":{"addresses":["10.0.0.0/8"],"urls":["/rest"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAw31wCENwSFpS2mbnsrmgfy8aUpB6bYz6fLkPf8HZc3bQXrOR9mD1LBdxi/EP0yACZIiZOmsUMjlJgs2DNY7U1sIp7cjsVp5mZ/pzRrWM2FCK2LTCxcPptqXDecc2OZtlfQC8dWNN8oNlksgzJAekLX9mke9s11o82S2X2V4cbduJuCgmsz\u002BRCLspGkoakALe6v1hJiSu3WeA/Xtxj3QzdKId\u002BuuRKPx45ToYsIibd1E0suq80KV0P\u002BGVfReCUDZYV2WVqtnW6LGzGSURxWkJTUMNF0NQDZrU6Ok/3rOsyuA3K57fhO72PCMf0Dxz4fvBYevQ0DckRioJzMUvexJBSwIDAQAB","until":"2026-12-21T12:00:00+00:00","conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false}},"baseUrl":"https://wiki.example","signingKeys":["ApKy i5y3 0we9 7dSr xCdu jzkU o4yR cKcq K3oZ lR83 CYg","xGMS eJfw _odT J0Ng izHU Ss2O _y1i siAx VhU4 iFOK OKg"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-11-21T12:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}', '{"id":"wiki","name":"Wiki","version":2,"suspended":false,"acceptedVersions":["3","4"],"conditions":{"addresses":["10.0.0.0/8"],"urls":["/rest"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAw31wCENwSFpS2mbnsrmgfy8aUpB6bYz6fLkPf8HZc3bQXrOR9mD1LBdxi/EP0yACZIiZOmsUMjlJgs2DNY7U1sIp7cjsVp5mZ/pzRrWM2FCK2LTCxcPptqXDecc2OZtlfQC8dWNN8oNlksgzJAekLX9mke9s11o82S2X2V4cbduJuCgmsz\u002BRCLspGkoakALe6v1hJiSu3WeA/Xtxj3QzdKId\u002BuuRKPx45ToYsIibd1E0suq80KV0P\u002BGVfReCUDZYV2WVqtnW6LGzGSURxWkJTUMNF0NQDZrU6Ok/3rOsyuA3K57fhO72PCMf0Dxz4fvBYevQ0DckRioJzMUvexJBSwIDAQAB","until":"2026-12-21T12:00:00+00:00","conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false}},"baseUrl":"https://wiki.example","signingKeys":["ApKy i5y3 0we9 7dSr xCdu jzkU o4yR cKcq K3oZ lR83 CYg","xGMS eJfw _odT J0Ng izHU Ss2O _y1i siAx VhU4 iFOK OKg"],"pendingKeys":["xGMS eJfw _odT J0Ng izHU Ss2O _y1i siAx VhU4 iFOK OKg"],"pendingUntil":"2026-11-22T12:00:00+00:00","replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-11-21T12:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (3, 1795262400000, 'ann', 'trust.add', 'blog', NULL, '{"id":"blog","name":"Blog","version":1,"suspended":false,"acceptedVersions":["4"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"baseUrl":"https://app.example","signingKeys":["ApKy i5y3 0we9 7dSr xCdu jzkU o4yR cKcq K3oZ lR83 CYg"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-01-01T00:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (4, 1795262400000, 'bob', 'trust.suspend', 'blog', '{"id":"blog","name":"Blog","version":1,"suspended":false,"acceptedVersions":["4"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"baseUrl":"https://app.example","signingKeys":["ApKy i5y3 0we9 7dSr xCdu jzkU o4yR cKcq K3oZ lR83 CYg"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-01-01T00:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}', '{"id":"blog","name":"Blog","version":2,"suspended":true,"acceptedVersions":["4"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"baseUrl":"https://app.example","signingKeys":["ApKy i5y3 0we9 7dSr xCdu jzkU o4yR cKcq K3oZ lR83 CYg"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-01-01T00:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (5, 1795262400000, 'bob', 'trust.add', 'old', NULL, '{"id":"old","name":"Old","version":1,"suspended":false,"acceptedVersions":["3"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAw31wCENwSFpS2mbnsrmgfy8aUpB6bYz6fLkPf8HZc3bQXrOR9mD1LBdxi/EP0yACZIiZOmsUMjlJgs2DNY7U1sIp7cjsVp5mZ/pzRrWM2FCK2LTCxcPptqXDecc2OZtlfQC8dWNN8oNlksgzJAekLX9mke9s11o82S2X2V4cbduJuCgmsz\u002BRCLspGkoakALe6v1hJiSu3WeA/Xtxj3QzdKId\u002BuuRKPx45ToYsIibd1E0suq80KV0P\u002BGVfReCUDZYV2WVqtnW6LGzGSURxWkJTUMNF0NQDZrU6Ok/3rOsyuA3K57fhO72PCMf0Dxz4fvBYevQ0DckRioJzMUvexJBSwIDAQAB"},"signingKeys":["w3dI GK4E 2Q9k v1M8 3w8r GZ5K iPQT -eEi mLxo ahBu MTU"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"addedAt":"2026-11-21T12:00:00+00:00","addedBy":"bob","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (6, 1795262400000, 'bob', 'trust.add', 'gone', NULL, '{"id":"gone","name":"Gone","version":1,"suspended":false,"acceptedVersions":["3"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAw31wCENwSFpS2mbnsrmgfy8aUpB6bYz6fLkPf8HZc3bQXrOR9mD1LBdxi/EP0yACZIiZOmsUMjlJgs2DNY7U1sIp7cjsVp5mZ/pzRrWM2FCK2LTCxcPptqXDecc2OZtlfQC8dWNN8oNlksgzJAekLX9mke9s11o82S2X2V4cbduJuCgmsz\u002BRCLspGkoakALe6v1hJiSu3WeA/Xtxj3QzdKId\u002BuuRKPx45ToYsIibd1E0suq80KV0P\u002BGVfReCUDZYV2WVqtnW6LGzGSURxWkJTUMNF0NQDZrU6Ok/3rOsyuA3K57fhO72PCMf0Dxz4fvBYevQ0DckRioJzMUvexJBSwIDAQAB"},"signingKeys":["w3dI GK4E 2Q9k v1M8 3w8r GZ5K iPQT -eEi mLxo ahBu MTU"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"addedAt":"2026-11-21T12:00:00+00:00","addedBy":"bob","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (7, 1795262400000, 'bob', 'trust.remove', 'gone', '{"id":"gone","name":"Gone","version":1,"suspended":false,"acceptedVersions":["3"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAw31wCENwSFpS2mbnsrmgfy8aUpB6bYz6fLkPf8HZc3bQXrOR9mD1LBdxi/EP0yACZIiZOmsUMjlJgs2DNY7U1sIp7cjsVp5mZ/pzRrWM2FCK2LTCxcPptqXDecc2OZtlfQC8dWNN8oNlksgzJAekLX9mke9s11o82S2X2V4cbduJuCgmsz\u002BRCLspGkoakALe6v1hJiSu3WeA/Xtxj3QzdKId\u002BuuRKPx45ToYsIibd1E0suq80KV0P\u002BGVfReCUDZYV2WVqtnW6LGzGSURxWkJTUMNF0NQDZrU6Ok/3rOsyuA3K57fhO72PCMf0Dxz4fvBYevQ0DckRioJzMUvexJBSwIDAQAB"},"signingKeys":["w3dI GK4E 2Q9k v1M8 3w8r GZ5K iPQT -eEi mLxo ahBu MTU"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"addedAt":"2026-11-21T12:00:00+00:00","addedBy":"bob","changedAt":"2026-11-21T12:00:00+00:00"}', NULL);
INSERT INTO public.trusted_apps_changes VALUES (7);
INSERT INTO public.trusted_apps_last_requests VALUES ('wiki', 1795262400000);
INSERT INTO public.trusted_apps_providers VALUES ('https://wiki.example', '{"name":"wiki","baseUrl":"https://wiki.example","certificate":"{\u0022payload\u0022:\u0022eyJpc3MiOiJ3aWtpIiwibmFtZSI6Indpa2kiLCJpYXQiOjE3OTUyNjI0MDAsInZlcnNpb25zIjpbNF0sImtleXMiOlt7Imt0eSI6IlJTQSIsInVzZSI6InNpZyIsImFsZyI6IlBTMjU2Iiwia2lkIjoiQXBLeWk1eTMwd2U5N2RTcnhDZHVqemtVbzR5UmNLY3FLM29abFI4M0NZZyIsIm4iOiIxU0xOQWRLcUd6dW9wSzZxZmZZaEl2aVNCWC1SMzNZS1c0dnVrNF9rdlhjZlRRZy03ZFpxbU1lM3luc0pjVlFGVjRLQkVoekJOZkxjTmpEc0xsMi0zdHBocFB3NDlyMGpHeXB3NHNNRXMwSHI1ODduM2psdDdGU2luTFBEaUR5QVdfY0FleDkxVzBELUVtVjNZaFVHMWZhZGRZcjJ1NUx6X0l3c0d1Ul8zcTNjQjR0bTRScmI0N0ZKa0lvQ2dRRmpDdWJfWG1MTWhfUUR3djdQN2l3X0U5MEZneXl6MlNudDVkeGlKQl9BRG9YYXpzT1pzLVBqbHRqN0JIVHlDZFp2azBrdmloa1BjaXhST0x3dnVfMktSZTZxOFY1U05QOUZnZkFmT1c3a1RXN3dUSVhDV011em5sZW9VbnV2MHotRzdWQm45TmdqTXF1ZFhPLUlOV1RTcnciLCJlIjoiQVFBQiJ9LHsia3R5IjoiUlNBIiwidXNlIjoic2lnIiwiYWxnIjoiUFMyNTYiLCJraWQiOiJ4R01TZUpmd19vZFRKME5naXpIVVNzMk9feTFpc2lBeFZoVTRpRk9LT0tnIiwibiI6InpTcTdGakhIeUppRGlhNlQzeEJJS0llRGdPend6NE5sSVVrQ3o4NVlxNnlaS0VBenEwV3ZRNG9Td29RNV9XZHA3Y1VrVEtGcjhwcW9hc2dITlQtdWZCWXBfQUVtLWRvZzNfOHhyRHZVU18yN1NBRzMxTjdReUFRYTRQMTlqekNqN1J0aW1mODJGbWkwQWtkQTQ1di13TTlEOFlKTzdBUlhQLUxidHRPSTBPckd6dndCZmdoU0IyUVpXOG9SbVBXaTVtNEZweUU0V3k1d2cycUNOVl96NDFYb2JrS20ydEJFVVFCVTBLRWNEczFMb2luTVJVeW9VMzlZWjh3YjBzM1BoSzl3ZmpsMXdiMTctQ19QeXpxdWRQT2xqZEFic0FZMng3ZXVPSDNHWmZNX2d5elZLcUpXdjZHX1BfOW9UZXJmbF9qT2xmTmtmVXBFNW9RTjFhcVpydyIsImUiOiJBUUFCIn0seyJrdHkiOiJSU0EiLCJ1c2UiOiJlbmMiLCJhbGciOiJSU0EtT0FFUC0yNTYiLCJraWQiOiJIdFk4RzBvOHZRNU00QVk3WXpKTTdTVE5zMmt4QkRzN055N01HYkl2SmRBIiwibiI6InViYlFGTFNEOW1qR09vOVBBcTdaTEs0X3h4bXpuQUlyd01mT0NKWV91QUoxMi05RFlVbGwyVlJzYXBZRDczbmVodU5VWGlwNmZxa3BISUJqWGFjQzhmUkdHWmVOZk95YzU3WllISUQ3YTFFSWNQSEdYZGd6ZHd1aXVHTjRGRUdCVFJnOVpfOFJYVEFNRl9aTEdOY2FTTEVpdldLU2NfTldFZEtBXzlXMzE4SEJPWmpEYjJOa0dqdk1LQ3k2VFY5Z3JtUkJ6TFk1MGwyTDgzMUFScTlqa05iTlVUbHhCSVl4aDJoX08zLWwxNVBZZDk4WkdwQi1JUGJnZFJVbnJzUGRzTEF2MEtOV0pBeEd0U2t5LWJmQkhHRzRYSzhfdUdwZm44ODFmRWNqb1dKRHJwMkpEcjZDaERoZFV5dmEyT3dNZHFSR0JTclpYUHZjV2tmNDRMaFlWdyIsImUiOiJBUUFCIn0seyJrdHkiOiJSU0EiLCJ1c2UiOiJlbmMiLCJhbGciOiJSU0EtT0FFUC0yNTYiLCJraWQiOiJFeGt4c2ZFSjdxX1kzSTRYR0dJaGlhcS1PV3k1Q3drOWIweDdTYkJjdkI0IiwibiI6InZiNjVybmM1VUxlUFJ5OGRKYXoxbHpEM01SRHVlbUhsaUxRaXh4dmNwbkRMWmhQN19sOUljdDU1MWhBeEN2aUJnQ093Qjd5Q3ozbEhSLVRNb09HdHNuckdZamt2OTJTT243eWZTNkFRVEpRN3hjUFFJUllpUXNqMlVOY0EtR2kwWnhmdDFnbnBQVEM0bjBJbjlLdV9LblFhZ2pianVuMTNCNnQxQkZzdDl3TmtlSTU5TXF3MzVPb1p1bk5NTkh2ZEFjaEl2TjNBeTJxNFc0OTNYSG5abG9VRW5YVm44WWEyN0xyM0kwR1o4VUltWWVVeXR3UXFiaEFTLU9IamhTZ2Q3cXhzaWNNa25jZUQ3Mk1CbVNLWHV3eEdTY1JqTXFBT1lkLUtGWTI0ejlIY0dpSjVMZlVjTi1Kd1psV0E2Z1BtU0NVd2p4Z3VveEZaWnZwM3ZZN3dtdyIsImUiOiJBUUFCIn1dfQ\u0022,\u0022signatures\u0022:[{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6IkFwS3lpNXkzMHdlOTdkU3J4Q2R1anprVW80eVJjS2NxSzNvWmxSODNDWWciLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022Pem0zxNORActUhv6o-OLHtDPzrbjsDoEdvdwKxO-UpcoWAu-J-nuhx6aEVT9X6YrtjRIgKE3ka53oUWzcTU5ljwN42dSLFhSXEQY37BTdh9wbU49dph2nocjivYC90j57f4pMCDQpK5kwEHG6_Qqp4MAsvKZmkb59NEjhkRkEQT-VHh76VAt_2OQP20shzIKI7JvcCKkuIO7K3FVNcU0wfN9o0xp7EEmiwOiD4BI3K4aJ6iwkPm8U6FB6m6m2TyOrhif79uiDme6T0rWEQSYSv4NoEWfDu6gwlzt9d5aIyxhxZMtbBuJmI7JoV4ZDHdm6YW96rnPyIOida1MeAlIew\u0022},{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6InhHTVNlSmZ3X29kVEowTmdpekhVU3MyT195MWlzaUF4VmhVNGlGT0tPS2ciLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022FcIfFdvUW4EBXNDkDFvd3jHrWc57-H02wUhrMuzVMKRm6WRnu257IS9rL1gyNVtPoxJM5PEnFzgl_AFWjSBUxkBw0mcwaB-jDHEm_Q4g3czpSo1AsLvub4kXkIDTKAH9CB8b_p5rxVjB776JgblOZk2a8TWY6KYVi0hzURqZ-3nGPue8wBu_yLtNg8FqkZE4IYVQsIMHhKjusLQYr0Ll-M4jqgyFYPcZ4dRLLPskcBpA0VDMWsDgr6rIKPjihnVigWMiPKe8JhOWujNxV1T5JbsxhzOi11hhggy-Lp4t5OrkkZUBGagD_El6piOVUBctTKfIMU5vQ33nJYrrBKEr9w\u0022}]}","lastConfirmedAt":"2026-11-21T12:00:00+00:00","removed":[],"rejected":[],"rejectedKeys":[]}', 1, 1795262400000, 'ann');
INSERT INTO public.trusted_apps_refusals OVERRIDING SYSTEM VALUE VALUES (1, 1795262400000, 'strange', NULL, NULL, 'GET', '/', NULL, 'APP_UNKNOWN', 'Add a trust.');
INSERT INTO public.trusted_apps_replay_state VALUES (true, 1795320993, -1, -1, 1, 7710844679442930960);
INSERT INTO public.trusted_apps_request_counts VALUES ('wiki', 29921040, 'OK', 7);
INSERT INTO public.trusted_apps_schema VALUES (1);
INSERT INTO public.trusted_apps_trusts VALUES ('wiki', 'Wiki', '{"name":"Wiki","isSuspended":false,"conditions":{"addresses":["10.0.0.0/8"],"urls":["/rest"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAw31wCENwSFpS2mbnsrmgfy8aUpB6bYz6fLkPf8HZc3bQXrOR9mD1LBdxi/EP0yACZIiZOmsUMjlJgs2DNY7U1sIp7cjsVp5mZ/pzRrWM2FCK2LTCxcPptqXDecc2OZtlfQC8dWNN8oNlksgzJAekLX9mke9s11o82S2X2V4cbduJuCgmsz\u002BRCLspGkoakALe6v1hJiSu3WeA/Xtxj3QzdKId\u002BuuRKPx45ToYsIibd1E0suq80KV0P\u002BGVfReCUDZYV2WVqtnW6LGzGSURxWkJTUMNF0NQDZrU6Ok/3rOsyuA3K57fhO72PCMf0Dxz4fvBYevQ0DckRioJzMUvexJBSwIDAQAB","until":"2026-12-21T12:00:00+00:00","conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false}}}', '{"name":"wiki","baseUrl":"https://wiki.example","certificate":"{\u0022payload\u0022:\u0022eyJpc3MiOiJ3aWtpIiwibmFtZSI6Indpa2kiLCJpYXQiOjE3OTUyNjI0MDAsInZlcnNpb25zIjpbNF0sImtleXMiOlt7Imt0eSI6IlJTQSIsInVzZSI6InNpZyIsImFsZyI6IlBTMjU2Iiwia2lkIjoiQXBLeWk1eTMwd2U5N2RTcnhDZHVqemtVbzR5UmNLY3FLM29abFI4M0NZZyIsIm4iOiIxU0xOQWRLcUd6dW9wSzZxZmZZaEl2aVNCWC1SMzNZS1c0dnVrNF9rdlhjZlRRZy03ZFpxbU1lM3luc0pjVlFGVjRLQkVoekJOZkxjTmpEc0xsMi0zdHBocFB3NDlyMGpHeXB3NHNNRXMwSHI1ODduM2psdDdGU2luTFBEaUR5QVdfY0FleDkxVzBELUVtVjNZaFVHMWZhZGRZcjJ1NUx6X0l3c0d1Ul8zcTNjQjR0bTRScmI0N0ZKa0lvQ2dRRmpDdWJfWG1MTWhfUUR3djdQN2l3X0U5MEZneXl6MlNudDVkeGlKQl9BRG9YYXpzT1pzLVBqbHRqN0JIVHlDZFp2azBrdmloa1BjaXhST0x3dnVfMktSZTZxOFY1U05QOUZnZkFmT1c3a1RXN3dUSVhDV011em5sZW9VbnV2MHotRzdWQm45TmdqTXF1ZFhPLUlOV1RTcnciLCJlIjoiQVFBQiJ9LHsia3R5IjoiUlNBIiwidXNlIjoic2lnIiwiYWxnIjoiUFMyNTYiLCJraWQiOiJ4R01TZUpmd19vZFRKME5naXpIVVNzMk9feTFpc2lBeFZoVTRpRk9LT0tnIiwibiI6InpTcTdGakhIeUppRGlhNlQzeEJJS0llRGdPend6NE5sSVVrQ3o4NVlxNnlaS0VBenEwV3ZRNG9Td29RNV9XZHA3Y1VrVEtGcjhwcW9hc2dITlQtdWZCWXBfQUVtLWRvZzNfOHhyRHZVU18yN1NBRzMxTjdReUFRYTRQMTlqekNqN1J0aW1mODJGbWkwQWtkQTQ1di13TTlEOFlKTzdBUlhQLUxidHRPSTBPckd6dndCZmdoU0IyUVpXOG9SbVBXaTVtNEZweUU0V3k1d2cycUNOVl96NDFYb2JrS20ydEJFVVFCVTBLRWNEczFMb2luTVJVeW9VMzlZWjh3YjBzM1BoSzl3ZmpsMXdiMTctQ19QeXpxdWRQT2xqZEFic0FZMng3ZXVPSDNHWmZNX2d5elZLcUpXdjZHX1BfOW9UZXJmbF9qT2xmTmtmVXBFNW9RTjFhcVpydyIsImUiOiJBUUFCIn0seyJrdHkiOiJSU0EiLCJ1c2UiOiJlbmMiLCJhbGciOiJSU0EtT0FFUC0yNTYiLCJraWQiOiJIdFk4RzBvOHZRNU00QVk3WXpKTTdTVE5zMmt4QkRzN055N01HYkl2SmRBIiwibiI6InViYlFGTFNEOW1qR09vOVBBcTdaTEs0X3h4bXpuQUlyd01mT0NKWV91QUoxMi05RFlVbGwyVlJzYXBZRDczbmVodU5VWGlwNmZxa3BISUJqWGFjQzhmUkdHWmVOZk95YzU3WllISUQ3YTFFSWNQSEdYZGd6ZHd1aXVHTjRGRUdCVFJnOVpfOFJYVEFNRl9aTEdOY2FTTEVpdldLU2NfTldFZEtBXzlXMzE4SEJPWmpEYjJOa0dqdk1LQ3k2VFY5Z3JtUkJ6TFk1MGwyTDgzMUFScTlqa05iTlVUbHhCSVl4aDJoX08zLWwxNVBZZDk4WkdwQi1JUGJnZFJVbnJzUGRzTEF2MEtOV0pBeEd0U2t5LWJmQkhHRzRYSzhfdUdwZm44ODFmRWNqb1dKRHJwMkpEcjZDaERoZFV5dmEyT3dNZHFSR0JTclpYUHZjV2tmNDRMaFlWdyIsImUiOiJBUUFCIn0seyJrdHkiOiJSU0EiLCJ1c2UiOiJlbmMiLCJhbGciOiJSU0EtT0FFUC0yNTYiLCJraWQiOiJFeGt4c2ZFSjdxX1kzSTRYR0dJaGlhcS1PV3k1Q3drOWIweDdTYkJjdkI0IiwibiI6InZiNjVybmM1VUxlUFJ5OGRKYXoxbHpEM01SRHVlbUhsaUxRaXh4dmNwbkRMWmhQN19sOUljdDU1MWhBeEN2aUJnQ093Qjd5Q3ozbEhSLVRNb09HdHNuckdZamt2OTJTT243eWZTNkFRVEpRN3hjUFFJUllpUXNqMlVOY0EtR2kwWnhmdDFnbnBQVEM0bjBJbjlLdV9LblFhZ2pianVuMTNCNnQxQkZzdDl3TmtlSTU5TXF3MzVPb1p1bk5NTkh2ZEFjaEl2TjNBeTJxNFc0OTNYSG5abG9VRW5YVm44WWEyN0xyM0kwR1o4VUltWWVVeXR3UXFiaEFTLU9IamhTZ2Q3cXhzaWNNa25jZUQ3Mk1CbVNLWHV3eEdTY1JqTXFBT1lkLUtGWTI0ejlIY0dpSjVMZlVjTi1Kd1psV0E2Z1BtU0NVd2p4Z3VveEZaWnZwM3ZZN3dtdyIsImUiOiJBUUFCIn1dfQ\u0022,\u0022signatures\u0022:[{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6IkFwS3lpNXkzMHdlOTdkU3J4Q2R1anprVW80eVJjS2NxSzNvWmxSODNDWWciLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022Pem0zxNORActUhv6o-OLHtDPzrbjsDoEdvdwKxO-UpcoWAu-J-nuhx6aEVT9X6YrtjRIgKE3ka53oUWzcTU5ljwN42dSLFhSXEQY37BTdh9wbU49dph2nocjivYC90j57f4pMCDQpK5kwEHG6_Qqp4MAsvKZmkb59NEjhkRkEQT-VHh76VAt_2OQP20shzIKI7JvcCKkuIO7K3FVNcU0wfN9o0xp7EEmiwOiD4BI3K4aJ6iwkPm8U6FB6m6m2TyOrhif79uiDme6T0rWEQSYSv4NoEWfDu6gwlzt9d5aIyxhxZMtbBuJmI7JoV4ZDHdm6YW96rnPyIOida1MeAlIew\u0022},{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6InhHTVNlSmZ3X29kVEowTmdpekhVU3MyT195MWlzaUF4VmhVNGlGT0tPS2ciLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022FcIfFdvUW4EBXNDkDFvd3jHrWc57-H02wUhrMuzVMKRm6WRnu257IS9rL1gyNVtPoxJM5PEnFzgl_AFWjSBUxkBw0mcwaB-jDHEm_Q4g3czpSo1AsLvub4kXkIDTKAH9CB8b_p5rxVjB776JgblOZk2a8TWY6KYVi0hzURqZ-3nGPue8wBu_yLtNg8FqkZE4IYVQsIMHhKjusLQYr0Ll-M4jqgyFYPcZ4dRLLPskcBpA0VDMWsDgr6rIKPjihnVigWMiPKe8JhOWujNxV1T5JbsxhzOi11hhggy-Lp4t5OrkkZUBGagD_El6piOVUBctTKfIMU5vQ33nJYrrBKEr9w\u0022}]}","pending":"{\u0022payload\u0022:\u0022eyJpc3MiOiJ3aWtpIiwibmFtZSI6Indpa2kiLCJpYXQiOjE3OTU0OTM3NDYsInZlcnNpb25zIjpbNF0sImtleXMiOlt7Imt0eSI6IlJTQSIsInVzZSI6InNpZyIsImFsZyI6IlBTMjU2Iiwia2lkIjoieEdNU2VKZndfb2RUSjBOZ2l6SFVTczJPX3kxaXNpQXhWaFU0aUZPS09LZyIsIm4iOiJ6U3E3RmpISHlKaURpYTZUM3hCSUtJZURnT3p3ejRObElVa0N6ODVZcTZ5WktFQXpxMFd2UTRvU3dvUTVfV2RwN2NVa1RLRnI4cHFvYXNnSE5ULXVmQllwX0FFbS1kb2czXzh4ckR2VVNfMjdTQUczMU43UXlBUWE0UDE5anpDajdSdGltZjgyRm1pMEFrZEE0NXYtd005RDhZSk83QVJYUC1MYnR0T0kwT3JHenZ3QmZnaFNCMlFaVzhvUm1QV2k1bTRGcHlFNFd5NXdnMnFDTlZfejQxWG9ia0ttMnRCRVVRQlUwS0VjRHMxTG9pbk1SVXlvVTM5WVo4d2IwczNQaEs5d2ZqbDF3YjE3LUNfUHl6cXVkUE9samRBYnNBWTJ4N2V1T0gzR1pmTV9neXpWS3FKV3Y2R19QXzlvVGVyZmxfak9sZk5rZlVwRTVvUU4xYXFacnciLCJlIjoiQVFBQiJ9LHsia3R5IjoiUlNBIiwidXNlIjoiZW5jIiwiYWxnIjoiUlNBLU9BRVAtMjU2Iiwia2lkIjoiRXhreHNmRUo3cV9ZM0k0WEdHSWhpYXEtT1d5NUN3azliMHg3U2JCY3ZCNCIsIm4iOiJ2YjY1cm5jNVVMZVBSeThkSmF6MWx6RDNNUkR1ZW1IbGlMUWl4eHZjcG5ETFpoUDdfbDlJY3Q1NTFoQXhDdmlCZ0NPd0I3eUN6M2xIUi1UTW9PR3RzbnJHWWprdjkyU09uN3lmUzZBUVRKUTd4Y1BRSVJZaVFzajJVTmNBLUdpMFp4ZnQxZ25wUFRDNG4wSW45S3VfS25RYWdqYmp1bjEzQjZ0MUJGc3Q5d05rZUk1OU1xdzM1T29adW5OTU5IdmRBY2hJdk4zQXkycTRXNDkzWEhuWmxvVUVuWFZuOFlhMjdMcjNJMEdaOFVJbVllVXl0d1FxYmhBUy1PSGpoU2dkN3F4c2ljTWtuY2VENzJNQm1TS1h1d3hHU2NSak1xQU9ZZC1LRlkyNHo5SGNHaUo1TGZVY04tSndabFdBNmdQbVNDVXdqeGd1b3hGWlp2cDN2WTd3bXciLCJlIjoiQVFBQiJ9XX0\u0022,\u0022signatures\u0022:[{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6InhHTVNlSmZ3X29kVEowTmdpekhVU3MyT195MWlzaUF4VmhVNGlGT0tPS2ciLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022tZCHUuWXBxBQaTtqQ-r0gfEllE-hzlQDQjUDVsYD58ALxJfXnmLl97tubOg7AmglWyiHaZry0xLKwcTJTSmmMGueoaxmoi4umNP5iUnHO9SMNDzEpzLXzBL739Nyx7j1dTiyWbFU4tkvHdtncq2cCvRGv3whVUPzOomSepgIquEebF4OkzX5thb1yr6hMIV9Fh9vpA9SYyuEsNULGRhd9maUxQmBdSKzsTe2mZ5tottkhMoFjFvRAevkH_UTeOuh3IYmUkJl7t90omxjQwz4czQJ3kAoyNHCKijCNywubnZjXC30UUBcwpxq77_cK-z1RfRBBV5QeCjUKkpAbJkbWg\u0022}]}","takesEffectAt":"2026-11-22T12:00:00+00:00","lastConfirmedAt":"2026-11-21T12:00:00+00:00","removed":[],"rejected":[],"rejectedKeys":[]}', 2, 2, 1795262400000, 'ann', 1795262400000, 1795345679000, NULL, 1795348800000);
INSERT INTO public.trusted_apps_trusts VALUES ('blog', 'Blog', '{"name":"Blog","isSuspended":true,"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false}}', '{"name":"blog","baseUrl":"https://app.example","certificate":"{\u0022payload\u0022:\u0022eyJpc3MiOiJibG9nIiwibmFtZSI6ImJsb2ciLCJpYXQiOjE3OTUyMzQ1MTgsInZlcnNpb25zIjpbNF0sImtleXMiOlt7Imt0eSI6IlJTQSIsInVzZSI6InNpZyIsImFsZyI6IlBTMjU2Iiwia2lkIjoiQXBLeWk1eTMwd2U5N2RTcnhDZHVqemtVbzR5UmNLY3FLM29abFI4M0NZZyIsIm4iOiIxU0xOQWRLcUd6dW9wSzZxZmZZaEl2aVNCWC1SMzNZS1c0dnVrNF9rdlhjZlRRZy03ZFpxbU1lM3luc0pjVlFGVjRLQkVoekJOZkxjTmpEc0xsMi0zdHBocFB3NDlyMGpHeXB3NHNNRXMwSHI1ODduM2psdDdGU2luTFBEaUR5QVdfY0FleDkxVzBELUVtVjNZaFVHMWZhZGRZcjJ1NUx6X0l3c0d1Ul8zcTNjQjR0bTRScmI0N0ZKa0lvQ2dRRmpDdWJfWG1MTWhfUUR3djdQN2l3X0U5MEZneXl6MlNudDVkeGlKQl9BRG9YYXpzT1pzLVBqbHRqN0JIVHlDZFp2azBrdmloa1BjaXhST0x3dnVfMktSZTZxOFY1U05QOUZnZkFmT1c3a1RXN3dUSVhDV011em5sZW9VbnV2MHotRzdWQm45TmdqTXF1ZFhPLUlOV1RTcnciLCJlIjoiQVFBQiJ9LHsia3R5IjoiUlNBIiwidXNlIjoiZW5jIiwiYWxnIjoiUlNBLU9BRVAtMjU2Iiwia2lkIjoiSHRZOEcwbzh2UTVNNEFZN1l6Sk03U1ROczJreEJEczdOeTdNR2JJdkpkQSIsIm4iOiJ1YmJRRkxTRDltakdPbzlQQXE3WkxLNF94eG16bkFJcndNZk9DSllfdUFKMTItOURZVWxsMlZSc2FwWUQ3M25laHVOVVhpcDZmcWtwSElCalhhY0M4ZlJHR1plTmZPeWM1N1pZSElEN2ExRUljUEhHWGRnemR3dWl1R040RkVHQlRSZzlaXzhSWFRBTUZfWkxHTmNhU0xFaXZXS1NjX05XRWRLQV85VzMxOEhCT1pqRGIyTmtHanZNS0N5NlRWOWdybVJCekxZNTBsMkw4MzFBUnE5amtOYk5VVGx4QklZeGgyaF9PMy1sMTVQWWQ5OFpHcEItSVBiZ2RSVW5yc1Bkc0xBdjBLTldKQXhHdFNreS1iZkJIR0c0WEs4X3VHcGZuODgxZkVjam9XSkRycDJKRHI2Q2hEaGRVeXZhMk93TWRxUkdCU3JaWFB2Y1drZjQ0TGhZVnciLCJlIjoiQVFBQiJ9XX0\u0022,\u0022signatures\u0022:[{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6IkFwS3lpNXkzMHdlOTdkU3J4Q2R1anprVW80eVJjS2NxSzNvWmxSODNDWWciLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022jNHpE3DfUaTOcQcvTpN1W3nxImNKev5K_YMqD6ITQkR_b_rTmaeixeIyOgZN0Z6R-n1KpqLGun1wRc51Abp5kQr5S6IYokF-lzR3_EhWuAnHCF6bgmRuY5sMjGNouPGt7LlLLZ9mNN7kqDfbM5xfmtpwrFhXtTkyFK9heViOWlEsUa-JuFMVBwfPXSwmmO1VTfq14E9E-oN7CSK7K_qHo6GnHLI66F5zqxOHbchTIEO1xULwJt_cWh2jk0x0AFMPPP8O1rIzM9TSCip8Jfl8ExiYbJObdZz-U75OUr4VjLsp9EdnTmVltWFgStZ25s5qd5wa3J7pvFm3dsd5i3v_qA\u0022}]}","lastConfirmedAt":"2026-01-01T00:00:00+00:00","removed":[],"rejected":[],"rejectedKeys":[]}', 2, 4, 1795262400000, 'ann', 1795262400000, 1795347892000, NULL, NULL);
INSERT INTO public.trusted_apps_trusts VALUES ('old', 'Old', '{"name":"Old","isSuspended":false,"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAw31wCENwSFpS2mbnsrmgfy8aUpB6bYz6fLkPf8HZc3bQXrOR9mD1LBdxi/EP0yACZIiZOmsUMjlJgs2DNY7U1sIp7cjsVp5mZ/pzRrWM2FCK2LTCxcPptqXDecc2OZtlfQC8dWNN8oNlksgzJAekLX9mke9s11o82S2X2V4cbduJuCgmsz\u002BRCLspGkoakALe6v1hJiSu3WeA/Xtxj3QzdKId\u002BuuRKPx45ToYsIibd1E0suq80KV0P\u002BGVfReCUDZYV2WVqtnW6LGzGSURxWkJTUMNF0NQDZrU6Ok/3rOsyuA3K57fhO72PCMf0Dxz4fvBYevQ0DckRioJzMUvexJBSwIDAQAB"}}', NULL, 1, 5, 1795262400000, 'bob', 1795262400000, NULL, NULL, NULL);
INSERT INTO public.trusted_apps_trusts VALUES ('gone', 'Gone', NULL, NULL, 2, 7, 1795262400000, 'bob', 1795262400000, NULL, NULL, NULL);
SELECT pg_catalog.setval('public.trusted_apps_audit_number_seq', 7, true);
SELECT pg_catalog.setval('public.trusted_apps_refusals_number_seq', 1, true);
ALTER TABLE ONLY public.trusted_apps_audit
    ADD CONSTRAINT trusted_apps_audit_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.trusted_apps_keys
    ADD CONSTRAINT trusted_apps_keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.trusted_apps_last_requests
    ADD CONSTRAINT trusted_apps_last_requests_pkey PRIMARY KEY (application_id);
ALTER TABLE ONLY public.trusted_apps_providers
    ADD CONSTRAINT trusted_apps_providers_pkey PRIMARY KEY (base_url);
ALTER TABLE ONLY public.trusted_apps_refusals
    ADD CONSTRAINT trusted_apps_refusals_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.trusted_apps_replay_legacy
    ADD CONSTRAINT trusted_apps_replay_legacy_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_00
    ADD CONSTRAINT trusted_apps_replay_once_00_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_01
    ADD CONSTRAINT trusted_apps_replay_once_01_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_02
    ADD CONSTRAINT trusted_apps_replay_once_02_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_03
    ADD CONSTRAINT trusted_apps_replay_once_03_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_04
    ADD CONSTRAINT trusted_apps_replay_once_04_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_05
    ADD CONSTRAINT trusted_apps_replay_once_05_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_06
    ADD CONSTRAINT trusted_apps_replay_once_06_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_07
    ADD CONSTRAINT trusted_apps_replay_once_07_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_08
    ADD CONSTRAINT trusted_apps_replay_once_08_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_09
    ADD CONSTRAINT trusted_apps_replay_once_09_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_10
    ADD CONSTRAINT trusted_apps_replay_once_10_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_11
    ADD CONSTRAINT trusted_apps_replay_once_11_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_12
    ADD CONSTRAINT trusted_apps_replay_once_12_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_13
    ADD CONSTRAINT trusted_apps_replay_once_13_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_14
    ADD CONSTRAINT trusted_apps_replay_once_14_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_once_15
    ADD CONSTRAINT trusted_apps_replay_once_15_pkey PRIMARY KEY (mark);
ALTER TABLE ONLY public.trusted_apps_replay_state
    ADD CONSTRAINT trusted_apps_replay_state_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY public.trusted_apps_request_counts
    ADD CONSTRAINT trusted_apps_request_counts_pkey PRIMARY KEY (application_id, minute, code);
ALTER TABLE ONLY public.trusted_apps_trusts
    ADD CONSTRAINT trusted_apps_trusts_pkey PRIMARY KEY (id);
CREATE INDEX trusted_apps_replay_legacy_bucket ON public.trusted_apps_replay_legacy USING btree (bucket);
CREATE INDEX trusted_apps_request_counts_minute ON public.trusted_apps_request_counts USING btree (minute);
CREATE INDEX trusted_apps_trusts_changed ON public.trusted_apps_trusts USING btree (changed);
CREATE INDEX trusted_apps_trusts_fetch_at ON public.trusted_apps_trusts USING btree (fetch_at);
CREATE INDEX trusted_apps_trusts_pending_until ON public.trusted_apps_trusts USING btree (pending_until);
