using System.Diagnostics.CodeAnalysis;
using System.Text;
using TrustedApps.Certificates;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Trusts;

/// <summary>Between rows and trusts.</summary>
internal static class TrustRows
{
    /// <exception cref="FormatException">The row cannot be read.</exception>
    public static StoredTrust Read(TrustRow row)
    {
        CertificateRecord? record = row.Record is null ? null : CertificateRecord.Parse(Encoding.UTF8.GetBytes(row.Record));
        TrustedApplication trust = TrustRecord.Parse(Encoding.UTF8.GetBytes(row.Terms!)).ToTrust(row.Id, record);
        return new StoredTrust(trust, row.Version, row.AddedAt, row.AddedBy, row.ChangedAt);
    }

    public static bool TryRead(TrustRow row, [NotNullWhen(true)] out StoredTrust? trust)
    {
        try
        {
            trust = Read(row);
            return true;
        }
        catch (FormatException)
        {
            trust = null;
            return false;
        }
    }

    /// <summary>Puts a trust into its row as the change of a number.</summary>
    public static void Write(TrustRow row, TrustedApplication trust, long number, DateTimeOffset now)
    {
        row.Name = trust.Name;
        row.Terms = TrustRecord.Of(trust).ToJson();
        row.Record = trust.Record is null ? null : Encoding.UTF8.GetString(trust.Record.ToBytes());
        row.PendingUntil = trust.Record?.Pending?.TakesEffectAt;
        row.FetchAt = trust.Record?.BaseUrl is null ? null : row.FetchAt ?? RefreshSchedule.Next(now);
        row.Version++;
        (row.Changed, row.ChangedAt) = (number, now);
    }

    /// <summary>Takes the trust out of its row, which stays so that every node hears of it.</summary>
    public static void Clear(TrustRow row, long number, DateTimeOffset now)
    {
        (row.Terms, row.Record, row.PendingUntil, row.FetchAt, row.FetchedAt) = (null, null, null, null, null);
        row.Version++;
        (row.Changed, row.ChangedAt) = (number, now);
    }
}
