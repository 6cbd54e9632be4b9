namespace TrustedApps.Keys;

/// <summary>A store of keys that never change.</summary>
internal sealed class FixedKeys(ApplicationKeys keys) : IKeyStore
{
    public ApplicationKeys Keys => keys;

    public ValueTask LoadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public Task<ApplicationKeys> ChangeAsync(
        Func<ApplicationKeys, ApplicationKeys> change,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException("These keys are not in a store, so a change would be lost.");
}
