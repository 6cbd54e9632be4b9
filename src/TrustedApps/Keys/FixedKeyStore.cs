namespace TrustedApps.Keys;

/// <summary>
/// A store of keys that code has made and that never change, such as those of
/// <see cref="ApplicationKeys.Create(string, ExternalKey, ExternalKey, DateTimeOffset)"/>.
/// </summary>
/// <param name="keys">The keys.</param>
/// <example>
/// <code>
/// builder.Services.AddKeyedSingleton&lt;IKeyStore&gt;("TrustedApps", new FixedKeyStore(keys));
/// </code>
/// </example>
public sealed class FixedKeyStore(ApplicationKeys keys) : IKeyStore
{
    /// <inheritdoc/>
    public ApplicationKeys Keys { get; } = keys ?? throw new ArgumentNullException(nameof(keys));

    /// <summary>Does nothing.</summary>
    /// <param name="cancellationToken">Not used.</param>
    /// <returns>Completed.</returns>
    public ValueTask LoadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Not supported: a change would be lost.</summary>
    /// <param name="change">Not called.</param>
    /// <param name="cancellationToken">Not used.</param>
    /// <returns>Never.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task<ApplicationKeys> ChangeAsync(
        Func<ApplicationKeys, ApplicationKeys> change,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException("These keys are not in a store, so a change would be lost.");
}
