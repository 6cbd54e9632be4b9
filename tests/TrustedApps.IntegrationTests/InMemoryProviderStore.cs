using System.Collections.Concurrent;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.IntegrationTests;

/// <summary>The providers that somebody has compared, of one consumer.</summary>
internal sealed class InMemoryProviderStore : IProviderStore
{
    private readonly ConcurrentDictionary<string, CertificateRecord> _records = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _questions;
    private int _replacements;

    /// <summary>How often it was asked for a provider.</summary>
    public int Questions => Volatile.Read(ref _questions);

    /// <summary>How often a record was to be replaced.</summary>
    public int Replacements => Volatile.Read(ref _replacements);

    /// <summary>What another node does at the moment before a record is replaced.</summary>
    public Action? Before { get; set; }

    public CertificateRecord this[string baseUrl] => _records[baseUrl];

    /// <summary>Puts a certificate on record, as an administrator who has compared it does.</summary>
    public void Pin(string baseUrl, ApplicationKeys keys, TimeProvider? time = null) => _records[baseUrl] = CertificateRecord.Establish(
        keys.ToCertificate(time: time), BaseUrl.Parse(baseUrl), (time ?? TimeProvider.System).GetUtcNow());

    public void Remove(string baseUrl) => _records.TryRemove(baseUrl, out _);

    /// <summary>Waits until a record was to be replaced.</summary>
    public Task ReplacedAsync() => _replaced.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public Task<CertificateRecord?> FindAsync(BaseUrl baseUrl, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _questions);
        return Task.FromResult(_records.GetValueOrDefault(baseUrl.Text));
    }

    public Task<bool> ReplaceAsync(CertificateRecord record, CertificateRecord replacement, CancellationToken cancellationToken)
    {
        Before?.Invoke();
        bool isKept = _records.TryUpdate(record.BaseUrl!.Text, replacement, record);
        Interlocked.Increment(ref _replacements);
        _replaced.TrySetResult();
        return Task.FromResult(isKept);
    }
}
