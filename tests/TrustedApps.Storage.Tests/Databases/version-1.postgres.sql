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
CREATE TABLE public.trusted_apps_change_marks (
    number bigint NOT NULL,
    mark text NOT NULL
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
    created_horizon bigint NOT NULL,
    started bigint NOT NULL,
    drop_horizon bigint NOT NULL,
    legacy_horizon bigint NOT NULL,
    timeline integer NOT NULL,
    system_identifier bigint NOT NULL,
    table_oid bigint NOT NULL,
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
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (1, 1795262400000, 'ann', 'trust.add', 'wiki', NULL, '{"id":"wiki","name":"Wiki","version":1,"suspended":false,"acceptedVersions":["3","4"],"conditions":{"addresses":["10.0.0.0/8"],"urls":["/rest"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu2vOZxBtY1Th5AqxciW7jJzeP87t0\u002BnSnitfNfDyFyjozlWcnhLV7HK22n2N7rPwiUxy5dFwAx616cazBRXSD3N6cS0vPGci6hBgQWy4qS8mUmVPYtoycfC6F03iG6JaMKVhJxPBMZ41BhRi9HKA5P2kYvGyu3VdED0uX5Av6jzzJ/Ux5zEPSoZZYdMbCi/llYMHa4WNnrsqivSP\u002BpLXcgFwCvx8ONUvRp297QOLJQT10u4kRPr/PtU6v3g8anUhQ9Y5EStqCgYd\u002BeEhkm5GI2gZFWaIMXeF6tASL6mdjk6MqZTWL1HIvaXOiHqteke5UrN1CDbDE0RCLDZ2fbCsbwIDAQAB","until":"2026-12-21T12:00:00+00:00","conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false}},"baseUrl":"https://wiki.example","signingKeys":["2cqM 03mN Cty0 x62W gCg6 ai9W t6ow LEav a0Sw 59Q8 fEo","MvEO bhmS U4Db MxlC B3i9 trSm hTrt Qd-Y 7J-X T1Zx Bx0"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-11-21T12:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (2, 1795262400000, 'refresh', 'certificate.fetch', 'wiki', '{"id":"wiki","name":"Wiki","version":1,"suspended":false,"acceptedVersions":["3","4"],"conditions":{"addresses":["10.0.0.0/8"],"urls":["/rest"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu2vOZxBtY1Th5AqxciW7jJzeP87t0\u002BnSnitfNfDyFyjozlWcnhLV7HK22n2N7rPwiUxy5dFwAx616cazBRXSD3N6cS0vPGci6hBgQWy4qS8mUmVPYtoycfC6F03iG6JaMKVhJxPBMZ41BhRi9HKA5P2kYvGyu3VdED0uX5Av6jzzJ/Ux5zEPSoZZYdMbCi/llYMHa4WNnrsqivSP\u002BpLXcgFwCvx8ONUvRp297QOLJQT10u4kRPr/PtU6v3g8anUhQ9Y5EStqCgYd\u002BeEhkm5GI2gZFWaIMXeF6tASL6mdjk6MqZTWL1HIvaXOiHqteke5UrN1CDbDE0RCLDZ2fbCsbwIDAQAB","until":"2026-12-21T12:00:00+00:00","conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false}},"baseUrl":"https://wiki.example","signingKeys":["2cqM 03mN Cty0 x62W gCg6 ai9W t6ow LEav a0Sw 59Q8 fEo","MvEO bhmS U4Db MxlC B3i9 trSm hTrt Qd-Y 7J-X T1Zx Bx0"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-11-21T12:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}', '{"id":"wiki","name":"Wiki","version":2,"suspended":false,"acceptedVersions":["3","4"],"conditions":{"addresses":["10.0.0.0/8"],"urls":["/rest"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu2vOZxBtY1Th5AqxciW7jJzeP87t0\u002BnSnitfNfDyFyjozlWcnhLV7HK22n2N7rPwiUxy5dFwAx616cazBRXSD3N6cS0vPGci6hBgQWy4qS8mUmVPYtoycfC6F03iG6JaMKVhJxPBMZ41BhRi9HKA5P2kYvGyu3VdED0uX5Av6jzzJ/Ux5zEPSoZZYdMbCi/llYMHa4WNnrsqivSP\u002BpLXcgFwCvx8ONUvRp297QOLJQT10u4kRPr/PtU6v3g8anUhQ9Y5EStqCgYd\u002BeEhkm5GI2gZFWaIMXeF6tASL6mdjk6MqZTWL1HIvaXOiHqteke5UrN1CDbDE0RCLDZ2fbCsbwIDAQAB","until":"2026-12-21T12:00:00+00:00","conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false}},"baseUrl":"https://wiki.example","signingKeys":["2cqM 03mN Cty0 x62W gCg6 ai9W t6ow LEav a0Sw 59Q8 fEo","MvEO bhmS U4Db MxlC B3i9 trSm hTrt Qd-Y 7J-X T1Zx Bx0"],"pendingKeys":["MvEO bhmS U4Db MxlC B3i9 trSm hTrt Qd-Y 7J-X T1Zx Bx0"],"pendingUntil":"2026-11-22T12:00:00+00:00","replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-11-21T12:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (3, 1795262400000, 'ann', 'trust.add', 'blog', NULL, '{"id":"blog","name":"Blog","version":1,"suspended":false,"acceptedVersions":["4"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"baseUrl":"https://app.example","signingKeys":["2cqM 03mN Cty0 x62W gCg6 ai9W t6ow LEav a0Sw 59Q8 fEo"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-01-01T00:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (4, 1795262400000, 'bob', 'trust.suspend', 'blog', '{"id":"blog","name":"Blog","version":1,"suspended":false,"acceptedVersions":["4"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"baseUrl":"https://app.example","signingKeys":["2cqM 03mN Cty0 x62W gCg6 ai9W t6ow LEav a0Sw 59Q8 fEo"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-01-01T00:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}', '{"id":"blog","name":"Blog","version":2,"suspended":true,"acceptedVersions":["4"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"baseUrl":"https://app.example","signingKeys":["2cqM 03mN Cty0 x62W gCg6 ai9W t6ow LEav a0Sw 59Q8 fEo"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-01-01T00:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (5, 1795262400000, 'bob', 'trust.add', 'old', NULL, '{"id":"old","name":"Old","version":1,"suspended":false,"acceptedVersions":["3"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu2vOZxBtY1Th5AqxciW7jJzeP87t0\u002BnSnitfNfDyFyjozlWcnhLV7HK22n2N7rPwiUxy5dFwAx616cazBRXSD3N6cS0vPGci6hBgQWy4qS8mUmVPYtoycfC6F03iG6JaMKVhJxPBMZ41BhRi9HKA5P2kYvGyu3VdED0uX5Av6jzzJ/Ux5zEPSoZZYdMbCi/llYMHa4WNnrsqivSP\u002BpLXcgFwCvx8ONUvRp297QOLJQT10u4kRPr/PtU6v3g8anUhQ9Y5EStqCgYd\u002BeEhkm5GI2gZFWaIMXeF6tASL6mdjk6MqZTWL1HIvaXOiHqteke5UrN1CDbDE0RCLDZ2fbCsbwIDAQAB"},"signingKeys":["ISlB mHrM AYmH R6WQ FN_3 rdDC Qupa 0bWD ZCvb jiSX yeM"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"addedAt":"2026-11-21T12:00:00+00:00","addedBy":"bob","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (6, 1795262400000, 'bob', 'trust.add', 'gone', NULL, '{"id":"gone","name":"Gone","version":1,"suspended":false,"acceptedVersions":["3"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu2vOZxBtY1Th5AqxciW7jJzeP87t0\u002BnSnitfNfDyFyjozlWcnhLV7HK22n2N7rPwiUxy5dFwAx616cazBRXSD3N6cS0vPGci6hBgQWy4qS8mUmVPYtoycfC6F03iG6JaMKVhJxPBMZ41BhRi9HKA5P2kYvGyu3VdED0uX5Av6jzzJ/Ux5zEPSoZZYdMbCi/llYMHa4WNnrsqivSP\u002BpLXcgFwCvx8ONUvRp297QOLJQT10u4kRPr/PtU6v3g8anUhQ9Y5EStqCgYd\u002BeEhkm5GI2gZFWaIMXeF6tASL6mdjk6MqZTWL1HIvaXOiHqteke5UrN1CDbDE0RCLDZ2fbCsbwIDAQAB"},"signingKeys":["ISlB mHrM AYmH R6WQ FN_3 rdDC Qupa 0bWD ZCvb jiSX yeM"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"addedAt":"2026-11-21T12:00:00+00:00","addedBy":"bob","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (7, 1795262400000, 'bob', 'trust.remove', 'gone', '{"id":"gone","name":"Gone","version":1,"suspended":false,"acceptedVersions":["3"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu2vOZxBtY1Th5AqxciW7jJzeP87t0\u002BnSnitfNfDyFyjozlWcnhLV7HK22n2N7rPwiUxy5dFwAx616cazBRXSD3N6cS0vPGci6hBgQWy4qS8mUmVPYtoycfC6F03iG6JaMKVhJxPBMZ41BhRi9HKA5P2kYvGyu3VdED0uX5Av6jzzJ/Ux5zEPSoZZYdMbCi/llYMHa4WNnrsqivSP\u002BpLXcgFwCvx8ONUvRp297QOLJQT10u4kRPr/PtU6v3g8anUhQ9Y5EStqCgYd\u002BeEhkm5GI2gZFWaIMXeF6tASL6mdjk6MqZTWL1HIvaXOiHqteke5UrN1CDbDE0RCLDZ2fbCsbwIDAQAB"},"signingKeys":["ISlB mHrM AYmH R6WQ FN_3 rdDC Qupa 0bWD ZCvb jiSX yeM"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"addedAt":"2026-11-21T12:00:00+00:00","addedBy":"bob","changedAt":"2026-11-21T12:00:00+00:00"}', NULL);
INSERT INTO public.trusted_apps_change_marks VALUES (1, '49d836ee854a1052b07bc9b2e94603ee');
INSERT INTO public.trusted_apps_change_marks VALUES (2, '7698ea78a858c06e60ac9d43b70c973b');
INSERT INTO public.trusted_apps_change_marks VALUES (3, '7beb1443c5715a430b0c2f6bfc18acfe');
INSERT INTO public.trusted_apps_change_marks VALUES (4, '90f7444e31d5bfe9c0d99af0ef6001a8');
INSERT INTO public.trusted_apps_change_marks VALUES (5, '02228e505ea04d3ca59a87a6ff52d003');
INSERT INTO public.trusted_apps_change_marks VALUES (6, '555a3ed9f8cfa30572f7fddbbe208d0a');
INSERT INTO public.trusted_apps_change_marks VALUES (7, 'a86289df03962484cab21c25d9ce4a4a');
INSERT INTO public.trusted_apps_changes VALUES (7);
INSERT INTO public.trusted_apps_last_requests VALUES ('wiki', 1795262400000);
INSERT INTO public.trusted_apps_providers VALUES ('https://wiki.example', '{"name":"wiki","baseUrl":"https://wiki.example","certificate":"{\u0022payload\u0022:\u0022eyJpc3MiOiJ3aWtpIiwibmFtZSI6Indpa2kiLCJpYXQiOjE3OTUyNjI0MDAsInZlcnNpb25zIjpbNF0sImtleXMiOlt7Imt0eSI6IlJTQSIsInVzZSI6InNpZyIsImFsZyI6IlBTMjU2Iiwia2lkIjoiMmNxTTAzbU5DdHkweDYyV2dDZzZhaTlXdDZvd0xFYXZhMFN3NTlROGZFbyIsIm4iOiI5MnREUzNXclRJNkRZSGZXanVMTHNOYTBlNVBTVEJDdUZkeV9BRmZTd3cyUnNOVndhaF9CNjZlaXZiMjV1ZTNkYTNPdllHTURsOS15Yk5DME02bm50WGFBaVF6UzJ0SmplRHViWklNakVhTXBLbFlzN3l1OVlRLS1hYkxpTWhzRlZtNDI2U3JiMkRfcnFYWk0zR2xKYkRyS2ZjOTEtU0VKSWctVnRsMmdMQ2JsRDRkV0gwbktLSDFvN1dXWGdGaGRudnh5eWxKS3lYdVBiOG9ra2hVeV9UOE1aYUZJTEdSb2VJa3lid21PMFlaaU91a2t3NkcxZFFQR3lrR3hRdWlyMjdLT2wtNXl3QTVXdUN4R21leHN2el9TZzNWYUluMkt4R0VWc3NYMTVvamZfS3hJME9zaTVJMmJ0U3lCLVVZUklmV0tmMjBhVnlDMUNkTGRkdmtmN1EiLCJlIjoiQVFBQiJ9LHsia3R5IjoiUlNBIiwidXNlIjoic2lnIiwiYWxnIjoiUFMyNTYiLCJraWQiOiJNdkVPYmhtU1U0RGJNeGxDQjNpOXRyU21oVHJ0UWQtWTdKLVhUMVp4QngwIiwibiI6InFuaHJaSFRKMzRkZ3NvVkdlMktQM21SNy1Dd0hVbnNGUkp3QzAxMGJ3YWtBM1VzNEJ5UE4zbFEwYWJacnNIeGtsYXRpZThSNVBlelhvNEVVY3c1MC02Z0NybFgtSmRXazVQU1RhZ28yT1BfNHJndE1Ia3ZwOURjenRZNzRYTlFHc1hzN3NzWF9Oa3ZkUW1Edzd4bGpteHZZVDdiSW9oWVFlcG8yVjBDVWF0Z0ZaVHB6YUh2bkVwekhqaDk1amFmMDlKSUtsQXc2MzQ2VVFYR2taMmp0MlVjb1VKMVdJMW5FODB2TnZMTDZ6NEpNMzZJelkxRDA5UVRPOS15c2lXSjNLMlFvVGFvdE9KOTN5RFVRa0tiQ1NpdGZTc01ITTdxcFh6YUJjb0xrUnBIOWdZRW5VRG9QWHp5emdrbUJXVlRXWmh1TjJMS1NTT2t1R0drUHA5ZjZwdyIsImUiOiJBUUFCIn0seyJrdHkiOiJSU0EiLCJ1c2UiOiJlbmMiLCJhbGciOiJSU0EtT0FFUC0yNTYiLCJraWQiOiJxYzhUSXRzaEhDekt0VXgyLXRoaHFmNktkdkp1YmNOTFhIV2dHbHZ3cXZjIiwibiI6InViTS1helRDdGtXeVRTay1kVlNoWDNZX3JoNDNONGNvWUJiRU9EQ1FGVTZnTHBDN3AzcmlzSy0zSXhNM3NUYlRGWXYwdERfYXd3X0w5a2JqU0htMXc0REdUUlFqeE5vZ1AtWjdHSldtLWZsTjg3ZFpXcDYxOXlTVTN0Q1NBdWRMN21JcnlpRzBscUMtYmxxNEwxZ3RRYS1LZGU1d3dBMXA5Uzc3T0o3b2w4V1A1VTN0SEs4Q01obmd3eHFaelQxRUxPcTRVV3NzeVdxczBJajlZMHBITGFEY1FjakkwQm1RaDFXOFV1NFNQdkMxbllDRXR5WWFKTGN1anBLV2xfTWtGNGFKTldMWVBZajFPMGhTeVlkOGl5LTE1aWhwdDVYWVdsMlVUWWhZS3ItREFKdXFnOFRXTVdOTHZHR1NMQnBFX05wd2tRN2tkVzh4RFJyTlQ4RHZBUSIsImUiOiJBUUFCIn0seyJrdHkiOiJSU0EiLCJ1c2UiOiJlbmMiLCJhbGciOiJSU0EtT0FFUC0yNTYiLCJraWQiOiJwTG9hcUJvcEJLZUMxSHRxb1ZSVGRyUUdPNVNSUFRGRVhTN0c2LVFfNkk4IiwibiI6InZXQThGbXQ2ZWxrNEtHOUowVWxWRzJJVEFvcnFSUHFNbTJaWnVuZElKRmNhVnhmcDJzc2dPREVYWlJCOTMxYk5CcTlSbm50VW5oWWRjRlc3UnA1RG9vMmNQTjI0R1hsemZEUkZHZFBQTERrai1aV3ZQMmxLd3NQMHNWQnJGM21Yc1VUT3VEQVY4V2FGbjVvUnhiQ2d2bUV4V3VNWjFGaGFIZzFyR1kwald5OXU3aG5RZ2dCeUFTcGc4cGNiamJlaXN6dkZoTU9GVVFpZXpyOFVMSkNXbkxodGFabkpQTy0yVmlLUjVvRldwOENmbG9EU0VVN201WjhvZi1HMjdWc0RuaUNOdWtaZkhaazFpOXR0MkZabEFGSVdNSWUyTnFCdjMwSVlrUGZGUTlsa1VnVmtDUGNDTjdFZnBQU2Z4QVZXS29lV1NOdUI0blV4bkxhTlRNR2JrdyIsImUiOiJBUUFCIn1dfQ\u0022,\u0022signatures\u0022:[{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6IjJjcU0wM21OQ3R5MHg2MldnQ2c2YWk5V3Q2b3dMRWF2YTBTdzU5UThmRW8iLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022nY2s7fmgOj5L_gounl8fyrKdSmSP320iX68VpHJzZUinEl2uQ4dIuxMjetPNvaubZT8f2w8-LK4CEF_7Yas945RQXbkaOaAmarDHTPEAuIl0eYa2sbFNQdEFrxWFGHR4Ah9_yka6v8YI3Kvm2CGC-DZsZBgj6C3O5W_uZGNRe6SGeNhtTRsA65SxLjKoj4PiYZSZFMIaxryw9zXAhhVColX8KxWsOcAvQ_ocOontSrTtv48pf6nj-k4Xp_AKb9eiqK4wLaVFZ961h4GZRMb81xxeU7dOE0YbZozJXSs_nPyrgeqwN9KRcOd2L9qlloPZRzSu3v3FJHabJy53H6rP4g\u0022},{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6Ik12RU9iaG1TVTREYk14bENCM2k5dHJTbWhUcnRRZC1ZN0otWFQxWnhCeDAiLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022cSneyIlc4kGEZj-nm7Hngvu0F8vietXaRVm68qlnC_urW9KaHdh00cV3JsY3n84ymRCJPlE_nFCRJCoG4TUdl6bnhwEDIjvEm94Y1k0H19A1cROYqOVX1m6NMdMcZeOWECmuAqGiwcX7YMIA1YyBBfPcgETbrhNUpcJur_CuO5Ffioe0REfYEXNz4oJ0pHipkLkeGP6x_-6ZceAPFd8_FqIcQwfrPc2YwG4dVFFaOkxpFeUbOAkzbBVjo9dkVNJEWaNrx9yFKBdRGw9eP3lfHGmGkkxlXH-o8uLK5OmcHjaM2JwMqrgf3C1iltfXlt2WZ-IyrJYHLCDSWR-vyv4glw\u0022}]}","lastConfirmedAt":"2026-11-21T12:00:00+00:00","removed":[],"rejected":[],"rejectedKeys":[]}', 1, 1795262400000, 'ann');
INSERT INTO public.trusted_apps_refusals OVERRIDING SYSTEM VALUE VALUES (1, 1795262400000, 'strange', NULL, NULL, 'GET', '/', NULL, 'APP_UNKNOWN', 'Add a trust.');
INSERT INTO public.trusted_apps_replay_state VALUES (true, 1795323236, 1795323236, 1795323175766, -1, -1, 1, 7710854321918319211, 16453);
INSERT INTO public.trusted_apps_request_counts VALUES ('wiki', 29921040, 'OK', 7);
INSERT INTO public.trusted_apps_schema VALUES (1);
INSERT INTO public.trusted_apps_trusts VALUES ('wiki', 'Wiki', '{"name":"Wiki","isSuspended":false,"conditions":{"addresses":["10.0.0.0/8"],"urls":["/rest"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu2vOZxBtY1Th5AqxciW7jJzeP87t0\u002BnSnitfNfDyFyjozlWcnhLV7HK22n2N7rPwiUxy5dFwAx616cazBRXSD3N6cS0vPGci6hBgQWy4qS8mUmVPYtoycfC6F03iG6JaMKVhJxPBMZ41BhRi9HKA5P2kYvGyu3VdED0uX5Av6jzzJ/Ux5zEPSoZZYdMbCi/llYMHa4WNnrsqivSP\u002BpLXcgFwCvx8ONUvRp297QOLJQT10u4kRPr/PtU6v3g8anUhQ9Y5EStqCgYd\u002BeEhkm5GI2gZFWaIMXeF6tASL6mdjk6MqZTWL1HIvaXOiHqteke5UrN1CDbDE0RCLDZ2fbCsbwIDAQAB","until":"2026-12-21T12:00:00+00:00","conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false}}}', '{"name":"wiki","baseUrl":"https://wiki.example","certificate":"{\u0022payload\u0022:\u0022eyJpc3MiOiJ3aWtpIiwibmFtZSI6Indpa2kiLCJpYXQiOjE3OTUyNjI0MDAsInZlcnNpb25zIjpbNF0sImtleXMiOlt7Imt0eSI6IlJTQSIsInVzZSI6InNpZyIsImFsZyI6IlBTMjU2Iiwia2lkIjoiMmNxTTAzbU5DdHkweDYyV2dDZzZhaTlXdDZvd0xFYXZhMFN3NTlROGZFbyIsIm4iOiI5MnREUzNXclRJNkRZSGZXanVMTHNOYTBlNVBTVEJDdUZkeV9BRmZTd3cyUnNOVndhaF9CNjZlaXZiMjV1ZTNkYTNPdllHTURsOS15Yk5DME02bm50WGFBaVF6UzJ0SmplRHViWklNakVhTXBLbFlzN3l1OVlRLS1hYkxpTWhzRlZtNDI2U3JiMkRfcnFYWk0zR2xKYkRyS2ZjOTEtU0VKSWctVnRsMmdMQ2JsRDRkV0gwbktLSDFvN1dXWGdGaGRudnh5eWxKS3lYdVBiOG9ra2hVeV9UOE1aYUZJTEdSb2VJa3lid21PMFlaaU91a2t3NkcxZFFQR3lrR3hRdWlyMjdLT2wtNXl3QTVXdUN4R21leHN2el9TZzNWYUluMkt4R0VWc3NYMTVvamZfS3hJME9zaTVJMmJ0U3lCLVVZUklmV0tmMjBhVnlDMUNkTGRkdmtmN1EiLCJlIjoiQVFBQiJ9LHsia3R5IjoiUlNBIiwidXNlIjoic2lnIiwiYWxnIjoiUFMyNTYiLCJraWQiOiJNdkVPYmhtU1U0RGJNeGxDQjNpOXRyU21oVHJ0UWQtWTdKLVhUMVp4QngwIiwibiI6InFuaHJaSFRKMzRkZ3NvVkdlMktQM21SNy1Dd0hVbnNGUkp3QzAxMGJ3YWtBM1VzNEJ5UE4zbFEwYWJacnNIeGtsYXRpZThSNVBlelhvNEVVY3c1MC02Z0NybFgtSmRXazVQU1RhZ28yT1BfNHJndE1Ia3ZwOURjenRZNzRYTlFHc1hzN3NzWF9Oa3ZkUW1Edzd4bGpteHZZVDdiSW9oWVFlcG8yVjBDVWF0Z0ZaVHB6YUh2bkVwekhqaDk1amFmMDlKSUtsQXc2MzQ2VVFYR2taMmp0MlVjb1VKMVdJMW5FODB2TnZMTDZ6NEpNMzZJelkxRDA5UVRPOS15c2lXSjNLMlFvVGFvdE9KOTN5RFVRa0tiQ1NpdGZTc01ITTdxcFh6YUJjb0xrUnBIOWdZRW5VRG9QWHp5emdrbUJXVlRXWmh1TjJMS1NTT2t1R0drUHA5ZjZwdyIsImUiOiJBUUFCIn0seyJrdHkiOiJSU0EiLCJ1c2UiOiJlbmMiLCJhbGciOiJSU0EtT0FFUC0yNTYiLCJraWQiOiJxYzhUSXRzaEhDekt0VXgyLXRoaHFmNktkdkp1YmNOTFhIV2dHbHZ3cXZjIiwibiI6InViTS1helRDdGtXeVRTay1kVlNoWDNZX3JoNDNONGNvWUJiRU9EQ1FGVTZnTHBDN3AzcmlzSy0zSXhNM3NUYlRGWXYwdERfYXd3X0w5a2JqU0htMXc0REdUUlFqeE5vZ1AtWjdHSldtLWZsTjg3ZFpXcDYxOXlTVTN0Q1NBdWRMN21JcnlpRzBscUMtYmxxNEwxZ3RRYS1LZGU1d3dBMXA5Uzc3T0o3b2w4V1A1VTN0SEs4Q01obmd3eHFaelQxRUxPcTRVV3NzeVdxczBJajlZMHBITGFEY1FjakkwQm1RaDFXOFV1NFNQdkMxbllDRXR5WWFKTGN1anBLV2xfTWtGNGFKTldMWVBZajFPMGhTeVlkOGl5LTE1aWhwdDVYWVdsMlVUWWhZS3ItREFKdXFnOFRXTVdOTHZHR1NMQnBFX05wd2tRN2tkVzh4RFJyTlQ4RHZBUSIsImUiOiJBUUFCIn0seyJrdHkiOiJSU0EiLCJ1c2UiOiJlbmMiLCJhbGciOiJSU0EtT0FFUC0yNTYiLCJraWQiOiJwTG9hcUJvcEJLZUMxSHRxb1ZSVGRyUUdPNVNSUFRGRVhTN0c2LVFfNkk4IiwibiI6InZXQThGbXQ2ZWxrNEtHOUowVWxWRzJJVEFvcnFSUHFNbTJaWnVuZElKRmNhVnhmcDJzc2dPREVYWlJCOTMxYk5CcTlSbm50VW5oWWRjRlc3UnA1RG9vMmNQTjI0R1hsemZEUkZHZFBQTERrai1aV3ZQMmxLd3NQMHNWQnJGM21Yc1VUT3VEQVY4V2FGbjVvUnhiQ2d2bUV4V3VNWjFGaGFIZzFyR1kwald5OXU3aG5RZ2dCeUFTcGc4cGNiamJlaXN6dkZoTU9GVVFpZXpyOFVMSkNXbkxodGFabkpQTy0yVmlLUjVvRldwOENmbG9EU0VVN201WjhvZi1HMjdWc0RuaUNOdWtaZkhaazFpOXR0MkZabEFGSVdNSWUyTnFCdjMwSVlrUGZGUTlsa1VnVmtDUGNDTjdFZnBQU2Z4QVZXS29lV1NOdUI0blV4bkxhTlRNR2JrdyIsImUiOiJBUUFCIn1dfQ\u0022,\u0022signatures\u0022:[{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6IjJjcU0wM21OQ3R5MHg2MldnQ2c2YWk5V3Q2b3dMRWF2YTBTdzU5UThmRW8iLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022nY2s7fmgOj5L_gounl8fyrKdSmSP320iX68VpHJzZUinEl2uQ4dIuxMjetPNvaubZT8f2w8-LK4CEF_7Yas945RQXbkaOaAmarDHTPEAuIl0eYa2sbFNQdEFrxWFGHR4Ah9_yka6v8YI3Kvm2CGC-DZsZBgj6C3O5W_uZGNRe6SGeNhtTRsA65SxLjKoj4PiYZSZFMIaxryw9zXAhhVColX8KxWsOcAvQ_ocOontSrTtv48pf6nj-k4Xp_AKb9eiqK4wLaVFZ961h4GZRMb81xxeU7dOE0YbZozJXSs_nPyrgeqwN9KRcOd2L9qlloPZRzSu3v3FJHabJy53H6rP4g\u0022},{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6Ik12RU9iaG1TVTREYk14bENCM2k5dHJTbWhUcnRRZC1ZN0otWFQxWnhCeDAiLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022cSneyIlc4kGEZj-nm7Hngvu0F8vietXaRVm68qlnC_urW9KaHdh00cV3JsY3n84ymRCJPlE_nFCRJCoG4TUdl6bnhwEDIjvEm94Y1k0H19A1cROYqOVX1m6NMdMcZeOWECmuAqGiwcX7YMIA1YyBBfPcgETbrhNUpcJur_CuO5Ffioe0REfYEXNz4oJ0pHipkLkeGP6x_-6ZceAPFd8_FqIcQwfrPc2YwG4dVFFaOkxpFeUbOAkzbBVjo9dkVNJEWaNrx9yFKBdRGw9eP3lfHGmGkkxlXH-o8uLK5OmcHjaM2JwMqrgf3C1iltfXlt2WZ-IyrJYHLCDSWR-vyv4glw\u0022}]}","pending":"{\u0022payload\u0022:\u0022eyJpc3MiOiJ3aWtpIiwibmFtZSI6Indpa2kiLCJpYXQiOjE3OTU0OTU5ODYsInZlcnNpb25zIjpbNF0sImtleXMiOlt7Imt0eSI6IlJTQSIsInVzZSI6InNpZyIsImFsZyI6IlBTMjU2Iiwia2lkIjoiTXZFT2JobVNVNERiTXhsQ0IzaTl0clNtaFRydFFkLVk3Si1YVDFaeEJ4MCIsIm4iOiJxbmhyWkhUSjM0ZGdzb1ZHZTJLUDNtUjctQ3dIVW5zRlJKd0MwMTBid2FrQTNVczRCeVBOM2xRMGFiWnJzSHhrbGF0aWU4UjVQZXpYbzRFVWN3NTAtNmdDcmxYLUpkV2s1UFNUYWdvMk9QXzRyZ3RNSGt2cDlEY3p0WTc0WE5RR3NYczdzc1hfTmt2ZFFtRHc3eGxqbXh2WVQ3YklvaFlRZXBvMlYwQ1VhdGdGWlRwemFIdm5FcHpIamg5NWphZjA5SklLbEF3NjM0NlVRWEdrWjJqdDJVY29VSjFXSTFuRTgwdk52TEw2ejRKTTM2SXpZMUQwOVFUTzkteXNpV0ozSzJRb1Rhb3RPSjkzeURVUWtLYkNTaXRmU3NNSE03cXBYemFCY29Ma1JwSDlnWUVuVURvUFh6eXpna21CV1ZUV1podU4yTEtTU09rdUdHa1BwOWY2cHciLCJlIjoiQVFBQiJ9LHsia3R5IjoiUlNBIiwidXNlIjoiZW5jIiwiYWxnIjoiUlNBLU9BRVAtMjU2Iiwia2lkIjoicExvYXFCb3BCS2VDMUh0cW9WUlRkclFHTzVTUlBURkVYUzdHNi1RXzZJOCIsIm4iOiJ2V0E4Rm10NmVsazRLRzlKMFVsVkcySVRBb3JxUlBxTW0yWlp1bmRJSkZjYVZ4ZnAyc3NnT0RFWFpSQjkzMWJOQnE5Um5udFVuaFlkY0ZXN1JwNURvbzJjUE4yNEdYbHpmRFJGR2RQUExEa2otWld2UDJsS3dzUDBzVkJyRjNtWHNVVE91REFWOFdhRm41b1J4YkNndm1FeFd1TVoxRmhhSGcxckdZMGpXeTl1N2huUWdnQnlBU3BnOHBjYmpiZWlzenZGaE1PRlVRaWV6cjhVTEpDV25MaHRhWm5KUE8tMlZpS1I1b0ZXcDhDZmxvRFNFVTdtNVo4b2YtRzI3VnNEbmlDTnVrWmZIWmsxaTl0dDJGWmxBRklXTUllMk5xQnYzMElZa1BmRlE5bGtVZ1ZrQ1BjQ043RWZwUFNmeEFWV0tvZVdTTnVCNG5VeG5MYU5UTUdia3ciLCJlIjoiQVFBQiJ9XX0\u0022,\u0022signatures\u0022:[{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6Ik12RU9iaG1TVTREYk14bENCM2k5dHJTbWhUcnRRZC1ZN0otWFQxWnhCeDAiLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022keFtJFBQ6si9im_hReQgsSPGx5xX0ccq0vXUJCkDdnf2AmFMIM_4IjsIIZmDA6FLbYfxAZ63KlfjXXzSfcicSHVO-WRuPBeKsbC-XAlvzxhiMgOaZ052tgBb7wuvUcmlpdW0p7lol1UjSVRdWI3Y11KRUyNISNl8uThW4p1pv60UTXaImgKs3AJ4TizJNTx-EUPdroBz1_cLIg-2Q_wbkeN6s2Ktp1nnqgV6GzYygmfLgiMjbaVeYUV6UdcU-44rDAmtgNwyjK6eFXFcrYH_KpA-qeyrLKsHkaOlQiFRwvEQIksUq1tCOjx5dogEltBy79Y35GWT7DRlPATi5XHOEA\u0022}]}","takesEffectAt":"2026-11-22T12:00:00+00:00","lastConfirmedAt":"2026-11-21T12:00:00+00:00","removed":[],"rejected":[],"rejectedKeys":[]}', 2, 2, 1795262400000, 'ann', 1795262400000, 1795346033000, NULL, 1795348800000);
INSERT INTO public.trusted_apps_trusts VALUES ('blog', 'Blog', '{"name":"Blog","isSuspended":true,"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false}}', '{"name":"blog","baseUrl":"https://app.example","certificate":"{\u0022payload\u0022:\u0022eyJpc3MiOiJibG9nIiwibmFtZSI6ImJsb2ciLCJpYXQiOjE3OTUyMzY3NzEsInZlcnNpb25zIjpbNF0sImtleXMiOlt7Imt0eSI6IlJTQSIsInVzZSI6InNpZyIsImFsZyI6IlBTMjU2Iiwia2lkIjoiMmNxTTAzbU5DdHkweDYyV2dDZzZhaTlXdDZvd0xFYXZhMFN3NTlROGZFbyIsIm4iOiI5MnREUzNXclRJNkRZSGZXanVMTHNOYTBlNVBTVEJDdUZkeV9BRmZTd3cyUnNOVndhaF9CNjZlaXZiMjV1ZTNkYTNPdllHTURsOS15Yk5DME02bm50WGFBaVF6UzJ0SmplRHViWklNakVhTXBLbFlzN3l1OVlRLS1hYkxpTWhzRlZtNDI2U3JiMkRfcnFYWk0zR2xKYkRyS2ZjOTEtU0VKSWctVnRsMmdMQ2JsRDRkV0gwbktLSDFvN1dXWGdGaGRudnh5eWxKS3lYdVBiOG9ra2hVeV9UOE1aYUZJTEdSb2VJa3lid21PMFlaaU91a2t3NkcxZFFQR3lrR3hRdWlyMjdLT2wtNXl3QTVXdUN4R21leHN2el9TZzNWYUluMkt4R0VWc3NYMTVvamZfS3hJME9zaTVJMmJ0U3lCLVVZUklmV0tmMjBhVnlDMUNkTGRkdmtmN1EiLCJlIjoiQVFBQiJ9LHsia3R5IjoiUlNBIiwidXNlIjoiZW5jIiwiYWxnIjoiUlNBLU9BRVAtMjU2Iiwia2lkIjoicWM4VEl0c2hIQ3pLdFV4Mi10aGhxZjZLZHZKdWJjTkxYSFdnR2x2d3F2YyIsIm4iOiJ1Yk0tYXpUQ3RrV3lUU2stZFZTaFgzWV9yaDQzTjRjb1lCYkVPRENRRlU2Z0xwQzdwM3Jpc0stM0l4TTNzVGJURll2MHREX2F3d19MOWtialNIbTF3NERHVFJRanhOb2dQLVo3R0pXbS1mbE44N2RaV3A2MTl5U1UzdENTQXVkTDdtSXJ5aUcwbHFDLWJscTRMMWd0UWEtS2RlNXd3QTFwOVM3N09KN29sOFdQNVUzdEhLOENNaG5nd3hxWnpUMUVMT3E0VVdzc3lXcXMwSWo5WTBwSExhRGNRY2pJMEJtUWgxVzhVdTRTUHZDMW5ZQ0V0eVlhSkxjdWpwS1dsX01rRjRhSk5XTFlQWWoxTzBoU3lZZDhpeS0xNWlocHQ1WFlXbDJVVFloWUtyLURBSnVxZzhUV01XTkx2R0dTTEJwRV9OcHdrUTdrZFc4eERSck5UOER2QVEiLCJlIjoiQVFBQiJ9XX0\u0022,\u0022signatures\u0022:[{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6IjJjcU0wM21OQ3R5MHg2MldnQ2c2YWk5V3Q2b3dMRWF2YTBTdzU5UThmRW8iLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022aAdapig63site398Yb07BLJX5pDxm7buRnzSzpvMUbG_mKnXwnBkkgP4Ru06WzYnlZJ6b0IsF4bHQrw-SWmKh7cpNmha3iwItKEHXPfRF-FeLFWzeufENaTdo5ezxC28SFuXDHOF_7qfRanOJnaB_eIL6OD8i3AJV0yBjkUXvBf1GOpfl70e_4j8z79gnnPTz2qyZ_fVk949pjhJSEVyOdXpwMhuG49tNYvNLc9Z5cppTL1dZZsz3C6_HQSrycNvsbnjYycBnBmgvbfEbr9g8PNyMAeuCVIWYsuNmCuR9mpUK4U_n1-58cmzbOu8XzI91V4ICW3Ka8aFPoL7k-rIqQ\u0022}]}","lastConfirmedAt":"2026-01-01T00:00:00+00:00","removed":[],"rejected":[],"rejectedKeys":[]}', 2, 4, 1795262400000, 'ann', 1795262400000, 1795347474000, NULL, NULL);
INSERT INTO public.trusted_apps_trusts VALUES ('old', 'Old', '{"name":"Old","isSuspended":false,"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu2vOZxBtY1Th5AqxciW7jJzeP87t0\u002BnSnitfNfDyFyjozlWcnhLV7HK22n2N7rPwiUxy5dFwAx616cazBRXSD3N6cS0vPGci6hBgQWy4qS8mUmVPYtoycfC6F03iG6JaMKVhJxPBMZ41BhRi9HKA5P2kYvGyu3VdED0uX5Av6jzzJ/Ux5zEPSoZZYdMbCi/llYMHa4WNnrsqivSP\u002BpLXcgFwCvx8ONUvRp297QOLJQT10u4kRPr/PtU6v3g8anUhQ9Y5EStqCgYd\u002BeEhkm5GI2gZFWaIMXeF6tASL6mdjk6MqZTWL1HIvaXOiHqteke5UrN1CDbDE0RCLDZ2fbCsbwIDAQAB"}}', NULL, 1, 5, 1795262400000, 'bob', 1795262400000, NULL, NULL, NULL);
INSERT INTO public.trusted_apps_trusts VALUES ('gone', 'Gone', NULL, NULL, 2, 7, 1795262400000, 'bob', 1795262400000, NULL, NULL, NULL);
SELECT pg_catalog.setval('public.trusted_apps_audit_number_seq', 7, true);
SELECT pg_catalog.setval('public.trusted_apps_refusals_number_seq', 1, true);
ALTER TABLE ONLY public.trusted_apps_audit
    ADD CONSTRAINT trusted_apps_audit_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.trusted_apps_change_marks
    ADD CONSTRAINT trusted_apps_change_marks_pkey PRIMARY KEY (number);
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
