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
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (1, 1795262400000, 'ann', 'trust.add', 'wiki', NULL, '{"id":"wiki","name":"Wiki","version":1,"suspended":false,"acceptedVersions":["3","4"],"conditions":{"addresses":["10.0.0.0/8"],"urls":["/rest"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvJ0\u002BzBsxjtsaN7EKwbRyk8QO0IEs5G98\u002Bj3t/XUm5FrPrz46SuBZo9L6VRNax/N2ZecwCKajtIabVZ3Aa6Dy8uGH5cn2mbmacPC62DxS6frqX8r9NHsuGCbK/AZHxx0TF0bDYDy0i1OlEOeXGRq3ps5XjVJRTwK40cG1xv11Rz1hitSDQeO/K82ztdMIuhbe46h9mx7YXdGXXC/F81Z3llhk\u002Bqvre7lVvSk9va4vhMivCjRIY2BrH8lMXNXT0SF1Qia8hqeF07e6b7ZCNVMPm2BNM7pK9kQTjGEfmkjrmD41AVzBVXVSpG1sxXb7vPIVCwChgbhaG21Kk2VyISADZQIDAQAB","until":"2026-12-21T12:00:00+00:00","conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false}},"baseUrl":"https://wiki.example","signingKeys":["K01Y cH4d 1J09 3G6l _j4a 2V5Q XIEB Z_Su Odr3 2OQu ipc","YbEL jCoG BdI8 vYot hSue oOjJ e5A8 6HWi 790v La8V dho"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-11-21T12:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (2, 1795262400000, 'refresh', 'certificate.fetch', 'wiki', '{"id":"wiki","name":"Wiki","version":1,"suspended":false,"acceptedVersions":["3","4"],"conditions":{"addresses":["10.0.0.0/8"],"urls":["/rest"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvJ0\u002BzBsxjtsaN7EKwbRyk8QO0IEs5G98\u002Bj3t/XUm5FrPrz46SuBZo9L6VRNax/N2ZecwCKajtIabVZ3Aa6Dy8uGH5cn2mbmacPC62DxS6frqX8r9NHsuGCbK/AZHxx0TF0bDYDy0i1OlEOeXGRq3ps5XjVJRTwK40cG1xv11Rz1hitSDQeO/K82ztdMIuhbe46h9mx7YXdGXXC/F81Z3llhk\u002Bqvre7lVvSk9va4vhMivCjRIY2BrH8lMXNXT0SF1Qia8hqeF07e6b7ZCNVMPm2BNM7pK9kQTjGEfmkjrmD41AVzBVXVSpG1sxXb7vPIVCwChgbhaG21Kk2VyISADZQIDAQAB","until":"2026-12-21T12:00:00+00:00","conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false}},"baseUrl":"https://wiki.example","signingKeys":["K01Y cH4d 1J09 3G6l _j4a 2V5Q XIEB Z_Su Odr3 2OQu ipc","YbEL jCoG BdI8 vYot hSue oOjJ e5A8 6HWi 790v La8V dho"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-11-21T12:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}', '{"id":"wiki","name":"Wiki","version":2,"suspended":false,"acceptedVersions":["3","4"],"conditions":{"addresses":["10.0.0.0/8"],"urls":["/rest"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvJ0\u002BzBsxjtsaN7EKwbRyk8QO0IEs5G98\u002Bj3t/XUm5FrPrz46SuBZo9L6VRNax/N2ZecwCKajtIabVZ3Aa6Dy8uGH5cn2mbmacPC62DxS6frqX8r9NHsuGCbK/AZHxx0TF0bDYDy0i1OlEOeXGRq3ps5XjVJRTwK40cG1xv11Rz1hitSDQeO/K82ztdMIuhbe46h9mx7YXdGXXC/F81Z3llhk\u002Bqvre7lVvSk9va4vhMivCjRIY2BrH8lMXNXT0SF1Qia8hqeF07e6b7ZCNVMPm2BNM7pK9kQTjGEfmkjrmD41AVzBVXVSpG1sxXb7vPIVCwChgbhaG21Kk2VyISADZQIDAQAB","until":"2026-12-21T12:00:00+00:00","conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false}},"baseUrl":"https://wiki.example","signingKeys":["K01Y cH4d 1J09 3G6l _j4a 2V5Q XIEB Z_Su Odr3 2OQu ipc","YbEL jCoG BdI8 vYot hSue oOjJ e5A8 6HWi 790v La8V dho"],"pendingKeys":["YbEL jCoG BdI8 vYot hSue oOjJ e5A8 6HWi 790v La8V dho"],"pendingUntil":"2026-11-22T12:00:00+00:00","replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-11-21T12:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (3, 1795262400000, 'ann', 'trust.add', 'blog', NULL, '{"id":"blog","name":"Blog","version":1,"suspended":false,"acceptedVersions":["4"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"baseUrl":"https://app.example","signingKeys":["K01Y cH4d 1J09 3G6l _j4a 2V5Q XIEB Z_Su Odr3 2OQu ipc"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-01-01T00:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (4, 1795262400000, 'bob', 'trust.suspend', 'blog', '{"id":"blog","name":"Blog","version":1,"suspended":false,"acceptedVersions":["4"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"baseUrl":"https://app.example","signingKeys":["K01Y cH4d 1J09 3G6l _j4a 2V5Q XIEB Z_Su Odr3 2OQu ipc"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-01-01T00:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}', '{"id":"blog","name":"Blog","version":2,"suspended":true,"acceptedVersions":["4"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"baseUrl":"https://app.example","signingKeys":["K01Y cH4d 1J09 3G6l _j4a 2V5Q XIEB Z_Su Odr3 2OQu ipc"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"confirmedAt":"2026-01-01T00:00:00+00:00","addedAt":"2026-11-21T12:00:00+00:00","addedBy":"ann","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (5, 1795262400000, 'bob', 'trust.add', 'old', NULL, '{"id":"old","name":"Old","version":1,"suspended":false,"acceptedVersions":["3"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvJ0\u002BzBsxjtsaN7EKwbRyk8QO0IEs5G98\u002Bj3t/XUm5FrPrz46SuBZo9L6VRNax/N2ZecwCKajtIabVZ3Aa6Dy8uGH5cn2mbmacPC62DxS6frqX8r9NHsuGCbK/AZHxx0TF0bDYDy0i1OlEOeXGRq3ps5XjVJRTwK40cG1xv11Rz1hitSDQeO/K82ztdMIuhbe46h9mx7YXdGXXC/F81Z3llhk\u002Bqvre7lVvSk9va4vhMivCjRIY2BrH8lMXNXT0SF1Qia8hqeF07e6b7ZCNVMPm2BNM7pK9kQTjGEfmkjrmD41AVzBVXVSpG1sxXb7vPIVCwChgbhaG21Kk2VyISADZQIDAQAB"},"signingKeys":["kngl HuqS tRw7 qfUF 4_c4 Z-EF vAM0 8xxw s3oK c65j 19A"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"addedAt":"2026-11-21T12:00:00+00:00","addedBy":"bob","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (6, 1795262400000, 'bob', 'trust.add', 'gone', NULL, '{"id":"gone","name":"Gone","version":1,"suspended":false,"acceptedVersions":["3"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvJ0\u002BzBsxjtsaN7EKwbRyk8QO0IEs5G98\u002Bj3t/XUm5FrPrz46SuBZo9L6VRNax/N2ZecwCKajtIabVZ3Aa6Dy8uGH5cn2mbmacPC62DxS6frqX8r9NHsuGCbK/AZHxx0TF0bDYDy0i1OlEOeXGRq3ps5XjVJRTwK40cG1xv11Rz1hitSDQeO/K82ztdMIuhbe46h9mx7YXdGXXC/F81Z3llhk\u002Bqvre7lVvSk9va4vhMivCjRIY2BrH8lMXNXT0SF1Qia8hqeF07e6b7ZCNVMPm2BNM7pK9kQTjGEfmkjrmD41AVzBVXVSpG1sxXb7vPIVCwChgbhaG21Kk2VyISADZQIDAQAB"},"signingKeys":["kngl HuqS tRw7 qfUF 4_c4 Z-EF vAM0 8xxw s3oK c65j 19A"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"addedAt":"2026-11-21T12:00:00+00:00","addedBy":"bob","changedAt":"2026-11-21T12:00:00+00:00"}');
INSERT INTO public.trusted_apps_audit OVERRIDING SYSTEM VALUE VALUES (7, 1795262400000, 'bob', 'trust.remove', 'gone', '{"id":"gone","name":"Gone","version":1,"suspended":false,"acceptedVersions":["3"],"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvJ0\u002BzBsxjtsaN7EKwbRyk8QO0IEs5G98\u002Bj3t/XUm5FrPrz46SuBZo9L6VRNax/N2ZecwCKajtIabVZ3Aa6Dy8uGH5cn2mbmacPC62DxS6frqX8r9NHsuGCbK/AZHxx0TF0bDYDy0i1OlEOeXGRq3ps5XjVJRTwK40cG1xv11Rz1hitSDQeO/K82ztdMIuhbe46h9mx7YXdGXXC/F81Z3llhk\u002Bqvre7lVvSk9va4vhMivCjRIY2BrH8lMXNXT0SF1Qia8hqeF07e6b7ZCNVMPm2BNM7pK9kQTjGEfmkjrmD41AVzBVXVSpG1sxXb7vPIVCwChgbhaG21Kk2VyISADZQIDAQAB"},"signingKeys":["kngl HuqS tRw7 qfUF 4_c4 Z-EF vAM0 8xxw s3oK c65j 19A"],"pendingKeys":[],"replacedKeys":[],"removedKeys":[],"addedAt":"2026-11-21T12:00:00+00:00","addedBy":"bob","changedAt":"2026-11-21T12:00:00+00:00"}', NULL);
INSERT INTO public.trusted_apps_changes VALUES (7);
INSERT INTO public.trusted_apps_last_requests VALUES ('wiki', 1795262400000);
INSERT INTO public.trusted_apps_providers VALUES ('https://wiki.example', '{"name":"wiki","baseUrl":"https://wiki.example","certificate":"{\u0022payload\u0022:\u0022eyJpc3MiOiJ3aWtpIiwibmFtZSI6Indpa2kiLCJpYXQiOjE3OTUyNjI0MDAsInZlcnNpb25zIjpbNF0sImtleXMiOlt7Imt0eSI6IlJTQSIsInVzZSI6InNpZyIsImFsZyI6IlBTMjU2Iiwia2lkIjoiSzAxWWNINGQxSjA5M0c2bF9qNGEyVjVRWElFQlpfU3VPZHIzMk9RdWlwYyIsIm4iOiJwUnprSWpBSGhUelJWM05UNUtxM2tJM2JEeFlhZWZ1Y2htaFBETk5LcC1uV3ZOOGFLSjJ4OUNrUHBJaV96Qm5xdy1wT1RSR3N0NjhvdGhxYjNTaktpa2dqX1M2UzVMOGI4S3hxcHByYnQ1ZDk2endtRUZCRUN3R2pieDJXUUJybFNYYkJQQkJRbklnVTBPcktWVHdHanRnQ2Q4c1BsbXZmMnFUWHVvZjJ2VjlabFdzNHBmR2pwWnR6YTI5RTdpSjJNQW1YdHU1QWxqaGkwRkxFRm5sM0xpZGNKRWFrajBZdVZ2ZVJqZlhOc242blpQWGdkZktoT3ZuOTNYblI0SFBIT0pueG00Z0lvWEJSSW1idTBoZUdrMVZpWUViblU4ejN0VEhpUkVpNmRVRF9NWmh4LVdmWkJBUzRoS2wyNHA1Qks2NlpkanRPT1EzQldQaUlIVFQweXciLCJlIjoiQVFBQiJ9LHsia3R5IjoiUlNBIiwidXNlIjoic2lnIiwiYWxnIjoiUFMyNTYiLCJraWQiOiJZYkVMakNvR0JkSTh2WW90aFN1ZW9PakplNUE4NkhXaTc5MHZMYThWZGhvIiwibiI6ImpQRmdCS3JPYnAzOXBkU0RCR0xtRERFVHpWVVRUcUdkNXlubjZpR0tITm9Sd1R2dDdNYkRFZkt4aUdYRmo4MWE1d3BPb0gxV1NIRWpMR1I2R3UxaEY1OGxhMmFieXZiRTR4dkRZelhKcXZiOWgtekJQcVpiX2dZZGs3TkFrTl8xZ1ZiTlBRLWNDS1lqS21hYUl5VGFxbUdmSDBXbUdCU0JSdVRhaTRaZTlzbDFVTW41WVBmNjBRa19aeFp1TmdEN01fTFdIUHVONmoya0RaX0o5dE1rQzZmSU1fX2gxT3dNTTJ5UlRXTGNPQm5la3RSeFlsQ0NaZkJLZlkya0VDTmlMNUhneEVOeUgyNE5CLXpKc0VzLUZTNG1maWtUX3pHdG12dEIzQ3BkZ08tVWltSkVYYm5oR1dZU0RhTzhtTVNqUDkwZUdzdU9vd2xkX2k3czZFWHhDUSIsImUiOiJBUUFCIn0seyJrdHkiOiJSU0EiLCJ1c2UiOiJlbmMiLCJhbGciOiJSU0EtT0FFUC0yNTYiLCJraWQiOiJJYmxmOUN2LW9jS3A1N091T3A5LUptdUk2aXJ5NFg1bzBOTWJIZEJ5TzdrIiwibiI6InFMTF8yVG5MN0hpbElRbjFJV3N3bDFCaHpwNHNhc29YU3U1TXpJYkFUVW1XcDh1QkwyNmg2SGh0a291WTBvN2dkRjZLRzA3WFVZSU9IOFUtbzJVS0lRM2JZb0lURkswTjdKQ3RRbEtDeEhrR3hXdS1fTjF0YmE1VFh5X3BtWTRDeVFESDdsbHMtVi1sWi1JMGtZOXA1bjlLanVUNHY5LVAwZ1ZILUVmanNvamZ4N1NQamFndms2Z2VaZDhLSzZ0UW5jaWs0RVl1T1A4bDNjeWZ5UmRFekdNcElaOW9vMm91Z1F0dGgtbm85U0VnX3pLZV9GT1kzNXRCRWFSQy1xWDNzZTNwSXN6TWI0b09sV29HdEhSRFhxbTA4N2loRkNNb1pEYld2djM0Z0M0R3NWNVZ1eXRRUGZ3SVdURnZpbmtCWGdvelQ1QzZWYUdIUmRkQ09UaGpvUSIsImUiOiJBUUFCIn0seyJrdHkiOiJSU0EiLCJ1c2UiOiJlbmMiLCJhbGciOiJSU0EtT0FFUC0yNTYiLCJraWQiOiI3UlhrNmpvSXM0WGYwX0g0cUZCZ1liT181cG9ESEhoNDJPWGFjOXlJTngwIiwibiI6InRuQUh1UzVMUlVQU1hDMlk4bnJPV25oX0Y4d3d2Mlpmd3hXbmw5Q01NLXdVT3NadkZMQnI1SEc4OElERldsZDZETjY0bXhfV2FSSXNQeF9EVHA1NFFnSkFLeGNlUkp3Q3Btd1lVZUZqdklRU1I3Y3czT1luRUNPMjZDSDhUUXJ1Y3pZajZFN0JBZHRTTGJfcGFLMFE4S3JLTkxYNFhzdUVndU1YNG9zMXgtWEJ6M2RvWkFqZWNLQ0toTGh2am1IbGN6R1pGM1Fzd200cDJtR0JueFdVM0g4MEdFeVk5eWtfTENPMXhITTN1eU90dk52dVA4VGJIMVZzYlR4T21zU2x6YTAwaTVUQkN3Rlo5MnBXRUZDS0Y3YUlmRkxYMWtsOFJ5V04yYjlmRWxJczhDUnRrSTAyT2NJd2pXYy1jM3hJUldqWGJ5TlVqYW1jNUQ3Q1o0ZkhnUSIsImUiOiJBUUFCIn1dfQ\u0022,\u0022signatures\u0022:[{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6IkswMVljSDRkMUowOTNHNmxfajRhMlY1UVhJRUJaX1N1T2RyMzJPUXVpcGMiLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022MlAcaH1wDMMwZOMSPj_g6t3fIz9oIBkNLiPXVtkHU54xL_TJUi5nyvjrrsfYf6BVHyGvr1VxR_b8TaAur0jcFGiHe_5Z3btztSTf2ImZDLG3Rt0P-TVXVZ2w-O-9rGi4wmfSIkDD83XfBoHUA8T0e9OT9D07Dxso25ybxcRD7xQ4XnBs-qu_WaA0BdE5fEwtMByekbwd9rMqDnfgUStispEDDY8QLLBP4VyxSiPsinswZ5PELeAbQqjBkaNy3XSkTmHaohw_vp6_neBRHqAxzeU0Ga_X5s8UMAIhmJTV0OmSUd21vwNWatn1orJRlDGmJ--DdhJ3IeqcyHZOhpcKyw\u0022},{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6IlliRUxqQ29HQmRJOHZZb3RoU3Vlb09qSmU1QTg2SFdpNzkwdkxhOFZkaG8iLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022SihKoMz5JZ9v3gX3_p3pz0fWveeHo2GjlTqolewGM9VZS1oJgPesmeHERLLsp-6hvms8ZYsqRGgVDL0aF1gO3F9biRhMwz5G-Lfp19fg9u0MGIJF2yKZHnBmWGa3AP5dpszwwQac1vs36rpQ_S0Y3wAZzrceaav0LRLpqC_q03AVPe4rqXp23vY7ZE4HPVaNdYJK-56_Zg1XbFp5TgtTJ9_qldqnKHpqnn9FCKyDBkU2HITRD6gx3ZPWB9jHuRP1gvyX0MERz4-qiA3dQrEx79QGPmVToIJorjg0X5Hiui7i465DttA-qoJCzPTZpnYQBRBxqjoJcITxDvLXigzfkg\u0022}]}","lastConfirmedAt":"2026-11-21T12:00:00+00:00","removed":[],"rejected":[],"rejectedKeys":[]}', 1, 1795262400000, 'ann');
INSERT INTO public.trusted_apps_refusals OVERRIDING SYSTEM VALUE VALUES (1, 1795262400000, 'strange', NULL, NULL, 'GET', '/', NULL, 'APP_UNKNOWN', 'Add a trust.');
INSERT INTO public.trusted_apps_replay_state VALUES (true, 1795322792, 1795322792, 1795322731319, -1, -1, 1, 7710852409937280822, 16446);
INSERT INTO public.trusted_apps_request_counts VALUES ('wiki', 29921040, 'OK', 7);
INSERT INTO public.trusted_apps_schema VALUES (1);
INSERT INTO public.trusted_apps_trusts VALUES ('wiki', 'Wiki', '{"name":"Wiki","isSuspended":false,"conditions":{"addresses":["10.0.0.0/8"],"urls":["/rest"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvJ0\u002BzBsxjtsaN7EKwbRyk8QO0IEs5G98\u002Bj3t/XUm5FrPrz46SuBZo9L6VRNax/N2ZecwCKajtIabVZ3Aa6Dy8uGH5cn2mbmacPC62DxS6frqX8r9NHsuGCbK/AZHxx0TF0bDYDy0i1OlEOeXGRq3ps5XjVJRTwK40cG1xv11Rz1hitSDQeO/K82ztdMIuhbe46h9mx7YXdGXXC/F81Z3llhk\u002Bqvre7lVvSk9va4vhMivCjRIY2BrH8lMXNXT0SF1Qia8hqeF07e6b7ZCNVMPm2BNM7pK9kQTjGEfmkjrmD41AVzBVXVSpG1sxXb7vPIVCwChgbhaG21Kk2VyISADZQIDAQAB","until":"2026-12-21T12:00:00+00:00","conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false}}}', '{"name":"wiki","baseUrl":"https://wiki.example","certificate":"{\u0022payload\u0022:\u0022eyJpc3MiOiJ3aWtpIiwibmFtZSI6Indpa2kiLCJpYXQiOjE3OTUyNjI0MDAsInZlcnNpb25zIjpbNF0sImtleXMiOlt7Imt0eSI6IlJTQSIsInVzZSI6InNpZyIsImFsZyI6IlBTMjU2Iiwia2lkIjoiSzAxWWNINGQxSjA5M0c2bF9qNGEyVjVRWElFQlpfU3VPZHIzMk9RdWlwYyIsIm4iOiJwUnprSWpBSGhUelJWM05UNUtxM2tJM2JEeFlhZWZ1Y2htaFBETk5LcC1uV3ZOOGFLSjJ4OUNrUHBJaV96Qm5xdy1wT1RSR3N0NjhvdGhxYjNTaktpa2dqX1M2UzVMOGI4S3hxcHByYnQ1ZDk2endtRUZCRUN3R2pieDJXUUJybFNYYkJQQkJRbklnVTBPcktWVHdHanRnQ2Q4c1BsbXZmMnFUWHVvZjJ2VjlabFdzNHBmR2pwWnR6YTI5RTdpSjJNQW1YdHU1QWxqaGkwRkxFRm5sM0xpZGNKRWFrajBZdVZ2ZVJqZlhOc242blpQWGdkZktoT3ZuOTNYblI0SFBIT0pueG00Z0lvWEJSSW1idTBoZUdrMVZpWUViblU4ejN0VEhpUkVpNmRVRF9NWmh4LVdmWkJBUzRoS2wyNHA1Qks2NlpkanRPT1EzQldQaUlIVFQweXciLCJlIjoiQVFBQiJ9LHsia3R5IjoiUlNBIiwidXNlIjoic2lnIiwiYWxnIjoiUFMyNTYiLCJraWQiOiJZYkVMakNvR0JkSTh2WW90aFN1ZW9PakplNUE4NkhXaTc5MHZMYThWZGhvIiwibiI6ImpQRmdCS3JPYnAzOXBkU0RCR0xtRERFVHpWVVRUcUdkNXlubjZpR0tITm9Sd1R2dDdNYkRFZkt4aUdYRmo4MWE1d3BPb0gxV1NIRWpMR1I2R3UxaEY1OGxhMmFieXZiRTR4dkRZelhKcXZiOWgtekJQcVpiX2dZZGs3TkFrTl8xZ1ZiTlBRLWNDS1lqS21hYUl5VGFxbUdmSDBXbUdCU0JSdVRhaTRaZTlzbDFVTW41WVBmNjBRa19aeFp1TmdEN01fTFdIUHVONmoya0RaX0o5dE1rQzZmSU1fX2gxT3dNTTJ5UlRXTGNPQm5la3RSeFlsQ0NaZkJLZlkya0VDTmlMNUhneEVOeUgyNE5CLXpKc0VzLUZTNG1maWtUX3pHdG12dEIzQ3BkZ08tVWltSkVYYm5oR1dZU0RhTzhtTVNqUDkwZUdzdU9vd2xkX2k3czZFWHhDUSIsImUiOiJBUUFCIn0seyJrdHkiOiJSU0EiLCJ1c2UiOiJlbmMiLCJhbGciOiJSU0EtT0FFUC0yNTYiLCJraWQiOiJJYmxmOUN2LW9jS3A1N091T3A5LUptdUk2aXJ5NFg1bzBOTWJIZEJ5TzdrIiwibiI6InFMTF8yVG5MN0hpbElRbjFJV3N3bDFCaHpwNHNhc29YU3U1TXpJYkFUVW1XcDh1QkwyNmg2SGh0a291WTBvN2dkRjZLRzA3WFVZSU9IOFUtbzJVS0lRM2JZb0lURkswTjdKQ3RRbEtDeEhrR3hXdS1fTjF0YmE1VFh5X3BtWTRDeVFESDdsbHMtVi1sWi1JMGtZOXA1bjlLanVUNHY5LVAwZ1ZILUVmanNvamZ4N1NQamFndms2Z2VaZDhLSzZ0UW5jaWs0RVl1T1A4bDNjeWZ5UmRFekdNcElaOW9vMm91Z1F0dGgtbm85U0VnX3pLZV9GT1kzNXRCRWFSQy1xWDNzZTNwSXN6TWI0b09sV29HdEhSRFhxbTA4N2loRkNNb1pEYld2djM0Z0M0R3NWNVZ1eXRRUGZ3SVdURnZpbmtCWGdvelQ1QzZWYUdIUmRkQ09UaGpvUSIsImUiOiJBUUFCIn0seyJrdHkiOiJSU0EiLCJ1c2UiOiJlbmMiLCJhbGciOiJSU0EtT0FFUC0yNTYiLCJraWQiOiI3UlhrNmpvSXM0WGYwX0g0cUZCZ1liT181cG9ESEhoNDJPWGFjOXlJTngwIiwibiI6InRuQUh1UzVMUlVQU1hDMlk4bnJPV25oX0Y4d3d2Mlpmd3hXbmw5Q01NLXdVT3NadkZMQnI1SEc4OElERldsZDZETjY0bXhfV2FSSXNQeF9EVHA1NFFnSkFLeGNlUkp3Q3Btd1lVZUZqdklRU1I3Y3czT1luRUNPMjZDSDhUUXJ1Y3pZajZFN0JBZHRTTGJfcGFLMFE4S3JLTkxYNFhzdUVndU1YNG9zMXgtWEJ6M2RvWkFqZWNLQ0toTGh2am1IbGN6R1pGM1Fzd200cDJtR0JueFdVM0g4MEdFeVk5eWtfTENPMXhITTN1eU90dk52dVA4VGJIMVZzYlR4T21zU2x6YTAwaTVUQkN3Rlo5MnBXRUZDS0Y3YUlmRkxYMWtsOFJ5V04yYjlmRWxJczhDUnRrSTAyT2NJd2pXYy1jM3hJUldqWGJ5TlVqYW1jNUQ3Q1o0ZkhnUSIsImUiOiJBUUFCIn1dfQ\u0022,\u0022signatures\u0022:[{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6IkswMVljSDRkMUowOTNHNmxfajRhMlY1UVhJRUJaX1N1T2RyMzJPUXVpcGMiLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022MlAcaH1wDMMwZOMSPj_g6t3fIz9oIBkNLiPXVtkHU54xL_TJUi5nyvjrrsfYf6BVHyGvr1VxR_b8TaAur0jcFGiHe_5Z3btztSTf2ImZDLG3Rt0P-TVXVZ2w-O-9rGi4wmfSIkDD83XfBoHUA8T0e9OT9D07Dxso25ybxcRD7xQ4XnBs-qu_WaA0BdE5fEwtMByekbwd9rMqDnfgUStispEDDY8QLLBP4VyxSiPsinswZ5PELeAbQqjBkaNy3XSkTmHaohw_vp6_neBRHqAxzeU0Ga_X5s8UMAIhmJTV0OmSUd21vwNWatn1orJRlDGmJ--DdhJ3IeqcyHZOhpcKyw\u0022},{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6IlliRUxqQ29HQmRJOHZZb3RoU3Vlb09qSmU1QTg2SFdpNzkwdkxhOFZkaG8iLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022SihKoMz5JZ9v3gX3_p3pz0fWveeHo2GjlTqolewGM9VZS1oJgPesmeHERLLsp-6hvms8ZYsqRGgVDL0aF1gO3F9biRhMwz5G-Lfp19fg9u0MGIJF2yKZHnBmWGa3AP5dpszwwQac1vs36rpQ_S0Y3wAZzrceaav0LRLpqC_q03AVPe4rqXp23vY7ZE4HPVaNdYJK-56_Zg1XbFp5TgtTJ9_qldqnKHpqnn9FCKyDBkU2HITRD6gx3ZPWB9jHuRP1gvyX0MERz4-qiA3dQrEx79QGPmVToIJorjg0X5Hiui7i465DttA-qoJCzPTZpnYQBRBxqjoJcITxDvLXigzfkg\u0022}]}","pending":"{\u0022payload\u0022:\u0022eyJpc3MiOiJ3aWtpIiwibmFtZSI6Indpa2kiLCJpYXQiOjE3OTU0OTU1NDMsInZlcnNpb25zIjpbNF0sImtleXMiOlt7Imt0eSI6IlJTQSIsInVzZSI6InNpZyIsImFsZyI6IlBTMjU2Iiwia2lkIjoiWWJFTGpDb0dCZEk4dllvdGhTdWVvT2pKZTVBODZIV2k3OTB2TGE4VmRobyIsIm4iOiJqUEZnQktyT2JwMzlwZFNEQkdMbURERVR6VlVUVHFHZDV5bm42aUdLSE5vUndUdnQ3TWJERWZLeGlHWEZqODFhNXdwT29IMVdTSEVqTEdSNkd1MWhGNThsYTJhYnl2YkU0eHZEWXpYSnF2YjloLXpCUHFaYl9nWWRrN05Ba05fMWdWYk5QUS1jQ0tZakttYWFJeVRhcW1HZkgwV21HQlNCUnVUYWk0WmU5c2wxVU1uNVlQZjYwUWtfWnhadU5nRDdNX0xXSFB1TjZqMmtEWl9KOXRNa0M2ZklNX19oMU93TU0yeVJUV0xjT0JuZWt0UnhZbENDWmZCS2ZZMmtFQ05pTDVIZ3hFTnlIMjROQi16SnNFcy1GUzRtZmlrVF96R3RtdnRCM0NwZGdPLVVpbUpFWGJuaEdXWVNEYU84bU1TalA5MGVHc3VPb3dsZF9pN3M2RVh4Q1EiLCJlIjoiQVFBQiJ9LHsia3R5IjoiUlNBIiwidXNlIjoiZW5jIiwiYWxnIjoiUlNBLU9BRVAtMjU2Iiwia2lkIjoiN1JYazZqb0lzNFhmMF9INHFGQmdZYk9fNXBvREhIaDQyT1hhYzl5SU54MCIsIm4iOiJ0bkFIdVM1TFJVUFNYQzJZOG5yT1duaF9GOHd3djJaZnd4V25sOUNNTS13VU9zWnZGTEJyNUhHODhJREZXbGQ2RE42NG14X1dhUklzUHhfRFRwNTRRZ0pBS3hjZVJKd0NwbXdZVWVGanZJUVNSN2N3M09ZbkVDTzI2Q0g4VFFydWN6WWo2RTdCQWR0U0xiX3BhSzBROEtyS05MWDRYc3VFZ3VNWDRvczF4LVhCejNkb1pBamVjS0NLaExodmptSGxjekdaRjNRc3dtNHAybUdCbnhXVTNIODBHRXlZOXlrX0xDTzF4SE0zdXlPdHZOdnVQOFRiSDFWc2JUeE9tc1NsemEwMGk1VEJDd0ZaOTJwV0VGQ0tGN2FJZkZMWDFrbDhSeVdOMmI5ZkVsSXM4Q1J0a0kwMk9jSXdqV2MtYzN4SVJXalhieU5VamFtYzVEN0NaNGZIZ1EiLCJlIjoiQVFBQiJ9XX0\u0022,\u0022signatures\u0022:[{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6IlliRUxqQ29HQmRJOHZZb3RoU3Vlb09qSmU1QTg2SFdpNzkwdkxhOFZkaG8iLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022Enn0Tk7H00Ro4HnM7ttosoHHk23iBMYmsiAbj3gyx3TO33wKllk3F4oOYFhliGr7gMksYh1moZeKn0bycjdVW1RSOM1Q3Q2AcXwktT67335TauusEzae3qQ6w2_q1LvhRPpJcnB4C0lNTcbB39i-q6pGjp-MU9SfBpOzBUztliFPSwSVwwaMZBlk0h38QKyLAyceFp4tD2qzvYk0JN50pukQW8UhmaR55RDTYaFF7eGLxIlWmhY3QOg3lHvD5S64XcVYkP3uC6hcV3tyfXafxlv_DOletZpzSTuC13zqcWdNidBrsJ2pymTaTTo97X8t3hXSMfOu5bHyW2ykcYo37Q\u0022}]}","takesEffectAt":"2026-11-22T12:00:00+00:00","lastConfirmedAt":"2026-11-21T12:00:00+00:00","removed":[],"rejected":[],"rejectedKeys":[]}', 2, 2, 1795262400000, 'ann', 1795262400000, 1795345311000, NULL, 1795348800000);
INSERT INTO public.trusted_apps_trusts VALUES ('blog', 'Blog', '{"name":"Blog","isSuspended":true,"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false}}', '{"name":"blog","baseUrl":"https://app.example","certificate":"{\u0022payload\u0022:\u0022eyJpc3MiOiJibG9nIiwibmFtZSI6ImJsb2ciLCJpYXQiOjE3OTUyMzYzMjQsInZlcnNpb25zIjpbNF0sImtleXMiOlt7Imt0eSI6IlJTQSIsInVzZSI6InNpZyIsImFsZyI6IlBTMjU2Iiwia2lkIjoiSzAxWWNINGQxSjA5M0c2bF9qNGEyVjVRWElFQlpfU3VPZHIzMk9RdWlwYyIsIm4iOiJwUnprSWpBSGhUelJWM05UNUtxM2tJM2JEeFlhZWZ1Y2htaFBETk5LcC1uV3ZOOGFLSjJ4OUNrUHBJaV96Qm5xdy1wT1RSR3N0NjhvdGhxYjNTaktpa2dqX1M2UzVMOGI4S3hxcHByYnQ1ZDk2endtRUZCRUN3R2pieDJXUUJybFNYYkJQQkJRbklnVTBPcktWVHdHanRnQ2Q4c1BsbXZmMnFUWHVvZjJ2VjlabFdzNHBmR2pwWnR6YTI5RTdpSjJNQW1YdHU1QWxqaGkwRkxFRm5sM0xpZGNKRWFrajBZdVZ2ZVJqZlhOc242blpQWGdkZktoT3ZuOTNYblI0SFBIT0pueG00Z0lvWEJSSW1idTBoZUdrMVZpWUViblU4ejN0VEhpUkVpNmRVRF9NWmh4LVdmWkJBUzRoS2wyNHA1Qks2NlpkanRPT1EzQldQaUlIVFQweXciLCJlIjoiQVFBQiJ9LHsia3R5IjoiUlNBIiwidXNlIjoiZW5jIiwiYWxnIjoiUlNBLU9BRVAtMjU2Iiwia2lkIjoiSWJsZjlDdi1vY0twNTdPdU9wOS1KbXVJNmlyeTRYNW8wTk1iSGRCeU83ayIsIm4iOiJxTExfMlRuTDdIaWxJUW4xSVdzd2wxQmh6cDRzYXNvWFN1NU16SWJBVFVtV3A4dUJMMjZoNkhodGtvdVkwbzdnZEY2S0cwN1hVWUlPSDhVLW8yVUtJUTNiWW9JVEZLME43SkN0UWxLQ3hIa0d4V3UtX04xdGJhNVRYeV9wbVk0Q3lRREg3bGxzLVYtbFotSTBrWTlwNW45S2p1VDR2OS1QMGdWSC1FZmpzb2pmeDdTUGphZ3ZrNmdlWmQ4S0s2dFFuY2lrNEVZdU9QOGwzY3lmeVJkRXpHTXBJWjlvbzJvdWdRdHRoLW5vOVNFZ196S2VfRk9ZMzV0QkVhUkMtcVgzc2UzcElzek1iNG9PbFdvR3RIUkRYcW0wODdpaEZDTW9aRGJXdnYzNGdDNEdzVjVWdXl0UVBmd0lXVEZ2aW5rQlhnb3pUNUM2VmFHSFJkZENPVGhqb1EiLCJlIjoiQVFBQiJ9XX0\u0022,\u0022signatures\u0022:[{\u0022protected\u0022:\u0022eyJhbGciOiJQUzI1NiIsImtpZCI6IkswMVljSDRkMUowOTNHNmxfajRhMlY1UVhJRUJaX1N1T2RyMzJPUXVpcGMiLCJ0eXAiOiJ0cnVzdGVkLWFwcC1jZXJ0aWZpY2F0ZStqd3MifQ\u0022,\u0022signature\u0022:\u0022lX6Vx3W_vj1c8cBzuStldLv02eaRD6khh8pqNtaFc5U0AuFoeAO4OMIFpb_ujKd-xK9OQ9eEDIpGf5inDP1ARwS7E2kAMuyGeTOJbRs4YYn0uC0PHyuxH4aLbqgVfUwVhZ45tfDLpkWQ-PMSFaOMpYiE_vWZ5z8ABpH0RUZq8hHFm6VD4y66EFHYNoByKrAFCnFrhBoJmHSG4KQK7hjYmlqNhaDHa-2xPXsY8AE6vVn31VC1WmDtsUkc_6rGZPDcCPfdoY9QiSrKWPfMVlgr_fXPSqKgnVhiKvCiK0u_J3FOI5IYrqkwPYnV-SXmH6bZ1eFB9vL0EXpkn1eCnDB0YA\u0022}]}","lastConfirmedAt":"2026-01-01T00:00:00+00:00","removed":[],"rejected":[],"rejectedKeys":[]}', 2, 4, 1795262400000, 'ann', 1795262400000, 1795340929000, NULL, NULL);
INSERT INTO public.trusted_apps_trusts VALUES ('old', 'Old', '{"name":"Old","isSuspended":false,"conditions":{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false},"legacy":{"publicKey":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvJ0\u002BzBsxjtsaN7EKwbRyk8QO0IEs5G98\u002Bj3t/XUm5FrPrz46SuBZo9L6VRNax/N2ZecwCKajtIabVZ3Aa6Dy8uGH5cn2mbmacPC62DxS6frqX8r9NHsuGCbK/AZHxx0TF0bDYDy0i1OlEOeXGRq3ps5XjVJRTwK40cG1xv11Rz1hitSDQeO/K82ztdMIuhbe46h9mx7YXdGXXC/F81Z3llhk\u002Bqvre7lVvSk9va4vhMivCjRIY2BrH8lMXNXT0SF1Qia8hqeF07e6b7ZCNVMPm2BNM7pK9kQTjGEfmkjrmD41AVzBVXVSpG1sxXb7vPIVCwChgbhaG21Kk2VyISADZQIDAQAB"}}', NULL, 1, 5, 1795262400000, 'bob', 1795262400000, NULL, NULL, NULL);
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
