namespace TrustedApps.Keys;

/// <summary>
/// A store of an application's own keys, which can be changed while the application runs. <see cref="KeyFileStore"/>
/// keeps them in a key file. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Every store keeps these rules:
/// <list type="bullet">
/// <item>The <see cref="ApplicationKeys.Id"/> is the same as long as the process runs.</item>
/// <item>A change by another process is noticed within seconds, without a restart. If the new keys cannot be read, the
/// keys in memory stay in use and the log says why.</item>
/// <item>The same instance is returned until the keys change: callers compare references to notice a change.</item>
/// <item>Its logs and exceptions hold no secrets.</item>
/// </list>
/// </remarks>
/// <example>
/// <code>
/// IKeyStore keys = new KeyFileStore("wiki-keys.json"); // trusted-apps keys new --id wiki:8731 --out wiki-keys.json
/// builder.Services.AddSingleton(keys); // the clients of the application use it
/// app.MapTrustedAppCertificate(keys, "Wiki");
/// </code>
/// </example>
public interface IKeyStore
{
    /// <summary>
    /// The current keys. Each request reads them once or more, so they come from memory, without waiting.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="LoadAsync"/> has not completed yet.</exception>
    ApplicationKeys Keys { get; }

    /// <summary>
    /// Reads the keys. Each user of the store calls it once at start-up, before anything else. If the keys are loaded
    /// already, the call does nothing.
    /// </summary>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>Completes when <see cref="Keys"/> can be read.</returns>
    /// <exception cref="Exception">
    /// There are no keys, or they cannot be read. The exception stops the start; its message says what to do.
    /// </exception>
    ValueTask LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Changes the keys. Two changes at the same time, also by two processes, run one after the other: the second
    /// starts from the result of the first. When the call returns, the change is durable and <see cref="Keys"/> has it.
    /// When the call throws, nothing has changed.
    /// </summary>
    /// <param name="change">
    /// Receives the keys as they are stored at that moment, which may be newer than <see cref="Keys"/>. Returns keys of
    /// the same id, for example from <see cref="ApplicationKeys.PublishNext(DateTimeOffset, int?)"/>, or the same
    /// instance to change nothing. It may be called more than once,
    /// so it must have no other effects. Its exception ends the change and reaches the
    /// caller.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the wait for other changes. A change that is being stored is completed.
    /// </param>
    /// <returns>The keys as they are stored now.</returns>
    /// <exception cref="InvalidOperationException">
    /// The keys are not loaded yet; or <paramref name="change"/> returned keys of another id.
    /// </exception>
    /// <exception cref="IOException">
    /// The keys cannot be stored, or another process has been changing them for too long.
    /// </exception>
    Task<ApplicationKeys> ChangeAsync(
        Func<ApplicationKeys, ApplicationKeys> change,
        CancellationToken cancellationToken
    );
}
