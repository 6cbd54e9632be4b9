using TrustedApps.Storage.Replay;

namespace TrustedApps.Storage.Database;

/// <summary>The first schema. Moments are milliseconds since 1970.</summary>
internal static class FirstStep
{
    public static SchemaStep Step { get; } = new(
        1,
        Sqlite: Tables("integer PRIMARY KEY AUTOINCREMENT", "blob"),
        Postgres: Tables("bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "bytea") + ReplaySchema.Postgres);

    private static string Tables(string number, string bytes) =>
        $"""
         CREATE TABLE trusted_apps_changes (number bigint NOT NULL);
         INSERT INTO trusted_apps_changes (number) VALUES (0);
         CREATE TABLE trusted_apps_change_marks (number bigint NOT NULL PRIMARY KEY, mark text NOT NULL);

         CREATE TABLE trusted_apps_trusts (
             id text NOT NULL PRIMARY KEY,
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
             pending_until bigint);
         CREATE INDEX trusted_apps_trusts_changed ON trusted_apps_trusts (changed);
         CREATE INDEX trusted_apps_trusts_fetch_at ON trusted_apps_trusts (fetch_at);
         CREATE INDEX trusted_apps_trusts_pending_until ON trusted_apps_trusts (pending_until);

         CREATE TABLE trusted_apps_providers (
             base_url text NOT NULL PRIMARY KEY,
             record text NOT NULL,
             version bigint NOT NULL,
             added_at bigint NOT NULL,
             added_by text NOT NULL);

         CREATE TABLE trusted_apps_keys (
             id text NOT NULL PRIMARY KEY,
             sealed_keys {bytes} NOT NULL,
             version bigint NOT NULL,
             changed_at bigint NOT NULL);

         CREATE TABLE trusted_apps_request_counts (
             application_id text NOT NULL,
             minute bigint NOT NULL,
             code text NOT NULL,
             count bigint NOT NULL,
             PRIMARY KEY (application_id, minute, code));
         CREATE INDEX trusted_apps_request_counts_minute ON trusted_apps_request_counts (minute);
         CREATE TABLE trusted_apps_last_requests (
             application_id text NOT NULL PRIMARY KEY,
             at bigint NOT NULL);

         CREATE TABLE trusted_apps_refusals (
             number {number},
             at bigint NOT NULL,
             application_id text,
             user_name text,
             address text,
             method text NOT NULL,
             path text NOT NULL,
             protocol_version text,
             code text NOT NULL,
             advice text NOT NULL);

         CREATE TABLE trusted_apps_audit (
             number {number},
             at bigint NOT NULL,
             administrator text NOT NULL,
             action text NOT NULL,
             subject text NOT NULL,
             before text,
             after text);

         """;
}
