namespace TrustedApps.Keys;

/// <summary>Keys that were handed over, which nothing changes.</summary>
internal sealed class FixedKeys(ApplicationKeys keys) : IKeyStore
{
    public ApplicationKeys Keys => keys;

    public ValueTask LoadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public Task<ApplicationKeys> ChangeAsync(Func<ApplicationKeys, ApplicationKeys> change, CancellationToken cancellationToken) =>
        throw new NotSupportedException("These keys are in no store, so a change would be lost.");
}
