using TrustedApps.Keys;

namespace TrustedApps.Testing.Keys;

/// <summary>Keeps throw-away keys in memory. A test can rotate them.</summary>
internal sealed class ThrowAwayKeyStore(ApplicationKeys keys) : IKeyStore
{
    private readonly Lock _gate = new();
    private ApplicationKeys _keys = keys;

    public ApplicationKeys Keys => Volatile.Read(ref _keys);

    public ValueTask LoadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public Task<ApplicationKeys> ChangeAsync(
        Func<ApplicationKeys, ApplicationKeys> change,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (_gate)
        {
            ApplicationKeys changed = change(_keys);
            if (changed.Id != _keys.Id) throw new InvalidOperationException("A change of keys must keep the id.");
            Volatile.Write(ref _keys, changed);
            return Task.FromResult(changed);
        }
    }
}
