using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace TrustedApps.Storage.Database;

/// <summary>The tables of a store. They are made by <see cref="StoreSchema"/>, not by this model.</summary>
internal sealed class StoreContext(DbContextOptions<StoreContext> options) : DbContext(options)
{
    public DbSet<TrustRow> Trusts => Set<TrustRow>();

    public DbSet<ProviderRow> Providers => Set<ProviderRow>();

    public DbSet<KeyRow> Keys => Set<KeyRow>();

    public DbSet<RequestCountRow> RequestCounts => Set<RequestCountRow>();

    public DbSet<LastRequestRow> LastRequests => Set<LastRequestRow>();

    public DbSet<RefusalRow> Refusals => Set<RefusalRow>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<MillisecondsConverter>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<TrustRow>().ToTable("trusted_apps_trusts").HasKey(row => row.Id);
        modelBuilder.Entity<ProviderRow>().ToTable("trusted_apps_providers").HasKey(row => row.BaseUrl);
        modelBuilder.Entity<KeyRow>().ToTable("trusted_apps_keys").HasKey(row => row.Id);
        modelBuilder.Entity<RequestCountRow>().ToTable("trusted_apps_request_counts").HasKey(row => new { row.ApplicationId, row.Minute, row.Code });
        modelBuilder.Entity<LastRequestRow>().ToTable("trusted_apps_last_requests").HasKey(row => row.ApplicationId);
        modelBuilder.Entity<RefusalRow>().ToTable("trusted_apps_refusals").HasKey(row => row.Number);
        modelBuilder.Entity<AuditRow>().ToTable("trusted_apps_audit").HasKey(row => row.Number);

        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(SnakeCase(property.Name));
        }
    }

    // LastConfirmedAt: last_confirmed_at
    private static string SnakeCase(string name) =>
        string.Concat(name.Select((letter, index) => index > 0 && char.IsUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    /// <summary>Moments are milliseconds since 1970 in both databases: they sort, and nothing is lost to time zones.</summary>
    private sealed class MillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
        moment => moment.ToUnixTimeMilliseconds(), number => DateTimeOffset.FromUnixTimeMilliseconds(number));
}
