using System.Text;
using TrustedApps.Certificates;

namespace TrustedApps.Storage.Trusts;

/// <summary>
/// A trust of the snapshot. It is parsed when it is first used, so that a hundred thousand trusts load quickly. Then
/// every caller gets the same instance until the row changes. Safe for concurrent use.
/// </summary>
internal sealed class TrustSnapshotEntry
{
    private readonly Lock _gate = new();
    private readonly string _id;
    private readonly byte[] _terms; // UTF-8: half the memory of text
    private readonly byte[]? _record;
    private TrustedApplication? _trust;
    private string? _problem;
    private int _reports;

    private TrustSnapshotEntry(string id, byte[] terms, byte[]? record) => (_id, _terms, _record) = (id, terms, record);

    /// <summary>Makes an entry for a row, which replaces the earlier entry of the same trust.</summary>
    /// <exception cref="FormatException">The earlier entry was in use, and the new row cannot be read.</exception>
    public static TrustSnapshotEntry Of(string id, byte[] terms, byte[]? record, TrustSnapshotEntry? earlier)
    {
        if (earlier is null || !earlier._terms.AsSpan().SequenceEqual(terms))
        {
            return new TrustSnapshotEntry(id, terms, record);
        }

        if (earlier._record.AsSpan().SequenceEqual(record)) return earlier;

        TrustSnapshotEntry entry = new TrustSnapshotEntry(id, terms, record);
        if (record is not null && Volatile.Read(ref earlier._trust) is { Record: not null } trust)
        {
            entry._trust = Continue(trust, CertificateRecord.Parse(record));
        }

        return entry;
    }

    /// <summary>The trust, if it was used already.</summary>
    public TrustedApplication? Parsed => Volatile.Read(ref _trust);

    /// <exception cref="FormatException">The row cannot be read.</exception>
    public TrustedApplication Read()
    {
        if (Volatile.Read(ref _trust) is { } trust) return trust;
        lock (_gate)
        {
            if (_problem is not null) throw new FormatException(_problem);
            if (_trust is null) Volatile.Write(ref _trust, Parse());
            return _trust!;
        }
    }

    /// <summary>Whether this is the first call: a row that cannot be read is reported once.</summary>
    public bool IsFirstReport() => Interlocked.Exchange(ref _reports, 1) == 0;

    public override string ToString() => $"{_id}: {Encoding.UTF8.GetString(_terms)}";

    // Key grants stay valid when a fetched certificate only confirmed the keys on record.
    private static TrustedApplication Continue(TrustedApplication trust, CertificateRecord record)
    {
        try
        {
            return trust.With(record);
        }
        catch (ArgumentException cause)
        {
            throw new FormatException($"The certificate record does not fit the trust: {cause.Message}", cause);
        }
    }

    // A row that cannot be read is not parsed again: otherwise each request of that application would cost a parse.
    private TrustedApplication Parse()
    {
        try
        {
            return TrustRecord.Parse(_terms).ToTrust(_id, _record is null ? null : CertificateRecord.Parse(_record));
        }
        catch (FormatException cause)
        {
            _problem = cause.Message;
            throw;
        }
    }
}
